"""Values that refer to something elsewhere: addresses, codes of styles, profiles, files; pure."""

import re
from collections.abc import Callable, Iterator, Sequence

from mj_notebook.prompt.findings import Found, told, write
from mj_notebook.prompt.parse import ADDRESS
from mj_notebook.prompt.reading import Reading, bare_word, words_behind

# A code of a style, with its weight if it has one.
_STYLE_CODE = re.compile(r"\d{1,12}(?:::-?[\d.]+)?", re.ASCII)
_PROFILE = re.compile(r"[\w-]{1,40}(?:::-?[\d.]+)?", re.ASCII)
_FILE = re.compile(
    r"(?:\.{1,2}/|~/|/|file:|[A-Za-z]:[\\/])\S+|\S+\.(?:png|jpe?g|webp|gif)", re.IGNORECASE
)
_PARTED_WEIGHT = re.compile(r"\s+::\s*(?=[\d.])|::\s+(?=[\d.]+(?:\s|$))")
_COMMAS = re.compile(r"\s*[,;，；、]\s*")
ALMOST_ADDRESS = re.compile(r"www\.|(?!file:)[a-z][a-z0-9+.-]+:/|https?//", re.IGNORECASE)
_PICTURE_FILE = re.compile(r"\S+\.(?:png|jpe?g|webp|gif)", re.IGNORECASE)


def spaced_path_hint(words: Sequence[str]) -> str:
    """Return what to do with a path that may go on behind a space; "" where it has an ending."""
    name = re.split(r"[/\\]", words[0])[-1]
    if len(words) == 1 or "." in name:
        return ""
    return told('Put quotes round a path with spaces: "{path}".', path=" ".join(words))


def is_file(word: str) -> bool:
    """Tell whether *word* looks like a file of this machine, and not like an address."""
    is_one = _FILE.fullmatch(word) is not None
    return is_one and not ADDRESS.match(word) and not ALMOST_ADDRESS.match(word)


def is_picture_file(word: str) -> bool:
    """Tell whether *word* looks like a file with a picture."""
    is_one = _PICTURE_FILE.fullmatch(word) is not None
    return is_one and not ADDRESS.match(word) and not ALMOST_ADDRESS.match(word)


def is_style(word: str) -> bool:
    """Tell whether *word* names a style: by an address, a code, or chance."""
    return bool(ADDRESS.match(word) or _STYLE_CODE.fullmatch(word)) or word.lower() == "random"


def check_addresses(reading: Reading) -> Iterator[Found]:
    """Find what is no address."""
    yield from _references(reading, lambda word: bool(ADDRESS.match(word)))


def check_style(reading: Reading) -> Iterator[Found]:
    """Find what is neither an address nor a code of a style."""
    yield from _references(reading, is_style)


def check_profile(reading: Reading) -> Iterator[Found]:
    """Find what is no name of a profile."""
    yield from _references(reading, lambda word: bool(_PROFILE.fullmatch(word)))


def _references(reading: Reading, is_one: Callable[[str], bool]) -> Iterator[Found]:
    spec = reading.spec
    value = _PARTED_WEIGHT.sub("::", reading.value)
    if value != reading.value:
        yield reading.found(
            "signs-after",
            told("A space stands beside ::, so it is no weight."),
            write(reading.written, value),
        )
    words = value.split()
    parted = _COMMAS.split(value.strip(", "))
    if len(parted) > 1 and all(map(is_one, parted)):
        yield reading.found(
            "signs-after",
            told(
                "Commas stand between the values of {written}, where spaces belong.",
                written=reading.written,
            ),
            write(reading.written, " ".join(parted)),
        )
        return
    handed = reading.handed
    others = (
        at
        for at, word in enumerate(words)
        if not is_one(word) and word.partition("::")[0] not in handed
    )
    # Up to the first that is none: from there on it is words.
    count = next(others, len(words))
    if count < len(words) and is_file(words[count]):
        yield reading.found(
            "local-path",
            told("{path} is a file here, which Midjourney can't see.", path=words[count]),
            spaced_path_hint(words[count:])
            or told("Hand it over with mj.upload(…), and write the address it gives."),
        )
    elif count == len(words) - 1:
        # One word may be a name that servers have learnt to read.
        yield reading.found(
            "unknown-value",
            told("{words} is no address or code.", words=words[count]),
            write(spec.written, _near_reference(words[count]) or "https://…"),
        )
    elif count < len(words):
        yield from words_behind(reading, words[count:])
    # An address alone is one by its kind; of the others the table tells.
    most = 1 if spec.kind == "address" else spec.most
    if most is not None and count > most:
        yield reading.found(
            "too-many",
            told("{written} takes one address.", written=reading.written)
            if most == 1
            else told("{written} takes {most} addresses.", written=reading.written, most=most),
            told("Leave the rest out."),
        )


def _near_reference(word: str) -> str:
    """Return the address or the code that was probably meant by *word*, "" where nobody knows."""
    bare = bare_word(word)
    if _STYLE_CODE.fullmatch(bare):
        return bare
    rest = re.sub(r"^https?:?/{1,2}", "", bare, flags=re.IGNORECASE)
    return f"https://{rest}" if rest.startswith("www.") or rest != bare else ""
