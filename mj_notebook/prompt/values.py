"""Whether a value is one that its parameter takes, with a version; pure."""

import math
import re
from collections.abc import Callable, Iterator

from mj_notebook.prompt.findings import Found, told, write
from mj_notebook.prompt.parameters import ParameterSpec
from mj_notebook.prompt.parse import ADDRESS
from mj_notebook.prompt.reading import Reading, bare_word, words_behind
from mj_notebook.prompt.reference_values import (
    check_addresses,
    check_profile,
    check_style,
    is_style,
)

# Bounded: int() and float() of a text without end take their time.
_NUMBER = re.compile(r"-?(?:\d{1,18}(?:\.\d{0,18})?|\.\d{1,18})", re.ASCII)
_RATIO = re.compile(r"(\d{1,9}):(\d{1,9})", re.ASCII)
_DECIMAL_RATIO = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)(?::(\d{1,4}(?:\.\d{1,3})?))?", re.ASCII)
_ODD_RATIO = re.compile(r"\s*[xX×*/／:：]\s*")
# What may be meant for the colon of a shape; with 1 or 2 before it a comma is that of a number.
_NEAR_COLON = re.compile(
    r"\s*[∶꞉ː︰;\-–—_|]\s*|(?<=\d)\s*(?:by|to)\s*(?=\d)|(?<=[3-9]),|(?<=\d\d),|(?<=\d)\s(?=\d)"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[,.'’]\d{3})+", re.ASCII)


def check_value(reading: Reading) -> Iterator[Found]:
    """Return what is wrong with the value of *reading*."""
    if not reading.value:
        yield from _missing(reading)
        return
    first, _, rest = reading.value.partition(" ")
    if first in _SIGNS and rest:
        yield reading.found(
            "glued",
            told(
                "{first} stands between {written} and its value.",
                first=first,
                written=reading.written,
            ),
            write(reading.written, rest.split()[0]),
        )
        # What follows is read as if the sign had not been there: its own faults are told too.
        reading = reading._replace(value=rest)
    yield from _CHECKS[reading.spec.kind](reading)


_SIGNS = {"=", ":", "#", "＝", "："}


def is_plausible(spec: ParameterSpec, word: str) -> bool:
    """Tell whether *word* may be meant as a value of *spec*."""
    is_one = _PLAUSIBLE.get(spec.kind)
    return is_one(word) if is_one else word in spec.values


# -- kinds -----------------------------------------------------------------------------------------


def _missing(reading: Reading) -> Iterator[Found]:
    spec = reading.spec
    # A profile alone is one's own; the others have no value to miss.
    if spec.kind in {"flag", "profile", "any"}:
        return
    if spec.bare:
        newest = spec.values[-1] if spec.values else ""
        yield reading.found(
            "unknown-version",
            told("{written} names no version.", written=reading.written),
            write(reading.written, newest),
        )
    elif spec.kind in {"int", "number", "ratio", "version", "choice"}:
        yield reading.found(
            "missing-value",
            told("{written} needs a value.", written=reading.written),
            write(example(spec)),
        )
    else:
        yield reading.found(
            "missing-words",
            told("{written} stands alone.", written=reading.written),
            write(example(spec)),
        )


def example(spec: ParameterSpec) -> str:
    """Return how *spec* is written, with a value that it takes."""
    if spec.kind in {"flag", "any"}:
        return spec.written
    value = {
        "ratio": "3:2",
        "text": "text, people",
        "address": "https://…",
        "addresses": "https://…",
        "style": "https://…",
        "profile": "",
    }.get(spec.kind)
    if value is None:
        number = spec.range[1] if spec.range else 1
        # A moderate number: an example is copied, and the greatest is extreme.
        value = spec.values[-1] if spec.values else f"{min(number, 50):g}"
    return f"{spec.written} {value}".rstrip()


_YES, _NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0", "none"}


def _flag(reading: Reading) -> Iterator[Found]:
    words = reading.value.split()
    if len(words) == 1 and words[0].lower() in _YES | _NO:
        is_yes = words[0].lower() in _YES
        yield reading.found(
            "words-after",
            told("{written} takes no value: it stands there, or not.", written=reading.written),
            told("Write {written} alone.", written=reading.written)
            if is_yes
            else told("Leave it out."),
        )
        return
    yield from words_behind(reading, words)


def _nothing(reading: Reading) -> Iterator[Found]:
    del reading
    return iter(())


def _number(reading: Reading) -> Iterator[Found]:
    spec = reading.spec
    word, *rest = reading.value.split()
    yield from words_behind(reading, rest)
    is_whole = spec.kind == "int"
    if not _NUMBER.fullmatch(word) or (is_whole and "." in word):
        near = _near_number(word, is_whole=is_whole)
        yield reading.found(
            "not-a-number",
            told("{word} is no whole number.", word=word)
            if is_whole
            else told("{word} is no number.", word=word),
            _advice(reading, near),
        )
        return
    yield from _range(reading, float(word))


def _advice(reading: Reading, near: str) -> str:
    """Tell what was meant, or else how such a value is written."""
    if near:
        return write(reading.written, near)
    return told("Write it like {example}.", example=example(reading.spec))


def _near_number(word: str, *, is_whole: bool) -> str:
    """Return the number that was probably meant by *word*, "" where nobody knows."""
    bare = bare_word(word)
    if _THOUSANDS.fullmatch(bare):
        bare = re.sub(r"\D", "", bare)
    bare = bare.replace(",", ".") if not is_whole else re.sub(r"[.,]0+$", "", bare)
    return bare if _NUMBER.fullmatch(bare) and not (is_whole and "." in bare) else ""


def _range(reading: Reading, number: float) -> Iterator[Found]:
    spec, version = reading.spec, reading.version
    limits = spec.range_of(version)
    if limits is not None and not limits[0] <= number <= limits[1]:
        least, most = limits
        # The nearest that is taken is most likely what was meant.
        nearest = min(max(number, least), most)
        yield reading.found(
            "out-of-range" if spec.firm else "doubtful-number",
            told(
                "{written} goes from {least} to {most}.",
                written=reading.written,
                least=f"{least:.12g}",
                most=f"{most:.12g}",
            ),
            write(reading.written, f"{nearest:.12g}"),
        )
    elif spec.values and f"{number:g}" not in spec.values_of(version):
        yield from _unknown_value(reading, f"{number:g}")
    step = spec.steps.get(version)
    # Whether other steps are refused nobody knows, so it is only said.
    if step and number % step:
        yield reading.found(
            "unconfirmed",
            told(
                "By its release notes {version} takes {written} in steps of {step}.",
                version=version,
                written=reading.written,
                step=f"{step:g}",
            ),
        )


def _unknown_value(reading: Reading, value: str) -> Iterator[Found]:
    known = reading.spec.values_of(reading.version)
    yield reading.found(
        "unknown-value",
        told(
            "{written} is not known of version {version}.",
            written=f"{reading.written} {value}",
            version=reading.version,
        )
        if reading.version in reading.spec.choices
        else told("{written} is not known.", written=f"{reading.written} {value}"),
        told("Known: {value}.", value=", ".join(known)),
    )


def _ratio(reading: Reading) -> Iterator[Found]:
    whole = _RATIO.fullmatch(_ODD_RATIO.sub(":", reading.value))
    words = [reading.value] if whole else reading.value.split()
    found = _RATIO.fullmatch(words[0])
    if found is None and whole is None and not _near_ratio(reading.value):
        yield from words_behind(reading, words[1:])
    if found is None or not (int(found[1]) and int(found[2])):
        # First the word alone: what stands behind may be words of the prompt.
        near = _near_ratio(words[0]) or _near_ratio(reading.value)
        yield reading.found(
            "not-a-number",
            told(
                "{words} is no shape: width and height are two whole numbers above 0.",
                words=words[0],
            ),
            _advice(reading, near),
        )
        return
    if whole is None:
        yield from words_behind(reading, words[1:])
    yield from _extreme(reading, int(found[1]), int(found[2]))


def _near_ratio(word: str) -> str:
    """Return the shape that was probably meant by *word*, "" where nobody knows."""
    bare = bare_word(word)
    text = _ODD_RATIO.sub(":", bare)
    decimal = _DECIMAL_RATIO.fullmatch(text)
    if decimal is None:
        text = _NEAR_COLON.sub(":", bare).replace(",", ".")
        decimal = _DECIMAL_RATIO.fullmatch(text)
    if decimal is None:
        return ""
    width, height = float(decimal[1]), float(decimal[2] or 1)
    if not (width and height) or (decimal[2] is None and "." not in text):
        return ""
    if _RATIO.fullmatch(text):
        return text
    # Three places at most stand behind the point.
    factor = next(each for each in (1, 10, 100, 1000) if _is_whole(width * each, height * each))
    sides = round(width * factor), round(height * factor)
    common = math.gcd(*sides)
    return ":".join(str(side // common) for side in sides)


def _is_whole(*numbers: float) -> bool:
    return all(abs(each - round(each)) < 1e-6 for each in numbers)


def _extreme(reading: Reading, width: int, height: int) -> Iterator[Found]:
    longest = reading.spec.longest
    key = "hd" if reading.is_hd else reading.version
    most = longest.get(key, longest.get("all"))
    if most is not None and max(width, height) > most * min(width, height):
        with_ = "--hd" if reading.is_hd else told("version {version}", version=reading.version)
        yield reading.found(
            "extreme-ratio",
            told(
                "With {what} one side is at most {most} times as long as the other.",
                what=with_,
                most=f"{most:g}",
            ),
            told(
                "Write at most {written} {shape}.",
                written=reading.written,
                shape=_ratio_of(most, is_wide=width > height),
            ),
        )


def _ratio_of(most: float, *, is_wide: bool) -> str:
    # Limits are whole or halves; a shape is written in whole numbers.
    factor = 1 if _is_whole(most) else 2
    sides = (f"{most * factor:g}", f"{factor}")
    return ":".join(sides if is_wide else sides[::-1])


def _version(reading: Reading) -> Iterator[Found]:
    spec = reading.spec
    word, *rest = reading.value.split()
    yield from words_behind(reading, rest)
    if word in spec.removed:
        yield reading.found(
            "unknown-version",
            told("Version {word} was removed on {value}.", word=word, value=spec.removed[word]),
            write(reading.written, spec.values[-1]),
        )
    elif word not in spec.values:
        is_number = re.fullmatch(r"\d{1,2}(?:\.\d{1,2})?", word, re.ASCII)
        bare = bare_word(word).strip("vV").replace(",", ".")
        # A number that is no version was probably one that does not exist yet: the newest is
        # nearest.
        near = bare if bare in spec.values else spec.values[-1] if is_number else ""
        if bare.lower().startswith("niji"):
            yield reading.found(
                "not-a-number",
                told("{word} is no version of its own.", word=word),
                told("Write --niji 7 instead."),
            )
            return
        yield reading.found(
            "unknown-version" if is_number else "not-a-number",
            told("{word} is no version that is known here.", word=word),
            _advice(reading, near),
        )


def _choice(reading: Reading) -> Iterator[Found]:
    word, *rest = reading.value.split()
    yield from words_behind(reading, rest)
    # Case is no fault in a word of the table.
    if word.lower() not in reading.spec.values_of(reading.version):
        yield from _unknown_value(reading, word)


def _word(reading: Reading) -> Iterator[Found]:
    spec = reading.spec
    word, *rest = reading.value.split()
    yield from words_behind(reading, rest)
    takes = spec.value_versions.get(word.lower())
    if takes and reading.version and reading.version not in takes:
        yield reading.found(
            "other-version",
            told(
                "{written} is not known of version {version}.",
                written=f"{reading.written} {word}",
                version=reading.version,
            ),
            told("Leave it out."),
        )
    if takes is None and not spec.free:
        yield from _unknown_value(reading, word)


_CHECKS: dict[str, Callable[[Reading], Iterator[Found]]] = {
    "flag": _flag,
    "int": _number,
    "number": _number,
    "ratio": _ratio,
    "version": _version,
    "choice": _choice,
    "word": _word,
    "text": _nothing,
    "address": check_addresses,
    "addresses": check_addresses,
    "style": check_style,
    "profile": check_profile,
    "front": _nothing,
    "any": _nothing,
}

_ONE_VERSION = re.compile(r"\d{1,2}(?:\.\d)?", re.ASCII)
# Of the kinds that take one of a few words the table knows them.
_PLAUSIBLE: dict[str, Callable[[str], bool]] = {
    "int": lambda word: _NUMBER.fullmatch(word) is not None,
    "number": lambda word: _NUMBER.fullmatch(word) is not None,
    "version": lambda word: _ONE_VERSION.fullmatch(word) is not None,
    "ratio": lambda word: _RATIO.fullmatch(_ODD_RATIO.sub(":", word)) is not None,
    "text": bool,
    "address": lambda word: ADDRESS.match(word) is not None,
    "addresses": lambda word: ADDRESS.match(word) is not None,
    "style": is_style,
}
