"""A secret is found and hidden in whatever way it is written; nothing else is touched."""

import base64
import html
import json
import quopri
from urllib.parse import quote

import pytest

from mj_notebook.settings.secret_forms import SecretForms
from mj_notebook.settings.settings import Secret

SECRET = "sk-Q7x/9+zz&kEy_31ab"
OTHER = "sk-Q7x/9+zy&kEy_31ab"
_BYTES = SECRET.encode()
WRITTEN = {
    "plain": SECRET,
    "JSON with escaped slashes": SECRET.replace("/", "\\/"),
    "JSON in numbers": "".join(f"\\u{ord(sign):04x}" for sign in SECRET),
    "JSON in large numbers": "".join(f"\\u{ord(sign):04X}" for sign in SECRET),
    "JSON in JSON": json.dumps(json.dumps(SECRET).replace("/", "\\/")),
    "an address": quote(SECRET, safe=""),
    "an address in small letters": quote(SECRET, safe="").replace("%2F", "%2f"),
    "an address in an address": quote(quote(SECRET, safe=""), safe=""),
    "an address, every sign": "".join(f"%{ord(sign):02x}" for sign in SECRET),
    "HTML": html.escape(SECRET),
    "HTML in HTML": html.escape(html.escape(SECRET)),
    "HTML in numbers": "".join(f"&#{ord(sign)};" for sign in SECRET),
    "HTML in hexadecimal": "".join(f"&#x{ord(sign):x};" for sign in SECRET),
    "Python in hexadecimal": "".join(f"\\x{ord(sign):02x}" for sign in SECRET),
    "mail": quopri.encodestring(_BYTES).decode(),
    "hexadecimal": _BYTES.hex(),
    "large hexadecimal": _BYTES.hex().upper(),
    **{f"base64 after {n}": base64.b64encode(b"x" * n + _BYTES).decode() for n in range(3)},
    "base64 for addresses": base64.urlsafe_b64encode(_BYTES + b"??>>").decode(),
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN.keys())
def test_it_is_found_and_hidden_however_it_is_written(written: str) -> None:
    """What stands around it stays as it was."""
    forms, answer = SecretForms(SECRET), f'{{"said": "key {written} is bad"}}'.encode()
    assert forms.occur_in(answer)
    hidden = forms.hide_in(answer)
    assert hidden.startswith(b'{"said": "key ')
    assert hidden.endswith(b' is bad"}')
    assert b"***" in hidden
    assert not forms.occur_in(hidden)
    assert not SecretForms(OTHER).occur_in(answer)
    assert SecretForms(OTHER).hide_in(answer) == answer


@pytest.mark.parametrize(
    "broken",
    [
        SECRET[:5] + "\\\n" + SECRET[5:],
        SECRET[:5] + "\\\r\n" + SECRET[5:],
        json.dumps(SECRET[:5] + "\\\n" + SECRET[5:]),
        json.dumps([SECRET[:3] + "\x1b[31m", SECRET[3:9] + "<b>", "</b>" + SECRET[9:]]),
        html.escape(SECRET[:7]) + "<wbr>" + html.escape(SECRET[7:]),
    ],
)
def test_it_is_found_when_it_is_broken_up(broken: str) -> None:
    """Also by a line that goes on after a backslash, and when it is escaped besides."""
    assert SecretForms(SECRET).occur_in(broken.encode())
    assert not SecretForms(OTHER).occur_in(broken.encode())


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_it_is_found_and_hidden_in_a_picture_that_writes_two_bytes_a_sign(order: str) -> None:
    """As some programs write what a picture is called into it."""
    picture = b"\xff\xd8\xff\xe1\0\x40Exif\0\0" + f"by {SECRET}".encode(order) + b"\xff\xd9"
    forms = SecretForms(SECRET)
    assert forms.occur_in(picture)
    assert not forms.occur_in(forms.hide_in(picture))
    assert not SecretForms(OTHER).occur_in(picture)


def test_nothing_is_copied_where_it_does_not_stand() -> None:
    """A poll's answer is as a rule none of that."""
    answer = json.dumps([{"id": "1", "progress": "50%", "prompt": "a kite"}]).encode()
    assert SecretForms("sk-canary-0123").hide_in(answer) is answer


@pytest.mark.parametrize("word", ["SUCCESS", "status", "12345678", "abc-1", ""])
def test_what_may_be_a_word_or_a_number_stays_in_an_answer(word: str) -> None:
    """To hide it would spoil names and ids, and lose a task that was paid for."""
    answer = f'{{"id":"1712345678","status":"SUCCESS","failReason":"{word}"}}'.encode()
    assert Secret(word).hide_in(answer) == answer


def test_its_forms_show_it_to_nobody() -> None:
    """Not by their repr."""
    assert SECRET not in repr(SecretForms(SECRET))


ECHOED = "sk-very-secret-1234567890"


@pytest.mark.parametrize(
    "written",
    [
        ECHOED.upper(),
        ECHOED.title(),
        f"{ECHOED[:20]}***",
        f"{ECHOED[:8]}…",
        f"{ECHOED[:12].upper()}...",
        f"{ECHOED[:12]}xxxx",
        f"****{ECHOED[-10:]}",
        f"…{ECHOED[-8:]}",
        f"{ECHOED[:9]}***{ECHOED[-9:]}",
    ],
)
def test_what_a_server_repeats_of_it_is_hidden(written: str) -> None:
    """In other letters, and parts of it beside signs of masking."""
    hidden = Secret(ECHOED).hide_in(f'{{"said":"bad key {written}, sorry"}}'.encode())
    assert hidden == b'{"said":"bad key ***, sorry"}'
    assert Secret(ECHOED).hide_in_words(f"key {written}!").strip("…!") == "key "


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("midjourney", "Midjourney, MIDJOURNEY..."),
        ("midjourney-proxy-2", "midjourney... Midjourney-Proxy"),
        ("kite-7", "KITE-7 ***"),
        (ECHOED, "sk-ver*** sk-very-secret and 34567890"),
        (ECHOED, "***1234567891 67890"),
    ],
)
def test_what_may_be_an_ordinary_word_is_no_echo(secret: str, text: str) -> None:
    """Short secrets, words in other letters, and parts without masking beside them stay."""
    assert Secret(secret).hide_in(text.encode()).decode() == text
