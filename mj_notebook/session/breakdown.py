"""What a describe or a shorten said, for programs: records and tables."""

from typing import Any

from mj_notebook.errors import UsageError
from mj_notebook.language import spelled, translated
from mj_notebook.prompt.ablation import ablation
from mj_notebook.protocol.breakdown import TokenMark, breakdown_text_of
from mj_notebook.protocol.fallbacks import imagine_like, imagine_of
from mj_notebook.protocol.models import Task
from mj_notebook.session.job import Job
from mj_notebook.session.submission import Submission
from mj_notebook.session.submit import Submitter
from mj_notebook.settings.argument_types import public
from mj_notebook.view.breakdown import BreakdownView, breakdown_view


@public
class JobBreakdown:
    """
    What a describe or a shorten said; a job has it as `Job.breakdown`.

    Args:
        job: The finished job.
        view: Its words as read.
        submitter: Draws what is asked for from here.
    """

    def __init__(self, job: Job, view: BreakdownView, submitter: Submitter) -> None:
        self._job, self._view, self._submitter = job, view, submitter

    @property
    def text(self) -> str:
        """The server's own words, whether or not they follow the usual form."""
        return self._view.source.text

    @property
    def chinese(self) -> str:
        """The same in Chinese; "" when the server gave none."""
        return self._view.source.chinese

    @property
    def prompts(self) -> list[str]:
        """The prompts it offers, as they can be imagined; none when the words can't be read."""
        cards, options = self._view.cards, self._view.options
        return [card.prompt for card in cards] + [option.prompt for option in options]

    @property
    def shared(self) -> list[str]:
        """The content words that at least two of four descriptions hold, those of most first."""
        return list(self._view.shared)

    @property
    def weights(self) -> list[dict[str, Any]]:
        """
        The weight of each word, 0 to 1, in the order of the prompt; for `pandas.DataFrame`.

        Without details (the button "Show Details") there are none.
        """
        return [
            {"word": word.text, "weight": word.weight}
            for word in self._view.words
            if word.weight is not None
        ]

    @property
    def kept(self) -> list[str]:
        """The words the server marked as important, in the order of the prompt."""
        return self._marked(TokenMark.KEPT)

    @property
    def dropped(self) -> list[str]:
        """The words the server struck, in the order of the prompt; details strike none."""
        return self._marked(TokenMark.DROPPED)

    def _marked(self, mark: TokenMark) -> list[str]:
        return [word.text for word in self._view.words if word.mark is mark]

    def imagine(self, number: int) -> Job:
        """
        Draw the prompt *number*, counted from 1, and return its job at once.

        Raises:
            UsageError: There is no such prompt; nothing was sent.
        """
        # Refused here: nothing is sent for a button that is not there.
        if number not in range(1, len(self.prompts) + 1):
            raise _no_prompt(number, len(self.prompts))
        request = imagine_of(self._task, number)
        asked = Submission(request, mode=self._job.mode, step=f"Imagine {number}")
        return self._submitter.start(asked, parent=self._job)

    def ablate(self, seed: int | None = None) -> list[Job]:
        """
        Draw the prompt that was shortened and each shorter one, and return their jobs at once.

        They differ in their words alone: all have one seed, and the parameters of the first. What
        was drawn already is shown again.

        Args:
            seed: None takes the prompt's own, or 7.

        Raises:
            UsageError: Nothing was shortened here, or *seed* is none; nothing was sent.
        """
        options = self._view.options
        if not options:
            raise no_shorter_prompts()
        asked = self._job.prompt or self._view.analysed
        prompts = ablation(asked, [option.prompt for option in options], seed)
        names = ["original", *(f"shorter {option.number}" for option in options)]
        return [
            # As this task's bot would draw it, but a job of its own, not one below this.
            self._submitter.start(
                Submission(imagine_like(self._task, prompt), mode=self._job.mode, step=name)
            )
            for prompt, name in zip(prompts, names, strict=True)
        ]

    @property
    def _task(self) -> Task:
        assert self._job.task is not None
        return self._job.task

    def __repr__(self) -> str:
        text: str = self._repr_mimebundle_()["text/plain"]
        return text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        from mj_notebook.view.twin import breakdown_bundle  # loads on first use

        return breakdown_bundle(self._view)


def breakdown_of(job: Job, submitter: Submitter) -> JobBreakdown | None:
    """Return what *job* said; None while it runs, when it failed, and for what draws."""
    said = breakdown_text_of(job.task)
    return JobBreakdown(job, breakdown_view(said), submitter) if said else None


def no_shorter_prompts() -> UsageError:
    """Return what is said where nothing was shortened."""
    return UsageError(
        translated("There are no shorter prompts here."),
        hint=translated(
            "Shorten a prompt first: {way}.", way=spelled("%mj shorten TEXT", "mj.shorten(text)")
        ),
    )


def _no_prompt(number: object, last: int) -> UsageError:
    hint = (
        translated("Take 1 to {last}.", last=last)
        if last
        else translated("Its words can't be read; they are in .text.")
    )
    return UsageError(translated("There is no prompt {number!r} here.", number=number), hint=hint)
