"""
Rules of submits that start anew, and of cancelling and seeds.

Requests are checked in the order of protocol/README.md §1, so that one with two faults is answered
as the real servers answer it.
"""

from dataclasses import replace
from typing import NamedTuple

from mj_notebook.prompt.banned import banned_word
from mj_notebook.prompt.parse import Prompt
from mj_notebook.protocol.requests import (
    Blend,
    Describe,
    Edits,
    Imagine,
    Shorten,
    SwapFace,
    Video,
)
from mj_notebook.protocol.requests import Request as Submit
from mj_notebook.protocol.vocabulary import FINAL, BotType, Dimensions, Mode, Status, TaskAction
from mj_notebook.server.backends.captions import ImageFeatures
from mj_notebook.server.backends.image_specs import VideoSpec
from mj_notebook.server.engine.ledger import Accepted
from mj_notebook.server.tasks.policy import BLENDED, PLUS_POLICY, ServerPolicy
from mj_notebook.server.tasks.prompt_rules import BANNED_TEXT, prompt_error
from mj_notebook.server.tasks.registry import TaskRegistry, TaskState
from mj_notebook.server.tasks.replies import (
    NO_PICTURE,
    NO_PROMPT,
    UNKNOWN_404,
    WRONG_ARGUMENTS,
    WRONG_COUNT,
    WRONG_PICTURE,
    WRONG_STATUS,
    Reply,
    banned_refusal,
    queue_reply,
    refusal,
    success_reply,
)
from mj_notebook.server.tasks.video_builders import (
    MAX_SEGMENTS,
    MOTIONS,
    SHORT_SIDES,
    VIDEO_COUNTS,
    video_size,
)

# The texts are the open proxy's and trueai's own: clients compare them.
_WRONG_LINK = "链接格式错误"

# The title is the bot's own (protocol/README.md §3.6).
NO_PICTURE_THERE = "[Invalid link!] Could not read an image there"

_NOTHING_TO_EDIT = "image或prompt不能为空"
_NO_FACE = "人脸图片不能为空"
_NO_TARGET = "目标图片不能为空"
_SAME_PICTURES = "人脸图片和目标图片不能相同"

# The shapes that the bot gives to those words.
_ASPECTS = {Dimensions.PORTRAIT: "2:3", Dimensions.SQUARE: "1:1", Dimensions.LANDSCAPE: "3:2"}
# The bot that swaps faces; it can't be asked for anything else.
_FACE_BOT = "INSIGHT_FACE"

_NO_VIDEO_PROMPT = "Prompt 不能为空"
_WRONG_TASK = "任务类型错误"
_NO_START = "No start frame provided"
# Not a refusal: the bot notices only when it begins.
_TOO_LONG = "[Invalid request] This film can't be extended any further"
_DEFAULT_VIDEO = next(iter(SHORT_SIDES))

Pictures = tuple[str, ...] | None


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


class SubmitRules:
    """
    Checks requests, and has the registry write down what is accepted.

    *mode* is the speed that the path of a request asked for. *pictures* are the hashes of the
    pictures that came with it, or None if one is broken: keeping them takes time, so that has
    happened before.
    """

    def __init__(self, registry: TaskRegistry, policy: ServerPolicy = PLUS_POLICY) -> None:
        self._registry = registry
        self._policy = policy

    def imagine(self, request: Imagine, mode: Mode | None, pictures: Pictures) -> Reply:
        """Check an imagine."""
        prompt = request.prompt.strip()
        if not prompt:
            return refusal(NO_PROMPT)
        if refused := banned_refusal(prompt, self._policy):
            return refused
        if pictures is None:
            return refusal(WRONG_PICTURE)
        draft = replace(
            draft_entry(request, mode or _mode_in(prompt), request.bot_type),
            kind="imagine",
            action=TaskAction.IMAGINE,
            description=f"/imagine {prompt}",
            prompt=prompt,
            # A wrong parameter is found by the bot, after the submit was accepted.
            fail_reason=prompt_error(prompt),
            pictures=pictures,
        )
        return queue_reply(self._registry.accept(draft))

    def blend(
        self, request: Blend, mode: Mode | None, pictures: Pictures, *, are_pictures: bool
    ) -> Reply:
        """Check a blend of *pictures*, which really *are_pictures* or not."""
        count = len(request.base64_array)
        if count not in BLENDED:
            return refusal(WRONG_COUNT)
        if pictures is None or (not are_pictures and self._policy.opens_pictures):
            return refusal(WRONG_PICTURE)
        draft = replace(
            draft_entry(request, mode, request.bot_type),
            kind="blend",
            fail_reason="" if are_pictures else NO_PICTURE_THERE,
            action=TaskAction.BLEND,
            # The id is not known yet: `TaskRecord.description` puts it in.
            description=f"/blend {{id}} {count}",
            prompt=f"--ar {_ASPECTS[request.dimensions or Dimensions.SQUARE]}",
            pictures=pictures,
        )
        return queue_reply(self._registry.accept(draft))

    def swap_face(
        self, request: SwapFace, mode: Mode | None, pictures: Pictures, size: tuple[int, int] | None
    ) -> Reply:
        """Check a swap; *size* is the target's, None if one of the two is no picture."""
        if not request.source_base64 or not request.target_base64:
            return refusal(_NO_TARGET if request.source_base64 else _NO_FACE)
        if not pictures or size is None:
            return refusal(WRONG_PICTURE)
        # Compared by hash: the same bytes, in whatever form they were sent.
        if pictures[0] == pictures[1]:
            return refusal(_SAME_PICTURES)
        draft = replace(
            draft_entry(request, mode, _FACE_BOT),
            kind="swap_face",
            action=TaskAction.SWAP_FACE,
            description="/swap {id}",
            pictures=pictures,
            width=size[0],
            height=size[1],
        )
        return queue_reply(self._registry.accept(draft))

    def describe(
        self,
        request: Describe,
        mode: Mode | None,
        picture: Attachment | None,
        features: ImageFeatures | None,
    ) -> Reply:
        """Check a describe; *features* are those of its picture."""
        if picture is None:
            return refusal(NO_PICTURE)
        # What can't even be read has no name.
        is_unread = not picture.is_kept
        if picture.is_broken and (is_unread or self._policy.opens_pictures):
            return refusal(WRONG_PICTURE if request.base64 else _WRONG_LINK)
        draft = replace(
            draft_entry(request, mode, request.bot_type),
            kind="describe",
            action=TaskAction.DESCRIBE,
            # The bot names the picture by the task, whatever the client called it.
            description="/describe {id}.png",
            pictures=(picture.name,) if picture.name else (),
            image_features=features.write() if features else "",
            fail_reason=picture.fail_reason or (NO_PICTURE_THERE if picture.is_broken else ""),
            language="zh" if _is_chinese(request.language) else "",
        )
        return queue_reply(self._registry.accept(draft))

    def shorten(self, request: Shorten, mode: Mode | None) -> Reply:
        """Check a shorten."""
        prompt = request.prompt.strip()
        if not prompt:
            return refusal(NO_PROMPT)
        if refused := banned_refusal(prompt, self._policy):
            return refused
        draft = replace(
            draft_entry(request, mode, request.bot_type),
            kind="shorten",
            action=TaskAction.SHORTEN,
            description=f"/shorten {prompt}",
            prompt=prompt,
            fail_reason=BANNED_TEXT if banned_word(prompt) else "",
        )
        return queue_reply(self._registry.accept(draft))

    def edit(
        self,
        request: Edits,
        mode: Mode | None,
        image: Attachment | None,
        mask: Attachment | None,
        *,
        action: TaskAction = TaskAction.EDIT,
    ) -> Reply:
        """Check a change of the picture *image* by words, where *mask* is white."""
        prompt = request.prompt.strip()
        if not prompt or image is None:
            return refusal(_NOTHING_TO_EDIT)
        if refused := banned_refusal(prompt, self._policy):
            return refused
        if image.is_broken or (mask and mask.is_broken):
            return refusal(WRONG_PICTURE)
        draft = replace(
            draft_entry(request, mode),
            kind="edit",
            action=action,
            description=f"/{action.lower()} {prompt}",
            prompt=prompt,
            pictures=(image.name, *((mask.name,) if mask else ())),
            fail_reason=image.fail_reason
            or (mask.fail_reason if mask else "")
            or prompt_error(prompt),
            width=image.size[0],
            height=image.size[1],
        )
        return queue_reply(self._registry.accept(draft))

    def video(
        self, request: Video, mode: Mode | None, start: Attachment | None, end: Attachment | None
    ) -> Reply:
        """Check a video of the picture *start*, or one that extends another video."""
        prompt = request.prompt.strip()
        if not prompt:
            return refusal(_NO_VIDEO_PROMPT)
        if refused := banned_refusal(prompt, self._policy):
            return refused
        if not _is_valid_video(request) or any(one and one.is_broken for one in (start, end)):
            return refusal(WRONG_PICTURE if _is_valid_video(request) else WRONG_ARGUMENTS)
        draft = _video_draft(request, mode, prompt, start, end)
        if not request.task_id:
            return queue_reply(self._registry.accept(draft))
        if (request.action or "").lower() != "extend":
            return refusal(_WRONG_TASK)
        found = self._registry.find(request.task_id)
        return UNKNOWN_404 if found is None else self._check_extension(request, draft, found)

    def _check_extension(self, request: Video, draft: Accepted, found: TaskState) -> Reply:
        if found.phase.status != Status.SUCCESS:
            return refusal(WRONG_STATUS)
        before = found.task.spec
        if not isinstance(before, VideoSpec):
            return refusal(_WRONG_TASK)
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

    def cancel(self, id_: str) -> Reply:
        """Cancel a task, or dismiss its window."""
        found = self._registry.find(id_)
        if found is None:
            return UNKNOWN_404
        # Too late is an error and not a success: a client must know that it was charged.
        if found.phase.status in FINAL:
            return refusal(WRONG_STATUS)
        self._registry.cancel(id_)
        return success_reply(id_)

    def seed(self, id_: str) -> Reply:
        """Return the seed of a picture; what only writes, or was drawn without one, has none."""
        found = self._registry.find(id_)
        if found is None:
            return UNKNOWN_404
        has_seed = not found.task.text and found.task.has_seed
        if found.phase.status != Status.SUCCESS or not has_seed:
            return refusal(WRONG_STATUS, status=400)
        return success_reply(str(found.task.seed))


def draft_entry(request: Submit, mode: str | None, bot: str | None = None) -> Accepted:
    """Return what will be written down of any *request*; the rules and the registry add to it."""
    return Accepted(
        id="",
        at=0,
        kind="",
        action="",
        description="",
        # Written down with its defaults: they may change, and what was accepted may not.
        bot=bot or BotType.MID_JOURNEY,
        mode=mode or Mode.FAST,
        state=request.state,
        hook=request.notify_hook or None,
    )


def _is_chinese(language: str | None) -> bool:
    """Tell whether an answer in Chinese is wanted: ``zh``, ``zh_cn``, ``zh-CN``, …."""
    return (language or "").strip().lower().replace("-", "_").partition("_")[0] == "zh"


def _is_valid_video(request: Video) -> bool:
    return (
        (request.motion or MOTIONS[0]).lower() in MOTIONS
        and (request.batch_size or VIDEO_COUNTS[0]) in VIDEO_COUNTS
        and (request.video_type or _DEFAULT_VIDEO) in SHORT_SIDES
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
    short_side = SHORT_SIDES[request.video_type or _DEFAULT_VIDEO]
    video_width, video_height = video_size(width / height, short_side)
    # A video can end where it began or where it is told to, not both.
    last = end if end and not request.loop else None
    draft = replace(
        draft_entry(request, mode or _mode_named(request.mode or "")),
        kind="video",
        action=TaskAction.VIDEO,
        description=f"/video {prompt}",
        prompt=prompt,
        pictures=(start.name if start else "", *((last.name,) if last else ())),
        width=video_width,
        height=video_height,
        added=_added_to_video(request, Prompt.parse(prompt)),
    )
    failures = [one.fail_reason for one in (start, last) if one and one.fail_reason]
    # Not refused: the servers accept such a submit, and the bot fails it.
    missing = "" if start else _NO_START
    return replace(draft, fail_reason=next(iter(failures), "") or missing or _video_error(draft))


def _added_to_video(request: Video, prompt: Prompt) -> str:
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


def _mode_in(prompt: str) -> Mode | None:
    """Return the speed that *prompt* asks for: ``--fast``, ``--turbo`` or ``--relax``."""
    # The last place where a speed can be asked for, after the path and the filter.
    found = (_mode_named(parameter.name) for parameter in Prompt.parse(prompt).parameters)
    return next(filter(None, found), None)


def _mode_named(word: str) -> Mode | None:
    return Mode(word.lower()) if word.lower() in set(Mode) else None
