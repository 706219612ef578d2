"""Letters for figures: a font of this machine that has all signs, and how wide they are."""

from collections.abc import Iterable
from functools import lru_cache

from PIL import ImageFont

from mj_notebook.errors import UsageError

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
# By the names under which systems have them; the last ones have the signs of East Asia.
_CANDIDATES = (
    *("Arial.ttf", "Helvetica.ttc", "LiberationSans-Regular.ttf", "DejaVuSans.ttf"),
    *("NotoSans-Regular.ttf", "Arial Unicode.ttf", "NotoSansCJK-Regular.ttc", "msyh.ttc"),
    *("PingFang.ttc", "Hiragino Sans GB.ttc", "wqy-zenhei.ttc", "DroidSansFallback.ttf"),
)
_NO_SIGN = "\uffff"
_MEASURED_AT = 100
_SHOWN = 8  # signs that are named


class Letters:
    """
    One font at any size.

    Args:
        texts: What will be written.
        given: A file, or a name that the system knows; None looks for one that has all signs.

    Raises:
        UsageError: There is no such font, or none has a sign.
    """

    def __init__(self, texts: Iterable[str], given: str | None = None) -> None:
        # All at once: one font for a sheet, since mixed fonts look like a mistake.
        signs = sorted({sign for text in texts for sign in text if not sign.isspace()})
        self._name = _named(given) if given is not None else _found(signs)
        self._widths: dict[str, float] = {}

    def at(self, size: float) -> Font:
        """Return the font with letters of *size* pixels."""
        return _font(self._name, max(1.0, round(size, 2)))

    def measure(self, text: str, size: float) -> float:
        """Return how wide *text* is in letters of *size*."""
        width = self._widths.get(text)
        if width is None:
            # Measured once, large, and scaled: wrapping asks for the same words at each step.
            width = self._widths[text] = self.at(_MEASURED_AT).getlength(text) / _MEASURED_AT
        return width * size


# Opening a font reads its file; a sheet has few sizes.
@lru_cache(maxsize=32)
def _font(name: str, size: float) -> Font:
    return ImageFont.truetype(name, size) if name else ImageFont.load_default(size)


def _named(given: str) -> str:
    try:
        _font(given, _MEASURED_AT)
    except OSError:
        raise UsageError(
            f"There is no font {given!r}.", hint="Give the file of a font, such as a .ttf."
        ) from None
    return given


def _found(signs: list[str]) -> str:
    """Return the first candidate that has all *signs*; "" is the one that Pillow brings along."""
    lacking = signs
    for name in (*_CANDIDATES, ""):
        try:
            font = _font(name, _MEASURED_AT)
        except OSError:
            continue
        missing = [sign for sign in signs if not _has(font, sign)]
        if not missing:
            return name
        # What the best one lacks is what is told.
        lacking = min(lacking, missing, key=len)
    raise UsageError(
        f"No font of this machine has “{''.join(lacking[:_SHOWN])}” beside the other letters.",
        hint='Give one that has it: figure("fig.pdf", font="a font.ttf"); an SVG needs none.',
    )


def _has(font: Font, sign: str) -> bool:
    """Tell whether *font* has *sign*: what it has not, it draws as what no font has."""
    # Every font has these, and most texts nothing else.
    if sign.isascii():
        return True
    return bytes(font.getmask(sign)) != bytes(font.getmask(_NO_SIGN))
