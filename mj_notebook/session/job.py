"""A job: one task being followed by this kernel; the only thing here that changes."""

from collections.abc import Generator
from typing import Any, Protocol

from mj_notebook.errors import UsageError
from mj_notebook.protocol.buttons import choose
from mj_notebook.protocol.fallbacks import imagine_like, imagine_of
from mj_notebook.protocol.models import Button
from mj_notebook.protocol.requests import Request
from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.session.breakdown import JobBreakdown, breakdown_of, no_shorter_prompts
from mj_notebook.session.interrupts import patience
from mj_notebook.session.job_pictures import Archive, JobPictures


class House(Archive, Protocol):
    """What a job asks of the session it belongs to."""

    def start(
        self,
        request: Request,
        *,
        prompt: str = "",
        parent: "Job | None" = None,
        step: str = "",
        mode: Mode | None = None,
    ) -> "Job":
        """Send *request* and return the job that follows it."""

    def press(
        self, job: "Job", button: Button, *, repeat: bool = False, same_channel: bool = False
    ) -> "Job":
        """Press *button* of *job*."""

    def answer(
        self,
        job: "Job",
        prompt: str | None,
        *,
        mask: object,
        zoom: float | None,
        ar: str | None,
    ) -> "Job":
        """Answer the window of *job*."""

    def cancel(self, job: "Job") -> None:
        """Ask the server to cancel *job*."""

    def seed(self, job: "Job") -> str:
        """Ask the server for the seed of *job*."""

    def again(self, job: "Job") -> "Job":
        """Ask for the same as *job*, a first job, once more."""

    def code(self, job: "Job") -> str:
        """Return the way to *job* as Python."""


class Job(JobPictures):
    """
    One task being followed by this kernel.

    It is made by a session and changed only on the session's worker thread; everything here may
    be read from any thread.
    """

    _house: House

    # -- words ---------------------------------------------------------------------------------

    @property
    def breakdown(self) -> "JobBreakdown[Job] | None":
        """What a describe or a shorten said; None until it did, and for what draws."""
        return breakdown_of(self.task, self._imagine, self._draw, self.prompt)

    def _imagine(self, number: int) -> "Job":
        assert self.task is not None
        request = imagine_of(self.task, number)
        return self._house.start(
            request, prompt=request.prompt, parent=self, step=f"Imagine {number}", mode=self.mode
        )

    def _draw(self, prompt: str, name: str) -> "Job":
        """Draw *prompt* as this task's bot would; a job of its own, not one below this."""
        assert self.task is not None
        request = imagine_like(self.task, prompt)
        return self._house.start(request, prompt=prompt, step=name, mode=self.mode)

    def ablate(self, seed: int | None = None) -> "list[Job]":
        """
        Draw the prompt that was shortened here and each shorter one, all with one seed.

        Args:
            seed: None takes the prompt's own, or 7.

        Raises:
            UsageError: No prompt was shortened here (yet), or *seed* is none; nothing was sent.
        """
        if self.breakdown is None:
            raise no_shorter_prompts()
        return self.breakdown.ablate(seed)

    # -- waiting -------------------------------------------------------------------------------

    def wait(self, timeout: float | None = None) -> "Job":
        """
        Wait until the job ended and its picture is kept.

        Args:
            timeout: Seconds; None waits as long as it takes.

        Raises:
            TaskFailed: The task failed or was cancelled.
            WaitTimeout: The time is over, or the person interrupted; the task goes on.
        """
        going_on = f"Go on with {self.call}.wait()."
        self._house.worker.wait(self._ended, timeout=timeout, going_on=going_on)
        return self

    def accepted(self, timeout: float | None = None) -> "Job":
        """Wait until the server accepted the task; raise what it said when it did not."""
        going_on = f"It is still being sent; go on with {self.call}.wait()."
        self._house.worker.wait(self._accepted, timeout=timeout, going_on=going_on)
        return self

    def __await__(self) -> Generator[Any, None, "Job"]:
        return self._finished().__await__()

    async def _finished(self) -> "Job":
        going_on = f"Go on with {self.call}.wait()."
        await self._house.worker.wait_async(self._ended, timeout=None, going_on=going_on)
        return self

    @property
    def call(self) -> str:
        """The expression that gives this job in a cell, for sentences."""
        return f'mj.job("{self.id}")' if self.id else "job"

    # -- acting --------------------------------------------------------------------------------

    def press(self, name: str, *, repeat: bool = False, same_channel: bool = False) -> "Job":
        """
        Press a button and return the job it makes.

        Where one press makes several tasks, the job is the first, and has the others as siblings.

        Args:
            name: What is written on it ("U2", "Zoom Out 2x"), its emoji, our word for it
                ("zoom_out_2x") or its customId.
            repeat: Make another one even while the same press is still under way.
            same_channel: Let another account of the proxy on the same channel take it.

        Raises:
            UsageError: The task has no such button; the sentence lists those it has.
        """
        button = self.button(name)
        return self._house.press(self, button, repeat=repeat, same_channel=same_channel)

    def button(self, name: str) -> Button:
        """Return the button called *name*; see `press` for the ways to call it."""
        return choose(self.buttons, name, is_open=self.is_open)

    def answer(
        self,
        prompt: str | None = None,
        *,
        mask: object = None,
        zoom: float | None = None,
        ar: str | None = None,
    ) -> "Job":
        """
        Answer the window the server opened before drawing; the same task goes on.

        Args:
            prompt: The whole prompt with its parameters; None takes the one the window offers.
            mask: For Vary (Region), what to repaint: white is repainted, black stays. A picture
                in any form, or boxes ``(left, top, right, bottom)`` in pixels or in parts of 1.
            zoom: For Custom Zoom, how far out: 1 to 2.
            ar: For Custom Zoom, another shape: "16:9".

        Raises:
            UsageError: It is no answer to this window; nothing was sent.
        """
        with patience("It may have been sent: look at the job before you answer again."):
            return self._house.answer(self, prompt, mask=mask, zoom=zoom, ar=ar)

    def dismiss(self) -> None:
        """Close the window without drawing; the server lets go of the task, which costs nothing."""
        if self.window is None:
            raise UsageError("This task has no window open.", hint="Only a waiting task has one.")
        self.cancel()

    def cancel(self) -> None:
        """Ask the server to cancel the task (a window is dismissed the same way)."""
        if self.is_open:
            with patience("It may have been cancelled: look at the job in a moment."):
                self._house.cancel(self)

    def seed(self) -> str:
        """Ask the server for the seed of the picture; this may take up to a minute."""
        if self.known_seed is None:
            with patience("Ask for the seed again when you want it."):
                self.known_seed = self._house.seed(self)
        return self.known_seed

    def again(self) -> "Job":
        """
        Ask for the same once more, and return the job of it; this is drawn and paid anew.

        Raises:
            UsageError: It isn't known how this was asked for, or its pictures are not kept.
        """
        if self.parent is not None and self.custom_id:
            return self.parent.press(self.custom_id, repeat=True)
        return self._house.again(self)

    def code(self) -> str:
        """Return Python that takes the same steps, from the first prompt to this picture."""
        return self._house.code(self)

    # -- showing -------------------------------------------------------------------------------

    def __repr__(self) -> str:
        from mj_notebook.view.text import plain_text  # loads on first use

        return plain_text(self.facts(), self.now())

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        from mj_notebook.view.twin import twin_bundle  # loads on first use

        return twin_bundle(self.facts(), self.now())
