"""A grid of pictures over axes: which stand in one table, and how it stays in the file; pure."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mj_notebook.language import counted, translated
from mj_notebook.protocol.visible_text import one_line
from mj_notebook.view.board import phase_text
from mj_notebook.view.cells import Cell
from mj_notebook.view.html import Safe, Value, el
from mj_notebook.view.parts import picture_data_url, unbroken
from mj_notebook.view.status import Phase
from mj_notebook.view.table import Column, table_text

Place = tuple[int, ...]


class GridAxis(NamedTuple):
    """An axis as it is shown: its name, and what its values are called."""

    name: str
    labels: tuple[str, ...]


class Grid(NamedTuple):
    """
    What is shown over axes.

    Attributes:
        axes: In the order of a cell's place.
        cells: Each by its place, counted from 0 on each axis.
        own: The labels of cells whose record says otherwise than the axes do.
    """

    axes: tuple[GridAxis, ...]
    cells: Mapping[Place, Cell]
    own: Mapping[Place, tuple[str, ...]]
    title: str = ""
    note: str = ""


class Sides(NamedTuple):
    """
    What stands where, by the numbers of axes.

    Attributes:
        x: The axis across.
        y: The axis down, None for one row.
        fixed: What is shown alone of other axes: the place by the number of the axis.
    """

    x: int = 0
    y: int | None = None
    fixed: Mapping[int, int] = {}


class Page(NamedTuple):
    """
    One table of a grid.

    Attributes:
        title: The values of the axes that are neither across nor down, "" without such.
        rows: The labels down; one that is "" without an axis down.
        places: The places of the cells, row by row.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    places: tuple[tuple[Place, ...], ...]


def usual_sides(axes: Sequence[object]) -> Sides:
    """Return how a grid is shown first: the first axis down and the second across."""
    return Sides(0) if len(axes) == 1 else Sides(1, 0)


def pages_of(grid: Grid, sides: Sides) -> Iterator[Page]:
    """Return the tables of *grid*, without those, rows and columns that have no cell at all."""
    # Only values that have a cell: a sweep that leaves cells out would show empty rows and columns.
    used = [
        sorted({place[axis] for place in grid.cells if _is_fixed(place, sides)})
        for axis in range(len(grid.axes))
    ]
    others = [axis for axis in range(len(grid.axes)) if axis not in {sides.x, sides.y}]
    for values in itertools.product(*(used[axis] for axis in others)):
        on_page = dict(zip(others, values, strict=True))

        # The page's values are bound as a default: a closure would see those of the last page.
        def place(row: int, column: int, on_page: Mapping[int, int] = on_page) -> Place:
            told = {**on_page, sides.x: column, **({} if sides.y is None else {sides.y: row})}
            return tuple(told[axis] for axis in range(len(grid.axes)))

        rows = [0] if sides.y is None else used[sides.y]
        places = tuple(tuple(place(row, column) for column in used[sides.x]) for row in rows)
        # Values may be used on other pages and not together on this one.
        if any(one in grid.cells for line in places for one in line):
            told = [
                f"{grid.axes[axis].name} {grid.axes[axis].labels[on_page[axis]]}"
                for axis in others
                if axis not in sides.fixed
            ]
            yield Page(
                " · ".join(told),
                tuple(grid.axes[sides.x].labels[one] for one in used[sides.x]),
                ("",) if sides.y is None else tuple(grid.axes[sides.y].labels[one] for one in rows),
                places,
            )


def _is_fixed(place: Place, sides: Sides) -> bool:
    return all(place[axis] == value for axis, value in sides.fixed.items())


def own_words(grid: Grid, place: Place) -> str:
    """Return what the picture's own record says where that is not what the axes say."""
    own = grid.own.get(place)
    if own is None:
        return ""
    told = zip(grid.axes, place, own, strict=True)
    return " · ".join(f"{axis.name} {word}" for axis, at, word in told if axis.labels[at] != word)


_FRAME = "border:1px solid rgba(128,128,128,0.35)"
_STYLES = {
    "grid": "max-width:100%;font-size:13px;line-height:20px",
    "head": "margin-bottom:4px",
    "page": "margin:8px 0;overflow-x:auto",
    "caption": "text-align:left;font-weight:600;padding:4px 0",
    "table": "border-collapse:collapse;font-size:13px;line-height:20px",
    "column": f"{_FRAME};padding:4px 8px;font-weight:600;text-align:center;overflow-wrap:anywhere;"
    "white-space:normal;max-width:160px",
    "row": f"{_FRAME};padding:4px 8px;font-weight:600;text-align:left;overflow-wrap:anywhere;"
    "white-space:normal;max-width:160px",
    "cell": f"{_FRAME};padding:4px;text-align:left;vertical-align:top;min-width:96px;"
    "max-width:160px",
    # JupyterLab gives pictures in outputs a largest width of its own; here the cell alone decides.
    "picture": "display:block;width:100%;max-width:none;height:auto;border-radius:4px",
    "words": "font-size:11px;line-height:16px;opacity:0.78;overflow-wrap:anywhere;"
    "white-space:normal",
    "note": "margin-top:4px;font-size:11px;line-height:16px;opacity:0.78",
}


def grid_html(grid: Grid, sides: Sides, pictures: Mapping[Place, bytes], *, most: int) -> Safe:
    """Write the tables of *grid*, one below the other."""
    tables: list[Safe] = []
    left = written = 0
    for page in pages_of(grid, sides):
        count = sum(len(line) for line in page.places)
        # One table is always written, however large: an output with none would say nothing. Tables
        # are not cut, as half of a comparison is none.
        if tables and written + count > most:
            left += count
            continue
        written += count
        tables.append(_table(grid, sides, page, pictures))
    note = translated("{count} not shown", count=counted(left, "further cell")) if left else ""
    notes = [one for one in (grid.note, note) if one]
    return el(
        "div",
        el("div", grid.title, **_style_of("head")) if grid.title else None,
        tables,
        [el("div", one, **_style_of("note")) for one in notes],
        class_="mj-static",
        **_style_of("grid"),
    )


def _table(grid: Grid, sides: Sides, page: Page, pictures: Mapping[Place, bytes]) -> Safe:
    across = grid.axes[sides.x].name
    corner = across if sides.y is None else f"{grid.axes[sides.y].name} ↓  {across} →"
    head = el(
        "tr",
        el("th", corner, scope="col", **_style_of("row")),
        [el("th", label, scope="col", **_style_of("column")) for label in page.columns],
    )
    body = [
        el(
            "tr",
            el("th", label, scope="row", **_style_of("row")),
            [_cell(grid, place, pictures.get(place)) for place in line],
        )
        for label, line in zip(page.rows, page.places, strict=True)
    ]
    caption = el("caption", page.title, **_style_of("caption")) if page.title else None
    table = el("table", caption, el("thead", head), el("tbody", body), **_style_of("table"))
    return el("div", table, **_style_of("page"))


def _cell(grid: Grid, place: Place, picture: bytes | None) -> Safe:
    cell = grid.cells.get(place)
    if cell is None:
        return el("td", el("div", "left out", **_style_of("words")), **_style_of("cell"))
    told = [own_words(grid, place), cell.reason]
    # A picture that is done says so by itself; words below it only where something else is so.
    if not picture or cell.phase != Phase.DONE:
        told.insert(0, phase_text(cell))
    image = picture and el(
        "img",
        src=picture_data_url(picture, "image/jpeg"),
        alt=cell.label,
        **_style_of("picture"),
    )
    words = [el("div", unbroken(one), **_style_of("words")) for one in told if one]
    return el("td", image or None, words, title=cell.label, **_style_of("cell"))


def grid_text(grid: Grid, sides: Sides) -> str:
    """Write the same as plain tables of where each cell stands."""
    parts = [one_line(grid.title)] if grid.title else []
    for page in pages_of(grid, sides):
        corner = "" if sides.y is None else grid.axes[sides.y].name
        across = grid.axes[sides.x].name
        heads = (corner, *(f"{across} {label}" for label in page.columns))
        lines = [
            (label, *(_stands(grid, place) for place in line))
            for label, line in zip(page.rows, page.places, strict=True)
        ]
        parts += [page.title] if page.title else []
        parts.append(table_text(tuple(map(Column, heads)), lines))
    parts += [grid.note] if grid.note else []
    return "\n".join(parts)


def _stands(grid: Grid, place: Place) -> str:
    cell = grid.cells.get(place)
    if cell is None:
        return "left out"
    own = own_words(grid, place)
    return " · ".join(filter(None, (phase_text(cell), own, cell.reason)))


def _style_of(part: str) -> dict[str, Value]:
    return {"style": _STYLES[part]}
