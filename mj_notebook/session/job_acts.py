"""What a person does with one job: looked at here, and done by the session that acts for it."""

from contextlib import suppress
from typing import TYPE_CHECKING

from mj_notebook.errors import Refused, TaskFailed, Unsettled, Unsupported, UsageError
from mj_notebook.language import gettext, translated
from mj_notebook.protocol.breakdown import breakdown_kind_of, breakdown_text_of
from mj_notebook.protocol.buttons import button_name, find_button, require_possible
from mj_notebook.protocol.fallbacks import available_buttons
from mj_notebook.protocol.models import Button
from mj_notebook.session.interrupts import interruptible

if TYPE_CHECKING:
    from mj_notebook.session.job import Job
    from mj_notebook.store.deleting import Deletion


class JobActs:
    """What may be done with one job; each asks the session, and most of them the server."""

    def __init__(self, job: "Job") -> None:
        self._job = job

    def press(self, name: str | int, *, repeat: bool = False, same_channel: bool = False) -> "Job":
        """
        Press a button and return the job it makes, at once.

        On a job that has not ended, the new one waits for it and is sent then; where it fails,
        nothing is sent. Where one press makes several tasks, the job is the first, and has the
        others as siblings.

        Args:
            name: What is written on it ("U2", "Zoom Out 2x"), its emoji, our word for it
                ("zoom_out_2x"), its customId, or a number: one of four pictures, or of the prompts
                that a describe or a shorten gave.
            repeat: Make another one even while the same press is still under way.
            same_channel: Let another account of the proxy on the same channel take it.

        Raises:
            UsageError: The task has no such button; the sentence lists those it has.
        """
        button = self._offered(self._button_name(name))
        actions = self._job.acting.actions
        return actions.press(self._job, button, repeat=repeat, same_channel=same_channel)

    def button(self, name: str | int) -> Button:
        """Return the button called *name*, as far as is known; see `press` for its names."""
        offered = available_buttons(self._job.task) if self._job.task else ()
        called = self._button_name(name)
        return find_button(offered, called, is_open=self._job.awaits_end, translate=gettext)

    def _offered(self, name: str) -> Button | str:
        """Return the button *name*; its name where it may come when the job has ended."""
        job = self._job
        if job.error is not None and (job.id is None or job.is_left):
            raise job.error  # it never became a task, or is not followed: its buttons are not known
        try:
            return self.button(name)
        except UsageError:
            if not (job.awaits_end and name):
                raise
        require_possible(name, tells_words=breakdown_kind_of(job.request) is not None)
        return name

    def _button_name(self, name: object) -> str:
        asked = breakdown_kind_of(self._job.request)
        return button_name(name, tells_words=bool(asked or breakdown_text_of(self._job.task)))

    def answer(
        self,
        prompt: str | None = None,
        *,
        mask: object = None,
        zoom: float | None = None,
        ar: str | None = None,
        force: bool = False,
    ) -> "Job":
        """
        Answer the window the server opened before drawing; the same task goes on.

        Where the button that opens it was not sent yet, the answer follows it by itself.

        Args:
            prompt: The whole prompt with its parameters; None takes the one the window offers.
            mask: For Vary (Region), what to repaint: white is repainted, black stays. A picture
                in any form, or boxes ``(left, top, right, bottom)`` in pixels or in parts of 1.
            zoom: For Custom Zoom, how far out: 1 to 2.
            ar: For Custom Zoom, another shape: "16:9".
            force: Send it although errors are found in its words.

        Raises:
            PromptError: Its words have errors; nothing was sent.
            UsageError: It is no answer to this window; nothing was sent.
        """
        from mj_notebook.view.window import WindowAnswer  # light, and only for answers

        answer = WindowAnswer(prompt, mask=mask, zoom=zoom, ar=ar, force=force)
        with interruptible(
            translated("It may have been sent: look at the job before you answer again.")
        ):
            return self._job.acting.answers.answer(self._job, answer)

    def dismiss(self) -> None:
        """Close the window without drawing; the server lets go of the task, which costs nothing."""
        if self._job.window is None:
            raise UsageError(
                translated("This task has no window open."),
                hint=translated("Only a waiting task has one."),
            )
        try:
            self.cancel()
        except Unsupported:
            raise Unsupported(
                translated(
                    "{server_label} can't close a window: it does not offer cancelling.",
                    server_label=self._job.server_label,
                ),
                hint=translated("Leave it open: it costs nothing as long as it is not answered."),
            ) from None

    def cancel(self) -> bool:
        """
        Ask the server to cancel the task (a window is dismissed the same way).

        Returns:
            Whether there was anything to cancel: False where the task is over. One that is no
            longer followed may still be drawn, and is cancelled.
        """
        with interruptible(translated("It may have been cancelled: look at the job in a moment.")):
            if self._job.task is None and self._job.acting.actions.withdraw(self._job):
                return True
            is_being_sent = self._job.is_open and self._job.task is None
            if is_being_sent and not self._job.worker.is_current_thread:
                with suppress(Refused, TaskFailed):  # then there is nothing to cancel
                    self._job.accepted()
            if isinstance(self._job.error, Unsettled):
                raise self._job.error  # nobody has its id, and it may be drawn
            if not self._job.is_open and not self._job.is_left:
                return is_being_sent and self._job.is_cancelling
            self._job.acting.actions.cancel(self._job)
            return True

    def seed(self) -> str:
        """
        Ask the server for the seed of the picture; this may take up to a minute.

        Raises:
            UsageError: It was answered in words, which have none.
        """
        if self._job.known_seed is None:
            self._job.result.require_end()
            if breakdown_text_of(self._job.task):
                raise UsageError(
                    translated("What is answered in words has no seed."),
                    hint=translated("Ask a job that drew a picture."),
                )
            with interruptible(translated("Ask for the seed again when you want it.")):
                self._job.known_seed = self._job.acting.actions.seed(self._job)
            self._job.worker.post(self._job.notify)
        return self._job.known_seed

    def again(self) -> "Job":
        """
        Ask for the same once more, and return the job of it; this is drawn and paid anew.

        Raises:
            UsageError: It isn't known how this was asked for, or its pictures are not kept.
        """
        if self._job.parent is not None and self._job.custom_id:
            return self._job.parent.press(self._job.custom_id, repeat=True)
        return self._job.acting.actions.again(self._job)

    def choose(self) -> "Job":
        """
        Let this picture stand for what was asked: running its cell again shows it, for free.

        Of several (`again`, ``--fresh``) the first one stands for it until another is chosen.

        Raises:
            TaskFailed: It failed, so there is nothing to choose.
        """
        self._job.wait()
        self._job.acting.actions.choose(self._job)
        return self._job

    def code(self) -> str:
        """Return Python that takes the same steps, from the first prompt to this picture."""
        return self._job.acting.actions.code(self._job)

    def ablate(self, seed: int | None = None) -> "list[Job]":
        """
        Draw the prompt that was shortened here and each shorter one, all with one seed.

        Args:
            seed: None takes the prompt's own, or 7.

        Raises:
            UsageError: No prompt was shortened here, or *seed* is none; nothing was sent.
        """
        self._job.result.require_end()
        return self._job.acting.actions.ablate(self._job, seed)

    def delete(self, *, yes: bool = False) -> "Deletion":
        """
        Delete it from history and from the disk, after a question; see `mj.delete`.

        Args:
            yes: Ask nothing, as for a run without a person.
        """
        return self._job.acting.actions.delete(self._job, yes=yes)
