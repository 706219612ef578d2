"""Pictures that a page sends in pieces: none counts before it is whole, and a picture."""

import zlib
from collections import deque
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from mj_notebook.errors import MJError, UsageError
from mj_notebook.widgets.upload_queue import (
    PIECE,
    Arrived,
    Coming,
    picture_facts,
    read_announcement,
)

MOST_COMING = 8
"""Pictures under way at once; a page sends one at a time, but there may be several pages."""
MOST_GONE = 200
SILENCE = 60.0
"""Seconds after which a picture that stopped coming gives its place to another."""


class Stand(StrEnum):
    """How far a picture is."""

    NEXT = "next"
    HERE = "here"
    REFUSED = "refused"
    DAMAGED = "damaged"
    UNKNOWN = "unknown"
    GONE = "gone"


class Answer(NamedTuple):
    """
    What the page is told.

    Attributes:
        stand: How far the picture is.
        next: The piece that is wanted now, counted from 0.
        words: Why it was refused.
    """

    stand: Stand
    next: int = 0
    words: str = ""


class Receiving:
    """
    Takes pictures in pieces, each piece once and in order; asking again does no harm.

    Args:
        most: How many pictures there is room for.
        clock: The time, in seconds.

    Attributes:
        arrived: The pictures that are here, in their order.
    """

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        self._most, self._clock = most, clock
        self._coming: dict[str, Coming] = {}
        # A page that has not heard yet that a picture was given up must not begin it again.
        self._gone: deque[str] = deque(maxlen=MOST_GONE)
        self.arrived: tuple[Arrived, ...] = ()

    def begin(self, key: str, told: Mapping[str, object], thumbnail: bytes = b"") -> Answer:
        """
        Hear that a picture will come: its ``name``, ``length`` in bytes, ``checksum`` (CRC-32).

        A page that begins again goes on where it stood, unless it means other bytes.
        """
        try:
            coming = read_announcement(key, told, thumbnail, self._clock())
            known = self._coming.get(key)
            if self._is_here(key) or key in self._gone:
                return self.stand(key)
            if known and (known.length, known.checksum) == (coming.length, coming.checksum):
                return self.stand(key)
            self._forget_silent()
            self._check_room(len(self._coming) - (known is not None))
        except UsageError as error:
            return Answer(Stand.REFUSED, words=str(error))
        self._coming[key] = coming
        return _answer(coming)

    def piece(self, key: str, number: object, content: bytes) -> Answer:
        """Take piece *number*; one that is not its turn changes nothing."""
        coming = self._coming.get(key)
        if coming is None or number != coming.next:
            return self.stand(key)
        coming.heard_at = self._clock()
        if len(content) != min(PIECE, coming.length - len(coming.content)):
            return self._damaged(key)
        coming.content += content
        return self._finish(coming) if len(coming.content) == coming.length else _answer(coming)

    def stand(self, key: str) -> Answer:
        """Tell how far a picture is."""
        if self._is_here(key):
            return Answer(Stand.HERE)
        coming = self._coming.get(key)
        if coming is None:
            return Answer(Stand.GONE if key in self._gone else Stand.UNKNOWN)
        coming.heard_at = self._clock()
        return _answer(coming)

    def add(self, picture: Arrived) -> None:
        """
        Take a picture that came another way.

        Raises:
            UsageError: There is no room for it.
        """
        self._check_room()
        self.arrived = (*self.arrived, picture)

    def move(self, key: str, place: int) -> None:
        """Put a picture at *place*, counted from 0."""
        moved = [one for one in self.arrived if one.id == key]
        rest = [one for one in self.arrived if one.id != key]
        place = min(max(place, 0), len(rest))
        self.arrived = (*rest[:place], *moved, *rest[place:])

    def remove(self, key: str) -> None:
        """Forget a picture, whether it is here or under way."""
        self._coming.pop(key, None)
        self._gone.append(key)
        self.arrived = tuple(one for one in self.arrived if one.id != key)

    def clear(self) -> None:
        """Forget all pictures."""
        self._gone.extend(self._coming)
        self._coming.clear()
        self.arrived = ()

    def _is_here(self, key: str) -> bool:
        return any(one.id == key for one in self.arrived)

    def _forget_silent(self) -> None:
        since = self._clock() - SILENCE
        self._coming = {key: one for key, one in self._coming.items() if one.heard_at >= since}

    def _check_room(self, coming: int = 0) -> None:
        if len(self.arrived) >= self._most:
            room = "one picture" if self._most == 1 else f"{self._most} pictures"
            raise UsageError(f"There is room for {room}.", hint="Remove one first.")
        if coming >= MOST_COMING:
            raise UsageError("Too many pictures are on their way.", hint="Try again in a moment.")

    def _damaged(self, key: str) -> Answer:
        self._coming.pop(key)
        return Answer(Stand.DAMAGED)

    def _finish(self, coming: Coming) -> Answer:
        content = bytes(coming.content)
        if zlib.crc32(content) != coming.checksum:
            return self._damaged(coming.id)
        self._coming.pop(coming.id)
        try:
            media, size = picture_facts(content, coming.name)
            self.add(
                Arrived(
                    coming.id, coming.name, content, media, size, coming.words, coming.thumbnail
                )
            )
        except MJError as error:
            return Answer(Stand.REFUSED, words=str(error))
        return Answer(Stand.HERE)


def _answer(coming: Coming) -> Answer:
    return Answer(Stand.NEXT, coming.next)
