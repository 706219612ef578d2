"""Breakdowns as plain text, for terminals and logs."""

from collections.abc import Iterable

from mj_notebook.language import gettext
from mj_notebook.protocol.breakdown import TokenMark
from mj_notebook.view.breakdown import MAX_DEPTH, BreakdownView, Word


def breakdown_lines(view: BreakdownView) -> list[str]:
    """Return the breakdown as lines; a text of another shape is left as it is."""
    if view.cards:
        lines = _described(view)
    elif view.options:
        lines = _shortened(view)
    else:
        lines = [
            line for text in (view.source.text, view.source.chinese) for line in text.splitlines()
        ]
    # A server's text may hold what moves a terminal's cursor.
    return ["".join(sign for sign in line if sign.isprintable()) for line in lines]


def _described(view: BreakdownView) -> Iterable[str]:
    lines = []
    for card in view.cards:
        lines.append(f"{card.number}. {card.prompt}")
        lines += [f"   {card.chinese}"] if card.chinese else []
    return (
        [*lines, gettext("several say: {words}").format(words=", ".join(view.shared))]
        if view.shared
        else lines
    )


def _shortened(view: BreakdownView) -> Iterable[str]:
    lines = [_bar(word) for word in view.heavy]
    for name, mark in ((gettext("kept"), TokenMark.KEPT), (gettext("dropped"), TokenMark.DROPPED)):
        if words := [word.text for word in view.words if word.mark is mark]:
            lines.append(f"{name}: {', '.join(words)}")
    for option in view.options:
        lines.append(f"{option.number}. {option.prompt}")
        lines += [f"   {option.chinese}"] if option.chinese else []
    return lines


def _bar(word: Word) -> str:
    return f"{'█' * word.depth}{'░' * (MAX_DEPTH - word.depth)} {word.weight or 0:.2f} {word.text}"
