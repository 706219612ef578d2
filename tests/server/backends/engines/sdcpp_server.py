"""
A stand-in for stable-diffusion.cpp's server.

Written from https://github.com/leejet/stable-diffusion.cpp/blob/master/examples/server/api.md: a
job is accepted with 202, looked at until it has ended, and can be cancelled; a full queue is 429.
"""

from typing import Any

from tests.server.backends.engines.stand_in import (
    Answer,
    Asked,
    Json,
    StandIn,
    as_json,
    changed,
    fresh,
    opened,
    packed,
    png,
)

_JOBS = "/sdcpp/v1/jobs/"


class SdcppStandIn(StandIn):
    """Has jobs that go a step on each time they are looked at: queued, generating, completed."""

    name = "sdcpp"

    def __init__(self) -> None:
        self._jobs: dict[str, tuple[Json, str, int]] = {}
        super().__init__()

    def answer(self, asked: Asked) -> Answer:
        """Return what the API answers."""
        if asked.path == "/sdcpp/v1/capabilities":
            return as_json(
                {"model": {"name": "tiny", "stem": "tiny"}, "supported_modes": ["img_gen"]}
            )
        if asked.path == "/sdcpp/v1/img_gen":
            return self._accept(asked.json)
        if asked.path.startswith(_JOBS) and asked.path.endswith("/cancel"):
            return self._cancel(asked.path.removeprefix(_JOBS).removesuffix("/cancel"))
        if asked.path.startswith(_JOBS):
            return self._look(asked.path.removeprefix(_JOBS))
        return as_json({"error": "not found"}, 404)

    def _accept(self, body: Json) -> Answer:
        fault = self.taken_fault()
        if fault == "429":
            return as_json({"error": "job queue is full"}, 429, retry_after="0")
        if fault in {"html", "garbage"}:
            return self.plain_fault(fault) or as_json({})
        name = f"job_{len(self._jobs)}"
        self._jobs[name] = (body, fault, 0)
        job = {"id": name, "kind": "img_gen", "status": "queued", "poll_url": _JOBS + name}
        return as_json(job, 202)

    def _cancel(self, name: str) -> Answer:
        self.is_stopped.set()
        body, _, looks = self._jobs[name]
        self._jobs[name] = (body, "cancelled", looks)
        return as_json({"id": name, "status": "cancelled"})

    def _look(self, name: str) -> Answer:
        if name not in self._jobs:
            return as_json({"error": "job not found"}, 404)
        body, fault, looks = self._jobs[name]
        self._jobs[name] = (body, fault, looks + 1)
        if looks == 0:
            return as_json(_job(name, "queued", queue_position=1))
        if looks == 1 or fault == "slow":
            return as_json(_job(name, "generating"))
        if fault == "cancelled":
            error = {"code": "cancelled", "message": "job cancelled by client"}
            return as_json(_job(name, "cancelled", error=error))
        if fault == "500":
            error = {
                "code": "generation_failed",
                "message": "generate_image returned empty results",
            }
            return as_json(_job(name, "failed", error=error))
        images = [] if fault == "none" else [{"index": 0, "b64_json": self._drawn(body, fault)}]
        result = {"output_format": "png", "images": images}
        return as_json(_job(name, "completed", result=result))

    def _drawn(self, body: Json, fault: str) -> str:
        words = f"{body['prompt']} not {body['negative_prompt']} {body.get('sample_params')}"
        image = fresh(words, body["seed"], (body["width"], body["height"]))
        for one in body.get("ref_images", []):
            image = changed(opened(one), image, 0.5, None)
        if body.get("init_image"):
            mask = opened(body["mask_image"]) if body.get("mask_image") else None
            image = changed(opened(body["init_image"]), image, body["strength"], mask)
        return packed(self.spoiled(png(image), fault))


def _job(name: str, status: str, **more: Any) -> Json:
    usual = {"queue_position": 0, "result": None, "error": None}
    return {"id": name, "kind": "img_gen", "status": status, **usual, **more}
