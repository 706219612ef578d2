"""A sheet of pictures with labels: where everything stands, in points; pure but for a measure.

Labels are wrapped, never cut: what they take is added to the sheet. Labels across turn where a word
of them is wider than its column.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

Measure = Callable[[str, float], float]
"""How wide a text is in letters of a size, both in points."""

LEADING = 1.25
"""The height of a line, in parts of the size of its letters."""

# In points, as everything here: a sheet has no pixels before it is written.
GAP, MARGIN = 4.0, 6.0


class Text(NamedTuple):
    """
    One line: its left end or middle (*anchor* 0, 0.5) and its top.

    One that is *turned* reads upwards: *x* is the left of its letters, and *y* where they begin.
    """

    x: float
    y: float
    words: str
    size: float
    anchor: float = 0.0
    turned: bool = False


class Tile(NamedTuple):
    """Where the picture of *key* stands; without one the place is a grey box."""

    x: float
    y: float
    width: float
    height: float
    key: str


class Sheet(NamedTuple):
    """One page: its size, and all that stands on it."""

    width: float
    height: float
    tiles: tuple[Tile, ...]
    texts: tuple[Text, ...]


class Table(NamedTuple):
    """
    What is laid out.

    Attributes:
        title: What stands above all.
        corner: The names of the axes, down and across.
        columns: The labels across.
        rows: The labels down; ("",) for none.
        keys: The keys of pictures row by row, "" for a place without one.
        notes: What stands below pictures, by key.
        reasons: What stands in the place of pictures that are not there, by key.
    """

    title: str
    corner: tuple[str, str]
    columns: Sequence[str]
    rows: Sequence[str]
    keys: Sequence[Sequence[str]]
    notes: Mapping[str, str]
    reasons: Mapping[str, str]


class Style(NamedTuple):
    """
    How large things are, in points.

    Attributes:
        cell: The width of a picture.
        ratio: Its height, in parts of that.
        letters: The size of labels.
        label: How wide the labels down may be; longer ones are wrapped.
    """

    cell: float
    ratio: float = 1.0
    letters: float = 8.0
    label: float = 120.0


def label_width(table: Table, letters: float, measure: Measure, most: float) -> float:
    """Return how wide the labels down are, *most* points at most: longer ones are wrapped."""
    if tuple(table.rows) == ("",):
        return 0.0
    # The names of the axes stand in the same column, above the labels.
    words = (*table.rows, *table.corner)
    return min(max(measure(word, letters) for word in words), most) + GAP


def lay_out(table: Table, style: Style, measure: Measure, caption: str = "") -> Sheet:
    """Return where everything of *table* stands; *caption* stands below it."""
    return _Layout(table, style, measure).sheet(caption)


class _Layout:
    """Puts one table down, from its title to its caption."""

    def __init__(self, table: Table, style: Style, measure: Measure) -> None:
        self._table, self._style, self._measure = table, style, measure
        self._size, self._line = style.letters, style.letters * LEADING
        self._tiles: list[Tile] = []
        self._texts: list[Text] = []
        self._left = MARGIN + label_width(table, style.letters, measure, style.label)
        self._step = style.cell + GAP
        self._right = self._left + self._step * len(table.columns) - GAP

    def sheet(self, caption: str) -> Sheet:
        y, room = MARGIN, self._right - MARGIN
        if self._table.title:
            y = self._write(self._table.title, MARGIN, y, room) + GAP
        y = self._heads(y) + GAP / 2
        for label, keys in zip(self._table.rows, self._table.keys, strict=True):
            room_of_label = self._left - MARGIN - GAP
            lines = wrapped(label, room_of_label, self._size, self._measure)
            free = self._style.cell * self._style.ratio - len(lines) * self._line
            # In the middle of its row, or from its top on where it is taller than the picture.
            ends = self._write(label, MARGIN, y + max(0.0, free / 2), room_of_label)
            y = max(self._row(keys, y), ends) + GAP
        if caption:
            y = self._write(caption, MARGIN, y, room)
        return Sheet(self._right + MARGIN, y + MARGIN, tuple(self._tiles), tuple(self._texts))

    def _heads(self, y: float) -> float:
        """Write the labels across, on one foot, below the name of their axis."""
        down, across = self._table.corner
        left, cell = self._left, self._style.cell
        y = self._write(across, (left + self._right) / 2, y, self._right - left, 0.5)
        heads = [wrapped(one, cell, self._size, self._measure) for one in self._table.columns]
        deepest = max((len(lines) for lines in heads), default=0)
        # By words, not by labels: a label with spaces can be wrapped, a word only torn.
        words = {word for one in self._table.columns for word in one.split()}
        is_turned = any(self._measure(word, self._size) > cell for word in words)
        foot = self._turned_heads(y) if is_turned else y + deepest * self._line
        if down:
            self._write(down, MARGIN, foot - self._line, left - MARGIN)
        for column, lines in enumerate(() if is_turned else heads):
            middle = left + column * self._step + cell / 2
            self._write(" ".join(lines), middle, foot - len(lines) * self._line, cell, 0.5)
        return foot

    def _turned_heads(self, y: float) -> float:
        """Write the labels across upwards, as deep as they need, and return their foot."""
        columns, size, cell = self._table.columns, self._size, self._style.cell
        whole = max(self._measure(one, size) for one in columns)
        depth = min(whole, self._style.label)
        # Deeper step by step, until the wrapped lines of each fit the width of its column.
        while depth < whole and any(
            len(wrapped(one, depth, size, self._measure)) * self._line > cell for one in columns
        ):
            depth = min(whole, depth * 1.25)
        for column, label in enumerate(columns):
            lines = wrapped(label, depth, size, self._measure)
            # In the middle of the column, however many lines it took.
            x = self._left + column * self._step + (cell - len(lines) * self._line) / 2
            for number, words in enumerate(lines):
                place = x + number * self._line
                self._texts.append(Text(place, y + depth, words, size, turned=True))
        return y + depth

    def _row(self, keys: Sequence[str], y: float) -> float:
        """Put down the pictures of one row with what stands on and below them."""
        cell, height = self._style.cell, self._style.cell * self._style.ratio
        ends = y + height
        for column, key in enumerate(keys):
            if not key:
                continue
            x = self._left + column * self._step
            self._tiles.append(Tile(x, y, cell, height, key))
            reason, note = self._table.reasons.get(key, ""), self._table.notes.get(key, "")
            ends = max(
                ends,
                self._write(reason, x + 2, y + 2, cell - 4),
                self._write(note, x + cell / 2, y + height, cell, 0.5) if note else y,
            )
        return ends

    def _write(self, words: str, x: float, y: float, room: float, anchor: float = 0.0) -> float:
        """Write *words* in *room* points from *y* on, and return where they end."""
        for part in wrapped(words, room, self._size, self._measure):
            self._texts.append(Text(x, y, part, self._size, anchor))
            y += self._line
        return y


def wrapped(words: str, room: float, size: float, measure: Measure) -> list[str]:
    """Part *words* into lines that fit *room*; a word that is wider is parted itself."""
    lines: list[str] = []
    for word in words.split():
        if lines and measure(f"{lines[-1]} {word}", size) <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            # Chinese and hashes have no spaces to wrap at.
            lines += _parted(word, room, size, measure)
    return lines


def _parted(word: str, room: float, size: float, measure: Measure) -> Iterator[str]:
    part = ""
    for sign in word:
        # One sign always, else a column narrower than a letter would have no end.
        if part and measure(part + sign, size) > room:
            yield part
            part = ""
        part += sign
    yield part


def stacked(sheets: Sequence[Sheet]) -> Sheet:
    """Put sheets one below the other."""
    tiles: list[Tile] = []
    texts: list[Text] = []
    y = 0.0
    for sheet in sheets:
        tiles += [tile._replace(y=tile.y + y) for tile in sheet.tiles]
        texts += [text._replace(y=text.y + y) for text in sheet.texts]
        y += sheet.height
    return Sheet(max(sheet.width for sheet in sheets), y, tuple(tiles), tuple(texts))
