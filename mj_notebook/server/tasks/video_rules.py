"""Rules of submitted videos: of a picture, or as the extension of another video."""

from dataclasses import replace

from mj_notebook.prompt.parse import Prompt
from mj_notebook.protocol.requests import Video
from mj_notebook.protocol.vocabulary import Mode, Status, TaskAction
from mj_notebook.server.backends.image_specs import VideoSpec
from mj_notebook.server.engine.ledger import Accepted
from mj_notebook.server.tasks.attachments import Attachment
from mj_notebook.server.tasks.policy import PLUS_POLICY, ServerPolicy
from mj_notebook.server.tasks.prompt_rules import prompt_error
from mj_notebook.server.tasks.registry import TaskRegistry, TaskState
from mj_notebook.server.tasks.replies import (
    UNKNOWN_404,
    WRONG_ARGUMENTS,
    WRONG_PICTURE,
    WRONG_STATUS,
    Reply,
    banned_refusal,
    queue_reply,
    refusal,
)
from mj_notebook.server.tasks.submit_rules import draft_entry
from mj_notebook.server.tasks.video_builders import (
    MAX_SEGMENTS,
    MOTIONS,
    SHORT_SIDES,
    VIDEO_COUNTS,
    video_size,
)

_NO_PROMPT = "Prompt 不能为空"
_WRONG_KIND = "任务类型错误"
_NO_START = "No start frame provided"
# Not a refusal: the bot notices only when it begins.
_TOO_LONG = "[Invalid request] This film can't be extended any further"
_EXTEND = "extend"
_DEFAULT_TYPE = next(iter(SHORT_SIDES))


class VideoRules:
    """Checks videos, and has the registry write down what is accepted; see `SubmitRules`."""

    def __init__(self, registry: TaskRegistry, policy: ServerPolicy = PLUS_POLICY) -> None:
        self._registry = registry
        self._policy = policy

    def video(
        self, request: Video, mode: Mode | None, start: Attachment | None, end: Attachment | None
    ) -> Reply:
        """Check a video of the picture *start*, or one that extends another video."""
        prompt = request.prompt.strip()
        if not prompt:
            return refusal(_NO_PROMPT)
        if refused := banned_refusal(prompt, self._policy):
            return refused
        if not _is_valid(request) or any(one and one.is_broken for one in (start, end)):
            return refusal(WRONG_PICTURE if _is_valid(request) else WRONG_ARGUMENTS)
        draft = _video_draft(request, mode, prompt, start, end)
        if not request.task_id:
            return queue_reply(self._registry.accept(draft))
        if (request.action or "").lower() != _EXTEND:
            return refusal(_WRONG_KIND)
        found = self._registry.find(request.task_id)
        return UNKNOWN_404 if found is None else self._check_extension(request, draft, found)

    def _check_extension(self, request: Video, draft: Accepted, found: TaskState) -> Reply:
        if found.phase.status != Status.SUCCESS:
            return refusal(WRONG_STATUS)
        before = found.task.spec
        if not isinstance(before, VideoSpec):
            return refusal(_WRONG_KIND)
        # A task that shows one video has no others to choose from.
        index = request.index or 0
        if not before.is_single and index not in range(before.count):
            return refusal(WRONG_ARGUMENTS)
        draft = replace(
            draft,
            parent=found.task.id,
            number=index + 1,
            width=before.width,
            height=before.height,
            # It begins with the last frame of the other; a start that was sent is not used.
            pictures=("", *draft.pictures[1:]),
            fail_reason=_TOO_LONG if before.segments >= MAX_SEGMENTS else _video_error(draft),
        )
        return queue_reply(self._registry.accept(draft))


def _is_valid(request: Video) -> bool:
    return (
        (request.motion or MOTIONS[0]).lower() in MOTIONS
        and (request.batch_size or VIDEO_COUNTS[0]) in VIDEO_COUNTS
        and (request.video_type or _DEFAULT_TYPE) in SHORT_SIDES
    )


def _video_draft(
    request: Video,
    mode: Mode | None,
    prompt: str,
    start: Attachment | None,
    end: Attachment | None,
) -> Accepted:
    # Without a picture the task will fail; it needs a shape all the same.
    width, height = start.size if start and start.name else (1, 1)
    short_side = SHORT_SIDES[request.video_type or _DEFAULT_TYPE]
    video_width, video_height = video_size(width / height, short_side)
    # A video can end where it began or where it is told to, not both.
    last = end if end and not request.loop else None
    draft = replace(
        draft_entry(request, mode or _mode_of(request.mode)),
        kind="video",
        action=TaskAction.VIDEO,
        description=f"/video {prompt}",
        prompt=prompt,
        pictures=(start.name if start else "", *((last.name,) if last else ())),
        width=video_width,
        height=video_height,
        added=_added(request, Prompt.parse(prompt)),
    )
    failures = [one.fail_reason for one in (start, last) if one and one.fail_reason]
    # Not refused: the servers accept such a submit, and the bot fails it.
    missing = "" if start else _NO_START
    return replace(draft, fail_reason=next(iter(failures), "") or missing or _video_error(draft))


def _added(request: Video, prompt: Prompt) -> str:
    """Return the parameters behind the prompt that it lacks (protocol/README.md §1.11)."""
    motion = (request.motion or "").lower() or (prompt.value("motion") is None and MOTIONS[0])
    parameters = [
        "--video 1",
        request.loop and "--end loop",
        motion and f"--motion {motion}",
        request.batch_size and f"--bs {request.batch_size}",
    ]
    return " ".join(text for text in parameters if text)


def _video_error(draft: Accepted) -> str:
    """Return why the bot makes no such video, or ""."""
    prompt = Prompt.parse(f"{draft.prompt} {draft.added}")
    counts = {str(count) for count in VIDEO_COUNTS}
    for parameter in prompt.parameters:
        allowed = {"motion": set(MOTIONS), "bs": counts}.get(parameter.name.lower())
        if allowed and parameter.value not in allowed:
            return f"[Invalid parameter] Invalid value provided for argument {parameter}"
    return prompt_error(draft.prompt)


def _mode_of(word: str | None) -> Mode | None:
    return Mode(word.lower()) if word and word.lower() in set(Mode) else None
