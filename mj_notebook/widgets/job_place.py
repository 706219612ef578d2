"""Where a job's panel stands; among many, that of a job that has ended waits for a look."""

from typing import Any

from mj_notebook.language import translated
from mj_notebook.session.job import Job
from mj_notebook.session.job_facts import load_pictures
from mj_notebook.widgets.job_panel import BUILT_BY, JobPanel
from mj_notebook.widgets.live_widgets import LIVE
from mj_notebook.widgets.shared import shared

# Seconds; a panel is made in some milliseconds, but a hook of the person's may run before it.
_WAIT_LIMIT = 30.0
# As many as a screen shows. With more, those of jobs that have ended wait for a look.
AT_ONCE = 3


def open_panel(job: Job, twin: str = "", *, may_sleep: bool = False) -> Any:
    """
    Open the live panel of *job* and return what is to be displayed, None where there is nothing.

    Args:
        job: What is shown.
        twin: The key of its static output, which is hidden as long as the panel lives.
        may_sleep: Whether the page sees all its static outputs: then there is nothing to display
            where there are many panels, and that of a job that has ended waits for a look.
    """
    # In slices: an interrupt comes through, and a worker that was stopped is not waited for.
    building = job.worker.submit(build_panel(job, twin, may_sleep=may_sleep))
    return job.worker.wait(
        building,
        timeout=_WAIT_LIMIT,
        resume_hint=lambda: translated(
            "Go on with {expression}.wait().", expression=job.expression
        ),
    )


async def build_panel(
    job: Job, twin: str = "", *, may_sleep: bool = False, is_shown: bool = True
) -> Any:
    """
    Open the live panel of *job* where panels are made: on the job's worker; see `open_panel`.

    Without *is_shown* it is made ahead, and `discard_panel` may take it away again.
    """
    is_asleep = may_sleep and is_settled(job) and len(LIVE) >= AT_ONCE
    if not is_asleep:
        # First, off the loop: the panel is made on it, and reads no disk there.
        await job.worker.run_blocking(load_pictures, job)
    place = LIVE.shown(job, lambda: JobPlace(job, twin if is_asleep else ""), JobPlace)
    if not is_asleep:
        place.wake()
    place.is_shown = place.is_shown or is_shown
    return None if may_sleep and place.sleeps_at else place.stack(twin)


def discard_panel(job: Job) -> None:
    """Take away a panel of *job* that was made ahead and shown in no cell; on the worker."""
    place = LIVE.get(job)
    # What another cell shows stays: one that asks for the same joins the job, and may be refused.
    if isinstance(place, JobPlace) and not place.is_shown:
        LIVE.discard(job)
        # Later: a page that hears of a model's end before it has built it calls that an error.
        job.worker.post_later(BUILT_BY, place.close)


def is_settled(job: Job) -> bool:
    """Tell whether *job*, and all that is shown with it, has ended."""
    return not job.is_open and all(map(is_settled, (*job.children, *job.repeats)))


class JobPlace:
    """
    Where the panel of *job* stands.

    A page takes an eighth of a second for a panel, and a hundredth for an output, so Run All of a
    hundred pictures that are there already would take most of its time for buttons that nobody
    sees. Each job's static output tells all but these, so the panel is made when the page says that
    somebody looks at that output, or when something new begins in the job, and the page puts it
    there. The first few are outputs at once: nobody waits for them.

    Args:
        job: What is shown.
        sleeps_at: The key of the static output that the panel comes to; "" makes it at once.

    Attributes:
        sleeps_at: The same.
        is_shown: Whether a cell displays it; else it was made ahead.
    """

    def __init__(self, job: Job, sleeps_at: str = "") -> None:
        self._job, self.sleeps_at, self.is_shown = job, sleeps_at, False
        self._panel: JobPanel | None = None
        self._is_closed = False
        if not sleeps_at:
            self._panel = JobPanel(job)
            return
        self._page = shared().page
        self._page.await_look(sleeps_at, self._seen)
        self._unsubscribe = job.subscribe(self._changed)

    @property
    def is_open(self) -> bool:
        """Whether the front end still has it; ``Widget.close_all()`` takes it away."""
        if self._panel is not None:
            return self._panel.is_open
        return not self._is_closed and self._page.is_open

    @property
    def is_idle(self) -> bool:
        """Whether the job, and all that is shown with it, has ended."""
        return self._panel is None or self._panel.is_idle

    def wake(self) -> None:
        """Make the panel now, where there is none; its pictures are loaded."""
        if self._panel is None and not self._is_closed:
            self._unsubscribe()
            self._panel = JobPanel(self._job)
            self._send()

    def stack(self, twin: str = "") -> Any:
        """Return the widget of one that is awake."""
        assert self._panel is not None
        return self._panel.stack(twin)

    def close(self) -> None:
        """Take it away; the job goes on, and its static output stays."""
        if self._is_closed:
            return
        self._is_closed = True
        if self.sleeps_at:
            self._page.withdraw_look(self.sleeps_at)
        if self._panel is not None:
            self._panel.close()
        else:
            self._unsubscribe()

    def _changed(self, job: Job) -> None:
        # What has ended stands in the static output too; what goes on is only seen in the panel.
        if not is_settled(job):
            self.wake()

    def _seen(self) -> None:
        # On whatever thread the kernel hears a page.
        self._job.worker.submit(self._load_and_wake())

    async def _load_and_wake(self) -> None:
        if self._panel is None:
            await self._job.worker.run_blocking(load_pictures, self._job)
            self.wake()
        elif not self._is_closed:
            self._send()  # the page was loaded again, or the output made anew

    def _send(self) -> None:
        self._page.send_panel(self.sleeps_at, self.stack(self.sleeps_at).model_id)
