"""Reworks: judges what starts from a picture that exists: films, and changes by words."""

from dataclasses import replace

from mj_notebook.prompt.parse import Prompt, read_prompt
from mj_notebook.protocol.requests import Edits, Video
from mj_notebook.protocol.vocabulary import Mode, Status, TaskAction
from mj_notebook.server.backends.image_specs import VideoSpec
from mj_notebook.server.engine.ledger import Accepted
from mj_notebook.server.tasks.attachments import Attachment
from mj_notebook.server.tasks.prompt_rules import banned_word, parameter_error
from mj_notebook.server.tasks.registry import TaskRegistry, TaskState
from mj_notebook.server.tasks.replies import (
    UNKNOWN_404,
    WRONG_ARGUMENTS,
    WRONG_PICTURE,
    WRONG_STATUS,
    Reply,
    banned,
    placed,
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
_NOTHING_TO_EDIT = "image或prompt不能为空"
_NO_START = "No start frame provided"
_TOO_LONG = "[Invalid request] This film can't be extended any further"
_EXTEND = "extend"
_USUAL_TYPE = next(iter(SHORT_SIDES))


class VideoRules:
    """Judges against the same register as the desk; pictures have been taken in before."""

    def __init__(self, registry: TaskRegistry) -> None:
        self._registry = registry

    def video(
        self, request: Video, mode: Mode | None, start: Attachment | None, end: Attachment | None
    ) -> Reply:
        """Judge a film of the picture *start*, or one that goes on with another film."""
        prompt = request.prompt.strip()
        if not prompt:
            return refusal(_NO_PROMPT)
        if word := banned_word(prompt):
            return banned(prompt, word)
        if not _can_be_meant(request) or any(one and one.is_broken for one in (start, end)):
            return refusal(WRONG_PICTURE if _can_be_meant(request) else WRONG_ARGUMENTS)
        draft = _film_draft(request, mode, prompt, start, end)
        if not request.task_id:
            return placed(self._registry.accept(draft))
        if (request.action or "").lower() != _EXTEND:
            return refusal(_WRONG_KIND)
        found = self._registry.find(request.task_id)
        return UNKNOWN_404 if found is None else self._extended(request, draft, found)

    def _extended(self, request: Video, draft: Accepted, found: TaskState) -> Reply:
        if found.phase.status != Status.SUCCESS:
            return refusal(WRONG_STATUS)
        film = found.task.spec
        if not isinstance(film, VideoSpec):
            return refusal(_WRONG_KIND)
        index = request.index or 0
        if not film.is_single and index not in range(film.count):
            return refusal(WRONG_ARGUMENTS)
        draft = replace(
            draft,
            parent=found.task.id,
            number=index + 1,
            width=film.width,
            height=film.height,
            pictures=("", *draft.pictures[1:]),
            fail_reason=_TOO_LONG if film.segments >= MAX_SEGMENTS else _film_objection(draft),
        )
        return placed(self._registry.accept(draft))

    def edit(
        self, request: Edits, mode: Mode | None, image: Attachment | None, mask: Attachment | None
    ) -> Reply:
        """Judge a change of the picture *image* by words, where *mask* is white."""
        prompt = request.prompt.strip()
        if not prompt or image is None:
            return refusal(_NOTHING_TO_EDIT)
        if word := banned_word(prompt):
            return banned(prompt, word)
        if image.is_broken or (mask and mask.is_broken):
            return refusal(WRONG_PICTURE)
        width, height = image.size
        draft = draft_entry(
            request,
            mode,
            kind="edit",
            action=TaskAction.EDIT,
            description=f"/edit {prompt}",
            prompt=prompt,
            pictures=(image.name, *((mask.name,) if mask else ())),
            fail_reason=image.fail_reason
            or (mask.fail_reason if mask else "")
            or parameter_error(prompt),
        )
        return placed(self._registry.accept(replace(draft, width=width, height=height)))


def _can_be_meant(request: Video) -> bool:
    return (
        (request.motion or MOTIONS[0]).lower() in MOTIONS
        and (request.batch_size or VIDEO_COUNTS[0]) in VIDEO_COUNTS
        and (request.video_type or _USUAL_TYPE) in SHORT_SIDES
    )


def _film_draft(
    request: Video,
    mode: Mode | None,
    prompt: str,
    start: Attachment | None,
    end: Attachment | None,
) -> Accepted:
    width, height = start.size if start and start.name else (1, 1)
    short_side = SHORT_SIDES[request.video_type or _USUAL_TYPE]
    film_width, film_height = video_size(width / height, short_side)
    last = end if end and not request.loop else None
    draft = draft_entry(
        request,
        mode or _mode_of(request.mode),
        kind="video",
        action=TaskAction.VIDEO,
        description=f"/video {prompt}",
        prompt=prompt,
        pictures=(start.name if start else "", *((last.name,) if last else ())),
    )
    added = _added(request, read_prompt(prompt))
    draft = replace(draft, width=film_width, height=film_height, added=added)
    troubles = [one.fail_reason for one in (start, last) if one and one.fail_reason]
    missing = "" if start else _NO_START
    return replace(draft, fail_reason=next(iter(troubles), "") or missing or _film_objection(draft))


def _added(request: Video, told: Prompt) -> str:
    """Return the parameters that stand behind the prompt (sheet 1.11), but for those it has."""
    motion = (request.motion or "").lower() or (told.value("motion") is None and MOTIONS[0])
    words = [
        "--video 1",
        request.loop and "--end loop",
        motion and f"--motion {motion}",
        request.batch_size and f"--bs {request.batch_size}",
    ]
    return " ".join(word for word in words if word)


def _film_objection(draft: Accepted) -> str:
    """Return why the bot makes no such film, or ""."""
    told = read_prompt(f"{draft.prompt} {draft.added}")
    counts = {str(count) for count in VIDEO_COUNTS}
    for parameter in told.parameters:
        allowed = {"motion": set(MOTIONS), "bs": counts}.get(parameter.name.lower())
        if allowed and parameter.value not in allowed:
            return f"[Invalid parameter] Invalid value provided for argument {parameter}"
    return parameter_error(draft.prompt)


def _mode_of(word: str | None) -> Mode | None:
    return Mode(word.lower()) if word and word.lower() in set(Mode) else None
