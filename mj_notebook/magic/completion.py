"""Completions for ``%%mj`` and ``%mj``: commands, their options, and what an option takes."""

import re
from collections.abc import Iterable

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

_LINE = re.compile(r"(?:^|=)\s*%mj\s+(?P<words>.*)$")
_CELL = re.compile(r"^%%mj\s+(?P<words>.*)$")


@context_matcher()  # type: ignore[untyped-decorator]  # IPython's decorators carry no types
def complete(context: CompletionContext) -> SimpleMatcherResult:
    """Offer what can stand at the cursor of a ``%%mj`` line or behind ``%mj``."""
    line = context.line_with_cursor[: context.cursor_position]
    cell = _CELL.match(line) if context.cursor_line == 0 else None
    found = cell or _LINE.search(line)
    if found is None:
        return {"completions": []}
    words = found["words"].split()
    token = words.pop() if words and not line[-1].isspace() else ""
    known = _offered(words, token, is_cell=bool(cell))
    offered = [word for word in known if word.startswith(token)]
    # The shell replaces its own idea of a token, which may end at a hyphen.
    cut = len(token) - len(context.token) if token.endswith(context.token) else 0
    found_words = [SimpleCompletion(text=word[cut:], type="param") for word in offered]
    return {"completions": found_words, "suppress": bool(found_words)}


def _offered(words: list[str], token: str, *, is_cell: bool) -> Iterable[str]:
    from mj_notebook.magic import arguments  # the parser is made on first use

    names = arguments.CELL_NAMES if is_cell else arguments.COMMAND_NAMES
    if not words and not token.startswith("-"):
        return sorted(names)
    has_name = bool(words) and words[0].lower() in names
    if not (has_name or is_cell):
        return ()
    name = words[0].lower() if has_name else "imagine"
    if name == "help" and len(words) == 1 and not token.startswith("-"):
        return sorted(arguments.COMMAND_NAMES)
    options = arguments.parser_of(name).options
    last = options.get(words[-1]) if words else None
    if last is not None and last.choices:
        return [str(choice) for choice in last.choices]
    return sorted(options) if token.startswith("-") else ()
