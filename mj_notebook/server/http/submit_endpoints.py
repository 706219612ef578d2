"""Endpoints of submits: what asks for new tasks."""

import re
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from mj_notebook.prompt.parse import Prompt
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
from mj_notebook.protocol.vocabulary import ReturnCode, TaskAction
from mj_notebook.server.backends.captions import ImageFeatures
from mj_notebook.server.backends.decoding import open_picture
from mj_notebook.server.backends.image_analysis import analyze_image
from mj_notebook.server.backends.render_cache import RenderCache
from mj_notebook.server.backends.uploads import UploadStore
from mj_notebook.server.http.gate import MODE_KEY
from mj_notebook.server.http.messages import base_url, read_submit, reply_response
from mj_notebook.server.tasks.action_rules import ActionRules
from mj_notebook.server.tasks.attachments import Attachment, Attachments
from mj_notebook.server.tasks.policy import (
    CHAT_PICTURE_PATH,
    PICTURE_PATH,
    PLUS_POLICY,
    ServerPolicy,
)
from mj_notebook.server.tasks.registry import TaskRegistry
from mj_notebook.server.tasks.replies import WRONG_PICTURE, Reply, refusal
from mj_notebook.server.tasks.submit_rules import Pictures, SubmitRules
from mj_notebook.server.tasks.video_rules import VideoRules

# Only addresses of uploads: the picture of a task would have to be rendered first.
_UPLOADED = re.compile(rf"(?:{PICTURE_PATH}|{CHAT_PICTURE_PATH})(?P<name>[0-9a-f]{{64}})\b")
_NOTHING_UPLOADED = "base64 参数错误"
# Pixels; a larger picture is worked with, and returned, at this size.
_MAX_SWAPPED_SIDE = 2048


class SubmitEndpoints:
    """
    Reads submits, keeps the pictures that came with them, and has the rules check them.

    Decoding and measuring pictures takes a while, so it happens in threads; the rules are quick.
    """

    def __init__(
        self,
        registry: TaskRegistry,
        references: UploadStore,
        renders: RenderCache,
        *,
        remix: bool = False,
        policy: ServerPolicy = PLUS_POLICY,
    ) -> None:
        self._uploads = references
        self._policy = policy
        self._submit_rules = SubmitRules(registry, policy)
        self._video_rules = VideoRules(registry, policy)
        self._attachments = Attachments(registry, references, renders)
        self._action_rules = ActionRules(registry, policy, remix=remix)
        self.by_route: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "imagine": self.imagine,
            "blend": self.blend,
            "describe": self.describe,
            "shorten": self.shorten,
            "action": self.action,
            "modal": self.modal,
            "change": self.change,
            "simple_change": self.simple_change,
            "upload": self.upload,
            "swap_face": self.swap_face,
            "video": self.video,
            "edits": self.edits,
            "edit": self.edits,
            "retexture": self.retexture,
        }

    async def imagine(self, request: Request) -> Response:
        """Submit an imagine."""
        submit = await read_submit(Imagine, request)
        sent = await self._keep(submit.base64_array)
        # Links in the prompt are references too, and stand behind those that were sent along.
        pictures = None if sent is None else (*sent, *self._linked(submit.prompt))
        return reply_response(self._submit_rules.imagine(submit, request.scope[MODE_KEY], pictures))

    async def blend(self, request: Request) -> Response:
        """Submit a blend, of what really are pictures."""
        submit = await read_submit(Blend, request)
        pictures = await self._keep(submit.base64_array)
        are_pictures = await run_in_threadpool(self._are_pictures, pictures)
        return reply_response(
            self._submit_rules.blend(
                submit, request.scope[MODE_KEY], pictures, are_pictures=are_pictures
            )
        )

    async def describe(self, request: Request) -> Response:
        """Submit a describe, and measure its picture."""
        submit = await read_submit(Describe, request)
        picture = await self._attach(submit.base64 or submit.link)
        features = await run_in_threadpool(self._analyze, picture)
        return reply_response(
            self._submit_rules.describe(submit, request.scope[MODE_KEY], picture, features)
        )

    async def shorten(self, request: Request) -> Response:
        """Submit a shorten."""
        submit = await read_submit(Shorten, request)
        return reply_response(self._submit_rules.shorten(submit, request.scope[MODE_KEY]))

    async def swap_face(self, request: Request) -> Response:
        """Submit a swap of faces."""
        submit = await read_submit(SwapFace, request)
        both = (submit.source_base64, submit.target_base64)
        # The rules say which of the two is missing; here only both are of use.
        pictures = await self._keep_checked(both) if all(both) else None
        size = await run_in_threadpool(self._size, pictures[1]) if pictures else None
        return reply_response(
            self._submit_rules.swap_face(submit, request.scope[MODE_KEY], pictures, size)
        )

    async def video(self, request: Request) -> Response:
        """Submit a video; its first picture may stand at the head of the prompt as well."""
        submit = await read_submit(Video, request)
        # In the prompt it is a link, as for an imagine.
        start = await self._attach(
            submit.image or next(iter(Prompt.parse(submit.prompt).images), "")
        )
        end = await self._attach(submit.end_image)
        return reply_response(self._video_rules.video(submit, request.scope[MODE_KEY], start, end))

    async def edits(self, request: Request) -> Response:
        """Submit a change by words."""
        return await self._edit(request, TaskAction.EDIT)

    async def retexture(self, request: Request) -> Response:
        """Submit the same for all that a picture shows."""
        return await self._edit(request, TaskAction.RETEXTURE)

    async def _edit(self, request: Request, action: TaskAction) -> Response:
        submit = await read_submit(Edits, request)
        image = await self._attach(submit.image)
        mask = await self._attach(submit.mask_base64)
        speed = request.scope[MODE_KEY]
        return reply_response(self._submit_rules.edit(submit, speed, image, mask, action=action))

    async def upload(self, request: Request) -> Response:
        """Keep pictures that prompts can link to, and answer with the links."""
        submit = await read_submit(UploadPictures, request)
        if not submit.base64_array:
            return reply_response(refusal(_NOTHING_UPLOADED))
        pictures = await self._keep_checked(submit.base64_array)
        if pictures is None:
            return reply_response(refusal(WRONG_PICTURE))
        links = [f"{base_url(request)}{self._policy.picture_path}{name}" for name in pictures]
        return reply_response(Reply(write_reply(ReturnCode.ACCEPTED, "success", links)))

    async def action(self, request: Request) -> Response:
        """Press a button."""
        submit = await read_submit(Action, request)
        return reply_response(self._action_rules.action(submit, request.scope[MODE_KEY]))

    async def change(self, request: Request) -> Response:
        """Submit a U, V or R by number."""
        submit = await read_submit(Change, request)
        return reply_response(self._action_rules.change(submit, request.scope[MODE_KEY]))

    async def simple_change(self, request: Request) -> Response:
        """Submit the same, written in one line."""
        submit = await read_submit(SimpleChange, request)
        return reply_response(self._action_rules.simple_change(submit, request.scope[MODE_KEY]))

    async def modal(self, request: Request) -> Response:
        """Answer a window; a mask must be a picture."""
        submit = await read_submit(Modal, request)
        pictures = await self._keep_checked((submit.mask_base64,) if submit.mask_base64 else ())
        return reply_response(self._action_rules.modal(submit, pictures))

    async def _attach(self, text: str | None) -> Attachment | None:
        return await self._attachments.load(text) if text else None

    async def _keep(self, texts: tuple[str, ...]) -> Pictures:
        return await run_in_threadpool(self._uploads.add_all, texts) if texts else ()

    async def _keep_checked(self, texts: tuple[str, ...]) -> Pictures:
        """Keep pictures that will be worked with; None if one of them can't be opened."""
        # Kept before they are known to be pictures: the hash is what everything else goes by.
        names = await self._keep(texts)
        return names if await run_in_threadpool(self._are_pictures, names) else None

    def _are_pictures(self, names: Pictures) -> bool:
        return all(map(self._size, names or ()))

    def _linked(self, text: str) -> tuple[str, ...]:
        """Return the pictures of this server that *text* has links to, where they stand first."""
        links = Prompt.parse(text).images
        names = [found["name"] for link in links if (found := _UPLOADED.search(link))]
        return tuple(name for name in names if self._uploads.has(name))

    def _analyze(self, picture: Attachment | None) -> ImageFeatures | None:
        return analyze_image(self._uploads.get(picture.name)) if picture else None

    def _size(self, name: str) -> tuple[int, int] | None:
        """Return the pixels of a picture as it is worked with."""
        image = open_picture(self._uploads.get(name), _MAX_SWAPPED_SIDE)
        return image.size if image else None
