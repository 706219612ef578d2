"""Letters for figures: fonts of this machine that have all signs, and how wide they are."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from mj_notebook.errors import UsageError
from mj_notebook.language import translated

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
# By the names under which systems have them: first those of most letters, then East Asia's, other
# scripts, and pictures.
_CANDIDATES = (
    *("Arial.ttf", "Helvetica.ttc", "LiberationSans-Regular.ttf", "DejaVuSans.ttf"),
    *("NotoSans-Regular.ttf", "Arial Unicode.ttf", "NotoSansCJK-Regular.ttc", "msyh.ttc"),
    *("PingFang.ttc", "Hiragino Sans GB.ttc", "wqy-zenhei.ttc", "wqy-microhei.ttc"),
    *("DroidSansFallback.ttf", "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf"),
    *("NotoSansDevanagari-Regular.ttf", "NotoSansThai-Regular.ttf", "GeezaPro.ttc"),
    *("Nirmala.ttf", "seguisym.ttf", "NotoColorEmoji.ttf", "Apple Color Emoji.ttc", "Symbola.ttf"),
)
_NO_SIGN = "\uffff"
_MEASURED_AT = 100
# Pixels: fonts of coloured pictures have them in one size only.
_SIZES_OF_PICTURES = (109, 136, 160)
_SHOWN = 8  # signs that are named


class Letters:
    """
    Fonts at any size: one for all signs where there is one, else one for each run of signs.

    Args:
        texts: What will be written.
        given: A file, or a name that the system knows, which is taken wherever it has a sign.

    Raises:
        UsageError: There is no such font, or none has a sign.
    """

    def __init__(self, texts: Iterable[str], given: str | None = None) -> None:
        clusters = sorted({cluster for text in texts for cluster in _clusters(text)})
        self._names = _found(clusters) if given is None else _behind(_named(given), clusters)
        self._widths: dict[str, float] = {}

    def measure(self, text: str, size: float) -> float:
        """Return how wide *text* is in letters of *size*."""
        width = self._widths.get(text)
        if width is None:
            width = self._widths[text] = sum(
                _font(name, _MEASURED_AT).getlength(words) / _drawn_at(name, _MEASURED_AT)
                for name, words in self._runs(text)
            )
        return width * size

    def write(self, image: Image.Image, at: tuple[float, float], text: str, size: float) -> None:
        """Write *text* in black, so that its line begins and is highest *at* that place."""
        x, y = at
        size = max(1.0, round(size, 2))
        draw = ImageDraw.Draw(image)
        first = _font(self._names[0], size)
        # On one foot, whatever the font; the line is as high as the first one's.
        foot = y + (first.getmetrics()[0] if isinstance(first, ImageFont.FreeTypeFont) else size)
        for name, words in self._runs(text):
            font, drawn_at = _font(name, size), _drawn_at(name, size)
            if drawn_at != size:
                _paste(image, (round(x), foot), words, font, size / drawn_at)
            elif isinstance(font, ImageFont.FreeTypeFont) and name != self._names[0]:
                draw.text((x, foot), words, fill="black", font=font, anchor="ls")
            else:
                draw.text((x, y), words, fill="black", font=font)
            x += font.getlength(words) * size / drawn_at

    def _runs(self, text: str) -> list[tuple[str, str]]:
        if len(self._names) == 1:
            return [(self._names[0], text)]
        return runs(text, self._names, lambda name, cluster: not _lacking(name, [cluster]))


def runs(text: str, names: Sequence[str], has: Callable[[str, str], bool]) -> list[tuple[str, str]]:
    """
    Return *text* in runs of one font each.

    Args:
        text: What will be written.
        names: The fonts; the first one is taken for what none has.
        has: Tells whether a font has a sign with the marks on it.
    """
    found: list[tuple[str, str]] = []
    gap = ""

    def add(name: str, words: str) -> None:
        if found and found[-1][0] == name:
            words = found.pop()[1] + words
        if words:
            found.append((name, words))

    for cluster in _clusters(text):
        if cluster.isspace():
            gap += cluster
            continue
        name = next((name for name in names if has(name, cluster)), names[0])
        # Between words of one font, which may read from the right, a space is theirs; else it is
        # the first font's: one of pictures has spaces as wide as pictures.
        add(name if found and found[-1][0] == name else names[0], gap)
        add(name, cluster)
        gap = ""
    add(names[0], gap)
    return found


def _clusters(text: str) -> Iterator[str]:
    """Return the signs of *text*, each with the marks and joiners that belong to it."""
    cluster = ""
    for sign in text:
        belongs = unicodedata.category(sign) in {"Mn", "Me", "Cf"} or cluster.endswith("\u200d")
        if cluster and not belongs:
            yield cluster
            cluster = ""
        cluster += sign
    if cluster:
        yield cluster


def _paste(
    image: Image.Image, at: tuple[float, float], words: str, font: Font, scale: float
) -> None:
    """Draw *words* in the one size of a font of coloured pictures, and put them there smaller."""
    assert isinstance(font, ImageFont.FreeTypeFont)
    above, below = font.getmetrics()
    drawn = Image.new("RGBA", (max(1, round(font.getlength(words))), above + below))
    ImageDraw.Draw(drawn).text((0, above), words, font=font, anchor="ls", embedded_color=True)
    size = (max(1, round(drawn.width * scale)), max(1, round(drawn.height * scale)))
    small = drawn.resize(size, Image.Resampling.LANCZOS)
    image.paste(small.convert(image.mode), (round(at[0]), round(at[1] - above * scale)), small)


@lru_cache(maxsize=64)
def _font(name: str, size: float) -> Font:
    if not name:
        return ImageFont.load_default(size)
    for one in (size, *_SIZES_OF_PICTURES):
        try:
            return ImageFont.truetype(name, one)
        except OSError as error:
            if "pixel size" not in str(error):
                raise
    raise OSError(translated("{name} has no size that is known.", name=name))


def _drawn_at(name: str, size: float) -> float:
    font = _font(name, size)
    return font.size if isinstance(font, ImageFont.FreeTypeFont) else size


def _named(given: str) -> str:
    try:
        _font(given, _MEASURED_AT)
    except OSError:
        raise UsageError(
            translated("There is no font {given!r}.", given=given),
            hint=translated("Give the file of a font, such as a .ttf."),
        ) from None
    return given


def _behind(given: str, clusters: list[str]) -> list[str]:
    """Return *given*, and behind it what has the signs that it lacks, as far as any has."""
    return [given, *_fallbacks(_lacking(given, clusters), [given])[0]]


def _found(clusters: list[str]) -> list[str]:
    """Return the first candidate that has all; else the one with the most, and fallbacks."""
    best, lacking = "", list(clusters)
    for name in _present():
        missing = _lacking(name, clusters)
        if not missing:
            return [name]
        if not best or len(missing) < len(lacking):
            best, lacking = name, missing
    others, lacking = _fallbacks(lacking, [best])
    if lacking:
        raise UsageError(
            translated(
                "No font of this machine has “{lacking}”.", lacking="".join(lacking[:_SHOWN])
            ),
            hint=translated(
                'Give one that has it: figure("fig.pdf", font="a font.ttf"); an SVG needs none.'
            ),
        )
    return [best, *others]


def _fallbacks(lacking: list[str], known: list[str]) -> tuple[list[str], list[str]]:
    """Return the fonts that have what is *lacking*, the first candidates first, and the rest."""
    names = []
    for name in _present():
        missing = _lacking(name, lacking)
        if name not in known and len(missing) < len(lacking):
            names.append(name)
            lacking = missing
    return names, lacking


def _present() -> Iterator[str]:
    """Return the candidates that this machine has; "" is the one that Pillow brings along."""
    for name in (*_CANDIDATES, ""):
        try:
            _font(name, _MEASURED_AT)
        except OSError:
            continue
        yield name


def _lacking(name: str, clusters: Iterable[str]) -> list[str]:
    return [one for one in clusters if not all(_has(name, sign) for sign in one)]


@lru_cache(maxsize=4096)
def _has(name: str, sign: str) -> bool:
    """Tell whether a font has *sign*: what it has not, it draws as what no font has."""
    # Joiners and selectors show nothing by themselves.
    if unicodedata.category(sign) == "Cf" or "\ufe00" <= sign <= "\ufe0f" or sign.isspace():
        return True
    font = _font(name, _MEASURED_AT)
    if sign.isascii():  # but fonts of pictures have digits at most
        return not isinstance(font, ImageFont.FreeTypeFont) or font.size == _MEASURED_AT
    return bytes(font.getmask(sign)) != bytes(font.getmask(_NO_SIGN))
