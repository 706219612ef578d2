"""A sweep as a figure for print, and as a page of its own: files that need no notebook."""

import contextlib
import os
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from mj_notebook.errors import MJError, UsageError
from mj_notebook.language import gettext, translated
from mj_notebook.language.page_words import translations
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.settings.paths import given_path, replaced
from mj_notebook.view.grid import Grid, Place, Sides, own_words, pages_of
from mj_notebook.view.html import el, page

if TYPE_CHECKING:
    from mj_notebook.experiments.sweep import Sweep
    from mj_notebook.images.contact_sheet import Sheet
    from mj_notebook.session.job import Job

_KINDS = (".png", ".pdf", ".svg")
_POINTS_OF_MM = 72 / 25.4
# Of a sheet that has no width of its own: what a page takes, and what can still be made out.
_PAGE, _LEAST, _MOST, _LABEL = 180.0, 12.0, 45.0, 42.0
_SHAPE = 500  # pixels; enough to tell how high a picture is in parts of its width
_TILES = (1, 2, 3, 4)
# The page holds all its pictures: of more than so many, smaller ones.
_MOST_CLOSE, _CLOSE, _SMALL = 64, 1024, 320


class FigureStyle(NamedTuple):
    """
    How a figure is made.

    Attributes:
        tile: One picture of each grid, 1 to 4; None for whole grids.
        width: Of the figure in millimetres; None for what suits its cells.
        letters: The size of labels in points.
        dpi: Dots to the inch.
        caption: What stands below; None for the prompt.
        font: A font's file; fonts of this machine write what it lacks, by default all.
    """

    tile: int | None = None
    width: float | None = None
    letters: float = 8.0
    dpi: float = 300.0
    caption: str | None = None
    font: str | None = None


def write_figure(
    sweep: "Sweep", path: "str | os.PathLike[str]", sides: Sides, style: FigureStyle
) -> Path:
    """
    Write *sweep* as a PNG, PDF or SVG; a file of that name is replaced.

    Raises:
        UsageError: The ending is another one, or a number makes no sense.
    """
    target = _target(path, _KINDS)
    _check(style)
    from mj_notebook.images import contact_sheet, fonts, sheet_pdf, sheet_png  # loads Pillow

    grid = sweep.grid
    source = _Pictures(sweep, style.tile)
    tables = [
        contact_sheet.Table(
            one.title,
            ("" if sides.y is None else grid.axes[sides.y].name, grid.axes[sides.x].name),
            one.columns,
            one.rows,
            [[_key(grid, place) for place in line] for line in one.places],
            {_key(grid, place): own_words(grid, place) for line in one.places for place in line},
            {
                _key(grid, place): source.reason(grid, place)
                for line in one.places
                for place in line
            },
        )
        for one in pages_of(grid, sides)
    ]
    caption = sweep.title if style.caption is None else style.caption
    kind = target.suffix.lower()
    letters = fonts.Letters(
        # Who reads an SVG has fonts of their own; here widths alone are of interest.
        [] if kind == ".svg" else [text for table in tables for text in _words(table, caption)],
        style.font,
    )
    most = max(len(table.columns) for table in tables)
    widest = min(_LABEL, (style.width or _PAGE) / 3) * _POINTS_OF_MM
    labels = max(
        contact_sheet.label_width(table, style.letters, letters.measure, widest) for table in tables
    )
    rest = labels + 2 * contact_sheet.MARGIN - contact_sheet.GAP
    cell = _cell_width(style, most, rest, contact_sheet.GAP)
    shape = contact_sheet.Style(cell, source.ratio, style.letters, widest)
    sheets = [
        contact_sheet.lay_out(table, shape, letters.measure, caption if table is tables[-1] else "")
        for table in tables
    ]
    with replaced(target, makes_folder=True) as beside, beside.open("wb") as file:
        if kind == ".pdf":
            sheet_pdf.write_pdf(file, sheets, source.picture, letters, style.dpi)
        elif kind == ".png":
            whole = contact_sheet.stacked(sheets)
            sheet_png.write_png(file, whole, source.grown, letters, style.dpi)
        else:
            _write_svg(file, contact_sheet.stacked(sheets), source, style.dpi)
    return target


def _words(table: Any, caption: str) -> list[str]:
    notes = (*table.notes.values(), *table.reasons.values())
    return [table.title, *table.corner, *table.columns, *table.rows, *notes, caption]


def _write_svg(file: BinaryIO, sheet: "Sheet", source: "_Pictures", dpi: float) -> None:
    from mj_notebook.images.sheet_png import jpeg_of
    from mj_notebook.view.sheet import sheet_svg

    def jpeg(key: str, width: float, height: float) -> bytes | None:
        pixels = (max(1, round(side * dpi / 72)) for side in (width, height))
        image = source.picture(key, *pixels)
        return None if image is None else jpeg_of(image)

    file.writelines(part.encode() for part in sheet_svg(sheet, jpeg))


class _Pictures:
    """
    The pictures of a sweep, one at a time, as they were served.

    Attributes:
        ratio: The height of the first in parts of its width.
    """

    def __init__(self, sweep: "Sweep", tile: int | None) -> None:
        self._cells = {cell.key: cell for cell in sweep}
        self._tile = tile
        drawn = (self.picture(cell.key, _SHAPE, _SHAPE) for cell in sweep.done)
        shape = next((one.size for one in drawn if one is not None), (1, 1))
        self.ratio = shape[1] / shape[0]

    def picture(self, key: str, width: int, height: int) -> Any:
        """Return the picture of a cell; None where there is none."""
        return self._fitted(key, width, height, may_grow=False)

    def grown(self, key: str, width: int, height: int) -> Any:
        """Return the same, also larger than it is."""
        return self._fitted(key, width, height, may_grow=True)

    def _fitted(self, key: str, width: int, height: int, *, may_grow: bool) -> Any:
        from mj_notebook.images.sheet_png import fitted

        job = self._cells[key].job
        if job is None or job.pictures.kept is None:
            return None
        with contextlib.suppress(MJError):  # a grey box; the cell itself says why
            return fitted(job.content(), self._tile, width, height, may_grow=may_grow)
        return None

    def reason(self, grid: Grid, place: Place) -> str:
        """Say why there is no picture, "" where there is one."""
        if place not in grid.cells:
            return ""
        job = self._cells[_key(grid, place)].job
        if job is not None and job.pictures.kept is not None and job.pictures.kept.path.exists():
            return ""
        if job is not None and job.status == Status.SUCCESS:
            return _why_missing(job)
        return grid.cells[place].words  # why, the grid tells: a figure has no room for it


def _why_missing(job: "Job") -> str:
    """Say why the picture of a finished task can't be had; "" where it can."""
    try:
        job.content()
    except MJError as error:
        return str(error.args[0])
    return ""


def _key(grid: Grid, place: Place) -> str:
    return "-".join(map(str, place)) if place in grid.cells else ""


def _cell_width(style: FigureStyle, columns: int, rest: float, gap: float) -> float:
    """Return the width of a cell in points: what is left beside the *rest* of the sheet."""
    room = ((style.width or _PAGE) * _POINTS_OF_MM - rest) / columns - gap
    if style.width is not None:
        return max(room, gap)
    return min(max(room, _LEAST * _POINTS_OF_MM), _MOST * _POINTS_OF_MM)


def _check(style: FigureStyle) -> None:
    if style.tile is not None and style.tile not in _TILES:
        raise UsageError(
            translated("A grid has no tile {tile!r}.", tile=style.tile),
            hint=translated("Take 1, 2, 3 or 4."),
        )
    for name, least, most in (("width", 10, 5000), ("letters", 3, 72), ("dpi", 20, 1200)):
        value = getattr(style, name)
        if value is not None and not least <= value <= most:
            raise UsageError(
                translated("{name} can't be {value!r}.", name=name, value=value),
                hint=translated("Give a number from {least} to {most}.", least=least, most=most),
            )


# -- a page of its own -----------------------------------------------------------------------------


def write_page(sweep: "Sweep", path: "str | os.PathLike[str]") -> Path:
    """Write *sweep* as one page with its pictures, axes that swap, and zoom; it fetches nothing."""
    target = _target(path, (".html", ".htm"))
    grid, pictures = sweep.grid, _Pictures(sweep, None)
    static = files("mj_notebook").joinpath("widgets", "static")
    side = _CLOSE if len(sweep) <= _MOST_CLOSE else _SMALL
    data = {
        "title": grid.title,
        "note": grid.note,
        "translations": translations("sweep_page"),
        "axes": [axis._asdict() for axis in grid.axes],
        "own": {_key(grid, place): list(own) for place, own in grid.own.items()},
        "cells": [
            cell._replace(
                label=sweep.at(place).prompt or cell.label,
                reason=cell.reason or pictures.reason(grid, place),
            )._asdict()
            for place, cell in grid.cells.items()
        ],
        "pictures": {
            key: told
            for place in grid.cells
            if (told := _encoded(pictures, key := _key(grid, place), side))
        },
    }
    written = page(
        grid.title,
        static.joinpath("sweep.css").read_text("utf-8"),
        static.joinpath("sweep_page.js").read_text("utf-8"),
        data,
        el(
            "main",
            gettext("This page needs scripts, which its file brings along."),
            class_="mj-sweep",
            id="sweep",
        ),
        class_="mj-sweep-page",
    )
    with replaced(target, makes_folder=True) as beside:
        beside.write_bytes(written.encode())
    return target


def _encoded(pictures: _Pictures, key: str, side: int) -> str:
    import base64

    from mj_notebook.images.sheet_png import jpeg_of

    image = pictures.picture(key, side, side)
    return "" if image is None else base64.b64encode(jpeg_of(image, quality=82)).decode()


# -- files -----------------------------------------------------------------------------------------


def _target(path: "str | os.PathLike[str]", kinds: tuple[str, ...]) -> Path:
    target = given_path(path, f"sweep{kinds[0]}")
    if target.suffix.lower() not in kinds:
        raise UsageError(
            translated("{target!r} is no name for it.", target=target.name),
            hint=translated("Let it end in {kinds}.", kinds=", ".join(kinds)),
        )
    return target
