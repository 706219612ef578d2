"""A task at a moment, as the wire has it (protocol sheet 3.1, 3.2, 3.5)."""

from mj_notebook.protocol.models import Task, TaskProperties
from mj_notebook.protocol.vocabulary import BotType, Mode, Status
from mj_notebook.server.phases import FIRST_PREVIEW, Phase
from mj_notebook.server.shots import Film
from mj_notebook.server.work import Work

# The one account of this server, in the form of that chat service's ids.
ACCOUNT = "1118000000000000001"

_MODE_WORDS: dict[str, str] = {Mode.FAST: "fast", Mode.TURBO: "turbo", Mode.RELAX: "relaxed"}


def snapshot(work: Work, phase: Phase, base_url: str, side: int) -> Task:
    """
    Return *work* in *phase*.

    Args:
        work: The task.
        phase: Where it stands.
        base_url: Where the asking client reaches this server: picture addresses begin with it,
            so a server that was restarted on another port hands out addresses that work.
        side: The side of a square grid in pixels.
    """
    done = phase.status == Status.SUCCESS
    width, height = _size(work, side) if done else (None, None)
    accepted = work.accepted
    films = _film_urls(work, base_url) if done else ()
    told = work.reading if done and accepted.seen else None
    return Task(
        id=work.id,
        properties=_properties(work, phase),
        action=accepted.action,
        status=phase.status,
        prompt=told.told if told else work.prompt,
        prompt_en=told.english if told else work.prompt,
        description=work.description,
        submit_time=accepted.at,
        start_time=phase.start_time,
        finish_time=phase.finish_time,
        progress=phase.progress,
        image_url=_image_url(work, phase, base_url),
        image_width=width,
        image_height=height,
        fail_reason=work.fails if phase.status == Status.FAILURE else None,
        state=accepted.state,
        buttons=work.buttons if done else (),
        video_url=films[0] if films else None,
        video_urls=films or None,
    )


def _size(work: Work, side: int) -> tuple[int | None, int | None]:
    """Return the pixels of what was made; a picture that was only described has been there."""
    return work.shot.size(side) if work.shot and not work.reading else (None, None)


def _image_url(work: Work, phase: Phase, base_url: str) -> str | None:
    if work.shot is None:
        return None
    if phase.status == Status.SUCCESS:
        return f"{base_url}/mj/image/{work.id}"
    if work.reading or phase.percent is None or phase.percent < FIRST_PREVIEW:
        return None
    # Another address for each step, as of the chat service: what shows it may cache by address.
    return f"{base_url}/mj/image/{work.id}?progress={phase.percent}"


def _film_urls(work: Work, base_url: str) -> tuple[str, ...]:
    """Return the address of each film of its own."""
    film = work.shot
    if not isinstance(film, Film):
        return ()
    address = f"{base_url}/mj/image/{work.id}"
    if film.is_single:
        return (address,)
    return tuple(f"{address}?film={number}" for number in range(1, film.count + 1))


def _properties(work: Work, phase: Phase) -> TaskProperties:
    accepted = work.accepted
    begun = phase.status in {Status.IN_PROGRESS, Status.SUCCESS}
    done = phase.status == Status.SUCCESS
    told = work.reading
    # Who shows a text takes it from the first answer that has a progress, and never looks again.
    shown = begun or (told is not None and phase.status == Status.SUBMITTED)
    message = work.snowflake("message")
    return TaskProperties(
        notify_hook=accepted.hook,
        nonce=work.snowflake("nonce"),
        discord_instance_id=ACCOUNT,
        discord_channel_id=ACCOUNT,
        bot_type=accepted.bot or BotType.MID_JOURNEY,
        final_prompt=work.final_prompt if shown else None,
        # A client of the family shows this one first and can't do without it; "" means none.
        final_zh_prompt=(told.chinese if told else "") if shown else None,
        progress_message_id=(message if told else work.snowflake("progress")) if begun else None,
        referenced_message_id=work.parent.snowflake("message") if work.parent else None,
        message_id=message if done else None,
        message_hash=work.uuid if done and not told else None,
        message_content=_message(work) if done else None,
        flags=0 if done else None,
    )


def _message(work: Work) -> str:
    """Return the bot's message as the chat shows it (sheet 4.7)."""
    if work.reading:
        return work.final_prompt
    author = f"<@{ACCOUNT}>"
    words = f"**{work.final_prompt}** - "
    mode = f"({_MODE_WORDS.get(work.accepted.mode) or work.accepted.mode})"
    if work.is_quick:
        return f"{words}Image #{work.accepted.number} {author}"
    made = _MADE.get(work.accepted.kind)
    return f"{words}{made} by {author} {mode}" if made else f"{words}{author} {mode}"


_MADE = {
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
