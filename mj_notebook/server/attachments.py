"""Attachments: what a request says a picture is, from whatever form to the hash of its bytes."""

import re
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool

from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server.decoding import open_picture
from mj_notebook.server.paintings import Paintings
from mj_notebook.server.references import References
from mj_notebook.server.register import Register
from mj_notebook.server.shots import film_of

_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_OF_SERVER = re.compile(
    r"/mj/image/(?:(?P<name>[0-9a-f]{64})|(?P<task>\d{16}))\b(?:\?film=(?P<film>\d))?"
)
_LARGEST = 2048
# The title is the bot's own (sheet 3.6).
_UNREACHABLE = "[Invalid link!] This server fetches no pictures from other servers"


class Attachment(NamedTuple):
    """
    A picture that came with a request, or why there is none.

    Attributes:
        name: The hash of its bytes; "" for what is no picture.
        size: Its pixels, as it is worked with.
        fails: Why a task with it will fail; "" for a picture, and for what is refused at once.
    """

    name: str = ""
    size: tuple[int, int] = (0, 0)
    fails: str = ""

    @property
    def is_broken(self) -> bool:
        """Whether it is neither a picture nor a link."""
        return not self.name and not self.fails


class Attachments:
    """Takes pictures in: data URLs, bare base64, and links to what this server has shown."""

    def __init__(self, register: Register, references: References, paintings: Paintings) -> None:
        self._register, self._references, self._paintings = register, references, paintings

    async def take(self, text: str) -> Attachment:
        """Return the picture that *text* is or leads to; no other server is ever asked."""
        text = text.strip()
        if _LINK.match(text):
            name = await self._linked(text)
            if not name:
                return Attachment(fails=_UNREACHABLE)
        else:
            kept = await run_in_threadpool(self._references.keep, (text,))
            name = kept[0] if kept else ""
        return await run_in_threadpool(self._measured, name)

    async def _linked(self, link: str) -> str:
        found = _OF_SERVER.search(link)
        if found is None:
            return ""
        if found["name"]:
            return found["name"] if self._references.has(found["name"]) else ""
        task = self._register.standing(found["task"])
        if task is None or task.phase.status != Status.SUCCESS or task.work.shot is None:
            return ""
        content = await self._paintings.picture(film_of(task.work.shot, found["film"]))
        return await run_in_threadpool(self._references.put, content)

    def _measured(self, name: str) -> Attachment:
        image = open_picture(self._references.get(name), _LARGEST) if name else None
        return Attachment(name, image.size) if image else Attachment()
