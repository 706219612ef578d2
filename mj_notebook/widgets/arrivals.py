"""Pictures that came from a page or from Python: none counts before it is looked at."""

import secrets
from collections.abc import Mapping
from typing import Final, NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.images.data_urls import ACCEPTED_FORMATS, MAX_BYTES, read_picture
from mj_notebook.images.sources import displayed_name
from mj_notebook.language import translated
from mj_notebook.protocol.media import JPEG, PNG, Media, media_of, read_data_url

# A page made it, and any page can send more than ours does.
MOST_THUMBNAIL: Final = 50_000
# Of a sentence that a page makes itself.
_MOST_WORDS = 300
_LONGEST_ID = 64


class Arrived(NamedTuple):
    """
    A picture that is here.

    Attributes:
        id: What the page calls it.
        name: Of its file, as it can be shown.
        content: Its bytes.
        media: Its kind, told by its bytes.
        size: Width and height.
        words: What the page changed on it, "" for nothing.
        thumbnail: A small PNG or JPEG of it, b"" for none.
    """

    id: str
    name: str
    content: bytes
    media: Media
    size: tuple[int, int]
    words: str = ""
    thumbnail: bytes = b""


class Arrivals:
    """
    The pictures that are here, in their order.

    Args:
        most: How many there is room for.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.pictures: tuple[Arrived, ...] = ()

    def has(self, key: str) -> bool:
        """Whether the picture that a page calls *key* is here."""
        return any(one.id == key for one in self.pictures)

    def add(self, picture: Arrived) -> None:
        """
        Take a picture; one that is here already, because its answer was lost, is not taken again.

        Raises:
            UsageError: There is no room for it.
        """
        if self.has(picture.id):
            return
        if len(self.pictures) >= self._most:
            room = (
                translated("one picture")
                if self._most == 1
                else translated("{count} pictures", count=self._most)
            )
            raise UsageError(
                translated("There is room for {room}.", room=room),
                hint=translated("Remove one first."),
            )
        self.pictures = (*self.pictures, picture)

    def move(self, key: str, place: int) -> None:
        """Put a picture at *place*, counted from 0."""
        moved = [one for one in self.pictures if one.id == key]
        rest = [one for one in self.pictures if one.id != key]
        # A page may still have a picture that was taken away meanwhile.
        place = min(max(place, 0), len(rest))
        self.pictures = (*rest[:place], *moved, *rest[place:])

    def remove(self, key: str) -> None:
        """Forget a picture."""
        self.pictures = tuple(one for one in self.pictures if one.id != key)

    def clear(self) -> None:
        """Forget all pictures."""
        self.pictures = ()


def picture_sent(
    key: str, told: Mapping[str, object], content: bytes, thumbnail: bytes = b""
) -> Arrived:
    """
    Read a picture that a page sent; nothing of it is trusted.

    Raises:
        MJError: It is no picture, or not one that a page sends.
    """
    name = (
        # The name alone, whatever slashes it has: a page may tell a folder too.
        displayed_name(_text(told.get("name")).replace("\\", "/").rpartition("/")[2])
        or translated("The picture")
    )
    if len(key) > _LONGEST_ID:
        raise UsageError(translated("{name} was not sent as a picture is.", name=name))
    # The page makes it smaller; what comes so was sent by another page.
    if not 0 < len(content) <= MAX_BYTES:
        amount = (
            translated("more than {size:g} MB", size=MAX_BYTES / 1e6)
            if content
            else translated("no bytes")
        )
        raise UsageError(
            translated("{name} has {amount}.", name=name, amount=amount),
            hint=translated("Choose another one."),
        )
    is_small = len(thumbnail) <= MOST_THUMBNAIL and media_of(thumbnail) in (PNG, JPEG)
    # By its bytes: what the page calls it is not asked.
    media, size = _facts(content, name)
    words = _one_line(_text(told.get("words")))
    return Arrived(key, name, content, media, size, words, thumbnail if is_small else b"")


def picture_given(picture: object) -> Arrived:
    """
    Take a picture that Python gives, in any form.

    Raises:
        UsageError: It can't be read.
    """
    from mj_notebook.images.thumbnails import preview  # loads Pillow

    given = read_picture(picture)
    content = read_data_url(given.url) or b""
    name = given.note.partition(": ")[0] or translated("The picture")
    media, size = _facts(content, name)
    small = preview(content).small
    return Arrived(secrets.token_hex(8), name, content, media, size, given.note, small)


def _facts(content: bytes, name: str) -> tuple[Media, tuple[int, int]]:
    """Return kind and size of a picture, told by its bytes."""
    from mj_notebook.images.decode import open_picture  # loads Pillow

    media = media_of(content)
    if media not in ACCEPTED_FORMATS:
        raise UsageError(
            translated("{name} is no picture.", name=name),
            hint=translated("Give a PNG, JPEG, GIF or WebP file."),
        )
    return media, open_picture(content, name).size


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text[:_MOST_WORDS])
