"""A job and its panel, tied together: changes are shown, clicks become work for the worker."""

from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from mj_notebook.errors import MJError
from mj_notebook.images.paintable import paintable
from mj_notebook.session.job import Job
from mj_notebook.view.window import OpenWindow
from mj_notebook.widgets.panel import Panel
from mj_notebook.widgets.shared import shared
from mj_notebook.widgets.window import Given, Window

# The clock of a running job ticks this often; nothing is sent when the words stay the same.
_TICK = 1.0
# Seconds; a panel is made in some milliseconds, but a hook of the person's may run before it.
_PATIENCE = 30.0
# Seconds in which a second "Draw again" is the same wish, made with an impatient hand.
_ONCE = 2.0
_T = TypeVar("_T")


def open_panel(job: Job) -> Any:
    """Open a live panel of *job* and return what is to be displayed; call it from a cell."""
    # In slices: an interrupt comes through, and a worker that was stopped is not waited for.
    building = job.worker.submit(build_panel(job))
    going_on = f"Go on with {job.call}.wait()."
    return job.worker.wait(building, timeout=_PATIENCE, going_on=going_on)


async def build_panel(job: Job) -> Any:
    """Build a live panel of *job* where panels are made: on the job's worker."""
    return _Live(job).stack()


class _Live:
    """One job's panel; everything but the callbacks runs on the worker's thread."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._children: set[str] = set()
        self._repeats: list[Panel] = []
        self._stack: Any = None
        self._repeated_at = -_ONCE
        job.wants_previews = True
        self.panel = Panel(
            job, press=self._press, cancel=self._cancel, seed=self._seed, save=self._save,
            code=self._code, again=self._again, clock=job.now, key=job.tag,
        )  # fmt: skip
        shared().page.offer(job.tag, self._open)
        self._window: Window | None = None
        self._is_opening = False
        self._nest()
        self._show_window()
        job.listen(self._changed)
        self._tick()

    def stack(self) -> Any:
        """Return what is displayed: the panel, and below it those of the same asked once more."""
        self._stack = shared().box("mj-stack", children=(self.panel.widget,))
        self._nest()
        return self._stack

    def _changed(self, job: Job) -> None:
        self._nest()
        self.panel.show(job.facts(), job.now())
        self._show_window()

    def _show_window(self) -> None:
        """Open the form of the task's window, or take it away when the task goes on."""
        if self._job.window is None:
            if self._window is not None:
                self.panel.open_below(None)
                self._window.close()
                self._window = None
        elif self._window is None and not self._is_opening:
            self._is_opening = True
            self._hand_over(self._open_window(self._job.window))

    async def _open_window(self, window: OpenWindow) -> None:
        try:
            picture = await self._picture_above() if window.takes_mask else None
            form = Window(shared(), window, draw=self._draw, dismiss=self._dismiss, picture=picture)
        finally:
            self._is_opening = False
        if self._job.window is None:  # it was answered meanwhile, from Python
            form.close()
            return
        self._window = form
        self.panel.open_below(form.widget)

    async def _picture_above(self) -> bytes | None:
        """Return the picture whose region is to be repainted, None when it is not kept."""
        above = self._job.parent
        if above is None:
            return None
        try:
            content: bytes = await self._job.worker.aside(above.content)
        except MJError:
            return None
        return content

    def _nest(self) -> None:
        """Open a panel below for each job that was made from here since."""
        for child in tuple(self._job.children):
            if child.tag not in self._children:
                self._children.add(child.tag)
                self.panel.add_child(_Live(child).panel)
        if self._stack is not None and len(self._repeats) < len(self._job.repeats):
            for repeat in self._job.repeats[len(self._repeats) :]:
                self._repeats.append(_Live(repeat).panel)
            panels = (self.panel, *self._repeats)
            self._stack.children = tuple(panel.widget for panel in panels)

    def _tick(self) -> None:
        self.panel.show(self._job.facts(), self._job.now())
        if self._job.is_open:
            self._job.worker.loop.call_later(_TICK, self._tick)

    # The callbacks: any thread, so they only hand over.

    def _press(self, custom_id: str) -> None:
        self._job.worker.post(self._say, self._job.press, custom_id)

    def _cancel(self) -> None:
        self._job.worker.submit(self._aside(self._job.cancel))

    def _draw(self, given: Given) -> None:
        self._hand_over(self._answer(given))

    def _dismiss(self) -> None:
        self._hand_over(self._aside(self._job.dismiss))

    async def _answer(self, given: Given) -> None:
        """Send what the window was given, once."""
        job, form = self._job, self._window
        if form is None:
            return
        form.busy(is_busy=True)
        answer = partial(job.answer, given.prompt, mask=given.mask, zoom=given.zoom, ar=given.ar)
        await self._aside(answer)
        if self._window is form:
            form.busy(is_busy=False)

    def _hand_over(self, work: Coroutine[Any, Any, None]) -> None:
        self._job.worker.submit(work)

    def _seed(self) -> None:
        self._job.worker.submit(self._aside(self._job.seed))

    def _save(self) -> None:
        self._hand_over(self._tell_place())

    async def _tell_place(self) -> None:
        await self._aside(self._job.save, lambda path: self.panel.note(_saved(path)))

    def _code(self) -> None:
        self._hand_over(self._show_code())

    async def _show_code(self) -> None:
        if self.panel.shows_code:
            self.panel.show_code(None)
        else:
            await self._aside(self._job.code, self.panel.show_code)

    def _again(self) -> None:
        self._hand_over(self._repeat())

    async def _repeat(self) -> None:
        """Ask for the same once more; a double click is one wish."""
        if self._job.now() - self._repeated_at >= _ONCE:
            self._repeated_at = self._job.now()
            await self._aside(self._job.again)

    def _open(self) -> None:
        self._hand_over(self._give_picture())

    async def _give_picture(self) -> None:
        """Give the page the whole picture, or why there is none."""
        page, job = shared().page, self._job
        try:
            shown = paintable(await job.worker.aside(job.content))
        except MJError as error:
            page.refuse(job.tag, str(error))
        else:
            page.give(job.tag, shown.content, shown.mime)

    async def _aside(
        self, wish: Callable[[], _T], then: Callable[[_T], object] = lambda _: None
    ) -> None:
        """Carry out what asks server or disk, beside the loop, and go on with its result."""
        self.panel.note("")
        try:
            then(await self._job.worker.aside(wish))
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


def _saved(path: Path) -> str:
    return f"Saved as {path.name} in {path.parent}."
