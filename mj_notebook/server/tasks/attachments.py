"""Attachments: the pictures of requests, in whatever form they come, to hashes of their bytes."""

import re
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool

from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server.backends.decoding import open_picture
from mj_notebook.server.backends.image_specs import select_video
from mj_notebook.server.backends.render_cache import RenderCache
from mj_notebook.server.backends.renderer import PictureGone
from mj_notebook.server.backends.uploads import UploadStore
from mj_notebook.server.tasks.policy import CHAT_PICTURE_PATH, PICTURE_PATH
from mj_notebook.server.tasks.registry import TaskRegistry

_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
# Whatever stands before the path: the same server has several names.
OWN_LINK = re.compile(
    rf"(?:{PICTURE_PATH}|{CHAT_PICTURE_PATH})"
    r"(?:(?P<name>[0-9a-f]{64})|(?P<task>\d{16}))\b(?:\?film=(?P<film>\d))?"
)
"""An address of a picture of this server: of an upload by its *name*, or of a *task*."""

# Pixels; larger pictures are worked with at this size.
_MAX_SIDE = 2048
# The title is the bot's own (protocol/README.md §3.6).
_UNREACHABLE = "[Invalid link!] This server fetches no pictures from other servers"


class Attachment(NamedTuple):
    """
    A picture that came with a request, or why there is none.

    Attributes:
        name: The hash of its bytes; "" for what is no picture.
        size: Its pixels, as it is worked with.
        fail_reason: Why a task with it will fail; "" for a picture, and for what is refused.
        is_kept: Whether there were bytes to be kept, be they a picture or not.
    """

    name: str = ""
    size: tuple[int, int] = (0, 0)
    fail_reason: str = ""
    is_kept: bool = False

    @property
    def is_broken(self) -> bool:
        """Whether it is neither a picture nor a link."""
        return not self.name and not self.fail_reason


class Attachments:
    """Loads pictures: data URLs, bare base64, and links to what this server has shown."""

    def __init__(
        self, registry: TaskRegistry, references: UploadStore, renders: RenderCache
    ) -> None:
        self._registry, self._uploads, self._renders = registry, references, renders

    async def load(self, text: str) -> Attachment:
        """Return the picture that *text* is or leads to; no other server is ever asked."""
        text = text.strip()
        if _LINK.match(text):
            name = await self._load_link(text)
            if not name:
                return Attachment(fail_reason=_UNREACHABLE)
        else:
            names = await run_in_threadpool(self._uploads.add_all, (text,))
            name = names[0] if names else ""
        return await run_in_threadpool(self._measure, name)

    async def _load_link(self, link: str) -> str:
        found = OWN_LINK.search(link)
        if found is None:
            return ""
        if found["name"]:
            return found["name"] if self._uploads.has(found["name"]) else ""
        state = self._registry.find(found["task"])
        if state is None or state.phase.status != Status.SUCCESS or state.task.spec is None:
            return ""
        # Rendered now, if nobody has asked for this picture before.
        try:
            content = await self._renders.picture(select_video(state.task.spec, found["film"]))
        except PictureGone:
            return ""
        return await run_in_threadpool(self._uploads.add, content)

    def _measure(self, name: str) -> Attachment:
        image = open_picture(self._uploads.get(name), _MAX_SIDE) if name else None
        return Attachment(name, image.size, "", True) if image else Attachment(is_kept=bool(name))
