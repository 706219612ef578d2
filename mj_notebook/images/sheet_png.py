"""Sheets of pictures as PNGs: written strip by strip, so that no sheet is too large for memory."""

import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageChops, ImageDraw

from mj_notebook.images.contact_sheet import LEADING, Sheet, Text, Tile
from mj_notebook.images.fonts import Letters
from mj_notebook.images.thumbnails import on_white, open_picture, tile

PictureOf = Callable[[str, int, int], Image.Image | None]
"""Brings the picture of a key, to fit so many pixels; None where there is none."""

# To an inch, as printers count.
POINTS = 72.0
# Lines at a time: a page of print has thousands, each of tens of kilobytes.
_STRIP = 64
_LEVEL = 3  # of compression: photographs gain little from more, and take far longer
_QUALITY = 92
GREY = 235


def write_png(
    file: BinaryIO, sheet: Sheet, picture: PictureOf, letters: Letters, dpi: float
) -> None:
    """Write *sheet* as a PNG; a strip of it at a time is in memory."""
    scale = dpi / POINTS
    width, height = round(sheet.width * scale), round(sheet.height * scale)
    file.write(b"\x89PNG\r\n\x1a\n")
    _chunk(file, b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    metre = round(dpi / 0.0254)
    # Dots to the metre, so that it is printed in the size it was laid out for.
    _chunk(file, b"pHYs", struct.pack(">IIB", metre, metre, 1))
    packer = zlib.compressobj(_LEVEL)
    # Above the first line there is nothing, which counts as zeros.
    above = Image.new("RGB", (width, 1))
    for strip in _strips(sheet, picture, letters, scale):
        # Each line as what differs from the one above it ("Up", 2), which packs far better.
        shifted = Image.new("RGB", strip.size)
        shifted.paste(above, (0, 0))
        shifted.paste(strip, (0, 1))
        lines = ImageChops.subtract_modulo(strip, shifted).tobytes()
        above = strip.crop((0, strip.height - 1, width, strip.height))
        told = b"".join(
            b"\x02" + lines[at : at + width * 3] for at in range(0, len(lines), width * 3)
        )
        if packed := packer.compress(told):
            _chunk(file, b"IDAT", packed)
    _chunk(file, b"IDAT", packer.flush())
    _chunk(file, b"IEND", b"")


def _chunk(file: BinaryIO, kind: bytes, content: bytes) -> None:
    file.write(struct.pack(">I", len(content)) + kind + content)
    file.write(struct.pack(">I", zlib.crc32(kind + content)))


def _strips(
    sheet: Sheet, picture: PictureOf, letters: Letters, scale: float
) -> Iterator[Image.Image]:
    width, height = round(sheet.width * scale), round(sheet.height * scale)
    # By where they begin, so that each picture is decoded once and let go when it is past.
    waiting = sorted(sheet.tiles, key=lambda place: place.y, reverse=True)
    shown: list[tuple[Tile, Image.Image | None]] = []
    for top in range(0, height, _STRIP):
        bottom = min(top + _STRIP, height)
        strip = Image.new("RGB", (width, bottom - top), "white")
        draw = ImageDraw.Draw(strip)
        while waiting and waiting[-1].y * scale < bottom:
            place = waiting.pop()
            shown.append((place, picture(place.key, *pixels_of(place, scale))))
        for place, image in shown:
            x, y = round(place.x * scale), round(place.y * scale) - top
            across, down = pixels_of(place, scale)
            if image is None:
                draw.rectangle((x, y, x + across - 1, y + down - 1), fill=(GREY,) * 3)
            else:
                middle = (x + (across - image.width) // 2, y + (down - image.height) // 2)
                strip.paste(image, middle)
        for text in sheet.texts:
            y = round(text.y * scale) - top
            if text.turned:
                if y > 0 and y - letters.measure(text.words, text.size) * scale < bottom - top + 2:
                    drawn = drawn_words(text, letters, scale).transpose(Image.Transpose.ROTATE_90)
                    black = Image.new("RGB", drawn.size)
                    at = (round(text.x * scale), y - drawn.height)
                    strip.paste(black, at, ImageChops.invert(drawn))
                continue
            if -2 * text.size * scale < y < bottom - top:
                left = (text.x - letters.measure(text.words, text.size) * text.anchor) * scale
                letters.write(strip, (round(left), y), text.words, text.size * scale)
        shown = [one for one in shown if (one[0].y + one[0].height) * scale > bottom]
        yield strip


def drawn_words(text: Text, letters: Letters, scale: float) -> Image.Image:
    """Return the words of *text*, level, black on white."""
    wide = letters.measure(text.words, text.size) * scale
    image = Image.new("L", (max(1, round(wide)), round(text.size * LEADING * scale)), 255)
    letters.write(image, (0, 0), text.words, text.size * scale)
    return image


def pixels_of(place: Tile, scale: float) -> tuple[int, int]:
    """Return how many pixels a picture has at *scale*."""
    return max(1, round(place.width * scale)), max(1, round(place.height * scale))


def fitted(
    content: bytes, number: int | None, width: int, height: int, *, may_grow: bool = False
) -> Image.Image:
    """Return a picture as served, or tile *number* of it, in a size that fits so many pixels."""
    image = open_picture(content)
    image = on_white(image if number is None else tile(image, number))
    scale = min(width / image.width, height / image.height)
    if scale > 1 and not may_grow:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def jpeg_of(image: Image.Image, quality: int = _QUALITY) -> bytes:
    """Return *image* as a JPEG, by default one for print."""
    buffer = BytesIO()
    # Print shows the coarser colours of the usual subsampling at edges; a screen does not.
    image.save(buffer, "JPEG", quality=quality, subsampling=0 if quality == _QUALITY else 2)
    return buffer.getvalue()
