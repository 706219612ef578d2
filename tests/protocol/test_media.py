"""Picture kinds by content, and data URLs."""

import base64

import pytest

from mj_notebook.protocol.media import (
    AVIF,
    GIF,
    JPEG,
    MP4,
    PNG,
    WEBP,
    Media,
    data_url,
    media_of,
    read_data_url,
)


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"\x89PNG\r\n\x1a\n....", PNG),
        (b"\xff\xd8\xff\xe0....", JPEG),
        (b"GIF89a....", GIF),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", WEBP),
        (b"\x00\x00\x00\x18ftypmp42", MP4),
        (b"\x00\x00\x00\x1cftypavif", AVIF),
        (b"<!doctype html>", None),
        (b"\x89PNG", None),
        (b"", None),
    ],
)
def test_content_tells_its_kind(content: bytes, media: Media | None) -> None:
    """Names and headers are not asked; too short or unknown content has no kind."""
    assert media_of(content) == media


def test_data_urls_come_back_as_they_went() -> None:
    """What is written as a data URL reads as the same bytes."""
    assert read_data_url(data_url(b"\x00\xffpicture", "image/png")) == b"\x00\xffpicture"


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (base64.b64encode(b"bare").decode(), b"bare"),
        (" data:image/png;base64,YmFyZQ== ", b"bare"),
        ("data:image/png;base64,!!!", None),
        ("data:image/png,YmFyZQ==", None),
        ("http://x/y,z", None),
        ("", None),
    ],
)
def test_bare_base64_is_taken_too_and_rubbish_is_not(text: str, content: bytes | None) -> None:
    """One client sends masks without the data: prefix; anything else is None, never an error."""
    assert read_data_url(text) == content
