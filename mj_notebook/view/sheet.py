"""A sheet of pictures as an SVG: elements by the one builder, written picture by picture."""

from collections.abc import Callable, Iterator

from mj_notebook.images.contact_sheet import Sheet
from mj_notebook.protocol.visible_text import visible
from mj_notebook.view.html import el, el_in_parts
from mj_notebook.view.parts import picture_data_url

_FONTS = "Helvetica, Arial, 'Liberation Sans', sans-serif"
_ANCHORS = {0.0: "start", 0.5: "middle"}
# Where letters stand, in parts of their size; sheets give the upper edge, SVG wants the line.
_BASELINE = 0.93
# CSS counts 96 px to the inch, sheets 72 points.
_PIXELS = 96 / 72


def sheet_svg(sheet: Sheet, jpeg: Callable[[str, float, float], bytes | None]) -> Iterator[str]:
    """Yield *sheet* in parts, so that no more than a picture of it is in memory."""
    width, height = sheet.width * _PIXELS, sheet.height * _PIXELS
    start, end = el_in_parts(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        width=f"{width:.2f}",
        height=f"{height:.2f}",
        font_family=_FONTS,
    )
    yield start
    # Viewers show what is transparent on any colour, and the words are black.
    yield el("rect", width="100%", height="100%", fill="white")
    for tile in sheet.tiles:
        place = {
            "x": _told(tile.x),
            "y": _told(tile.y),
            "width": _told(tile.width),
            "height": _told(tile.height),
        }
        content = jpeg(tile.key, tile.width, tile.height)
        if content is None:
            # A missing picture keeps its place: the rows of a figure must not move up.
            yield el("rect", fill="#ebebeb", **place)
        else:
            yield el("image", href=picture_data_url(content, "image/jpeg"), **place)
    for text in sheet.texts:
        below = text.size * _BASELINE
        x, y = (text.x + below, text.y) if text.turned else (text.x, text.y + below)
        yield el(
            "text",
            visible(text.words),  # no element of an SVG keeps apart what turns lines
            x=_told(x),
            y=_told(y),
            transform=f"rotate(-90 {_told(x)} {_told(y)})" if text.turned else None,
            font_size=_told(text.size),
            text_anchor=_ANCHORS[text.anchor],
        )
    yield end


def _told(points: float) -> str:
    return f"{points * _PIXELS:.2f}"
