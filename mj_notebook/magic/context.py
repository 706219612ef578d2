"""The shell in which a command runs: its names, its outputs, who looks at them."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mj_notebook.errors import MJError, UsageError, WaitInterrupted, WaitTimeout
from mj_notebook.language import marked, translated
from mj_notebook.magic.front_end import FrontEnd, front_end_of
from mj_notebook.magic.records import DisplayOptions
from mj_notebook.session.interrupts import interruptible

if TYPE_CHECKING:
    from mj_notebook.magic.showing import Displays
    from mj_notebook.session.job import Job

# An answer that comes this fast spares a panel that would only show an error.
_PATIENCE = 0.25
GO_ON = marked("Go on with _mj.wait().")
"""What is said to whoever interrupts a cell that shows a job."""


class Context:
    """
    The shell in which a command runs: its names, its outputs, who looks at them.

    Args:
        shell: IPython's own.
        showing: The displays of its jobs.
        names: What ``{{name}}`` means: the names of the function that the magic runs in, and the
            notebook's.
    """

    def __init__(self, shell: Any, showing: "Displays", names: Mapping[str, Any]) -> None:
        self.shell, self.showing, self.names = shell, showing, names

    @property
    def front_end(self) -> FrontEnd:
        """Who looks."""
        return front_end_of(self.shell)

    @property
    def has_person(self) -> bool:
        """Whether a question would be answered: programs that run notebooks can't."""
        if self.front_end is FrontEnd.TERMINAL:
            return sys.stdin is not None and sys.stdin.isatty()
        return self.front_end is FrontEnd.JUPYTER and hasattr(self.shell, "kernel")

    def assign(self, name: str, value: object) -> None:
        """Give *value* a name in the notebook; "" is none."""
        if name:
            self.shell.push({name: value}, interactive=False)

    def job(self, task_id: str) -> "Job":
        """Return the job of *task_id*, or the last one of the notebook."""
        from mj_notebook.api import state  # the rooms load with the first job
        from mj_notebook.session.job import Job

        if task_id:
            return state.job(task_id)
        last = self.shell.user_ns.get("_mj")
        if isinstance(last, Job):
            return last
        raise UsageError(
            translated("Which task?"),
            hint=translated(
                "Write its id behind the command; without one, it is the last of %%mj or %mj."
            ),
        )

    def name_job(self, job: "Job", out: str) -> None:
        """Make *job* the last one, and give it its own name."""
        self.assign("_mj", job)
        self.assign(out, job)

    def present(self, job: "Job", options: DisplayOptions) -> "Job | None":
        """Show *job*, and wait as far as is asked for; return the value of the cell."""
        with interruptible(translated(GO_ON)):
            self.name_job(job, options.out)
            if not options.quiet:
                self.showing.prepare(job, self.front_end, static=options.static)
            try:
                _give_a_moment(job)
            except MJError:
                self.showing.discard(job)
                raise
            if not options.quiet:
                self.showing.show(job, self.front_end, static=options.static)
            # Where there is no room yet the panel waits, and the cell does not.
            job.answered()
            usual = self.front_end is not FrontEnd.JUPYTER or options.timeout is not None
            wants = usual if options.wait is None else options.wait
            if wants and job.window is None:  # a window waits for the person, not for us
                job.wait(options.timeout)
        return None if options.quiet else job


def _give_a_moment(job: "Job") -> None:
    """Wait a moment for the server's answer, and no longer; an interrupt is no patience."""
    try:
        job.accepted(_PATIENCE)
    except WaitInterrupted:
        raise
    except WaitTimeout:
        return
