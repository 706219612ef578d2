"""The words of pages that are written from tables, in the language in which they are written."""

from collections.abc import Callable

from tests.language.messages import Message, read
from tests.support.pages import DOCS

CATALOGUE = DOCS / "zh" / "reference.po"
_PLACE = "the tables of the reference"


class _Writing:
    """
    What is being written; one instance, below.

    Attributes:
        words: The translations, None while English is written.
        asked: All that was looked up since Chinese was begun.
    """

    def __init__(self) -> None:
        self.words: dict[str, str] | None = None
        self.asked: dict[str, None] = {}


_writing = _Writing()


def tr(text: str) -> str:
    """Return *text* in the language that is being written."""
    if _writing.words is None or not text:
        return text
    _writing.asked[text] = None
    return _writing.words.get(text) or text


def in_chinese(write: Callable[[], str]) -> str:
    """Return what *write* writes, in Chinese."""
    _writing.words = {str(one.id): str(one.string) for one in read(CATALOGUE) if one.id}
    try:
        return write()
    finally:
        _writing.words = None


def asked_for(*writers: Callable[[], str]) -> list[Message]:
    """Return all that *writers* look up."""
    _writing.asked.clear()
    for write in writers:
        in_chinese(write)
    return [Message(text, _PLACE) for text in _writing.asked]
