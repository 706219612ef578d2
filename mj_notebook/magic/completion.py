"""The completion of IPython, asked for ``%%mj`` cells, ``%mj`` lines and ``job.press("…")``."""

from collections.abc import Iterator, Sequence
from typing import cast

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)
from IPython.core.getipython import get_ipython

_OURS = ("%mj", ".press(", ".job(", ".imagine(", ".lint(")
_LONGEST = 60


class _Offers:
    """
    What is offered; it counts as something even where it is nothing.

    IPython lets other completions be left out only by somebody who has one: among the words of a
    prompt there is none, and Python's own names are no better.
    """

    def __init__(self, offers: Sequence[SimpleCompletion]) -> None:
        self._offers = offers

    def __len__(self) -> int:
        return max(1, len(self._offers))

    def __iter__(self) -> Iterator[SimpleCompletion]:
        return iter(self._offers)


@context_matcher(priority=100)  # type: ignore[untyped-decorator]  # IPython's decorators carry no types
def complete(context: CompletionContext) -> SimpleMatcherResult:
    """Offer what can stand at the cursor of what is ours; all else is left to the others."""
    nothing: SimpleMatcherResult = {"completions": []}
    lines = context.full_text.split("\n")[: context.cursor_line]
    cursor = sum(len(line) + 1 for line in lines) + context.cursor_position
    before = context.full_text[:cursor]
    if not any(word in before for word in _OURS):
        return nothing  # as nearly always: nothing of it is loaded
    from mj_notebook.magic.completion_places import offered
    from mj_notebook.magic.completion_sources import Sources
    from mj_notebook.view.text import truncate

    shell = get_ipython()
    found = offered(context.full_text, cursor, Sources(shell.user_ns if shell else {}))
    if found is None or not before.endswith(found.token):
        return nothing
    # What front ends show beside a completion is its type. JupyterLab gives that a column as wide
    # as its longest word, so the words hold together.
    offers = [
        SimpleCompletion(text=text, type=truncate(meaning, _LONGEST).replace(" ", "\u00a0"))
        for text, meaning in found.offers
    ]
    return {
        "completions": cast("Sequence[SimpleCompletion]", _Offers(offers)),
        "matched_fragment": found.token,
        "ordered": True,
        "suppress": True,
    }
