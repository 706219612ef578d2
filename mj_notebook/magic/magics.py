"""The doorman: ``%%mj`` and ``%mj`` read their text, call the session, show the job."""

import json
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.display import display

from mj_notebook.errors import WaitInterrupted, WaitTimeout
from mj_notebook.magic import arguments
from mj_notebook.magic.front_end import FrontEnd, front_end_of
from mj_notebook.magic.showing import Showing
from mj_notebook.patience import patience
from mj_notebook.prompt.template import fill

if TYPE_CHECKING:
    from mj_notebook.jobs import Job
    from mj_notebook.protocol.requests import Imagine

# An answer that comes this fast spares a panel that would only show an error.
_PATIENCE = 0.25
_GOING_ON = "Go on with _mj.wait()."


@magics_class
class MJMagics(Magics):
    """The magics of one shell."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._shell, self.showing = shell, Showing(shell)

    @no_var_expand
    @line_cell_magic
    def mj(self, line: str, cell: str | None = None) -> "Job | None":
        """Draw a cell's prompt, or run a command; ``%mj help`` tells more."""
        command = arguments.parse_line(line) if cell is None else arguments.parse_cell(line, cell)
        match command:
            case arguments.Draw():
                return self._draw(command)
            case arguments.Panel(task_id):
                return self._panel(task_id)
            case _:
                print(arguments.help_text())
                return None

    def _draw(self, command: arguments.Draw) -> "Job | None":
        from mj_notebook import current  # the rooms load with the first job

        request = current.imagine_request(
            fill(command.prompt, self._shell.user_ns),
            images=command.images,
            bot=command.bot,
            state=command.state,
            notify=command.notify,
        )
        mode = current.mode_of(command.mode)
        if command.dry_run:
            _show_request(request, current.address_of(mode))
            return None
        job = current.current_session().start(request, mode=mode)
        with patience(_GOING_ON):
            self._present(job, command)
        return None if command.quiet else job

    def _present(self, job: "Job", command: arguments.Draw) -> None:
        """Show *job*, give it its names, and wait as far as the cell asks for it."""
        front_end = front_end_of(self._shell)
        self._name(job, command.out)
        _give_a_moment(job)
        if not command.quiet:
            self.showing.show(job, front_end, static=command.static)
        job.accepted()
        usual = front_end is not FrontEnd.JUPYTER or command.timeout is not None
        if usual if command.wait is None else command.wait:
            job.wait(command.timeout)

    def _name(self, job: "Job", out: str) -> None:
        names = {"_mj": job, **({out: job} if out else {})}
        self._shell.push(names, interactive=False)

    def _panel(self, task_id: str) -> "Job":
        from mj_notebook import current  # the rooms load with the first job

        job = current.job(task_id)
        self._name(job, "")
        front_end = front_end_of(self._shell)
        with patience(_GOING_ON):
            self.showing.show(job, front_end)
            if front_end is not FrontEnd.JUPYTER:
                job.wait()
        return job

    def show_value(self, job: "Job") -> None:
        """Show a job that is the value of a cell."""
        self.showing.as_value(job, front_end_of(self._shell))


def _give_a_moment(job: "Job") -> None:
    """Wait a moment for the server's answer, and no longer; an interrupt is no patience."""
    try:
        job.accepted(_PATIENCE)
    except WaitInterrupted:
        raise
    except WaitTimeout:
        return


MJMagics.mj.__doc__ = arguments.help_text()


def _show_request(request: "Imagine", address: str) -> None:
    """Show what would be sent; pictures are only counted."""
    from mj_notebook.protocol.requests import request_record  # loads msgspec

    record = request_record(request)
    pictures = record.pop("base64Array", None)
    if isinstance(pictures, list | tuple):
        record["base64Array"] = [f"({len(picture):,} characters)" for picture in pictures]
    body = json.dumps(record, ensure_ascii=False, indent=2)
    display({"text/plain": f"Nothing was sent. This would be:\nPOST {address}\n{body}"}, raw=True)  # type: ignore[no-untyped-call]
