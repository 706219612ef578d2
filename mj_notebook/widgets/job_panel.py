"""A job and its panel, tied together: changes are shown, clicks become work for the worker."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mj_notebook.errors import MJError, PromptError
from mj_notebook.images.paintable import paintable
from mj_notebook.language import gettext
from mj_notebook.session.job import Job
from mj_notebook.session.job_facts import price_of
from mj_notebook.settings.pricing import amount
from mj_notebook.view.window import OpenWindow, WindowAnswer
from mj_notebook.widgets.panel import Panel
from mj_notebook.widgets.shared import set_trait, shared, twin_class
from mj_notebook.widgets.window_places import PLACES, WindowElsewhere

if TYPE_CHECKING:
    from mj_notebook.widgets.window import Window

# The clock of a running job ticks this often; nothing is sent when the words stay the same.
_TICK = 1.0
# Seconds in which a second "Draw again" is the same click twice.
_DOUBLE_CLICK = 2.0
_T = TypeVar("_T")


BUILT_BY = 10.0
"""Seconds after which a page has built what it was told of; on a busy one it takes one or two."""


class JobPanel:
    """
    One job's panel, kept up to date; everything but the callbacks runs on the worker's thread.

    What a click asks for is done in the worker's pool, since it asks the server, the disk, and
    maybe waits for another kernel: on the loop it would stop all panels.

    Args:
        job: What is shown.
        is_asked_here: Whether a click in the panel around it made the job: its window opens here.
        outer_prompt: The prompt of the panel around it, None where there is none.
    """

    def __init__(
        self, job: Job, *, is_asked_here: bool = False, outer_prompt: str | None = None
    ) -> None:
        self._job, self._is_asked_here = job, is_asked_here
        self._children: dict[str, JobPanel] = {}
        self._repeats: list[JobPanel] = []
        self._stack: Any = None
        # Long ago, so that the first click always counts.
        self._repeated_at = -_DOUBLE_CLICK
        self._is_closed = False
        # Before it is followed further: previews are fetched only for who looks.
        job.wants_previews = True
        self.panel = Panel(
            job,
            press=self._press,
            cancel=self._doing(job.cancel),
            seed=self._doing(job.seed),
            save=self._doing(job.save, lambda path: self.panel.note(_saved(path))),
            code=lambda: self._hand_over(self._show_code()),
            choose=self._doing(job.choose),
            again=lambda: self._hand_over(self._repeat()),
            clock=job.now,
            key=job.name,
            outer_prompt=outer_prompt,
        )
        shared().page.register(job.name, self._open, self._rate)
        self._window: Window | None = None
        self._elsewhere: WindowElsewhere | None = None
        self._is_opening = False
        self._was_pressed = False
        self._nest()
        self._show_window()
        # Last: a change may come at once, and finds all its parts.
        self._unsubscribe = job.subscribe(self._changed)
        self._tick()

    @property
    def is_open(self) -> bool:
        """Whether the front end still has it; ``Widget.close_all()`` takes it away."""
        return not self._is_closed and self.panel.widget.comm is not None

    @property
    def is_idle(self) -> bool:
        """Whether the job, and all that is shown with it, has ended."""
        kin = (*self._children.values(), *self._repeats)
        return not self._job.is_open and all(one.is_idle for one in kin)

    def close(self) -> None:
        """Take the panel away, with those of what was made from the job; the jobs go on."""
        if self._is_closed:
            return
        self._is_closed = True
        self._unsubscribe()
        shared().page.withdraw(self._job.name)
        for one in (*self._children.values(), *self._repeats):
            one.close()
        PLACES.release(self._job.name, self)
        for form in (self._window, self._elsewhere):
            if form is not None:
                form.close()
        self.panel.close()
        if self._stack is not None:
            self._stack.close()

    def stack(self, twin: str = "") -> Any:
        """
        Return what is displayed: the panel, and below it those of the same asked once more.

        Args:
            twin: The key of its static output.
        """
        classes = ("mj-stack", *twin_class(twin))
        if self._stack is None:
            self._stack = shared().box(*classes, children=(self.panel.widget,))
            self._nest()
        elif twin:
            set_trait(self._stack, "_dom_classes", classes)
        return self._stack

    def _changed(self, job: Job) -> None:
        self._nest()
        self.panel.show(job.facts(), job.now())
        self._show_window()

    def _show_window(self) -> None:
        """Open the form of the task's window, or take it away when the task goes on."""
        window = self._job.window
        if window is None:
            PLACES.release(self._job.name, self)
            self._take_form_away()
            return
        if (form := self._window or self._elsewhere) is not None:
            # Put by, with all that stands in it, while its answer waits: that may be refused yet.
            self.panel.open_below(None if self._job.held else form.widget)
        if self._window is None and not self._is_opening and self._job.answering is None:
            if self._is_asked_here:
                self._is_asked_here = False
                PLACES.move(self._job.name, self)
            if PLACES.claim(self._job.name, self):
                # Making the form waits for the picture; what changes meanwhile must not make a
                # second one.
                self._is_opening = True
                self._hand_over(self._open_window(window))
            else:
                self._tell_where()

    def give_window(self) -> None:
        """Let another panel show the window, and tell that it is there."""
        self._take_form_away()
        if self._job.window is not None:
            self._tell_where()

    def _tell_where(self) -> None:
        if self._elsewhere is None:
            self._elsewhere = WindowElsewhere(
                shared(), lambda: self._job.worker.post(self._move_window)
            )
            self.panel.open_below(self._elsewhere.widget)

    def _move_window(self) -> None:
        PLACES.move(self._job.name, self)
        self._show_window()

    def _take_form_away(self) -> None:
        for form in (self._window, self._elsewhere):
            if form is not None:
                self.panel.open_below(None)
                self._close_form(form)
        self._window = self._elsewhere = None

    def _close_form(self, form: "Window | WindowElsewhere") -> None:
        # Later: a page that hears of a model's end before it has built it calls that an error.
        self._job.worker.post_later(BUILT_BY, form.close)

    async def _open_window(self, window: OpenWindow) -> None:
        try:
            # In a thread: where nothing is compiled yet, every panel would stand still for it.
            await self._job.worker.run_blocking(import_module, "mj_notebook.widgets.window")
            from mj_notebook.widgets.window import Window  # loads with the first window

            picture = await self._picture_above() if window.takes_mask else None
            price = price_of(self._job, self._job.custom_id)
            form = Window(
                shared(),
                window,
                draw=self._draw,
                dismiss=self._doing(self._job.dismiss),
                cost=amount(price) if price else "",
                picture=picture,
            )
        finally:
            self._is_opening = False
        # It was answered meanwhile, from Python, or is wanted in another panel.
        if self._job.window is None or not PLACES.claim(self._job.name, self):
            self._close_form(form)
            return
        self._take_form_away()
        self._window = form
        self.panel.open_below(form.widget)

    async def _picture_above(self) -> bytes | None:
        """Return the picture whose region is to be repainted, None when it is not kept."""
        above = self._job.parent
        if above is None:
            return None
        try:
            # Ready for the page: the form is made on the loop, and decodes nothing there.
            shown = await self._job.worker.run_blocking(lambda: paintable(above.content()))
        except MJError:
            return None
        return shown.content

    def _nest(self) -> None:
        """Open a panel below for each job that was made from here since."""
        for child in tuple(self._job.children):
            if child.name not in self._children:
                # The first child after the click is what it made; its window opens where the person
                # looks.
                asked, self._was_pressed = self._was_pressed, False
                # Told from the start: to make a child of a panel takes two messages more.
                prompt = self._job.prompt
                made = JobPanel(child, is_asked_here=asked, outer_prompt=prompt)
                self._children[child.name] = made
                self.panel.add_child(made.panel)
        if self._stack is not None and len(self._repeats) < len(self._job.repeats):
            for repeat in self._job.repeats[len(self._repeats) :]:
                self._repeats.append(JobPanel(repeat))
            panels = (self.panel, *(one.panel for one in self._repeats))
            self._stack.children = tuple(panel.widget for panel in panels)

    def _tick(self) -> None:
        if self._is_closed:
            return
        self.panel.show(self._job.facts(), self._job.now())
        if self._job.is_open:
            self._job.worker.post_later(_TICK, self._tick)

    # The callbacks: any thread, so they only hand over.

    def _press(self, custom_id: str) -> None:
        self._was_pressed = True
        self._hand_over(self._act(partial(self._job.press, custom_id)))

    def _draw(self, answer: WindowAnswer) -> None:
        self._hand_over(self._answer(answer))

    async def _answer(self, answer: WindowAnswer) -> None:
        """Send what was answered in the window, once."""
        form = self._window
        if form is None:
            return
        form.set_busy(is_busy=True)
        await self._act(partial(self._send_answer, form, answer))
        if self._window is form:
            form.set_busy(is_busy=False)

    def _send_answer(self, form: "Window", answer: WindowAnswer) -> None:
        """Send *answer*; where errors of its prompt stop it, let the form offer to go on."""
        try:
            self._job.answer(
                answer.prompt,
                mask=answer.mask,
                zoom=answer.zoom,
                ar=answer.ar,
                force=answer.force,
            )
        except PromptError:
            # The form is written by the loop alone, and this runs in the pool.
            self._job.worker.post(form.offer_force)
            raise

    def _hand_over(self, work: Coroutine[Any, Any, None]) -> None:
        self._job.worker.submit(work)

    def _doing(
        self, action: Callable[[], _T], then: Callable[[_T], object] = lambda _: None
    ) -> Callable[[], None]:
        """Return what does *action* in the pool when it is called, from any thread."""
        return lambda: self._hand_over(self._act(action, then))

    async def _show_code(self) -> None:
        if self.panel.shows_code:
            self.panel.show_code(None)
        else:
            await self._act(self._job.code, self.panel.show_code)

    async def _repeat(self) -> None:
        """Ask for the same once more; a double click counts once."""
        now = asyncio.get_running_loop().time()  # not the wall clock, which may be set back
        if now - self._repeated_at >= _DOUBLE_CLICK:
            self._repeated_at = now
            await self._act(self._job.again)

    def _open(self) -> None:
        self._hand_over(self._send_picture())

    async def _send_picture(self) -> None:
        """Give the page the whole picture, or why there is none."""
        page, job = shared().page, self._job
        try:
            shown = await job.worker.run_blocking(lambda: paintable(job.content()))
        except MJError as error:
            page.send_refusal(job.name, str(error))
        else:
            page.send_picture(job.name, shown.content, shown.mime)

    def _rate(self, rating: object) -> None:
        self._hand_over(self._take_rating(rating))

    async def _take_rating(self, rating: Any) -> None:
        """Rate the job as the page's keys say, or take the last back, and say what came of it."""
        job = self._job
        try:
            if rating is None:
                said = await job.worker.run_in_turn(job.take_back)
            else:
                await job.worker.run_in_turn(job.rate, rating)
                said = job.annotation.text or gettext("not rated")
        except MJError as error:
            said = str(error)
        shared().page.send_rating(said)

    async def _act(
        self, action: Callable[[], _T], then: Callable[[_T], object] = lambda _: None
    ) -> None:
        """Do in the pool what asks server or disk, and go on with its result on the loop."""
        # What went wrong before is told no longer than until the next try.
        self.panel.note("")
        try:
            then(await self._job.worker.run_action(action))
        except MJError as error:  # nobody sees what a callback raises, so the panel says it
            self.panel.note(str(error))
        # Also where it failed: the press may have left the job changed.
        self._job.notify()


def _saved(path: Path) -> str:
    return gettext("Saved as {file} in {folder}.").format(file=path.name, folder=path.parent)
