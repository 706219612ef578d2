"""Sheets of pictures as a PDF: a page each, written picture by picture, with words as text."""

import zlib
from typing import BinaryIO

from PIL import Image

from mj_notebook.images.contact_sheet import LEADING, Sheet, Text, Tile
from mj_notebook.images.fonts import Letters
from mj_notebook.images.sheet_png import GREY, POINTS, PictureOf, drawn_words, jpeg_of, pixels_of

# Letters are pictures here, and printers set about so many dots an inch.
_LETTER_DPI = 600.0
# The widths of the letters of Helvetica, which every reader has, from the space to the tilde.
# fmt: off
_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)
# fmt: on
# Where letters stand, in parts of their size; PDF counts from below.
_BASELINE = 0.93


def write_pdf(
    file: BinaryIO, sheets: list[Sheet], picture: PictureOf, letters: Letters, dpi: float
) -> None:
    """Write each of *sheets* as a page; its words are text wherever Helvetica has their letters."""
    _Pdf(file, picture, letters, dpi / POINTS).write(sheets)


class _Pdf:
    """Writes one file, object after object, and remembers where each begins."""

    def __init__(self, file: BinaryIO, picture: PictureOf, letters: Letters, scale: float) -> None:
        self._file, self._picture, self._letters, self._scale = file, picture, letters, scale
        self._places: dict[int, int] = {}
        self._size = 0
        self._next = 4  # 1 is the catalogue, 2 the pages, 3 the font

    def write(self, sheets: list[Sheet]) -> None:
        # The second line tells programs that the file is no text, which they would convert.
        self._put(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
        self._object(1, b"<< /Type /Catalog /Pages 2 0 R >>")
        self._object(
            3,
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        )
        pages = [self._page(sheet) for sheet in sheets]
        kids = " ".join(f"{page} 0 R" for page in pages)
        self._object(2, f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
        # The table of places comes last: pages are written before anybody knows how long they are.
        start, count = self._size, self._next
        lines = "".join(f"{self._places[number]:010} 00000 n \n" for number in range(1, count))
        self._put(f"xref\n0 {count}\n0000000000 65535 f \n{lines}".encode())
        self._put(f"trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())

    def _page(self, sheet: Sheet) -> int:
        named: dict[str, int] = {}
        drawn: list[str] = []
        for place in sheet.tiles:
            image = self._picture(place.key, *pixels_of(place, self._scale))
            if image is None:
                grey, bottom = GREY / 255, sheet.height - place.y - place.height
                box = f"{place.x:.2f} {bottom:.2f} {place.width:.2f} {place.height:.2f}"
                drawn.append(f"{grey:.3f} g {box} re f 0 g")
                continue
            content = jpeg_of(image)
            # Pictures keep their shape in a place of another one.
            shrink = min(place.width / image.width, place.height / image.height)
            across, down = image.width * shrink, image.height * shrink
            x, y = place.x + (place.width - across) / 2, place.y + (place.height - down) / 2
            number = self._image(image, content, b"/DCTDecode", b"/DeviceRGB")
            drawn.append(_placed(named, number, sheet, Tile(x, y, across, down, "")))
        drawn += [self._text(text, sheet, named) for text in sheet.texts]
        # As Windows' Latin letters, the encoding that the font is given above.
        stream = self._stream(b"", "\n".join(drawn).encode("cp1252"))
        images = " ".join(f"/{name} {number} 0 R" for name, number in named.items())
        return self._object(
            None,
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {sheet.width:.2f} {sheet.height:.2f}]"
            f" /Resources << /Font << /F 3 0 R >> /XObject << {images} >> >>"
            f" /Contents {stream} 0 R >>".encode(),
        )

    def _text(self, text: Text, sheet: Sheet, named: dict[str, int]) -> str:
        try:
            text.words.encode("cp1252")
        except UnicodeEncodeError:
            return self._drawn_text(text, sheet, named)
        # These three have a meaning in a text of PDF.
        words = text.words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        if text.turned:
            place = f"0 1 -1 0 {text.x + text.size * _BASELINE:.2f} {sheet.height - text.y:.2f} Tm"
            return f"BT /F {text.size:.2f} Tf {place} ({words}) Tj ET"
        x = text.x - _helvetica(text.words) * text.size * text.anchor
        y = sheet.height - text.y - text.size * _BASELINE
        return f"BT /F {text.size:.2f} Tf {x:.2f} {y:.2f} Td ({words}) Tj ET"

    def _drawn_text(self, text: Text, sheet: Sheet, named: dict[str, int]) -> str:
        """Put words that Helvetica can't write there as a picture of them."""
        image = drawn_words(text, self._letters, _LETTER_DPI / POINTS)
        if text.turned:
            image = image.transpose(Image.Transpose.ROTATE_90)
        content = zlib.compress(image.tobytes())
        number = self._image(image, content, b"/FlateDecode", b"/DeviceGray")
        wide, high = self._letters.measure(text.words, text.size), text.size * LEADING
        place = Tile(text.x - wide * text.anchor, text.y, wide, high, "")
        if text.turned:
            place = Tile(text.x, text.y - wide, high, wide, "")
        return _placed(named, number, sheet, place)

    def _image(self, image: Image.Image, content: bytes, packed: bytes, colours: bytes) -> int:
        told = b"/Type /XObject /Subtype /Image /BitsPerComponent 8 /Width %d /Height %d"
        head = told % image.size + b" /ColorSpace " + colours + b" /Filter " + packed
        return self._stream(head, content)

    def _stream(self, head: bytes, content: bytes) -> int:
        return self._object(
            None,
            b"<< " + head + b" /Length %d >>\nstream\n" % len(content) + content + b"\nendstream",
        )

    def _object(self, number: int | None, content: bytes) -> int:
        if number is None:
            number, self._next = self._next, self._next + 1
        self._places[number] = self._size
        self._put(b"%d 0 obj\n" % number + content + b"\nendobj\n")
        return number

    def _put(self, content: bytes) -> None:
        self._file.write(content)
        self._size += len(content)


def _placed(named: dict[str, int], number: int, sheet: Sheet, place: Tile) -> str:
    """Name the picture that is object *number*, and return what draws it in its place."""
    name = f"I{number}"
    named[name] = number
    size = f"{place.width:.2f} 0 0 {place.height:.2f}"
    bottom = sheet.height - place.y - place.height
    return f"q {size} {place.x:.2f} {bottom:.2f} cm /{name} Do Q"


def _helvetica(words: str) -> float:
    """Return how wide *words* are in letters of size 1."""
    places = (ord(sign) - 32 for sign in words)
    return sum(_WIDTHS[at] if 0 <= at < len(_WIDTHS) else 556 for at in places) / 1000
