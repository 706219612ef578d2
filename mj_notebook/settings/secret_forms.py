"""In how many ways a secret may be written: to find it before it leaves, and to hide it."""

import base64
import re
from collections.abc import Iterator
from functools import lru_cache

# What may stand between the signs of a secret and hide it from a search: commands to a terminal,
# the breaks of wrapped base64 and of lines that go on, markup, signs that can't be seen, and what
# separates texts in JSON. Each may be written as it is, or as JSON, Python and HTML write it.
_ESC = rb"(?:\x1b|\\u001b|\\x1b)"
_BREAKS = re.compile(
    rb"(?:" + _ESC + rb"\[|\xc2\x9b|\x9b|\\u009b|\\x9b)[0-9;:?]*[ -/]*[@-~]"
    rb"|" + _ESC + rb"\].{0,200}?(?:\x07|\\u0007|\\x07|" + _ESC + rb"\\{1,2})"
    rb"|</?[a-z][^<>]{0,200}>"
    rb"|&(?:\#x?0*(?:9|a|d|10|13|20|32|a0|160|ad|173|200[b-f]|820[3-7]|2060|8288|feff|65279);"
    rb"|nbsp;|shy;|zwnj;|zwj;|ZeroWidthSpace;|NewLine;|Tab;)"
    rb"|\\+(?:[nrt]|u(?:00[01][0-9a-f]|0020|00a0|00ad|200[b-f]|202[89a-e]|2060|feff)|[\r\n])"
    rb"|\xc2[\xa0\xad]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81\xa0|\xef\xbb\xbf"
    rb"|[\x00-\x20\x7f\"',]+",
    re.IGNORECASE | re.DOTALL,
)
_PICTURE = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos", "/": "sol", "+": "plus"}
# Of these some writers put a backslash before.
_ESCAPED = "/\\\"'&<>"
_HIDDEN = b"***"
# Servers show secrets in other letters, or a part of them beside signs of masking. An ordinary word
# may stand for those too, so only long secrets with a digit are looked for in that way.
_MIN_ECHOED_LENGTH, _MIN_RUN = 12, 8
_MASKING = (
    rb"(?:\*+|\.{3,}|x{4,}|#{3,}|(?:\xe2\x80[\xa2\xa6]|\xe2\x97\x8f|\\u20(?:26|22)|\\u25cf)+)"
)
_MASKED_AFTER = re.compile(_MASKING)
_MASKED_BEFORE = re.compile(_MASKING + rb"\Z")
# So many bytes before a run are looked through for signs of masking.
_MOST_MASKING = 100


class SecretForms:
    """The ways to write one secret: plain, in JSON, addresses, HTML, hex, base64, UTF-16."""

    __slots__ = ("_broken", "_echoed", "_literals", "_marks", "_signs")

    def __init__(self, text: str) -> None:
        plain = text.encode()
        # The first four signs of each depend on what stands before; the last on what follows.
        encoded = {base64.b64encode(bytes(n) + plain)[4 if n else 0 :] for n in range(3)}
        middles = {one.rstrip(b"=")[:-1] for one in encoded}
        urlsafe = {one.translate(bytes.maketrans(b"+/", b"-_")) for one in middles}
        numbers = {plain.hex().encode(), plain.hex().upper().encode()}
        # As pictures hold some texts; without the last zero it is found in either order of bytes.
        wide = {text.encode("utf-16-le")[:-1]}
        self._literals = tuple(numbers | middles | urlsafe | wide)
        signs = [_sign(char) for char in text]
        self._signs = re.compile(b"".join(signs))
        # What may be a break is not there when the breaks are taken out.
        self._broken = re.compile(
            b"".join(
                sign + b"?" if _BREAKS.fullmatch(char.encode()) else sign
                for sign, char in zip(signs, text, strict=True)
            )
        )
        self._marks = (*self._literals, *_marks(text))
        is_odd = len(plain) >= _MIN_ECHOED_LENGTH and re.search(r"\d", text) is not None
        self._echoed = plain.lower() if is_odd else b""

    def occur_in(self, content: bytes) -> bool:
        """Tell whether the secret stands in *content*, whole or broken up."""
        if self._stand_in(content, self._signs):
            return True
        # No text, and too much of it; what only begins like a picture is searched.
        if content.startswith(_PICTURE) and b"\0" in content[:64]:
            return False
        return self._stand_in(_BREAKS.sub(b"", content), self._broken)

    def hide_in(self, content: bytes, by: bytes = _HIDDEN) -> bytes:
        """Return *content* with *by* in its place; as a rule that only looks and copies nothing."""
        if any(mark in content for mark in self._marks):
            for literal in self._literals:
                content = content.replace(literal, by)
            content = self._signs.sub(lambda _: by, content)
        return self._without_echo(content, by) if self._echoed else content

    def _without_echo(self, content: bytes, by: bytes) -> bytes:
        """Return *content* without the secret in other letters, and without parts of it."""
        lowered, kept, done = content.lower(), [], 0
        for start, end in _echoes(self._echoed, lowered):
            if start >= done:
                kept += [content[done:start], by]
            done = max(done, end)
        return b"".join([*kept, content[done:]]) if done else content

    def _stand_in(self, content: bytes, signs: re.Pattern[bytes]) -> bool:
        if not any(mark in content for mark in self._marks):
            return False
        return any(one in content for one in self._literals) or signs.search(content) is not None

    def __repr__(self) -> str:
        return "<SecretForms>"


@lru_cache(maxsize=8)
def forms_of(text: str) -> SecretForms:
    """Return the ways to write *text*, which are made once."""
    return SecretForms(text)


def _echoes(secret: bytes, content: bytes) -> list[tuple[int, int]]:
    """Return where *secret* or a masked part of it stands in *content*, both in small letters."""
    found = []
    for place in _places(secret[:_MIN_RUN], content):
        end = place + _common(secret, content[place : place + len(secret)])
        masking = _MASKED_AFTER.match(content, end)
        if end - place == len(secret):
            found.append((place, end))
        elif masking and not content[place:end].isalpha():
            found.append((place, masking.end()))
    backwards = secret[::-1]
    for place in _places(secret[-_MIN_RUN:], content):
        end = place + _MIN_RUN
        before = content[max(0, end - len(secret)) : end][::-1]
        start = end - _common(backwards, before)
        masking = _MASKED_BEFORE.search(content[max(0, start - _MOST_MASKING) : start])
        if masking and not content[start:end].isalpha():
            found.append((start - len(masking[0]), end))
    return sorted(found)


def _common(one: bytes, other: bytes) -> int:
    """Return how long a beginning both have."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _places(part: bytes, content: bytes) -> Iterator[int]:
    place = content.find(part)
    while place >= 0:
        yield place
        place = content.find(part, place + 1)


def _sign(char: str) -> bytes:
    """Return what finds one sign, however it is written."""
    plain, number = re.escape(char.encode()), ord(char)
    name = f"|{_ENTITIES[char]}" if char in _ENTITIES else ""
    forms = [
        rf"\\+u{_digits(f'{number:04x}')}",
        rf"&(?:amp;)*(?:\#0*{number}|\#[xX]0*{_digits(f'{number:x}')}{name});",
        "".join(rf"%(?:25)*{_digits(f'{byte:02x}')}" for byte in char.encode()),
    ]
    if number < 0x80:
        forms += [rf"\\+x{_digits(f'{number:02x}')}", f"={_digits(f'{number:02x}')}"]
    written = [form.encode() for form in forms]
    return b"(?:" + b"|".join([*written, *([rb"\\+" + plain] * (char in _ESCAPED)), plain]) + b")"


def _digits(text: str) -> str:
    """Return what finds hexadecimal digits in small letters and in large ones."""
    return "".join(f"[{one}{one.upper()}]" if one.isalpha() else one for one in text)


def _marks(text: str) -> list[bytes]:
    """Return texts of which at least one stands wherever *text* does, as it is or with escapes."""
    core = max(re.findall(r"[A-Za-z0-9]+", text) or [text], key=len)
    number = ord(core[0])
    # Escapes of its first sign: where even letters are escaped, all are.
    starts = ("u00", "\\x", "%", "%25", "#x", "#x0")
    hexadecimal = {f"{start}{one}" for start in starts for one in (f"{number:x}", f"{number:X}")}
    return [one.encode() for one in (core, f"#{number};", f"#0{number};", *hexadecimal)]
