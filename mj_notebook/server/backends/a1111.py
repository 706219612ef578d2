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
from typing import Any

from PIL import Image

from mj_notebook.server.backends.backend import (
    NOBODY,
    Capabilities,
    DrawBrief,
    DrawCancelled,
    DrawFailed,
    Watcher,
)
from mj_notebook.server.backends.engine_http import (
    Asking,
    HttpEngine,
    as_base64,
    first_of,
    text_of,
    value_of,
)
from mj_notebook.server.config import BackendChoice

# What the web UI's own page begins with; the prompt's parameters are shares of it.
_STEPS = 20
_GUIDANCE = 7.0
# Seconds between two questions how far it has come.
_PROGRESS_EVERY = 0.5
_TURN_EVERY = 0.1
# Of the schema's four ways to begin a masked part: with what is there.
_FILL_ORIGINAL = 1
# A person can't be asked; a checkpoint must not stay changed for the engine's other users.
_RESTORE = {"override_settings_restore_afterwards": True}


class A1111Backend(HttpEngine):
    """
    Draws by ``txt2img`` and ``img2img``; see `Backend`.

    Progress and interrupt are of the whole engine there, not of one request, so one picture is
    drawn after the other: nobody else's of this server is interrupted.
    """

    engine = "The web UI"

    def __init__(self, choice: BackendChoice, **options: Any) -> None:
        headers = {}
        if choice.secret:
            # As its --api-auth has it: name:password.
            packed = base64.b64encode(choice.secret.reveal().encode()).decode()
            headers["authorization"] = f"Basic {packed}"
        super().__init__(choice, headers=headers, **options)
        # Its progress and interrupt name no request: two drawings at once would stop each other.
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

    def draw(self, brief: DrawBrief, watcher: Watcher = NOBODY) -> Image.Image:
        """Draw; see `Backend.draw`."""
        fields = self._fields(brief)
        path = "/sdapi/v1/img2img" if brief.start else "/sdapi/v1/txt2img"

        async def talk(asking: Asking) -> Image.Image:
            work = asyncio.ensure_future(asking.post(path, json=fields))
            try:
                while not work.done():
                    await asyncio.wait({work}, timeout=_PROGRESS_EVERY)
                    if not work.done():
                        await _ask_progress(asking, watcher)
                return asking.picture(first_of(value_of(work.result(), "images")))
            except asyncio.CancelledError:
                # Before the line is closed: some go on to the end when only that happens.
                with contextlib.suppress(DrawFailed):
                    await asking.tell("/sdapi/v1/interrupt")
                raise
            finally:
                work.cancel()

        while not self._turn.acquire(timeout=_TURN_EVERY):
            if watcher.is_cancelled():
                raise DrawCancelled
        try:
            return self.run(talk, watcher)
        finally:
            self._turn.release()

    def _fields(self, brief: DrawBrief) -> dict[str, Any]:
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
        if brief.start:
            fields["init_images"] = [as_base64(brief.start)]
            fields["denoising_strength"] = brief.change
        if brief.mask:
            fields |= {
                "mask": as_base64(brief.mask.convert("L")),
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

        return self.run(talk)


async def _ask_progress(asking: Asking, watcher: Watcher) -> None:
    """Ask how far it has come; engines without the question are drawn with all the same."""
    with contextlib.suppress(DrawFailed):
        share = value_of(
            await asking.get("/sdapi/v1/progress", params={"skip_current_image": "true"}),
            "progress",
        )
        if isinstance(share, int | float):
            watcher.progress(float(share))
