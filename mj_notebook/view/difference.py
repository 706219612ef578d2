"""Two tasks beside each other: what was asked, sent and seen, and what differs; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mj_notebook.view.html import Safe, el, join
from mj_notebook.view.parts import picture_data_url, unbroken
from mj_notebook.view.text import truncate
from mj_notebook.view.word_diff import Stretch, WordChange, differences

Record = Mapping[str, Any]

WORDS = (("prompt", "asked"), ("prompt_en", "sent"), ("final_prompt", "observed"))
"""Columns of history that hold a prompt, and what they are called here."""
_FACTS = ("button", "seed", "mode", "server")
# Of a parameter or a button, none is an answer; of these it only means that nobody told.
_COVERED = frozenset({*(title for _, title in WORDS), "seed", "mode"})
# Signs of one side: no prompt is longer, and a server may write anything.
_MOST_SHOWN = 20_000
_LONGEST = 400
_SIGNS = {True: "≠", False: "=", None: "?"}
_CELL = (
    "padding:4px 8px;text-align:left;vertical-align:top;overflow-wrap:anywhere;max-width:360px;"
    "border-top:1px solid rgba(128,128,128,0.35)"
)
_PICTURE = 96
_IMAGE = "display:block;max-width:none;width:auto;border-radius:4px;margin-bottom:4px"
_TABLE = "border-collapse:collapse;font-size:13px;line-height:20px"
# The words keep the page's own colour, so that they can be read on any paper.
_RED = "background:rgba(211,47,47,0.22);color:inherit;text-decoration-color:#d32f2f;"
_MARKS = {
    "del": f"{_RED}text-decoration-line:line-through",
    "ins": f"{_RED}text-decoration-line:underline",
}


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """
    What `mj.diff` found.

    Attributes:
        a: The id of the first task.
        b: The id of the second one.
        rows: A record each (`what`, `a`, `b`, `differs`); what neither tells has none, and
            `differs` is None where only one side is known.
        pictures: A small JPEG of each, None where none is kept.
    """

    a: str
    b: str
    rows: tuple[dict[str, Any], ...]
    pictures: tuple[bytes | None, bytes | None] = (None, None)

    @property
    def differing(self) -> tuple[dict[str, Any], ...]:
        """The rows whose two sides are not the same."""
        return tuple(row for row in self.rows if row["differs"])

    @property
    def summary(self) -> str:
        """What differs, in one sentence."""
        names = ", ".join(row["what"] for row in self.differing)
        unknown = ", ".join(row["what"] for row in self.rows if row["differs"] is None)
        said = f"What differs: {names}." if names else "Nothing differs."
        return f"{said} Known of one alone: {unknown}." if unknown else said

    def __repr__(self) -> str:
        return "\n".join((f"{self.a} → {self.b}", *map(_line, self.rows), self.summary))

    def _repr_html_(self) -> str:
        return str(_html(self))


def difference_of(a: Record, b: Record, names: Sequence[str]) -> Difference:
    """
    Compare two records of history.

    Args:
        a: The first one.
        b: The other one, with the same keys.
        names: The parameters among the keys.
    """
    asked = [*((title, a[name], b[name]) for name, title in WORDS)]
    told = [(f"--{name}", a[name], b[name]) for name in names]
    facts = [(name, a[name], b[name]) for name in _FACTS]
    return Difference(
        a["task"],
        b["task"],
        tuple(
            {"what": what, "a": one, "b": other, "differs": _differs(what, one, other)}
            for what, one, other in (*asked, *told, *facts)
            if one is not None or other is not None
        ),
    )


def _differs(what: str, one: object, other: object) -> bool | None:
    return None if what in _COVERED and (one is None or other is None) else one != other


def _line(row: Record) -> str:
    one, other = (truncate(_text(row[side]), _LONGEST) or "–" for side in "ab")
    both = one if row["differs"] is False else f"{one} → {other}"
    return f"{_SIGNS[row['differs']]} {row['what']}: {both}"


def _html(found: Difference) -> Safe:
    heads = ("", "", _head(found.a, found.pictures[0]), _head(found.b, found.pictures[1]))
    head = el("tr", [el("th", word, style=_CELL, scope="col") for word in heads])
    return el(
        "div",
        el("table", el("thead", head), el("tbody", map(_row, found.rows)), style=_TABLE),
        el("div", found.summary),
        class_="mj-diff",
    )


def _head(task: str, picture: bytes | None) -> Safe:
    image = None
    if picture is not None:
        url = picture_data_url(picture, "image/jpeg")
        image = el("img", src=url, alt="", height=_PICTURE, style=_IMAGE)
    return join((image, el("span", task, style="font-weight:400;font-size:11px")))


def _row(row: Record) -> Safe:
    what = el("strong", row["what"]) if row["differs"] else row["what"]
    one, other = _sides(row)
    return el(
        "tr",
        el("td", _SIGNS[row["differs"]], style=_CELL),
        el("th", what, style=f"{_CELL};font-weight:inherit;white-space:nowrap", scope="row"),
        [
            el("td", side if isinstance(side, Safe) else unbroken(side), style=_CELL, dir="auto")
            for side in (one, other)
        ],
    )


def _sides(row: Record) -> tuple[str, str]:
    one, other = _text(row["a"]), _text(row["b"])
    if not row["differs"]:
        return one, other
    if row["what"] in {title for _, title in WORDS}:
        ours, theirs = differences(other, one), differences(one, other)
        if any(stretch.change is not WordChange.KEPT for stretch in (*ours, *theirs)):
            return _marked(ours, "del"), _marked(theirs, "ins")
    # What differs in case or signs alone is marked as a whole.
    return _mark("del", one), _mark("ins", other)


def _marked(stretches: Sequence[Stretch], tag: str) -> Safe:
    """Write the words of one side, each in its own spelling, with its own words marked."""
    return join(
        join((_mark(tag, text.rstrip()), text[len(text.rstrip()) :]))
        if change is WordChange.ADDED
        else text
        for text, change in stretches
        if change is not WordChange.LOST
    )


def _mark(tag: str, text: str) -> Safe:
    return el(tag, text, style=_MARKS[tag]) if text else Safe()


def _text(value: object) -> str:
    if value is None:
        return ""
    text = "yes" if value is True else str(value)
    if len(text) <= _MOST_SHOWN:
        return text
    return f"{text[:_MOST_SHOWN]}… (and {len(text) - _MOST_SHOWN:,} more signs)"
