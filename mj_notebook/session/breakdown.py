"""What a describe or a shorten said, for programs: records and tables."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from mj_notebook.errors import UsageError
from mj_notebook.prompt.ablation import ablation
from mj_notebook.protocol.breakdown import Mark, said_by
from mj_notebook.view.breakdown import BreakdownView, breakdown_view

if TYPE_CHECKING:
    from mj_notebook.protocol.models import Task


Made = TypeVar("Made")


class JobBreakdown(Generic[Made]):
    """
    What a describe or a shorten said; a job has it as `Job.breakdown`.

    Args:
        view: The words as read.
        asked: The prompt that was shortened, with its parameters; "" when none was.
        imagine: Draws the prompt of a number.
        draw: Draws a prompt, and calls the job as it is told.
    """

    def __init__(
        self,
        view: BreakdownView,
        asked: str,
        imagine: Callable[[int], Made],
        draw: Callable[[str, str], Made],
    ) -> None:
        self._view, self._asked = view, asked
        self._imagine, self._draw = imagine, draw

    @property
    def text(self) -> str:
        """The server's own words, whether or not they follow the usual form."""
        return self._view.said.text

    @property
    def chinese(self) -> str:
        """The same in Chinese; "" when the server gave none."""
        return self._view.said.chinese

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
        return self._marked(Mark.KEPT)

    @property
    def dropped(self) -> list[str]:
        """The words the server struck, in the order of the prompt; details strike none."""
        return self._marked(Mark.DROPPED)

    def _marked(self, mark: Mark) -> list[str]:
        return [word.text for word in self._view.words if word.mark is mark]

    def imagine(self, number: int) -> Made:
        """
        Draw the prompt *number*, counted from 1, and return its job at once.

        Raises:
            UsageError: There is no such prompt; nothing was sent.
        """
        if number not in range(1, len(self.prompts) + 1):
            raise _no_prompt(number, len(self.prompts))
        return self._imagine(number)

    def ablate(self, seed: int | None = None) -> list[Made]:
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
        asked = self._asked or self._view.analysed
        prompts = ablation(asked, [option.prompt for option in options], seed)
        names = ["original", *(f"shorter {option.number}" for option in options)]
        return [self._draw(prompt, name) for prompt, name in zip(prompts, names, strict=True)]

    def __repr__(self) -> str:
        text: str = self._repr_mimebundle_()["text/plain"]
        return text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        from mj_notebook.view.twin import breakdown_bundle  # loads on first use

        return breakdown_bundle(self._view)


def breakdown_of(
    task: "Task | None",
    imagine: Callable[[int], Made],
    draw: Callable[[str, str], Made],
    asked: str = "",
) -> JobBreakdown[Made] | None:
    """Return what *task* said; None while it runs, when it failed, and for what draws."""
    said = said_by(task)
    return JobBreakdown(breakdown_view(said), asked, imagine, draw) if said else None


def no_shorter_prompts() -> UsageError:
    """Return what is said where nothing was shortened."""
    return UsageError(
        "There are no shorter prompts here.", hint="Shorten a prompt first: %mj shorten TEXT."
    )


def _no_prompt(number: object, last: int) -> UsageError:
    hint = f"Take 1 to {last}." if last else "Its words can't be read; they are in .text."
    return UsageError(f"There is no prompt {number!r} here.", hint=hint)
