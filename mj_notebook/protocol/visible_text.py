"""Signs that do harm in a text, made visible: terminals obey some, and some turn lines round."""

import re

# ESC, BEL and the others below the letters, and their second set; tab and line break are text.
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
# What turns the direction of what follows, also beyond the text itself (Unicode UAX #9).
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# What takes no room and is copied along from pages and chats.
_UNSEEN = re.compile(f"[\u00ad\u200b-\u200d\u2060\ufeff{_BIDI}]")
_QUOTES = "\"'`´“”„‘’‚«»‹›<>"
_BLANKS_AND_QUOTES = f" \t\r\n\f\v\xa0\u2003\u3000{_QUOTES}"
_HARMFUL = re.compile(f"[{_CONTROLS}{_BIDI}]")
_TURNING = re.compile(f"[{_BIDI}]")
_CONTROL = re.compile(f"[{_CONTROLS}]")


def is_harmless(text: str) -> bool:
    """Tell whether *text* holds no sign that a terminal or a line would obey."""
    return _HARMFUL.search(text) is None


def visible(text: str) -> str:
    """Return *text* with a mark in the place of each sign that a terminal or a line would obey."""
    return text if is_harmless(text) else _HARMFUL.sub(_mark, text)


def one_line(text: str) -> str:
    """Return *text* in one line, as `visible` shows it: no line break forges another line."""
    return visible(" ".join(text.split()))


def without_controls(text: str) -> str:
    """Return *text* with marks for control signs alone: what turns lines is isolated by markup."""
    return _CONTROL.sub(_mark, text) if _CONTROL.search(text) else text


def bare(text: str) -> str:
    """Return *text* without blanks and quotation marks around it, and without signs nobody sees."""
    return _UNSEEN.sub("", text).strip(_BLANKS_AND_QUOTES)


def turns_lines(text: str) -> bool:
    """Tell whether *text* holds a sign that turns the direction of what follows."""
    return _TURNING.search(text) is not None


def _mark(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)  # Unicode's own pictures of them: ␛ for ESC
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"
