"""The doorman: ``%%mj`` and ``%mj`` read their text, call the session, show the job."""

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.display import display

from mj_notebook.errors import Unauthorized, UsageError, WaitInterrupted, WaitTimeout
from mj_notebook.magic import arguments, commands, line_arguments, reports
from mj_notebook.magic.commands import OPERATIONS
from mj_notebook.magic.dry_run import show_request
from mj_notebook.magic.front_end import FrontEnd, front_end_of
from mj_notebook.magic.requests import common_of, picture_of, submission_of
from mj_notebook.magic.showing import Showing
from mj_notebook.magic.showing_boards import show_board, show_gallery
from mj_notebook.magic.strip import frozen_copy
from mj_notebook.prompt.template import fill
from mj_notebook.session.interrupts import patience

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mj_notebook.api.spend import Spend
    from mj_notebook.session.board import Board
    from mj_notebook.session.gallery import Gallery
    from mj_notebook.session.history import History
    from mj_notebook.session.job import Job
    from mj_notebook.session.submission import Submission

# An answer that comes this fast spares a panel that would only show an error.
_PATIENCE = 0.25
_GOING_ON = "Go on with _mj.wait()."
_SENT = "If it was sent, it goes on: %mj resume shows what is open."
# What the routes of operations are called, where the words of people differ.
_ROUTES = {name: {"swap": "swap_face", "edit": "edits"}.get(name, name) for name in OPERATIONS}


@magics_class
class MJMagics(Magics):
    """The magics of one shell."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._shell, self.showing = shell, Showing(shell)

    @no_var_expand
    @line_cell_magic
    def mj(
        self, line: str, cell: str | None = None
    ) -> "Job | Board | Spend | History | str | list[Job] | list[str] | None":
        """Draw a cell's prompt, or run a command; ``%mj help`` tells more."""
        command = (
            line_arguments.parse_line(line) if cell is None else arguments.parse_cell(line, cell)
        )
        # Before there is a job to wait for, the proxy or another kernel may be waited for.
        with patience(_SENT, stopped="Stopped before there was a task to show."):
            return self._run(command)

    def _run(
        self, command: commands.Command
    ) -> "Job | Board | Spend | History | str | list[Job] | list[str] | None":
        match command:
            case commands.Ask():
                return self._ask(command)
            case commands.Panel(task_id):
                return self._panel(task_id)
            case commands.Wish("resume"):
                return self._resume()
            case commands.Press() | commands.Answer() | commands.Wish() | commands.Ablate():
                return self._act(command)
            case commands.Look(wanted):
                self._look(wanted)
            case commands.Freeze():
                print(frozen_copy(command, os.environ))
            case commands.Choose(asked):
                self._choose(asked)
            case commands.Code() | commands.Save():
                self._print(command)
            case _:
                return reports.run(self._shell, command)
        return None

    def _print(self, command: "commands.Code | commands.Save") -> None:
        """Print the way to a task, or where its picture was saved."""
        job = self._job_of(command.task_id)
        if isinstance(command, commands.Code):
            print(job.code())
        else:
            print(f"Saved as {job.save(command.path or None, command.number)}")

    def _act(
        self, command: "commands.Press | commands.Answer | commands.Wish | commands.Ablate"
    ) -> "Job | Board | str | None":
        """Do something with a task: the one that is named, or the last one."""
        job = self._job_of(command.task_id)
        match command:
            case commands.Press(button):
                return self._follow(job.press(button))
            case commands.Answer():
                return self._answer(command, job)
            case commands.Ablate(seed):
                return self._ablate(seed, job)
            case commands.Wish(what):
                return self._do(what, job)

    def _ask(self, command: commands.Ask) -> "Job | list[Job] | list[str] | None":
        from mj_notebook.api import generate, state  # the rooms load with the first job

        asked = submission_of(command, generate.request_builder(), self._shell.user_ns)
        if command.dry_run:
            show_request(asked.request, state.address_of(_ROUTES[command.operation], asked.mode))
            return None
        try:
            return self._start(command, asked)
        except Unauthorized:  # nothing was drawn, so it may be asked once more with a secret
            if not reports.was_entered(self._shell):
                raise
            return self._start(command, asked)

    def _start(self, command: commands.Ask, asked: "Submission") -> "Job | list[str] | None":
        """Send what is *asked*, and show its job as the cell wants; of several, --out is a list."""
        from mj_notebook.api import state

        session = state.current_session()
        if command.operation == "upload":
            return session.upload(asked.request)  # type: ignore[arg-type] # the one that gives links
        jobs = [session.start(replace(asked, repeat=number)) for number in range(command.number)]
        with patience(_GOING_ON):
            for job in jobs:
                self._present(job, command)
        if command.number > 1:  # all of them are shown: as a value they would be told once more
            self._shell.push({command.out: jobs} if command.out else {}, interactive=False)
            return None
        return None if command.quiet else jobs[0]

    def _choose(self, asked: commands.Ask) -> None:
        """Open an uploader for the pictures of *asked*, where somebody is there to use it."""
        is_live = front_end_of(self._shell) is FrontEnd.JUPYTER
        waits = asked.wait or asked.timeout is not None or asked.number > 1
        if not is_live or waits or asked.dry_run or asked.quiet or asked.static:
            arguments.checked(asked)  # which says what is missing
        from mj_notebook.widgets.upload_form import UploadForm  # loads anywidget

        place = self.showing.reserve()

        def started(job: "Job") -> None:
            self._name(job, asked.out)
            place.take(job)

        def uploaded(links: list[str]) -> None:
            self._shell.push({asked.out: links} if asked.out else {}, interactive=False)
            place.keep(links)

        options = {**asked.own, **common_of(asked)}
        form = UploadForm(asked.operation, options=options, started=started, uploaded=uploaded)
        display(form)  # type: ignore[no-untyped-call]

    def _follow(self, job: "Job") -> "Job":
        """Show a job that a command made, and wait for it where a cell would."""
        with patience(_GOING_ON):
            self._present(job, commands.Ask())
        return job

    def _answer(self, command: commands.Answer, job: "Job") -> "Job":
        names = self._shell.user_ns
        mask = picture_of(command.mask, names) if command.mask else None
        prompt = fill(command.prompt, names) or None
        return self._follow(job.answer(prompt, mask=mask, zoom=command.zoom, ar=command.ar or None))

    def _resume(self) -> "list[Job]":
        """Show everything that is open; wait for it where a cell would."""
        from mj_notebook.api import state  # the rooms load with the first job

        jobs = state.current_session().resume()
        if not jobs:
            print("Nothing is open.")
        for job in jobs:
            self._follow(job)
        return jobs

    def _ablate(self, seed: int | None, job: "Job") -> "Board":
        """Draw all prompts of a shorten; as the value of the cell they are shown in one grid."""
        from mj_notebook.api.history import board  # the rooms load on first use

        with patience(_GOING_ON):
            # Its words are needed to go on: in a run of all cells they are only just asked for.
            made = job.wait().ablate(seed)
        return board(made, title="the same seed, fewer words")

    def _look(self, wanted: "Mapping[str, Any]") -> None:
        from mj_notebook.api.history import gallery  # the rooms load on first use

        show_gallery(gallery(**wanted), front_end_of(self._shell))

    def _do(self, what: str, job: "Job") -> "Job | str | None":
        """Do what needs no more words with *job*; return the seed or the job that was asked for."""
        if what == "again":
            return self._follow(job.again())
        if what == "seed":
            return job.seed()
        if what == "dismiss":
            job.dismiss()
        else:
            job.cancel()
        return None

    def _job_of(self, task_id: str) -> "Job":
        """Return the job of *task_id*, or the last one of the notebook."""
        from mj_notebook.api import state  # the rooms load with the first job
        from mj_notebook.session.job import Job

        if task_id:
            return state.job(task_id)
        last = self._shell.user_ns.get("_mj")
        if isinstance(last, Job):
            return last
        raise UsageError("Which task?", hint="Write its id behind the command.")

    def _present(self, job: "Job", command: commands.Ask) -> None:
        """Show *job*, give it its names, and wait as far as the cell asks for it."""
        front_end = front_end_of(self._shell)
        self._name(job, command.out)
        _give_a_moment(job)
        if not command.quiet:
            self.showing.show(job, front_end, static=command.static)
        job.accepted()
        usual = front_end is not FrontEnd.JUPYTER or command.timeout is not None
        wants = usual if command.wait is None else command.wait
        if wants and job.window is None:  # a window waits for the person, not for us
            job.wait(command.timeout)

    def _name(self, job: "Job", out: str) -> None:
        names = {"_mj": job, **({out: job} if out else {})}
        self._shell.push(names, interactive=False)

    def _panel(self, task_id: str) -> "Job":
        from mj_notebook.api import state  # the rooms load with the first job

        job = state.job(task_id)
        self._name(job, "")
        front_end = front_end_of(self._shell)
        with patience(_GOING_ON):
            self.showing.show(job, front_end)
            if front_end is not FrontEnd.JUPYTER:
                job.wait()
        return job

    def show_value(self, value: "Job | Board | Gallery") -> None:
        """Show a job, a board or a gallery that is the value of a cell."""
        from mj_notebook.session.board import Board  # one of them is loaded, or there is no value
        from mj_notebook.session.gallery import Gallery

        front_end = front_end_of(self._shell)
        if isinstance(value, Board):
            show_board(value, front_end)
        elif isinstance(value, Gallery):
            show_gallery(value, front_end)
        else:
            self.showing.as_value(value, front_end)


def _give_a_moment(job: "Job") -> None:
    """Wait a moment for the server's answer, and no longer; an interrupt is no patience."""
    try:
        job.accepted(_PATIENCE)
    except WaitInterrupted:
        raise
    except WaitTimeout:
        return


MJMagics.mj.__doc__ = arguments.help_text()
