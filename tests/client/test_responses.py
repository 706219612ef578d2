"""Answers as values, and a server's words made fit to be shown."""

import pytest

from mj_notebook.client.responses import Endpoint, Response
from mj_notebook.settings.settings import Secret

PLACE = Endpoint("h.example", "https://h.example", Secret("sk-canary"))


def _answer(body: bytes, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(200, named, body, "https://h.example/x")


@pytest.mark.parametrize(
    ("body", "is_page"),
    [
        (b"<!DOCTYPE html><p>", True),
        (b"\n <html lang=en>", True),
        (b"\xef\xbb\xbf<html>", True),
        (b"<head>", True),
        (b"<?xml version='1.0'?>", True),
        (b'{"a":"<html>"}', False),
        (b"<3", False),
        (b"", False),
    ],
)
def test_a_web_page_is_recognised_by_its_beginning(body: bytes, *, is_page: bool) -> None:
    """Headers are not asked; proxies of every kind send pages under any of them."""
    assert _answer(body).is_html is is_page


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "12"}, 12),
        ({"retry_after": " 1.5 "}, 1.5),
        (
            {
                "retry_after": "Wed, 21 Oct 2026 07:28:30 GMT",
                "date": "Wed, 21 Oct 2026 07:28:00 GMT",
            },
            30,
        ),
        (
            {
                "retry_after": "Wed, 21 Oct 2026 07:27:00 GMT",
                "date": "Wed, 21 Oct 2026 07:28:00 GMT",
            },
            0,
        ),
        ({"retry_after": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
        ({"retry_after": "soon", "date": "now"}, None),
        ({"retry_after": "-5"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_beside_the_servers_own(
    headers: dict[str, str], seconds: float | None
) -> None:
    """Two dates of one clock need no clock of ours; nonsense is nothing."""
    assert _answer(b"", **headers).retry_after == seconds


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"code":4,"description":"no  prompt\\n"}', "no prompt"),
        (b'{"error":{"message":"bad"}}', "bad"),
        (b"Authorization header missing.", "Authorization header missing."),
        (b"<html><title>502 Bad\n Gateway</title><body>long", "502 Bad Gateway"),
        (b"<html><style>p{}</style><body><h1>Log in</h1> here", "Log in here"),
        (b'{"id":"1"}', ""),
        (b"[1]", ""),
        (b"\xff\xd8\xff\xe0", ""),
        (b"", ""),
    ],
)
def test_words_are_found_in_every_shape(body: bytes, words: str) -> None:
    """JSON of any shape, plain text, a page's title or text; bytes and other JSON say nothing."""
    assert PLACE.error_text(_answer(body)) == words


def test_a_secret_that_a_body_echoes_is_not_shown() -> None:
    """It is taken out by its value, wherever it stands."""
    said = PLACE.error_text(_answer(b'{"code":4,"description":"bad key sk-canary!"}'))
    assert said == "bad key …!"
    assert "canary" not in PLACE.error_text(_answer(b"<title>sk-canary</title><html>"))


def test_long_words_are_cut() -> None:
    """A sentence stays a sentence."""
    assert len(PLACE.quote("word " * 1000)) == 300


def test_an_answers_reply_is_none_when_it_is_none() -> None:
    """Pages, empty bodies and foreign JSON are no reply."""
    for body in (b"", b"<html>", b"{}", b'{"id":"1"}', b"[]"):
        assert _answer(body).reply is None
    assert _answer(b'{"code":1,"result":"5"}').reply is not None


def test_a_redirect_is_read_without_the_secret() -> None:
    """Some servers repeat the request's key where they send it on to."""
    given = _answer(b"", location="https://h.example/?k=sk-canary", retry_after="12")
    cleaned = PLACE.without_secret(given)
    assert "canary" not in repr(cleaned)
    assert cleaned.retry_after == 12
