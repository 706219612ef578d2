"""A task at a moment, as clients read it (protocol/README.md §3.1, §3.2, §3.5)."""

from mj_notebook.protocol.models import Task, TaskProperties
from mj_notebook.protocol.vocabulary import BotType, Mode, Status, TaskAction
from mj_notebook.server.backends.image_specs import VideoSpec
from mj_notebook.server.engine.accounts import ACCOUNT_ID
from mj_notebook.server.engine.phases import FIRST_PREVIEW, Phase
from mj_notebook.server.tasks.server_task import ServerTask

_MODE_WORDS: dict[str, str] = {Mode.FAST: "fast", Mode.TURBO: "turbo", Mode.RELAX: "relaxed"}

_BEGUN = frozenset({Status.IN_PROGRESS, Status.SUCCESS})
_DONE = Phase(Status.SUCCESS, 100, "100%", 0, 0)


def snapshot(task: ServerTask, phase: Phase, pictures_at: str, side: int) -> Task:
    """Return *task* in *phase*."""
    done = phase.status == Status.SUCCESS
    width, height = _size(task, side) if done else (None, None)
    accepted = task.accepted
    videos = _video_urls(task, pictures_at) if done else ()
    prompt, prompt_en = _prompts(task, phase, pictures_at)
    return Task(
        id=task.id,
        properties=_properties(task, phase),
        action=accepted.action,
        status=phase.status,
        prompt=prompt,
        prompt_en=prompt_en,
        description=(
            f"/imagine {prompt}" if accepted.kind == "imagine" else task.record.description
        ),
        submit_time=accepted.at,
        start_time=phase.start_time,
        finish_time=phase.finish_time,
        progress=phase.progress,
        image_url=_image_url(task, phase, pictures_at),
        image_width=width,
        image_height=height,
        fail_reason=_fail_reason(task, phase),
        state=accepted.state,
        buttons=task.buttons if done else (),
        video_url=videos[0] if videos else None,
        video_urls=videos or None,
    )


def _prompts(task: ServerTask, phase: Phase, pictures_at: str) -> tuple[str | None, str | None]:
    """Return prompt and promptEn, as far as they are known."""
    kind, begun = task.accepted.kind, phase.status in _BEGUN
    # Only describe puts its result in the place of the prompt; shorten keeps the prompt.
    if kind in {"describe", "describe_again"}:
        text = task.text if phase.status == Status.SUCCESS else None
        return (text.requested, text.english) if text else (None, None)
    # The bot's message tells it: a blend is asked for without words.
    if kind == "blend":
        return (task.final_prompt, task.final_prompt) if begun else (None, None)
    if task.keeps_prompt and task.parent:
        return _prompts(task.parent, _DONE, pictures_at)
    # Pictures are sent to the chat, and become links, when the task's turn has come.
    sent = task.sent_pictures if phase.start_time is not None else ()
    prompt = " ".join((*(f"{pictures_at}{name}" for name in sent), task.record.prompt))
    return prompt, prompt


def _fail_reason(task: ServerTask, phase: Phase) -> str | None:
    if phase.status != Status.FAILURE:
        return None
    return phase.fail_reason or task.record.fail_reason


def _size(task: ServerTask, side: int) -> tuple[int | None, int | None]:
    """Return the pixels of what was made; a picture that was only described was not made."""
    return task.spec.size(side) if task.spec and not task.text else (None, None)


def _image_url(task: ServerTask, phase: Phase, pictures_at: str) -> str | None:
    if task.spec is None:
        return None
    if phase.status == Status.SUCCESS:
        return f"{pictures_at}{task.id}"
    # An engine shows no half pictures.
    if task.text or task.record.is_open or phase.percent is None or phase.percent < FIRST_PREVIEW:
        return None
    # Another address for each step, as of the chat service: what shows it may cache by address.
    return f"{pictures_at}{task.id}?progress={phase.percent}"


def _video_urls(task: ServerTask, pictures_at: str) -> tuple[str, ...]:
    """Return the address of each video by itself."""
    video = task.spec
    if not isinstance(video, VideoSpec):
        return ()
    address = f"{pictures_at}{task.id}"
    if video.is_single:
        return (address,)
    return tuple(f"{address}?film={number}" for number in range(1, video.count + 1))


def _properties(task: ServerTask, phase: Phase) -> TaskProperties:
    accepted, parent, text = task.accepted, task.parent, task.text
    begun = phase.status in _BEGUN
    done = phase.status == Status.SUCCESS
    message = task.snowflake("message")
    final_prompt, final_zh_prompt = _final_prompts(task, phase)
    progress_message = None
    if begun:
        progress_message = message if text else task.snowflake("progress")
    elif parent and task.keeps_prompt:
        # Copied when the button was pressed, like the prompt (protocol/README.md §16.4).
        progress_message = parent.snowflake("message")
    is_shown = (phase.percent or 0) >= FIRST_PREVIEW
    return TaskProperties(
        notify_hook=accepted.hook,
        nonce=task.snowflake("nonce"),
        discord_instance_id=ACCOUNT_ID,
        discord_channel_id=ACCOUNT_ID,
        bot_type=accepted.bot or BotType.MID_JOURNEY,
        final_prompt=final_prompt,
        final_zh_prompt=final_zh_prompt,
        progress_message_id=progress_message,
        referenced_message_id=parent.snowflake("message") if parent else None,
        message_id=message if done else None,
        # The servers read it in the name of a picture, be it only a preview.
        message_hash=task.uuid if is_shown and begun and not text else None,
        message_content=_message(task) if done else None,
        # The chat service's flags of the message; none is set on a picture.
        flags=0 if done else None,
        engine=task.engine or None,
        engine_notes=" ".join(task.record.drawn.notes) or None if task.record.drawn else None,
    )


def _final_prompts(task: ServerTask, phase: Phase) -> tuple[str | None, str | None]:
    """Return finalPrompt and finalZhPrompt: the answer comes at the end, and no sooner."""
    text = task.text
    if text and phase.status == Status.SUCCESS:
        return task.final_prompt, text.chinese
    # A client of the family stays blank for good if a shorten with a progress has no texts; and
    # it can't do without finalZhPrompt, which it shows first. "" means none.
    if text:
        is_awaited = task.accepted.action == TaskAction.SHORTEN and phase.start_time is not None
        return ("", "") if is_awaited else (None, None)
    if phase.status in _BEGUN:
        return task.final_prompt, ""
    return (task.final_prompt if task.keeps_prompt else None), None


def _message(task: ServerTask) -> str | None:
    """Return the bot's message as the chat shows it (protocol/README.md §4.7); no text has one."""
    if task.text:
        return None
    author = f"<@{ACCOUNT_ID}>"
    words = f"**{task.final_prompt}** - "
    mode = f"({_MODE_WORDS.get(task.accepted.mode) or task.accepted.mode})"
    if task.record.is_quick:
        return f"{words}Image #{task.accepted.number} {author}"
    verb = _VERBS.get(task.accepted.kind)
    return f"{words}{verb} by {author} {mode}" if verb else f"{words}{author} {mode}"


# As the bot's own messages say it; clients of the family show them as captions.
_VERBS = {
    "variation": "Variations",
    "vary_subtle": "Variations (Subtle)",
    "vary_strong": "Variations (Strong)",
    "vary_region": "Variations (Region)",
    "zoom_out_2x": "Zoom Out",
    "zoom_out_1_5x": "Zoom Out",
    "custom_zoom": "Zoom Out",
    "make_square": "Zoom Out",
    "pan_left": "Pan Left",
    "pan_right": "Pan Right",
    "pan_up": "Pan Up",
    "pan_down": "Pan Down",
    "upscale_2x": "Upscaled (2x)",
    "upscale_4x": "Upscaled (4x)",
    **{f"upscale_subtle{version}": "Upscaled (Subtle)" for version in ("", "_v6", "_v6r1")},
    **{f"upscale_creative{version}": "Upscaled (Creative)" for version in ("", "_v6", "_v6r1")},
}
