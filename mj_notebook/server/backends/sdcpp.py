"""
stable-diffusion.cpp's server, by its own API of jobs.

Written from https://github.com/leejet/stable-diffusion.cpp/blob/master/examples/server/api.md:
``/sdcpp/v1/capabilities``, ``img_gen``, ``jobs/{id}``, ``jobs/{id}/cancel``.
"""

from typing import Any
from urllib.parse import quote

from PIL import Image

from mj_notebook.server.backends.backend import NOBODY, Capabilities, DrawBrief, DrawFailed, Watcher
from mj_notebook.server.backends.engine_http import (
    Asking,
    HttpEngine,
    as_base64,
    first_of,
    text_of,
    until_next_look,
    value_of,
)

# The default of its own command line; `--q` takes a share of it.
_STEPS = 20
_MOST_REFERENCES = 5
_LOOKS_THAT_FAIL = 5
# A job tells no steps; half of the way is all that can be said of one that is drawn.
_SHARES = {"queued": 0.0, "generating": 0.5}


class SdcppBackend(HttpEngine):
    """
    Draws by jobs that are looked at until they end; see `Backend`.

    The server draws with the model it was started with; its name is for people and history.
    """

    engine = "stable-diffusion.cpp"

    def capabilities(self) -> Capabilities:
        """Return what the API has; a model may look at fewer pictures."""
        return Capabilities(
            varies=True,
            inpaints=True,
            outpaints=True,
            enlarges=True,
            references=_MOST_REFERENCES,
            parameters=frozenset({"aspect", "seed", "no", "chaos", "stylize", "quality"}),
            step=64,
        )

    def draw(self, brief: DrawBrief, watcher: Watcher = NOBODY) -> Image.Image:
        """Draw; see `Backend.draw`."""

        async def talk(asking: Asking) -> Image.Image:
            return await asking.carry_out(
                "/sdcpp/v1/img_gen",
                _body(brief),
                "id",
                lambda job: self._follow(asking, job, watcher),
                lambda job: asking.tell(f"/sdcpp/v1/jobs/{quote(job, safe='')}/cancel"),
            )

        return self.run(talk, watcher)

    async def _follow(self, asking: Asking, job: str, watcher: Watcher) -> Image.Image:
        state, looks = await self._look_at(asking, job), 0
        while text_of(state, "status") in _SHARES:
            watcher.progress(_SHARES[text_of(state, "status")])
            await until_next_look(looks)
            state, looks = await self._look_at(asking, job), looks + 1
        if text_of(state, "status") == "completed":
            return asking.picture(
                value_of(first_of(value_of(state, "result", "images")), "b64_json")
            )
        why = text_of(state, "error", "message") or f"the job is {text_of(state, 'status') or '?'}"
        raise self.failed(f"{self.engine} drew nothing: {why}")

    async def _look_at(self, asking: Asking, job: str) -> Any:
        """Return how the job stands; a line that breaks is no end of it."""
        for tried in range(_LOOKS_THAT_FAIL):
            try:
                return await asking.get(f"/sdcpp/v1/jobs/{quote(job, safe='')}")
            except DrawFailed:
                await until_next_look(tried)
        return await asking.get(f"/sdcpp/v1/jobs/{quote(job, safe='')}")

    def identify(self) -> str:
        """Ask which model it was started with."""

        async def talk(asking: Asking) -> str:
            can = await asking.get("/sdcpp/v1/capabilities")
            loaded = text_of(can, "model", "name") or text_of(can, "model", "stem")
            modes = value_of(can, "supported_modes")
            if isinstance(modes, list) and "img_gen" not in modes:
                return f"{self.engine} with {loaded or 'a model'}, which draws no pictures"
            return f"{self.engine} that draws with {loaded or 'a model it does not name'}"

        return self.run(talk)


def _body(brief: DrawBrief) -> dict[str, Any]:
    controls = brief.controls
    # What is left out has the engine's own value, which suits the model it was started with.
    sample: dict[str, Any] = {}
    if controls.steps is not None:
        sample["sample_steps"] = max(1, round(_STEPS * controls.steps))
    if controls.guidance is not None:
        sample["guidance"] = {"txt_cfg": controls.guidance}
    body: dict[str, Any] = {
        "prompt": brief.prompt,
        "negative_prompt": controls.negative,
        "seed": brief.seed,
        "width": brief.size[0],
        "height": brief.size[1],
        "batch_count": 1,
        "output_format": "png",
        **({"sample_params": sample} if sample else {}),
    }
    if brief.start:
        body |= {"init_image": as_base64(brief.start), "strength": brief.change}
    if brief.mask:
        body["mask_image"] = as_base64(brief.mask.convert("L"))
    if brief.references:
        body["ref_images"] = [as_base64(one) for one in brief.references]
    return body
