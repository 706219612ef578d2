"""
A stand-in for ComfyUI.

Written from https://docs.comfy.org/development/comfyui-server/comms_routes and the messages beside
it: prompts are queued, found in the history once they have ended, and their pictures fetched by
name. It runs one node, which is not ComfyUI's own: ``Draw``.
"""

import json
from collections.abc import Callable
from pathlib import Path
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
    png,
)


def write_workflows(folder: Path) -> Path:
    """Write the three workflows of a person, and return the first."""
    inputs = {
        "positive": "{prompt}",
        "negative": "{negative}",
        "seed": "{seed}",
        "width": "{width}",
        "height": "{height}",
        "cfg": "{guidance}",
        "steps": "{steps}",
    }
    image = {**inputs, "image": "{image}", "denoise": "{strength}"}
    for name, wanted in (("", inputs), ("-image", image), ("-mask", {**image, "mask": "{mask}"})):
        flow = {"1": {"class_type": "Draw", "inputs": wanted}}
        (folder / f"flow{name}.json").write_text(json.dumps(flow))
    return folder / "flow.json"


class ComfyStandIn(StandIn):
    """Has prompts that run for one look, and then stand in the history."""

    name = "comfy"

    def __init__(self, folder: Path) -> None:
        self._workflow = write_workflows(folder)
        self._prompts: dict[str, tuple[Json, str, int]] = {}
        self._uploaded: dict[str, bytes] = {}
        super().__init__()

    def choice(self, **more: Any) -> Any:
        """Return the choice of this engine, with a workflow."""
        return super().choice(**{"workflow": self._workflow, **more})

    def answer(self, asked: Asked) -> Answer:
        """Return what the API answers."""
        first = asked.path.split("/")[1]
        answers: dict[str, Callable[[Asked], Answer]] = {
            "prompt": lambda asked: self._accept(asked.json),
            "upload": self._upload,
            "history": lambda asked: self._history(asked.path.rpartition("/")[2]),
            "queue": self._queue,
            "interrupt": self._interrupt,
            "view": lambda asked: self._view(asked.query["filename"]),
            "system_stats": lambda _: as_json({"system": {"comfyui_version": "0.3.10"}}),
        }
        return answers[first](asked) if first in answers else as_json({}, 404)

    def _upload(self, asked: Asked) -> Answer:
        name = f"upload-{len(self._uploaded)}.png"
        self._uploaded[name] = asked.form["image"][0]
        return as_json({"name": name, "subfolder": "", "type": "input"})

    def _queue(self, asked: Asked) -> Answer:
        """Tell what runs; what is deleted from what waits does not stop that."""
        if asked.method == "POST":
            return Answer(b"")
        running = [[0, name, {}, {}, []] for name in self._prompts]
        return as_json({"queue_running": running, "queue_pending": []})

    def _interrupt(self, asked: Asked) -> Answer:
        del asked
        self.is_stopped.set()
        return Answer(b"")

    def _accept(self, body: Json) -> Answer:
        fault = self.taken_fault()
        if fault == "429":
            return as_json({"error": "queue is full"}, 429, retry_after="0")
        if fault in {"html", "garbage"}:
            return self.plain_fault(fault) or as_json({})
        node = body["prompt"].get("1", {})
        if node.get("class_type") == "Load":
            wrong = {"message": "Value not in list", "details": "ckpt_name: 'x' not in ['y']"}
            node_errors = {"1": {"class_type": "Load", "errors": [wrong]}}
            error = {"message": "Prompt outputs failed validation", "details": ""}
            return as_json({"error": error, "node_errors": node_errors}, 400)
        if node.get("class_type") != "Draw":
            error = {"type": "invalid_prompt", "message": "Cannot execute", "details": "Nobody"}
            return as_json({"error": error, "node_errors": {}}, 400)
        name = f"prompt-{len(self._prompts)}"
        self._prompts[name] = (node["inputs"], fault, 0)
        return as_json({"prompt_id": name, "number": 1, "node_errors": {}})

    def _history(self, name: str) -> Answer:
        inputs, fault, looks = self._prompts[name]
        self._prompts[name] = (inputs, fault, looks + 1)
        if looks == 0 or fault == "slow":
            return as_json({})
        if fault == "500":
            messages = [["execution_error", {"exception_message": "CUDA is full"}]]
            status = {"status_str": "error", "completed": False, "messages": messages}
            return as_json({name: {"outputs": {}, "status": status}})
        images = [{"filename": f"{name}.png", "subfolder": "", "type": "output"}]
        # A workflow often shows steps on the way; only the other picture is its result.
        shown = [{"filename": f"preview-{name}.png", "subfolder": "", "type": "temp"}]
        both = {"0": {"images": shown}, "1": {"images": images}}
        outputs = {} if fault == "none" else both
        status = {"status_str": "success", "completed": True, "messages": []}
        return as_json({name: {"outputs": outputs, "status": status}})

    def _view(self, name: str) -> Answer:
        inputs, fault, _ = self._prompts[name.removesuffix(".png")]
        words = f"{inputs['positive']} not {inputs['negative']} {inputs['cfg']} {inputs['steps']}"
        image = fresh(words, inputs["seed"], (inputs["width"], inputs["height"]))
        if "image" in inputs:
            mask = opened(self._uploaded[inputs["mask"]]) if "mask" in inputs else None
            start = opened(self._uploaded[inputs["image"]])
            image = changed(start, image, inputs["denoise"], mask)
        return Answer(self.spoiled(png(image), fault), kind="image/png")
