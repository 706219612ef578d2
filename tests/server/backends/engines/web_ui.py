"""
A stand-in for the web UI's API.

Written from https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/API: pictures as base64,
masks that are white where it is drawn, one progress for the whole engine, errors with ``detail``.
"""

from typing import Any

from tests.server.backends.engines.stand_in import (
    Answer,
    Asked,
    StandIn,
    as_json,
    changed,
    fresh,
    opened,
    packed,
    png,
)

_QUESTIONS: dict[str, object] = {
    "/sdapi/v1/progress": {"progress": 0.4, "eta_relative": 1.0, "state": {}},
    "/sdapi/v1/options": {"samples_format": "png", "sd_model_checkpoint": "tiny.safetensors"},
    "/sdapi/v1/sd-models": [{"title": "tiny.safetensors [1]", "model_name": "tiny"}],
}


class WebUIStandIn(StandIn):
    """Draws one picture a request."""

    name = "a1111"

    def answer(self, asked: Asked) -> Answer:
        """Return what the API answers."""
        if asked.path == "/sdapi/v1/txt2img":
            return self._drawn(asked.json)
        if asked.path == "/sdapi/v1/img2img":
            has_start = bool(asked.json.get("init_images"))
            missing = as_json({"detail": "Init image not found"}, 404)
            return self._drawn(asked.json) if has_start else missing
        if asked.path == "/sdapi/v1/interrupt":
            self.is_stopped.set()
            return as_json({})
        found = _QUESTIONS.get(asked.path)
        return as_json({"detail": "Not Found"}, 404) if found is None else as_json(found)

    def _drawn(self, body: dict[str, Any]) -> Answer:
        fault = self.taken_fault()
        if fault == "429":
            return as_json({"detail": "Too Many Requests"}, 429, retry_after="0")
        if fault == "500":
            error = {
                "error": "OutOfMemoryError",
                "detail": "",
                "body": "",
                "errors": "CUDA is full",
            }
            return as_json(error, 500)
        if fault == "none":
            return as_json({"images": [], "parameters": {}, "info": "{}"})
        plain = self.plain_fault(fault)
        if plain:
            return plain
        words = (
            f"{body['prompt']} not {body['negative_prompt']} {body['cfg_scale']} {body['steps']}"
        )
        image = fresh(words, body["seed"], (body["width"], body["height"]))
        if body.get("init_images"):
            mask = opened(body["mask"]) if "mask" in body else None
            start = opened(body["init_images"][0])
            image = changed(start, image, body["denoising_strength"], mask)
        content = self.spoiled(png(image), fault)
        return as_json({"images": [packed(content)], "parameters": {}, "info": "{}"})
