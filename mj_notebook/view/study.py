"""What came of a blind study as a drawing: a point and an interval for each condition; pure."""

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import NamedTuple

from mj_notebook.language import gettext
from mj_notebook.view.html import Safe, el
from mj_notebook.view.text import truncate

# Pixels: names left, intervals in the middle, words right.
_NAME, _PLOT, _WORDS = 160, 320, 150
_LINE = 28
_TOP = 28
_LONGEST = 22
_FONT = 12


class Bar(NamedTuple):
    """One condition of a drawing."""

    name: str
    strength: float
    low: float
    high: float
    words: str


def plot_html(by: str, bars: Sequence[Bar], notes: Iterable[str] = ()) -> Safe:
    """Draw *bars* one below the other, with *notes* below; needs neither server nor script."""
    least, most = _range(bars)

    def across(value: float) -> float:
        return round(_NAME + (value - least) / (most - least) * _PLOT, 1)

    height = _TOP + _LINE * len(bars) + 24
    parts = [_words(0, 16, by), _words(_NAME, 16, gettext("weaker ← strength → stronger"))]
    middle = across(0.0)
    parts.append(_stroke(middle, _TOP - 4, middle, _TOP + _LINE * len(bars), faint=True))
    for number, bar in enumerate(bars):
        y = _TOP + _LINE * number + _LINE // 2
        told = f"{bar.name}: {bar.strength:+.2f}, {_interval(bar)}, {bar.words}"
        drawn = [el("title", told), _words(0, y + 4, truncate(bar.name, _LONGEST))]
        # A condition that won or lost all has no end on that side; its words tell it.
        if isfinite(bar.low) and isfinite(bar.high):
            drawn.append(_stroke(across(bar.low), y, across(bar.high), y))
            drawn.append(el("circle", cx=across(bar.strength), cy=y, r=5, fill="currentColor"))
        drawn.append(_words(_NAME + _PLOT + 12, y + 4, bar.words))
        parts.append(el("g", drawn))
    # The ends of the scale, since a drawing without numbers says little in a paper.
    foot = _TOP + _LINE * len(bars) + 16
    parts += [
        _words(across(value), foot, f"{value:+g}", anchor="middle") for value in (least, 0.0, most)
    ]
    drawing = el(
        "svg",
        el(
            "title",
            gettext("Strengths of {count} conditions by {by}").format(count=len(bars), by=by),
        ),
        parts,
        role="img",
        width=_NAME + _PLOT + _WORDS,
        height=height,
        style=f"max-width:none;font-size:{_FONT}px;color:inherit",
    )
    return el(
        "div",
        el("div", drawing, style="overflow-x:auto"),
        [el("div", note) for note in notes],
    )


def plot_text(by: str, bars: Sequence[Bar], notes: Iterable[str] = ()) -> str:
    """Write the same as lines."""
    lines = [gettext("{by}: strength, interval").format(by=by)]
    for bar in bars:
        name = truncate(bar.name, _LONGEST)
        lines.append(f"{name:<{_LONGEST}} {bar.strength:+.2f}  {_interval(bar)}  {bar.words}")
    return "\n".join([*lines, *notes])


def _interval(bar: Bar) -> str:
    return gettext("{low:+.2f} to {high:+.2f}").format(low=bar.low, high=bar.high)


def _range(bars: Sequence[Bar]) -> tuple[float, float]:
    """Return whole numbers that hold all intervals, and zero in any case."""
    # Intervals without an end are left out: they would make the scale endless.
    ends = [end for bar in bars for end in (bar.low, bar.high) if isfinite(end)]
    least, most = min(ends, default=-1.0), max(ends, default=1.0)
    return float(min(-1, int(least // 1))), float(max(1, int(-(-most // 1))))


def _words(x: float, y: float, text: str, *, anchor: str | None = None) -> Safe:
    return el("text", text, x=x, y=y, fill="currentColor", text_anchor=anchor)


def _stroke(x1: float, y1: float, x2: float, y2: float, *, faint: bool = False) -> Safe:
    return el(
        "line",
        x1=x1,
        y1=y1,
        x2=x2,
        y2=y2,
        stroke="currentColor",
        stroke_width=1 if faint else 2,
        stroke_opacity=0.35 if faint else 1,
    )
