"""Jobs to show: facts at one moment, as a session would hand them over."""

import io
from typing import Any

from PIL import Image

from mj_notebook.protocol.button_sets import grid_buttons, single_buttons
from mj_notebook.protocol.models import Task
from mj_notebook.view.facts import Facts

ASKED_AT = 1_760_000_000.0
STARTED_MS = 1_760_000_003_000
UUID = "1f3b9c70-1111-2222-3333-0123456789ab"
PROMPT = "a red kite over dunes --ar 3:2 --v 7"
TILES = ((200, 30, 30), (30, 160, 30), (30, 30, 200), (230, 220, 40))
"""The colours of the four tiles of `grid_picture`."""


def task(**fields: Any) -> Task:
    """Return a task under way."""
    known = {"id": "1760000000123456", "action": "IMAGINE", "status": "IN_PROGRESS"}
    return Task(**{**known, **fields})


def facts(**fields: Any) -> Facts:
    """Return a job that was just asked for."""
    known = {"prompt": PROMPT, "server": "default", "asked_at": ASKED_AT}
    return Facts(**{**known, **fields})


def finished_grid(**fields: Any) -> Facts:
    """Return a job whose grid is here."""
    return facts(
        **{
            "task": task(
                status="SUCCESS",
                progress="100%",
                buttons=grid_buttons(UUID),
                start_time=STARTED_MS,
                finish_time=STARTED_MS + 42_000,
            ),
            "ended_at": ASKED_AT + 42,
            "saved": "kite-7f3a.png",
            **fields,
        }
    )


def finished_upscale(**fields: Any) -> Facts:
    """Return a pressed U2 whose picture is here."""
    buttons = single_buttons(UUID, "7", square=True)
    known: dict[str, Any] = {
        "step": "U2",
        "task": task(id="1760000000777777", action="UPSCALE", status="SUCCESS", buttons=buttons),
        "ended_at": ASKED_AT + 45,
    }
    return facts(**{**known, **fields})


def grid_picture(size: int = 256, mode: str = "RGB") -> Image.Image:
    """Paint a grid of four tiles, each in a colour of its own."""
    image = Image.new("RGB", (size, size))
    half = size // 2
    for number, colour in enumerate(TILES):
        left, top = (number % 2) * half, (number // 2) * half
        image.paste(colour, (left, top, left + half, top + half))
    return image.convert(mode)


def noise(size: int) -> Image.Image:
    """Return the picture that compresses worst."""
    return Image.effect_noise((size, size), 100).convert("RGB")


def encoded(image: Image.Image, name: str = "PNG") -> bytes:
    """Encode a picture as a server does."""
    buffer = io.BytesIO()
    image.save(buffer, name)
    return buffer.getvalue()
