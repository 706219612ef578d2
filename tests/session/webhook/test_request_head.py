"""The head of a post: read strictly, and answered with as little as can be said."""

import pytest

from mj_notebook.session.webhook.request_head import (
    BAD,
    MAX_BODY,
    NOT_FOUND,
    TOO_LARGE,
    Post,
    Unwelcome,
    answer,
    chunk_size,
    read_head,
)

NAME = "mj-hook-secret"


def head(*lines: str, first: str = f"POST /{NAME} HTTP/1.1") -> bytes:
    """Return the bytes of a head, its empty line included."""
    return "\r\n".join([first, *lines, "", ""]).encode("latin-1")


def status_of(head: bytes) -> int:
    """Return how *head* is refused."""
    with pytest.raises(Unwelcome) as caught:
        read_head(head, NAME)
    return caught.value.status


@pytest.mark.parametrize(
    ("lines", "post"),
    [
        (["Content-Length: 17"], Post(17)),
        (["host: x", "content-length:0"], Post(0)),
        (["Transfer-Encoding: Chunked"], Post(None)),
        (["CONTENT-LENGTH: 5", "Expect: 100-Continue"], Post(5, waits=True)),
        ([f"content-length: {MAX_BODY}"], Post(MAX_BODY)),
    ],
)
def test_a_post_says_how_long_it_is(lines: list[str], post: Post) -> None:
    """As a number of bytes or in chunks, in any spelling."""
    assert read_head(head(*lines), NAME) == post


@pytest.mark.parametrize(
    "first",
    [
        f"POST /{NAME} HTTP/1.0",
        f"POST /calls/of/mine/{NAME} HTTP/1.1",
        f"POST /{NAME}?from=proxy HTTP/1.1",
        f"POST http://127.0.0.1:8080/{NAME} HTTP/1.1",
    ],
)
def test_a_relay_may_have_changed_what_stands_around_the_name(first: str) -> None:
    """Only the last part of the path decides."""
    assert read_head(head("content-length: 2", first=first), NAME) == Post(2)


@pytest.mark.parametrize(
    "first",
    [
        f"GET /{NAME} HTTP/1.1",
        f"post /{NAME} HTTP/1.1",
        f"PUT /{NAME} HTTP/1.1",
        "POST / HTTP/1.1",
        f"POST /{NAME[:-1]} HTTP/1.1",
        f"POST /{NAME}x HTTP/1.1",
        f"POST /{NAME}/ HTTP/1.1",
        f"POST /x?y=/{NAME} HTTP/1.1",
        "POST",
        "",
        "\x16\x03\x01\x02",
        "POST /\xff\xfe HTTP/1.1",
    ],
)
def test_everything_else_is_not_found(first: str) -> None:
    """The wrong method and the wrong path look the same, also with a wrong length."""
    assert status_of(head("content-length: 2", first=first)) == NOT_FOUND
    assert status_of(head("content-length: no", first=first)) == NOT_FOUND


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([], BAD),
        (["content-length:"], BAD),
        (["content-length: -1"], BAD),
        (["content-length: +1"], BAD),
        (["content-length: 1_0"], BAD),
        (["content-length: ten"], BAD),
        (["content-length: " + "9" * 5000], BAD),
        (["content-length: 5", "transfer-encoding: chunked"], BAD),
        (["transfer-encoding: gzip, chunked"], BAD),
        ([f"content-length: {MAX_BODY + 1}"], TOO_LARGE),
    ],
)
def test_a_body_without_a_known_end_is_refused(lines: list[str], status: int) -> None:
    """Nothing is guessed, and nothing too large is begun."""
    assert status_of(head(*lines)) == status


def test_chunks_may_not_add_up_to_too_much() -> None:
    """Each alone is small; together they count."""
    assert chunk_size(b"1f;name=value\r\n", 0) == 31
    assert chunk_size(b"0\r\n", MAX_BODY) == 0
    for line, so_far in ((b"1\r\n", MAX_BODY), (b"1e8480\r\n", 1), (b"ffffffff\r\n", 0)):
        with pytest.raises(Unwelcome) as caught:
            chunk_size(line, so_far)
        assert caught.value.status == TOO_LARGE


@pytest.mark.parametrize("line", [b"\r\n", b"xyz\r\n", b"-1\r\n", b"0x10\r\n", b"1 2\r\n"])
def test_a_chunk_without_a_size_is_refused(line: bytes) -> None:
    """The sizes are hexadecimal digits and nothing else."""
    with pytest.raises(Unwelcome) as caught:
        chunk_size(line, 0)
    assert caught.value.status == BAD


def test_an_answer_says_its_status_and_no_more() -> None:
    """Whoever tries addresses learns nothing of what listens here."""
    lines = answer(NOT_FOUND).decode().split("\r\n")
    assert lines == [
        "HTTP/1.1 404 Not Found", "content-length: 0", "connection: close", "", "",
    ]  # fmt: skip
