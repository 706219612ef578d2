"""What was really drawn: the prompt that was asked for beside the one that the server finished."""

import math
from collections.abc import Callable, Iterator
from functools import lru_cache

from mj_notebook.prompt.canonical import normalise
from mj_notebook.prompt.findings import Told, told
from mj_notebook.prompt.parameters import parameter_table
from mj_notebook.prompt.parse import Prompt, aspect_of, version_of

# They change how it is made, or who sees it, and finished prompts leave them out; a film's own are
# written by its button, and the zoom by the window.
_IGNORED = frozenset(
    {
        *("fast", "relax", "turbo", "stealth", "public", "repeat", "version", "niji", "seed"),
        *("video", "motion", "loop", "end", "bs", "zoom"),
    }
)
_REFERENCES = frozenset({"sref", "cref", "oref", "edit"})
_LONGEST = 60


def drawn_otherwise(
    asked: str,
    observed: str,
    usual: str = "",
    sent: str = "",
    say: Callable[[str], str] = str,
) -> str:
    """
    Return in one line what of *observed*, the finished prompt, is not as *asked*; "" for nothing.

    An unusual version where none was written is told as well, and not as another wish.

    Defaults that were left out or written are none of it, nor is a link in another form.

    Args:
        asked: The prompt as the person wrote it.
        observed: The one that the server says was drawn.
        sent: The one that the server says it sent on, a translation say; "" for the asked one.
        usual: The version that draws where none is written, such as "7" or "niji 7"; "" for what
            the table says.
        say: Says a sentence in the reader's language.
    """
    silent, otherwise = _parts(asked, observed, usual, sent)
    parts = "; ".join(map(say, otherwise))
    line = say(told("Drawn otherwise than asked: {parts}.", parts=parts)) if parts else ""
    return " ".join(filter(None, (*map(say, silent), line)))


# A panel asks with each change, and each time three prompts are parsed.
@lru_cache(maxsize=512)
def _parts(
    asked: str, observed: str, usual: str, sent: str
) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    """Return what nobody asked for, and what is otherwise than it was asked for."""
    before, after = Prompt.parse(normalise(asked)), Prompt.parse(normalise(observed))
    between = Prompt.parse(normalise(sent))
    words = tuple(_words(before.text, between.text, after.text))
    if not (after.text or after.parameters):
        return (), words
    otherwise = (*_model(before, after), *_parameters(before, after), *words)
    return tuple(_unasked(before, after, usual)), otherwise


def _unasked(before: Prompt, after: Prompt, usual: str) -> Iterator[Told]:
    """Tell of a version that nobody wrote and that is not the usual one: that is no other wish."""
    seen, expected = version_of(after, ""), usual or parameter_table().default_version
    if seen and seen != expected and not version_of(before, ""):
        yield told(
            "No version was written: {seen} drew it, and {expected} is usual.",
            seen=_named(seen),
            expected=_named(expected),
        )


def _model(before: Prompt, after: Prompt) -> Iterator[Told]:
    stated, seen = version_of(before, ""), version_of(after, "")
    # Some servers finish prompts without any version, so only a stated one is missed.
    if not seen:
        if stated:
            yield told("without its version, {version}", version=_named(stated))
        return
    # "--niji" alone is the newest of its family.
    if stated == "niji":
        stated = f"niji {parameter_table().default_niji}"
    if stated and stated != seen:
        yield told("by {seen} instead of {stated}", seen=_named(seen), stated=_named(stated))


def _named(version: str) -> str:
    return version if version.startswith("niji") else told("version {number}", number=version)


def _parameters(before: Prompt, after: Prompt) -> Iterator[Told]:
    one, other = _values(before), _values(after)
    for name, value in one.items():
        if name not in other:
            if not _is_default(name, value):
                yield told("without {option}", option=_written(name, value))
        # Links and codes come back in other forms, so only their number can be compared.
        elif name in _REFERENCES or name == "profile":
            yield from _resolved(name, value, other[name])
        elif not _same(name, value, other[name], before, after):
            seen = _written(name, other[name])
            yield told("{seen} instead of {stated}", seen=seen, stated=value or told("no value"))
    for name, value in other.items():
        if name not in one and not _is_default(name, value):
            yield told("with {option} added", option=_written(name, value))


def _values(prompt: Prompt) -> dict[str, str]:
    table = parameter_table()
    found = {table.long_name(name): value for name, value in prompt.parameters}
    if found.get("style") == "raw":  # as which finished prompts write the flag
        del found["style"]
        found["raw"] = ""
    return {name: value for name, value in found.items() if name not in _IGNORED}


def _resolved(name: str, asked: str, seen: str) -> Iterator[Told]:
    """Tell what a random style or one's own profile was; links come back in other forms."""
    if (name == "sref" and "random" in asked.split() and "random" not in seen.split()) or (
        name == "profile" and not asked and seen
    ):
        yield told("{option} was {seen}", option=f"--{name} {asked}".rstrip(), seen=seen)
    elif len(asked.split()) > len(seen.split()):
        written = _written(name, seen)
        yield told("{option}, of {count} values", option=written, count=len(asked.split()))


def _same(name: str, asked: str, seen: str, before: Prompt, after: Prompt) -> bool:
    if name == "aspect":
        (w, h), (v, k) = aspect_of(before), aspect_of(after)
        # As shapes: 4:2 is 2:1.
        return w * k == v * h
    if name == "no":
        # Their order means nothing, and spaces part them as commas do.
        return set(_listed(asked)) == set(_listed(seen))
    numbers = _number(asked), _number(seen)
    if None not in numbers:
        return numbers[0] == numbers[1]
    return asked.casefold() == seen.casefold()


def _is_default(name: str, value: str) -> bool:
    spec = parameter_table().spec(name)
    usual = spec.default if spec else ""
    return bool(usual) and (
        value == usual or (_number(value) is not None and _number(value) == _number(usual))
    )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    # "nan" and "inf" are words in a prompt.
    return number if math.isfinite(number) else None


def _listed(text: str) -> list[str]:
    return [part.strip().casefold() for part in text.replace(" ", ",").split(",") if part.strip()]


def _words(asked: str, sent: str, seen: str) -> Iterator[Told]:
    """Tell which words were drawn; of a translation that went on its way it is told as sent."""
    # Where it was drawn as asked, what some servers say of the way is that of another task.
    is_sent_so = _plain(sent) in {"", _plain(asked)} or _plain(seen) == _plain(asked)
    if not is_sent_so:
        yield (
            told("its words were translated, and sent as “{text}”", text=_cut(sent))
            if _is_translated(asked, sent)
            else told("its words were changed, and sent as “{text}”", text=_cut(sent))
        )
    before = asked if is_sent_so else sent
    if not seen or _plain(before) == _plain(seen):
        return
    if not is_sent_so:
        yield told("drawn as “{text}”", text=_cut(seen))
    elif _is_translated(asked, seen):
        yield told("its words were translated, to “{text}”", text=_cut(seen))
    else:
        yield told("its words were changed, to “{text}”", text=_cut(seen))


def _is_translated(before: str, after: str) -> bool:
    # A guess from the script alone; what was changed within one script is called changed.
    return after.isascii() and not before.isascii()


def _plain(text: str) -> str:
    # Case and signs alone are no other words.
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split())


def _written(name: str, value: str) -> str:
    spec = parameter_table().spec(name)
    written = spec.written if spec else f"--{name}"
    return _cut(f"{written} {value}".rstrip())


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
