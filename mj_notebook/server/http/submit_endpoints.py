"""Endpoints of submits: what asks for new tasks."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from mj_notebook.prompt.parse import Prompt
from mj_notebook.protocol.models import write_reply
from mj_notebook.protocol.requests import (
    Blend,
    Describe,
    Edits,
    Imagine,
    Modal,
    SwapFace,
    UploadPictures,
    Video,
)
from mj_notebook.protocol.requests import Request as Submit
from mj_notebook.protocol.routes import PAGE_ROUTES, ROUTES
from mj_notebook.protocol.vocabulary import Mode, ReturnCode, Status, TaskAction
from mj_notebook.server.backends.captions import ImageFeatures
from mj_notebook.server.backends.decoding import open_picture
from mj_notebook.server.backends.image_analysis import analyze_image
from mj_notebook.server.backends.image_specs import select_video
from mj_notebook.server.backends.render_cache import RenderCache
from mj_notebook.server.backends.renderer import PictureGone
from mj_notebook.server.backends.uploads import UploadStore
from mj_notebook.server.http.messages import MODE_KEY, base_url, read_submit, reply_response
from mj_notebook.server.tasks.action_rules import ActionRules
from mj_notebook.server.tasks.policy import (
    CHAT_PICTURE_PATH,
    PICTURE_PATH,
    PLUS_POLICY,
    ServerPolicy,
)
from mj_notebook.server.tasks.registry import TaskRegistry
from mj_notebook.server.tasks.replies import WRONG_PICTURE, Reply, refusal
from mj_notebook.server.tasks.submit_rules import Attachment, Pictures, SubmitRules

_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
# Whatever stands before the path: the same server has several names.
_OWN_LINK = re.compile(
    rf"(?:{PICTURE_PATH}|{CHAT_PICTURE_PATH})"
    r"(?:(?P<name>[0-9a-f]{64})|(?P<task>\d{16}))\b(?:\?film=(?P<film>\d))?"
)
# The title is the bot's own (protocol/README.md §3.6).
_UNREACHABLE = "[Invalid link!] This server fetches no pictures from other servers"
_NOTHING_UPLOADED = "base64 参数错误"
# Pixels; a larger picture is worked with, and returned, at this size.
_MAX_SIDE = 2048

Answer = Callable[[Any, Mode | None], Reply | Awaitable[Reply]]
"""What becomes of a submit of one kind, given the speed that was asked for."""


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
        self._registry, self._uploads, self._renders = registry, references, renders
        self._policy = policy
        self._submit_rules = SubmitRules(registry, policy)
        self._action_rules = ActionRules(registry, policy, remix=remix)
        answers: dict[str, Answer] = {
            "imagine": self._imagine,
            "blend": self._blend,
            "describe": self._describe,
            "shorten": self._submit_rules.shorten,
            "action": self._action_rules.action,
            "modal": self._modal,
            "change": self._action_rules.change,
            "simple_change": self._action_rules.simple_change,
            "swap_face": self._swap_face,
            "video": self._video,
            "edits": partial(self._edit, action=TaskAction.EDIT),
            "edit": partial(self._edit, action=TaskAction.EDIT),
            "retexture": partial(self._edit, action=TaskAction.RETEXTURE),
        }
        self.by_route: dict[str, Callable[[Request], Awaitable[Response]]] = {
            # Links are of the address under which this request came.
            "upload": self._upload,
            **{
                route.name: partial(self._answer, route.request, answers[route.name])
                for route in (*ROUTES, *PAGE_ROUTES)
                if route.request and route.name in answers
            },
        }

    async def _answer(self, kind: type[Submit], answer: Answer, request: Request) -> Response:
        """Read a submit, and send what becomes of it."""
        submit = await read_submit(kind, request)
        reply = answer(submit, request.scope[MODE_KEY])
        return reply_response(reply if isinstance(reply, Reply) else await reply)

    async def _imagine(self, submit: Imagine, mode: Mode | None) -> Reply:
        sent = await self._keep(submit.base64_array)
        # Links in the prompt are references too, and stand behind those that were sent along.
        pictures = None if sent is None else (*sent, *self._linked(submit.prompt))
        return self._submit_rules.imagine(submit, mode, pictures)

    async def _blend(self, submit: Blend, mode: Mode | None) -> Reply:
        pictures = await self._keep(submit.base64_array)
        are_pictures = await run_in_threadpool(self._are_pictures, pictures)
        return self._submit_rules.blend(submit, mode, pictures, are_pictures=are_pictures)

    async def _describe(self, submit: Describe, mode: Mode | None) -> Reply:
        picture = await self._attach(submit.base64 or submit.link)
        features = await run_in_threadpool(self._analyze, picture)
        return self._submit_rules.describe(submit, mode, picture, features)

    async def _swap_face(self, submit: SwapFace, mode: Mode | None) -> Reply:
        both = (submit.source_base64, submit.target_base64)
        # The rules say which of the two is missing; here only both are of use.
        pictures = await self._keep_checked(both) if all(both) else None
        size = await run_in_threadpool(self._size, pictures[1]) if pictures else None
        return self._submit_rules.swap_face(submit, mode, pictures, size)

    async def _video(self, submit: Video, mode: Mode | None) -> Reply:
        # The first picture may stand at the head of the prompt as well, a link as for an imagine.
        linked = next(iter(Prompt.parse(submit.prompt).images), "")
        start = await self._attach(submit.image or linked)
        end = await self._attach(submit.end_image)
        return self._submit_rules.video(submit, mode, start, end)

    async def _edit(self, submit: Edits, mode: Mode | None, *, action: TaskAction) -> Reply:
        image = await self._attach(submit.image)
        mask = await self._attach(submit.mask_base64)
        return self._submit_rules.edit(submit, mode, image, mask, action=action)

    async def _modal(self, submit: Modal, _: Mode | None) -> Reply:
        # A mask must be a picture.
        pictures = await self._keep_checked((submit.mask_base64,) if submit.mask_base64 else ())
        return self._action_rules.modal(submit, pictures)

    async def _upload(self, request: Request) -> Response:
        """Keep pictures that prompts can link to, and answer with the links."""
        submit = await read_submit(UploadPictures, request)
        if not submit.base64_array:
            return reply_response(refusal(_NOTHING_UPLOADED))
        pictures = await self._keep_checked(submit.base64_array)
        if pictures is None:
            return reply_response(refusal(WRONG_PICTURE))
        links = [f"{base_url(request)}{self._policy.picture_path}{name}" for name in pictures]
        return reply_response(Reply(write_reply(ReturnCode.ACCEPTED, "success", links)))

    async def _attach(self, text: str | None) -> Attachment | None:
        """Return the picture that *text* is or leads to; no other server is ever asked."""
        if not text:
            return None
        text = text.strip()
        if _LINK.match(text):
            name = await self._load_link(text)
            if not name:
                return Attachment(fail_reason=_UNREACHABLE)
        else:
            names = await self._keep((text,))
            name = names[0] if names else ""
        size = await run_in_threadpool(self._size, name)
        return Attachment(name, size, "", True) if size else Attachment(is_kept=bool(name))

    async def _load_link(self, link: str) -> str:
        found = _OWN_LINK.search(link)
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
        # Of uploads alone: the picture of a task would have to be rendered first.
        names = [found["name"] for link in links if (found := _OWN_LINK.search(link))]
        return tuple(name for name in names if name and self._uploads.has(name))

    def _analyze(self, picture: Attachment | None) -> ImageFeatures | None:
        return analyze_image(self._uploads.get(picture.name)) if picture else None

    def _size(self, name: str) -> tuple[int, int] | None:
        """Return the pixels of a picture as it is worked with."""
        image = open_picture(self._uploads.get(name), _MAX_SIDE)
        return image.size if image else None
