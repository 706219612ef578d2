"""The grammar of what describe and shorten say: text to records, records to text.

Source: protocol/README.md §5.

Both come as text in ``properties.finalPrompt``, for people to read. The parts are told by their
structure (a heading, blocks of a bar, a digit in a keycap), never by their words: a translated
twin has the same shape. A text of another shape reads as None and is shown as it is.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from mj_notebook.protocol.buttons import parse_custom_id
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.requests import Action, Describe, Request, Shorten
from mj_notebook.protocol.vocabulary import TaskAction

_HEADING = re.compile(r"##+\s*(?P<title>[^\s#].*)")
# The middle sign only chooses between two drawings of the digit; some texts have lost it.
_KEYCAP = re.compile("([1-9])\ufe0f?\u20e3\\s*")
_HALF_KEYCAP = re.compile("[1-9]\ufe0f?")
# At the very end only: that is the shape that describe adds of itself.
_ASPECT = re.compile(r"(?<!\S)--ar\s+(\d+:\d+)\Z")
# The bots write names of styles and people as links to a search for them.
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
# Blocks alone tell it; the words of the token may be in any language.
_BAR = re.compile(r"(█*)(░*)\s+(\S.*)")
_BLOCKS = 10
_WEIGHT = r"(?:\s?\((?P<{0}>\d\.\d\d)\))"
# Unmarked words count only with a weight behind them; punctuation before one parts it, as in
# Chinese, which has no spaces.
_TOKEN = re.compile(
    rf"\*\*(?P<kept>.+?)\*\*{_WEIGHT.format('of_kept')}?"
    rf"|~~(?P<dropped>.+?)~~{_WEIGHT.format('of_dropped')}?"
    rf"|(?<![^\s,，、()*~])(?P<neutral>[^\s,，、()*~]+){_WEIGHT.format('of_neutral')}"
)
# Lighter tokens have no bar.
LIGHTEST = 0.02
# A describe answers with four prompts, whatever it writes around them.
_ITEMS = 4


class NumberedPrompt(NamedTuple):
    """
    One prompt of several.

    Attributes:
        number: Which button imagines it.
        text: The prompt; names may be links, as ``[name](address)``.
        aspect: The shape that was added to it, like "3:2"; "" when none was.
    """

    number: int
    text: str
    aspect: str = ""

    @property
    def prompt(self) -> str:
        """The prompt as it can be imagined: links are their names, the shape is a parameter."""
        return _LINK.sub(r"\1", self.text) + (f" --ar {self.aspect}" if self.aspect else "")


class Description(NamedTuple):
    """What describe says: prompts that would make such a picture."""

    items: tuple[NumberedPrompt, ...]


class TokenMark(StrEnum):
    """How much a token counts: it is kept in shorter prompts, dropped early, or between them."""

    KEPT = "kept"
    DROPPED = "dropped"
    NEUTRAL = "neutral"


_MARKUP = {TokenMark.KEPT: "**", TokenMark.DROPPED: "~~", TokenMark.NEUTRAL: ""}


class Token(NamedTuple):
    """
    A piece of the prompt that was analysed; the texts of all pieces make the whole prompt.

    Attributes:
        weight: 0 to 1, where details were asked for and this piece was weighed.
    """

    text: str
    mark: TokenMark = TokenMark.NEUTRAL
    weight: float | None = None


class Bar(NamedTuple):
    """A weight as it is drawn: so many blocks of ten."""

    text: str
    filled: int


HEADINGS = ("Important tokens", "Shortened prompts")


class Breakdown(NamedTuple):
    """
    What shorten says: what each word counts for, and shorter prompts, the shortest last.

    Attributes:
        bars: The heavy tokens, the heaviest first; only where details were asked for.
        headings: What stands above tokens and options, in the text's language.
    """

    tokens: tuple[Token, ...]
    options: tuple[NumberedPrompt, ...]
    bars: tuple[Bar, ...] = ()
    headings: tuple[str, str] = HEADINGS

    @property
    def prompt(self) -> str:
        """The prompt that was analysed."""
        return "".join(token.text for token in self.tokens)


def read_description(text: str) -> Description | None:
    """Read what describe says; four bare lines are four prompts, other texts are None."""
    lines = _lines(text)
    if lines and _KEYCAP.match(lines[0]):
        items = _items(lines)
    # Some servers leave the numbers out. Four lines with a heading are a shorten that was cut.
    elif len(lines) == _ITEMS and not any(map(_HEADING.match, lines)):
        items = _number_bare_lines(text)
    else:
        return None
    return Description(items) if _are_counted(items) else None


def read_breakdown(text: str) -> Breakdown | None:
    """Read what shorten says, with or without details; other texts are None."""
    lines = _lines(text)
    found = [_HEADING.fullmatch(line) for line in lines]
    headings = {place: heading["title"] for place, heading in enumerate(found) if heading}
    if len(headings) != len(HEADINGS) or 0 not in headings:
        return None
    # By place, not by words: in a translation the headings are others.
    second = max(headings)
    above, below = lines[1:second], lines[second + 1 :]
    options = _items(below) if below and _KEYCAP.match(below[0]) else ()
    if not _are_counted(options):
        return None
    return Breakdown(
        tokens=_tokens("\n".join(line for line in above if not _bar(line))),
        options=options,
        bars=tuple(bar for bar in map(_bar, above) if bar),
        headings=(headings[0], headings[second]),
    )


def numbered_prompt(text: str, number: int) -> str | None:
    """
    Return the prompt that the button *number* under *text* imagines; None when there is none.

    In a text that does not follow the grammar it is the line of that number, as for the servers.
    """
    breakdown, description = read_breakdown(text), read_description(text)
    items = (
        breakdown.options
        if breakdown
        else description.items
        if description
        else _number_bare_lines(text)
    )
    return next((item.prompt for item in items if item.number == number and item.text), None)


def write_description(description: Description) -> str:
    """Write what describe says."""
    return _format_items(description.items)


def write_breakdown(breakdown: Breakdown) -> str:
    """Write what shorten says; the bars stand between tokens and options."""
    first, second = breakdown.headings
    tokens = "".join(map(_format_token, breakdown.tokens))
    bars = "".join(f"\n{_format_bar(bar)}" for bar in breakdown.bars)
    details = f"\n{bars}" if bars else ""
    return f"## {first}\n{tokens}{details}\n## {second}\n{_format_items(breakdown.options)}"


def bars_of(tokens: Iterable[Token]) -> tuple[Bar, ...]:
    """Return the bars of the heavy ones among *tokens*, the heaviest first."""
    heavy = [(token.weight, token.text) for token in tokens if (token.weight or 0) > LIGHTEST]
    heavy.sort(key=lambda found: -(found[0] or 0))
    # Halves are rounded up, and what has a bar at all has a block.
    return tuple(Bar(text, max(1, int((weight or 0) * _BLOCKS + 0.5))) for weight, text in heavy)


def keycap(number: int) -> str:
    """Return the sign of *number* as the bots write it."""
    return f"{number}\ufe0f\u20e3"


def _lines(text: str) -> list[str]:
    lines = [found.strip() for found in re.split(r"[\r\n]+", text)]
    # A digit whose keycap was lost on its way is no line of a prompt.
    return [found for found in lines if found and not _HALF_KEYCAP.fullmatch(found)]


def _items(lines: Sequence[str]) -> tuple[NumberedPrompt, ...]:
    """Read numbered prompts; a line without a number goes on with the one before."""
    texts: dict[int, str] = {}
    number = 0
    for found in lines:
        start = _KEYCAP.match(found)
        number = int(start[1]) if start else number
        texts[number] = f"{texts.get(number, '')} {found[start.end() if start else 0 :]}".strip()
    return tuple(_item(number, text) for number, text in texts.items())


def _item(number: int, text: str) -> NumberedPrompt:
    bare = _KEYCAP.sub("", text, count=1) if _KEYCAP.match(text) else text
    aspect = _ASPECT.search(bare)
    return NumberedPrompt(number, _ASPECT.sub("", bare).rstrip(), aspect[1] if aspect else "")


def _are_counted(items: Sequence[NumberedPrompt]) -> bool:
    """Tell whether *items* count from 1; else a digit was no number but part of a prompt."""
    return bool(items) and [item.number for item in items] == list(range(1, len(items) + 1))


def _number_bare_lines(text: str) -> tuple[NumberedPrompt, ...]:
    """Number the lines below the last heading."""
    lines = _lines(text)
    places = [place for place, found in enumerate(lines, 1) if _HEADING.match(found)]
    return tuple(_item(*found) for found in enumerate(lines[max(places, default=0) :], 1))


def _tokens(text: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    end = 0
    for found in _TOKEN.finditer(text):
        mark = (
            TokenMark(found.lastgroup.removeprefix("of_")) if found.lastgroup else TokenMark.NEUTRAL
        )
        weight = found[f"of_{mark}"]
        tokens.append(Token(text[end : found.start()]))
        tokens.append(Token(found[mark], mark, float(weight) if weight else None))
        end = found.end()
    return tuple(token for token in (*tokens, Token(text[end:])) if token.text)


def _bar(found: str) -> Bar | None:
    bar = _BAR.fullmatch(found)
    blocks = len(bar[1]) + len(bar[2]) if bar else 0
    if bar is None or not blocks:
        return None
    # In tenths, however many blocks a server draws.
    return Bar(bar[3], round(_BLOCKS * len(bar[1]) / blocks))


def _format_bar(bar: Bar) -> str:
    return f"{'█' * bar.filled}{'░' * (_BLOCKS - bar.filled)} {bar.text}"


def _format_token(token: Token) -> str:
    wrap = _MARKUP[token.mark]
    weight = "" if token.weight is None else f" ({token.weight:.2f})"
    return f"{wrap}{token.text}{wrap}{weight}"


def _format_items(items: Iterable[NumberedPrompt]) -> str:
    return "\n\n".join(
        f"{keycap(item.number)} {item.text}{f' --ar {item.aspect}' if item.aspect else ''}"
        for item in items
    )


# -- where a finished task holds these words: servers differ in the key (protocol/README.md §5) --


class BreakdownText(NamedTuple):
    """
    What a server said about a picture or a prompt, as it was sent.

    Attributes:
        kind: DESCRIBE or SHORTEN.
        text: The words, whether or not they follow the grammar.
        chinese: The same in Chinese; "" when the server gives none, or only repeats itself.
    """

    kind: TaskAction
    text: str
    chinese: str = ""


def breakdown_kind_of(request: Request | None) -> TaskAction | None:
    """Tell whether *request* asks for words, and for which; None for what draws."""
    if isinstance(request, Describe):
        return TaskAction.DESCRIBE
    if isinstance(request, Shorten):
        return TaskAction.SHORTEN
    press = parse_custom_id(request.custom_id) if isinstance(request, Action) else None
    return _KINDS.get(press.kind.action) if press else None


def breakdown_text_of(task: Task | None) -> BreakdownText | None:
    """Return what *task* said; None while it runs, when it failed, and for what draws."""
    if task is None or not task.succeeded:
        return None
    kind = _KINDS.get(task.action or "")
    text = _text(task, kind) if kind else ""
    if kind is None or not text.strip():
        return None
    chinese = (task.properties.final_zh_prompt if task.properties else None) or ""
    # A server that can't translate repeats the text.
    return BreakdownText(kind, text, "" if chinese.strip() == text.strip() else chinese)


_KINDS = {kind.value: kind for kind in (TaskAction.DESCRIBE, TaskAction.SHORTEN)}


def _text(task: Task, kind: TaskAction) -> str:
    if task.final_prompt and task.final_prompt.strip():
        return task.final_prompt
    if kind is TaskAction.DESCRIBE:
        return task.prompt_en or task.prompt or ""
    # The prompt of a shorten is what was asked; its words may also stand in the description.
    description = task.description or ""
    return description if read_breakdown(description) else ""
