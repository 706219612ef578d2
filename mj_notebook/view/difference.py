"""Two tasks beside each other: what was asked, sent and seen, and what differs; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mj_notebook.language import gettext, marked
from mj_notebook.view.html import Child, Safe, el, join
from mj_notebook.view.parts import picture_data_url, unbroken
from mj_notebook.view.table import Column, Kind, table_html
from mj_notebook.view.text import truncate
from mj_notebook.view.word_diff import Stretch, WordChange, differences

Record = Mapping[str, Any]

WORDS = (
    ("prompt", marked("asked")),
    ("prompt_en", marked("sent")),
    ("final_prompt", marked("observed")),
)
"""Columns of history that hold a prompt, and what they are called here."""
# What may explain a difference that no word of the prompt tells.
_FACTS = (marked("button"), marked("seed"), marked("mode"), marked("server"))
# Of a parameter or a button, none is an answer; of these it only means that nobody told.
_COVERED = frozenset({*(title for _, title in WORDS), "seed", "mode"})
# Signs of one side: no prompt is longer, and a server may write anything.
_MOST_SHOWN = 20_000
_LONGEST = 400
_SIGNS = {True: "≠", False: "=", None: "?"}
_PICTURE = 96
_IMAGE = "display:block;max-width:none;width:auto;border-radius:4px;margin-bottom:4px"
# The words keep the page's own colour, so that they can be read on any paper.
_RED, _GREEN = (
    f"background:rgba({tint},0.22);color:inherit;text-decoration-color:{line};"
    for tint, line in (("211,47,47", "#d32f2f"), ("46,125,50", "#2e7d32"))
)
_MARKS = {
    "del": f"{_RED}text-decoration-line:line-through",
    "ins": f"{_GREEN}text-decoration-line:underline",
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
        names = ", ".join(map(_what, self.differing))
        unknown = ", ".join(_what(row) for row in self.rows if row["differs"] is None)
        # What one side alone knows is told apart: it may well be the same.
        said = (
            gettext("What differs: {names}.").format(names=names)
            if names
            else gettext("Nothing differs.")
        )
        alone = gettext("Known of one alone: {names}.").format(names=unknown)
        return f"{said} {alone}" if unknown else said

    def __repr__(self) -> str:
        return "\n".join((f"{self.a} → {self.b}", *map(_line, self.rows), self.summary))

    def _repr_html_(self) -> str:
        return str(_html(self))


def difference_of(a: Record, b: Record, names: Sequence[str]) -> Difference:
    """Compare two records of history."""
    asked = [*((title, a[name], b[name]) for name, title in WORDS)]
    told = [(f"--{name}", a[name], b[name]) for name in names]
    facts = [(name, a[name], b[name]) for name in _FACTS]
    return Difference(
        a["task"],
        b["task"],
        tuple(
            {"what": what, "a": one, "b": other, "differs": _differs(what, one, other)}
            for what, one, other in (*asked, *told, *facts)
            # Columns of history are many; rows that nobody filled would bury the ones that differ.
            if one is not None or other is not None
        ),
    )


def _differs(what: str, one: object, other: object) -> bool | None:
    return None if what in _COVERED and (one is None or other is None) else one != other


def _line(row: Record) -> str:
    one, other = (truncate(_text(row[side]), _LONGEST) or "–" for side in "ab")
    both = one if row["differs"] is False else f"{one} → {other}"
    return f"{_SIGNS[row['differs']]} {_what(row)}: {both}"


def _what(row: Record) -> str:
    """Say what a row is about; parameters are called alike in all languages."""
    return gettext(row["what"])


def _html(found: Difference) -> Safe:
    sides = (Column(_head(found.a, found.pictures[0])), Column(_head(found.b, found.pictures[1])))
    columns = (Column("", Kind.ABOUT), *sides)
    return el(
        "div", table_html(columns, map(_row, found.rows), note=found.summary), class_="mj-diff"
    )


def _head(task: str, picture: bytes | None) -> Safe:
    image = None
    if picture is not None:
        url = picture_data_url(picture, "image/jpeg")
        image = el("img", src=url, alt="", height=_PICTURE, style=_IMAGE)
    return join((image, el("span", task, style="font-weight:400;font-size:11px")))


def _row(row: Record) -> tuple[Child, ...]:
    what = el("strong", _what(row)) if row["differs"] else _what(row)
    return (join((_SIGNS[row["differs"]], " ", what)), *_sides(row))


def _sides(row: Record) -> tuple[str, str]:
    one, other = _text(row["a"]), _text(row["b"])
    if not row["differs"]:
        return one, other
    if row["what"] in {title for _, title in WORDS}:
        # Both ways: each side is written in its own spelling, and only one direction has it.
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
        else unbroken(text)
        for text, change in stretches
        if change is not WordChange.LOST
    )


def _mark(tag: str, text: str) -> Safe:
    return el(tag, unbroken(text), style=_MARKS[tag]) if text else Safe()


def _text(value: object) -> str:
    if value is None:
        return ""
    text = gettext("yes") if value is True else str(value)
    # How many are left is said: a text that was cut in silence looks whole.
    if len(text) <= _MOST_SHOWN:
        return text
    more = gettext("(and {count} more signs)").format(count=f"{len(text) - _MOST_SHOWN:,}")
    return f"{text[:_MOST_SHOWN]}… {more}"
