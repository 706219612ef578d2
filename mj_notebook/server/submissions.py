"""Submissions: pictures are kept and looked at in threads, then the desks judge."""

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from mj_notebook.prompt.parse import read_prompt
from mj_notebook.protocol.models import write_reply
from mj_notebook.protocol.requests import (
    Action,
    Blend,
    Change,
    Describe,
    Edits,
    Imagine,
    Modal,
    Shorten,
    SimpleChange,
    SwapFace,
    UploadPictures,
    Video,
)
from mj_notebook.protocol.vocabulary import ReturnCode
from mj_notebook.server.analyst import look_at
from mj_notebook.server.attachments import Attachment, Attachments
from mj_notebook.server.decoding import open_picture
from mj_notebook.server.desk import Desk, Pictures
from mj_notebook.server.exchange import asked_for, base_url, replied
from mj_notebook.server.gate import MODE_KEY
from mj_notebook.server.paintings import Paintings
from mj_notebook.server.presses import Presses
from mj_notebook.server.references import References
from mj_notebook.server.register import Register
from mj_notebook.server.replies import WRONG_PICTURE, Reply, refusal
from mj_notebook.server.reworks import Reworks
from mj_notebook.server.sights import Sight

_UPLOADED = re.compile(r"/mj/image/(?P<name>[0-9a-f]{64})\b")
_NOTHING_UPLOADED = "base64 参数错误"
_LARGEST_SWAPPED = 2048


class Submissions:
    """Takes what asks for new tasks."""

    def __init__(
        self,
        register: Register,
        references: References,
        paintings: Paintings,
        *,
        remix: bool = False,
    ) -> None:
        self._references = references
        self._desk = Desk(register)
        self._reworks = Reworks(register)
        self._attachments = Attachments(register, references, paintings)
        self._presses = Presses(register, remix=remix)

    async def imagine(self, request: Request) -> Response:
        """Take an imagine."""
        asked = await asked_for(Imagine, request)
        sent = await self._kept(asked.base64_array)
        pictures = None if sent is None else (*sent, *self._linked(asked.prompt))
        return replied(self._desk.imagine(asked, request.scope[MODE_KEY], pictures))

    async def blend(self, request: Request) -> Response:
        """Take a blend, of what really are pictures."""
        asked = await asked_for(Blend, request)
        pictures = await self._checked(asked.base64_array)
        return replied(self._desk.blend(asked, request.scope[MODE_KEY], pictures))

    async def describe(self, request: Request) -> Response:
        """Take a describe, and look at its picture."""
        asked = await asked_for(Describe, request)
        picture = await self._attached(asked.base64 or asked.link)
        sight = await run_in_threadpool(self._look_at, picture)
        return replied(self._desk.describe(asked, request.scope[MODE_KEY], picture, sight))

    async def shorten(self, request: Request) -> Response:
        """Take a shorten."""
        asked = await asked_for(Shorten, request)
        return replied(self._desk.shorten(asked, request.scope[MODE_KEY]))

    async def swap_face(self, request: Request) -> Response:
        """Take a swap of faces."""
        asked = await asked_for(SwapFace, request)
        both = (asked.source_base64, asked.target_base64)
        pictures = await self._checked(both) if all(both) else None
        size = await run_in_threadpool(self._size, pictures[1]) if pictures else None
        return replied(self._desk.swap_face(asked, request.scope[MODE_KEY], pictures, size))

    async def video(self, request: Request) -> Response:
        """Take a film; its first picture may stand at the head of the prompt as well."""
        asked = await asked_for(Video, request)
        start = await self._attached(
            asked.image or next(iter(read_prompt(asked.prompt).images), "")
        )
        end = await self._attached(asked.end_image)
        return replied(self._reworks.video(asked, request.scope[MODE_KEY], start, end))

    async def edits(self, request: Request) -> Response:
        """Take a change by words."""
        asked = await asked_for(Edits, request)
        image = await self._attached(asked.image)
        mask = await self._attached(asked.mask_base64)
        return replied(self._reworks.edit(asked, request.scope[MODE_KEY], image, mask))

    async def upload(self, request: Request) -> Response:
        """Take pictures to be used as links, and answer with the links."""
        asked = await asked_for(UploadPictures, request)
        if not asked.base64_array:
            return replied(refusal(_NOTHING_UPLOADED))
        pictures = await self._checked(asked.base64_array)
        if pictures is None:
            return replied(refusal(WRONG_PICTURE))
        links = [f"{base_url(request)}/mj/image/{name}" for name in pictures]
        return replied(Reply(write_reply(ReturnCode.ACCEPTED, "success", links)))

    async def action(self, request: Request) -> Response:
        """Take the press of a button."""
        asked = await asked_for(Action, request)
        return replied(self._presses.action(asked, request.scope[MODE_KEY]))

    async def change(self, request: Request) -> Response:
        """Take a U, V or R by number."""
        asked = await asked_for(Change, request)
        return replied(self._presses.change(asked, request.scope[MODE_KEY]))

    async def simple_change(self, request: Request) -> Response:
        """Take the same in one line."""
        asked = await asked_for(SimpleChange, request)
        return replied(self._presses.simple_change(asked, request.scope[MODE_KEY]))

    async def modal(self, request: Request) -> Response:
        """Take the answer to a window; a mask must be a picture."""
        asked = await asked_for(Modal, request)
        pictures = await self._checked((asked.mask_base64,) if asked.mask_base64 else ())
        return replied(self._presses.modal(asked, pictures))

    async def _attached(self, text: str | None) -> Attachment | None:
        return await self._attachments.take(text) if text else None

    async def _kept(self, texts: tuple[str, ...]) -> Pictures:
        return await run_in_threadpool(self._references.keep, texts) if texts else ()

    async def _checked(self, texts: tuple[str, ...]) -> Pictures:
        """Keep pictures that will be worked with; None if one of them can't be opened."""
        names = await self._kept(texts)
        if not names:
            return names
        is_right = await run_in_threadpool(lambda: all(map(self._size, names)))
        return names if is_right else None

    def _linked(self, text: str) -> tuple[str, ...]:
        """Return the pictures of this server that *text* has links to, where they stand first."""
        links = read_prompt(text).images
        names = [found["name"] for link in links if (found := _UPLOADED.search(link))]
        return tuple(name for name in names if self._references.has(name))

    def _look_at(self, picture: Attachment | None) -> Sight | None:
        return look_at(self._references.get(picture.name)) if picture else None

    def _size(self, name: str) -> tuple[int, int] | None:
        """Return the pixels of a picture as it is worked with."""
        image = open_picture(self._references.get(name), _LARGEST_SWAPPED)
        return image.size if image else None
