"""A job and its panel, tied together: changes are shown, clicks become work for the worker."""

from collections.abc import Callable
from typing import Any

from mj_notebook.errors import MJError
from mj_notebook.jobs import Job
from mj_notebook.widgets.panel import Panel

# The clock of a running job ticks this often; nothing is sent when the words stay the same.
_TICK = 1.0


def open_panel(job: Job) -> Any:
    """Open a live panel of *job* and return what is to be displayed; call it from a cell."""

    async def build() -> Any:
        return _Live(job).panel.widget

    return job.worker.submit(build()).result(30)


class _Live:
    """One job's panel; everything but the callbacks runs on the worker's thread."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._children: set[str] = set()
        job.wants_previews = True
        self.panel = Panel(
            job, press=self._press, cancel=self._cancel, seed=self._seed, clock=job.now
        )
        self._nest()
        job.listen(self._changed)
        self._tick()

    def _changed(self, job: Job) -> None:
        self._nest()
        self.panel.show(job.facts(), job.now())

    def _nest(self) -> None:
        """Open a panel below for each job that was made from here since."""
        for child in tuple(self._job.children):
            if child.tag not in self._children:
                self._children.add(child.tag)
                self.panel.add_child(_Live(child).panel)

    def _tick(self) -> None:
        self.panel.show(self._job.facts(), self._job.now())
        if self._job.is_open:
            self._job.worker.loop.call_later(_TICK, self._tick)

    # The callbacks: any thread, so they only hand over.

    def _press(self, custom_id: str) -> None:
        self._job.worker.post(self._say, self._job.press, custom_id)

    def _cancel(self) -> None:
        self._job.worker.submit(self._aside(self._job.cancel))

    def _seed(self) -> None:
        self._job.worker.submit(self._aside(self._job.seed))

    async def _aside(self, wish: Callable[[], object]) -> None:
        """Carry out what asks the server, beside the loop."""
        self.panel.note("")
        try:
            await self._job.worker.aside(wish)
        except MJError as error:
            self.panel.note(str(error))
        self._job.changed()

    def _say(self, wish: Callable[[str], object], what: str) -> None:
        """Carry out a press; nobody sees what a callback raises, so the panel says it."""
        self.panel.note("")
        try:
            wish(what)
        except MJError as error:
            self.panel.note(str(error))
