"""
Engines with the API of the Stable Diffusion web UI: A1111, Forge, SD.Next, sd-server.

Written from https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/API and the schema that
such a server shows at ``/docs``: ``/sdapi/v1/txt2img``, ``img2img``, ``progress``, ``interrupt``,
``options``, ``sd-models``.
"""

import asyncio
import base64
import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import Any

from PIL import Image

from mj_notebook.server.backends.backend import (
    Capabilities,
    DrawBrief,
    DrawCancelled,
    DrawFailed,
    Progress,
    ignore_progress,
    never_cancelled,
)
from mj_notebook.server.backends.engine_http import (
    Asking,
    EngineLine,
    as_base64,
    first_of,
    text_of,
    value_of,
)
from mj_notebook.server.config import BackendChoice

_STEPS = 20
_GUIDANCE = 7.0
# Seconds between two questions how far it has come.
_PROGRESS_EVERY = 0.5
_TURN_EVERY = 0.1
# Of the schema's four ways to begin a masked part: with what is there.
_FILL_ORIGINAL = 1
# A person can't be asked; a checkpoint must not stay changed for the engine's other users.
_RESTORE = {"override_settings_restore_afterwards": True}


class A1111Backend:
    """
    Draws by ``txt2img`` and ``img2img``; see `Backend`.

    Progress and interrupt are of the whole engine there, not of one request, so one picture is
    drawn after the other: nobody else's of this server is interrupted.
    """

    engine = "The web UI"

    def __init__(self, choice: BackendChoice, **options: Any) -> None:
        self.model = choice.model
        headers = {}
        if choice.secret:
            # As its --api-auth has it: name:password.
            packed = base64.b64encode(choice.secret.reveal().encode()).decode()
            headers["authorization"] = f"Basic {packed}"
        self._line = EngineLine(self.engine, choice, headers=headers, **options)
        self._turn = threading.Lock()

    def capabilities(self) -> Capabilities:
        """Return what the API has."""
        return Capabilities(
            varies=True,
            inpaints=True,
            outpaints=True,
            enlarges=True,
            parameters=frozenset({"aspect", "seed", "no", "chaos", "stylize", "iw", "quality"}),
        )

    def draw(
        self,
        brief: DrawBrief,
        *,
        start: Image.Image | None = None,
        mask: Image.Image | None = None,
        strength: float | None = None,
        references: Sequence[Image.Image] = (),
        progress: Progress = ignore_progress,
        is_cancelled: Callable[[], bool] = never_cancelled,
    ) -> Image.Image:
        """Draw; see `Backend.draw`."""
        del references  # the API has no place for them; `capabilities` says so
        fields = self._fields(brief, start, mask, strength)
        path = "/sdapi/v1/txt2img" if start is None else "/sdapi/v1/img2img"

        async def talk(asking: Asking) -> Image.Image:
            work = asyncio.ensure_future(asking.post(path, json=fields))
            try:
                while not work.done():
                    await asyncio.wait({work}, timeout=_PROGRESS_EVERY)
                    if not work.done():
                        await _ask_progress(asking, progress)
                return asking.picture(first_of(value_of(work.result(), "images")))
            except asyncio.CancelledError:
                # Before the line is closed: some go on to the end when only that happens.
                with contextlib.suppress(DrawFailed):
                    await asking.tell("/sdapi/v1/interrupt")
                raise
            finally:
                work.cancel()

        while not self._turn.acquire(timeout=_TURN_EVERY):
            if is_cancelled():
                raise DrawCancelled
        try:
            return self._line.run(talk, is_cancelled)
        finally:
            self._turn.release()

    def _fields(
        self,
        brief: DrawBrief,
        start: Image.Image | None,
        mask: Image.Image | None,
        strength: float | None,
    ) -> dict[str, Any]:
        controls = brief.controls
        fields: dict[str, Any] = {
            "prompt": brief.prompt,
            "negative_prompt": controls.negative,
            "seed": brief.seed,
            "width": brief.size[0],
            "height": brief.size[1],
            "steps": max(1, round(_STEPS * (controls.steps or 1))),
            "cfg_scale": _GUIDANCE if controls.guidance is None else controls.guidance,
            "batch_size": 1,
            "n_iter": 1,
            "send_images": True,
            "save_images": False,
        }
        if self.model:
            fields |= {"override_settings": {"sd_model_checkpoint": self.model}, **_RESTORE}
        if start is not None:
            fields["init_images"] = [as_base64(start)]
            fields["denoising_strength"] = 1.0 if strength is None else strength
        if mask is not None:
            fields |= {
                "mask": as_base64(mask.convert("L")),
                "inpainting_mask_invert": 0,
                "inpainting_fill": _FILL_ORIGINAL,
                "inpaint_full_res": False,
                "mask_blur": 4,
            }
        return fields

    def identify(self) -> str:
        """Ask with which checkpoint it draws."""

        async def talk(asking: Asking) -> str:
            options = await asking.get("/sdapi/v1/options")
            loaded = text_of(options, "sd_model_checkpoint")
            if not self.model:
                return f"a web UI that draws with {loaded or 'no model yet'}"
            listed = await asking.get("/sdapi/v1/sd-models")
            names = [
                text_of(one, key)
                for one in (listed if isinstance(listed, list) else [])
                for key in ("title", "model_name")
            ]
            if self.model in names:
                return f"a web UI that draws with {self.model}"
            known = ", ".join(dict.fromkeys(names[1::2][:5])) or "none"
            return f"a web UI without {self.model}; it has {known}"

        return self._line.run(talk, never_cancelled)

    def close(self) -> None:
        """Do nothing: each request has a line of its own."""


async def _ask_progress(asking: Asking, progress: Progress) -> None:
    """Ask how far it has come; engines without the question are drawn with all the same."""
    with contextlib.suppress(DrawFailed):
        share = value_of(
            await asking.get("/sdapi/v1/progress", params={"skip_current_image": "true"}),
            "progress",
        )
        if isinstance(share, int | float):
            progress(float(share))
