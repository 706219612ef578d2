"""Completions for the ``%%mj`` line and the commands of ``%mj``."""

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from mj_notebook.magic.arguments import cell_parser
from mj_notebook.magic.commands import COMMANDS


@context_matcher()  # type: ignore[untyped-decorator]  # IPython's decorators carry no types
def complete(context: CompletionContext) -> SimpleMatcherResult:
    """Offer the options on a ``%%mj`` line, and the commands after ``%mj``."""
    line = context.line_with_cursor[: context.cursor_position]
    words = line.split()
    first_line = context.cursor_line == 0
    if first_line and words[:1] == ["%%mj"] and context.token.startswith("-"):
        return _result(sorted(_options()), context.token)
    if words[:1] == ["%mj"] and len(words) <= 1 + bool(context.token):
        return _result(sorted(COMMANDS), context.token)
    return {"completions": []}


def _options() -> set[str]:
    actions = cell_parser()._actions  # noqa: SLF001 - argparse offers no other way to list them
    return {option for action in actions for option in action.option_strings}


def _result(words: list[str], token: str) -> SimpleMatcherResult:
    found = [SimpleCompletion(text=word, type="param") for word in words if word.startswith(token)]
    return {"completions": found, "suppress": bool(found)}
