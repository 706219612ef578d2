"""A task at a moment, as clients read it (protocol/README.md §3.1, §3.2, §3.5)."""

from mj_notebook.protocol.models import Task, TaskProperties
from mj_notebook.protocol.vocabulary import BotType, Mode, Status
from mj_notebook.server.backends.image_specs import VideoSpec
from mj_notebook.server.engine.accounts import ACCOUNT_ID
from mj_notebook.server.engine.phases import FIRST_PREVIEW, Phase
from mj_notebook.server.tasks.server_task import ServerTask

_MODE_WORDS: dict[str, str] = {Mode.FAST: "fast", Mode.TURBO: "turbo", Mode.RELAX: "relaxed"}


def snapshot(task: ServerTask, phase: Phase, base_url: str, side: int) -> Task:
    """
    Return *task* in *phase*.

    Args:
        task: The task.
        phase: Where it stands.
        base_url: Where the asking client reaches this server: picture addresses begin with it,
            so a server that was restarted on another port hands out addresses that task.
        side: The side of a square grid in pixels.
    """
    done = phase.status == Status.SUCCESS
    width, height = _size(task, side) if done else (None, None)
    accepted = task.accepted
    videos = _video_urls(task, base_url) if done else ()
    # Only describe puts its result in the place of the prompt; shorten keeps the prompt.
    text = task.text if done and accepted.image_features else None
    return Task(
        id=task.id,
        properties=_properties(task, phase),
        action=accepted.action,
        status=phase.status,
        prompt=text.requested if text else task.record.prompt,
        prompt_en=text.english if text else task.record.prompt,
        description=task.record.description,
        submit_time=accepted.at,
        start_time=phase.start_time,
        finish_time=phase.finish_time,
        progress=phase.progress,
        image_url=_image_url(task, phase, base_url),
        image_width=width,
        image_height=height,
        fail_reason=task.record.fail_reason if phase.status == Status.FAILURE else None,
        state=accepted.state,
        buttons=task.buttons if done else (),
        video_url=videos[0] if videos else None,
        video_urls=videos or None,
    )


def _size(task: ServerTask, side: int) -> tuple[int | None, int | None]:
    """Return the pixels of what was made; a picture that was only described was not made."""
    return task.spec.size(side) if task.spec and not task.text else (None, None)


def _image_url(task: ServerTask, phase: Phase, base_url: str) -> str | None:
    if task.spec is None:
        return None
    if phase.status == Status.SUCCESS:
        return f"{base_url}/mj/image/{task.id}"
    # An engine shows no half pictures.
    if task.text or task.record.is_open or phase.percent is None or phase.percent < FIRST_PREVIEW:
        return None
    # Another address for each step, as of the chat service: what shows it may cache by address.
    return f"{base_url}/mj/image/{task.id}?progress={phase.percent}"


def _video_urls(task: ServerTask, base_url: str) -> tuple[str, ...]:
    """Return the address of each video by itself."""
    video = task.spec
    if not isinstance(video, VideoSpec):
        return ()
    address = f"{base_url}/mj/image/{task.id}"
    if video.is_single:
        return (address,)
    return tuple(f"{address}?film={number}" for number in range(1, video.count + 1))


def _properties(task: ServerTask, phase: Phase) -> TaskProperties:
    accepted = task.accepted
    begun = phase.status in {Status.IN_PROGRESS, Status.SUCCESS}
    done = phase.status == Status.SUCCESS
    text = task.text
    # A client of the family shows the first text that comes with a progress, and no later one.
    shown = begun or (text is not None and phase.status == Status.SUBMITTED)
    message = task.snowflake("message")
    return TaskProperties(
        notify_hook=accepted.hook,
        nonce=task.snowflake("nonce"),
        discord_instance_id=ACCOUNT_ID,
        discord_channel_id=ACCOUNT_ID,
        bot_type=accepted.bot or BotType.MID_JOURNEY,
        final_prompt=task.final_prompt if shown else None,
        # A client of the family shows this one first and can't do without it; "" means none.
        final_zh_prompt=(text.chinese if text else "") if shown else None,
        progress_message_id=(message if text else task.snowflake("progress")) if begun else None,
        referenced_message_id=task.parent.snowflake("message") if task.parent else None,
        message_id=message if done else None,
        message_hash=task.uuid if done and not text else None,
        message_content=_message(task) if done else None,
        # The chat service's flags of the message; none is set on a picture.
        flags=0 if done else None,
        engine=task.engine or None,
        engine_notes=" ".join(task.record.drawn.notes) or None if task.record.drawn else None,
    )


def _message(task: ServerTask) -> str:
    """Return the bot's message as the chat shows it (protocol/README.md §4.7)."""
    if task.text:
        return task.final_prompt
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
