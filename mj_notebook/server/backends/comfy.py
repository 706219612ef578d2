"""
ComfyUI, by workflows that the person gives.

Written from https://docs.comfy.org/development/comfyui-server/comms_routes: ``/prompt``,
``/history/{id}``, ``/view``, ``/upload/image``, ``/queue``, ``/interrupt``, ``/system_stats``.
"""

import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image

from mj_notebook.errors import SettingsError
from mj_notebook.language import marked, translated
from mj_notebook.server.backends.backend import NOBODY, Capabilities, DrawBrief, Watcher
from mj_notebook.server.backends.engine_http import (
    Asking,
    HttpEngine,
    as_png,
    first_of,
    text_of,
    until_next_look,
    value_of,
)
from mj_notebook.server.config import BackendChoice

# So many looks in a row may find a prompt nowhere: between queue and history it is in neither.
_LOST_AFTER = 10
_STEPS, _GUIDANCE = 20, 7.0
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
_FLOWS = ("", "-image", "-mask")
# The parameters that a placeholder stands for.
_PARAMETER_OF = {
    "{seed}": "seed",
    "{negative}": "no",
    "{guidance}": "stylize",
    "{steps}": "quality",
    "{width}": "aspect",
    "{strength}": "iw",
}
_HINT = marked(
    "Save it in ComfyUI with Workflow, Export (API), write {prompt}, {negative}, {seed}, {width}, "
    "{height}, {steps}, {guidance}, {strength}, {model}, {image} and {mask} where those belong,"
    " and give it with --workflow."
)


class ComfyBackend(HttpEngine):
    """
    Draws by a person's workflows; see `Backend`.

    Beside ``flow.json`` there may be ``flow-image.json``, which changes {image}, and
    ``flow-mask.json``, which changes it where {mask} is white; without them V, Vary, Zoom and Pan
    are not offered.
    """

    engine = "ComfyUI"

    def __init__(self, choice: BackendChoice, **options: Any) -> None:
        super().__init__(choice, **options)
        if choice.workflow is None:
            raise _wrong(translated("ComfyUI draws by a workflow, and none was given."))
        self._flows = _read_flows(choice.workflow)

    def capabilities(self) -> Capabilities:
        """Return what the workflows have placeholders for."""
        varies, inpaints = "-image" in self._flows, "-mask" in self._flows
        written = json.dumps(self._flows[""])
        parameters = {name for sign, name in _PARAMETER_OF.items() if sign in written}
        if "stylize" in parameters:
            parameters.add("chaos")
        return Capabilities(
            varies=varies,
            inpaints=inpaints,
            outpaints=inpaints,
            enlarges=varies,
            parameters=frozenset(parameters),
        )

    def draw(self, brief: DrawBrief, watcher: Watcher = NOBODY) -> Image.Image:
        """Draw; see `Backend.draw`."""
        start, mask = brief.start, brief.mask
        name = "" if start is None else "-image" if mask is None else "-mask"
        controls = brief.controls
        values: dict[str, Any] = {
            "prompt": brief.prompt,
            "negative": controls.negative,
            "seed": brief.seed,
            "width": brief.size[0],
            "height": brief.size[1],
            "steps": max(1, round(_STEPS * (controls.steps or 1))),
            "guidance": _GUIDANCE if controls.guidance is None else controls.guidance,
            "strength": brief.change,
            "model": self.model,
        }

        async def talk(asking: Asking) -> Image.Image:
            if start is not None:
                values["image"] = await _upload(asking, start)
            if mask is not None:
                values["mask"] = await _upload(asking, mask.convert("RGB"))
            body = {"prompt": filled(self._flows[name], values), "client_id": uuid.uuid4().hex}
            return await asking.carry_out(
                "/prompt",
                body,
                "prompt_id",
                lambda prompt: self._follow(asking, prompt, watcher),
                lambda prompt: _stop(asking, prompt),
            )

        return self.run(talk, watcher)

    async def _follow(self, asking: Asking, prompt: str, watcher: Watcher) -> Image.Image:
        lost = looks = 0
        while lost < _LOST_AFTER:
            history = await asking.get(f"/history/{quote(prompt, safe='')}")
            ended = value_of(history, prompt)
            if ended:
                return await self._result(asking, ended)
            running, waiting = await _queue(asking)
            watcher.progress(0.5 if prompt in running else 0.0)
            lost = 0 if prompt in running or prompt in waiting else lost + 1
            await until_next_look(looks)
            looks += 1
        raise self.failed(f"{self.engine} knows the prompt no more; it was started anew.")

    async def _result(self, asking: Asking, ended: object) -> Image.Image:
        if text_of(ended, "status", "status_str") == "error":
            raise self.failed(f"{self.engine} drew nothing: {_error_of(ended)}")
        outputs = value_of(ended, "outputs")
        nodes = outputs.values() if isinstance(outputs, dict) else ()
        named = [one for one in (_named(node) for node in nodes) if one["filename"]]
        if not named:
            raise self.failed(f"{self.engine} drew nothing: the workflow saves no picture.")
        # Nodes that only show what is on the way have pictures too, of the type "temp".
        where = min(named, key=lambda one: one["type"] != "output")
        return asking.picture(await asking.content("/view", params=where))

    def identify(self) -> str:
        """Ask which version it is."""

        async def talk(asking: Asking) -> str:
            stats = await asking.get("/system_stats")
            version = text_of(stats, "system", "comfyui_version")
            return f"ComfyUI {version}".strip() + " with your workflow"

        return self.run(talk)


def filled(flow: Any, values: Mapping[str, Any]) -> Any:
    """
    Return *flow* with its placeholders replaced by *values*.

    A text that is nothing but a placeholder becomes the value itself, a number for instance; what
    a value holds is not looked at again.
    """
    if isinstance(flow, dict):
        return {key: filled(value, values) for key, value in flow.items()}
    if isinstance(flow, list):
        return [filled(value, values) for value in flow]
    if not isinstance(flow, str):
        return flow
    if flow[:1] == "{" and flow[1:-1] in values and flow[-1:] == "}":
        return values[flow[1:-1]]
    return _PLACEHOLDER.sub(lambda found: str(values.get(found[1], found[0])), flow)


def _read_flows(path: Path) -> dict[str, Any]:
    flows = {}
    for name in _FLOWS:
        one = path.with_name(f"{path.stem}{name}{path.suffix}")
        if name and not one.exists():
            continue
        try:
            flow = json.loads(one.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise _wrong(
                translated(
                    "The workflow {workflow} can't be read: {error}.",
                    workflow=one.name,
                    error=error,
                )
            ) from error
        if not isinstance(flow, dict) or "{prompt}" not in json.dumps(flow):
            raise _wrong(
                translated("The workflow {workflow} has no place for a prompt.", workflow=one.name)
            )
        if name and "{image}" not in json.dumps(flow):
            raise _wrong(
                translated("The workflow {workflow} has no place for a picture.", workflow=one.name)
            )
        flows[name] = flow
    return flows


def _wrong(what: str) -> SettingsError:
    return SettingsError(what, hint=translated(_HINT))


def _named(node: object) -> dict[str, str]:
    """Return what names the first picture of a node's outputs."""
    image = first_of(value_of(node, "images"))
    return {key: text_of(image, key) for key in ("filename", "subfolder", "type")}


async def _upload(asking: Asking, image: Image.Image) -> str:
    """Give the engine a picture, and return what workflows call it there."""
    name = f"mj-notebook-{uuid.uuid4().hex}.png"
    files = {"image": (name, as_png(image), "image/png")}
    kept = await asking.post("/upload/image", data={"type": "input"}, files=files)
    folder = text_of(kept, "subfolder")
    return "/".join(filter(None, (folder, text_of(kept, "name") or name)))


async def _queue(asking: Asking) -> tuple[set[str], set[str]]:
    """Return the prompts that run, and those that wait."""
    queue = await asking.get("/queue")
    found = []
    for key in ("queue_running", "queue_pending"):
        listed = value_of(queue, key)
        entries = listed if isinstance(listed, list) else []
        found.append({str(one[1]) for one in entries if isinstance(one, list) and len(one) > 1})
    return found[0], found[1]


async def _stop(asking: Asking, prompt: str) -> None:
    """Take a prompt out of the queue, or interrupt it where it runs, and nobody else's."""
    await asking.tell("/queue", json={"delete": [prompt]})
    running, _ = await _queue(asking)
    if prompt in running:
        await asking.tell("/interrupt", json={"prompt_id": prompt})


def _error_of(ended: object) -> str:
    """Return the sentence of the node that failed."""
    messages = value_of(ended, "status", "messages")
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, list) and len(message) > 1 and message[0] == "execution_error":
            return text_of(message[1], "exception_message") or "a node failed"
        if isinstance(message, list) and message and message[0] == "execution_interrupted":
            return "it was interrupted there"
    return "a node failed"
