"""Endpoints about tasks that are there: fetching, listing, cancelling, and their pictures."""

import operator
from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from mj_notebook.protocol.media import PNG, media_of
from mj_notebook.protocol.request_bodies import read_ids
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.server.backends.image_specs import UploadSpec, select_video
from mj_notebook.server.backends.render_cache import RenderCache
from mj_notebook.server.backends.renderer import PictureGone
from mj_notebook.server.backends.uploads import UploadStore
from mj_notebook.server.engine.phases import FIRST_PREVIEW, PROGRESS
from mj_notebook.server.http.fault_injection import with_late_address, with_picture_faults
from mj_notebook.server.http.messages import base_url, json_response, reply_response
from mj_notebook.server.http.task_json import TaskJson, as_answer, as_window, with_displays
from mj_notebook.server.http.task_query import page_of, read_query
from mj_notebook.server.tasks.registry import TaskRegistry, TaskState
from mj_notebook.server.tasks.replies import UNKNOWN_404
from mj_notebook.server.tasks.submit_rules import SubmitRules

# From this percentage on a picture will be asked for within seconds.
_PREFETCH_FROM = 46


class TaskEndpoints:
    """
    Answers about the tasks of a registry.

    Args:
        doubles_windows: Whether lists go on telling the window of a task that was answered.
    """

    def __init__(
        self,
        registry: TaskRegistry,
        uploads: UploadStore,
        renders: RenderCache,
        task_json: TaskJson,
        now: Callable[[], int],
        *,
        doubles_windows: bool = False,
    ) -> None:
        self._doubles_windows = doubles_windows
        self._registry = registry
        self._uploads = uploads
        self._renders = renders
        self._task_json = task_json
        self._now = now
        self._rules = SubmitRules(registry)
        # The last one: it has megabytes where there are many tasks, and many may wait for theirs.
        self._list: tuple[list[bytes], bytes] = ([], b"[]")
        self.by_route: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "fetch": self.fetch,
            "image_seed": self.image_seed,
            "cancel": self.cancel,
            "list_by_condition": self.list_by_condition,
            "list_by_ids": self.list_by_ids,
            "task_list": self.task_list,
            "task_queue": self.task_queue,
            "task_query": self.task_query,
            "task_admin_query": self.task_query,
            "image": self.image,
        }

    async def fetch(self, request: Request) -> Response:
        """Return one task."""
        state = self._registry.find(request.path_params["id"])
        if state is None:
            return reply_response(UNKNOWN_404)
        self._prefetch(state)
        return json_response(self._json(state, base_url(request)))

    async def image_seed(self, request: Request) -> Response:
        """Return the seed of a finished picture."""
        return reply_response(self._rules.seed(request.path_params["id"]))

    async def cancel(self, request: Request) -> Response:
        """Cancel a task."""
        return reply_response(self._rules.cancel(request.path_params["id"]))

    async def list_by_condition(self, request: Request) -> Response:
        """Return the tasks that were asked for."""
        return self._listed(request, self._registry.find_all(read_ids(await request.body())))

    async def list_by_ids(self, request: Request) -> Response:
        """Return the tasks that were asked for, with words for a page."""
        states = self._registry.find_all(read_ids(await request.body()))
        base = base_url(request)
        written = [with_displays(self._json(state, base), state) for state in states]
        return json_response(b"[" + b",".join(written) + b"]")

    async def task_list(self, request: Request) -> Response:
        """Return all tasks, the newest first."""
        return self._listed(request, self._registry.all())

    async def task_query(self, request: Request) -> Response:
        """Return a page of the tasks that were asked for."""
        query = read_query(await request.body())
        base = base_url(request)
        tasks = [msgspec.json.decode(self._json(state, base)) for state in self._registry.all()]
        return json_response(msgspec.json.encode(page_of(tasks, query)))

    async def task_queue(self, request: Request) -> Response:
        """Return what waits or runs."""
        return self._listed(request, self._registry.queue())

    async def image(self, request: Request) -> Response:
        """Return a picture; a finished one with what is wrong with it on purpose."""
        response = await self._image(request)
        state = self._registry.find(request.path_params["id"])
        # Faults of pictures are about finished ones.
        if state is None or "progress" in request.query_params:
            return response
        return with_picture_faults(response, state, self._now())

    async def _image(self, request: Request) -> Response:
        """Return a picture: the finished one, how far it has come, or one that was uploaded."""
        id_ = request.path_params["id"]
        state = self._registry.find(id_)
        if state is None and self._uploads.has(id_):
            return _picture_response(await self._renders.picture(UploadSpec(id_)))
        percent = _shown_percent(state, request.query_params.get("progress")) if state else None
        spec = state.task.spec if state else None
        is_half = bool(state and state.task.record.is_open and percent != 100)
        if spec is None or percent is None or is_half:
            return _not_found()
        # Several videos share one preview; each by itself there is only once they are finished.
        try:
            if percent == 100:
                spec = select_video(spec, request.query_params.get("film"))
                return _picture_response(await self._renders.picture(spec))
            return _picture_response(await self._renders.preview(spec, percent))
        except PictureGone:
            return _not_found()

    def _listed(self, request: Request, states: list[TaskState]) -> Response:
        for state in states:
            self._prefetch(state)
        base = base_url(request)
        written = [self._json(state, base) for state in states]
        if self._doubles_windows:
            answered = [state.task.record.answer is not None for state in states]
            pairs = list(zip(written, answered, strict=True))
            written = [as_answer(content) if had else content for content, had in pairs]
            written += [as_window(content) for content, had in pairs if had]
        return json_response(self._joined(written))

    def _joined(self, written: list[bytes]) -> bytes:
        """Return a list as JSON; while nothing changes, all who ask share the same bytes."""
        known, body = self._list
        if len(written) != len(known) or not all(map(operator.is_, written, known)):
            body = b"[" + b",".join(written) + b"]"
            self._list = (written, body)
        return body

    def _json(self, state: TaskState, base: str) -> bytes:
        content = self._task_json.one(state, base)
        if not state.task.record.faults:
            return content
        return with_late_address(content, state, self._now())

    def _prefetch(self, state: TaskState) -> None:
        """Begin the picture of a task whose end is near, so that it is there with SUCCESS."""
        percent = state.phase.percent or 0
        # What an engine draws is there when it says so, and not before.
        if state.task.record.is_open:
            return
        if state.phase.status == Status.IN_PROGRESS and percent >= _PREFETCH_FROM:
            spec = state.task.spec
            if spec is not None:
                self._renders.prefetch(spec)


def _shown_percent(state: TaskState, asked: str | None) -> int | None:
    """Return how far the picture is shown; None when there is nothing to see (yet)."""
    reached = state.phase.percent or 0
    # Python reads no number of thousands of digits; four are more than there can be.
    digits = asked.lstrip("0")[:4] if asked and asked.isascii() and asked.isdigit() else "100"
    wanted = int(digits or 0)
    if state.phase.status == Status.SUCCESS and not asked:
        return 100
    # Only the steps that tasks show: any other number would be rendered for one client alone.
    steps = [step for step in PROGRESS if FIRST_PREVIEW <= step <= min(reached, wanted)]
    return max(steps, default=None)


def _not_found() -> Response:
    return json_response(b'{"error":"midjourney_task_not_found"}', 404)


def _picture_response(content: bytes) -> Response:
    # For a day: an address always has the same picture, or it gets another query.
    headers = {"cache-control": "public, max-age=86400"}
    return Response(content, media_type=(media_of(content) or PNG).mime, headers=headers)
