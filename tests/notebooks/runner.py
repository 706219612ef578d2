"""
Execute a notebook without a person at it, and look through what it leaves behind.

nbformat, nbclient and nbconvert are imported where they are used: they cost two seconds.
"""

import base64
import binascii
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.kernel.isolation import isolated_environment
from tests.support.forking import can_fork, launcher

TIMEOUT = 120


@dataclass(frozen=True)
class Executed:
    """A notebook after its run: its file, and what is in it with the lines of each text joined."""

    path: Path
    notebook: dict[str, Any]

    @property
    def size(self) -> int:
        """The bytes of the whole file."""
        return self.path.stat().st_size

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """The outputs of all cells, in their order."""
        return [output for cell in self.notebook["cells"] for output in cell.get("outputs", [])]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The outputs that are errors (`ename`, `evalue`, `traceback`)."""
        return [output for output in self.outputs if output["output_type"] == "error"]

    @property
    def printed(self) -> str:
        """Everything the cells printed."""
        return "".join(o["text"] for o in self.outputs if o.get("name") == "stdout")

    @property
    def widgets(self) -> dict[str, Any]:
        """The saved state of each widget, by its id."""
        saved = self.notebook["metadata"].get("widgets", {})
        states = (views["state"] for views in saved.values())
        return {key: widget for state in states for key, widget in state.items()}

    def shown(self, mime: str) -> list[Any]:
        """The outputs that have this mime type, decoded to bytes when they are pictures."""
        bundles = (output["data"] for output in self.outputs if "data" in output)
        values = (bundle[mime] for bundle in bundles if mime in bundle)
        if mime.startswith("image/") and mime != "image/svg+xml":
            return [base64.b64decode(value) for value in values]
        return list(values)

    def find(self, text: str) -> list[str]:
        """
        Say where a text stands in the file, such as a secret that must stand nowhere.

        It is looked for in every key and value, in what is base64 in them, and as base64.

        Returns:
            The places, such as `cells.3.outputs.0.text`.
        """
        return [place for place, value in _strings(self.notebook) if _holds(value, text)]

    def to_html(self) -> str:
        """Convert to a page as `jupyter nbconvert --to html` does; takes some seconds."""
        node = import_module("nbformat").from_dict(self.notebook)
        page, _ = import_module("nbconvert").HTMLExporter().from_notebook_node(node)
        return str(page)


def execute(
    source: Path,
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    allow_errors: bool = False,
    timeout: int = TIMEOUT,
) -> Executed:
    """
    Execute a copy of a notebook; the file itself is never changed.

    Args:
        source: The notebook's file.
        folder: Where the copy lies and runs; the kernel's home and its store are in it too.
        environment: Variables to add, such as `MJ_STORE`.
        allow_errors: Go on after a cell that raises, and keep the error as an output.
        timeout: Seconds a single cell may take.

    Raises:
        nbclient.exceptions.CellExecutionError: A cell raised.
    """
    nbformat = import_module("nbformat")
    copy = Path(shutil.copy(source, folder / source.name))
    notebook = nbformat.read(copy, as_version=4)
    surroundings = isolated_environment(folder, environment)
    client = import_module("nbclient").NotebookClient(
        notebook,
        km=forked_kernel(folder) if can_fork(surroundings) else None,
        kernel_name="python3",
        allow_errors=allow_errors,
        timeout=timeout,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute(env=surroundings, cleanup_kc=True)
    finally:
        nbformat.write(notebook, copy)
    return Executed(copy, json.loads(json.dumps(notebook)))


def forked_kernel(folder: Path) -> Any:
    """Return the manager of a kernel that is going to be forked, described in *folder*."""
    described = folder / "kernels" / "forked"
    described.mkdir(parents=True, exist_ok=True)
    specification = {
        "argv": [*launcher(), "-f", "{connection_file}"],
        "display_name": "Python 3",
        "language": "python",
    }
    (described / "kernel.json").write_text(json.dumps(specification))
    manager = import_module("jupyter_client.kernelspec").KernelSpecManager
    return import_module("jupyter_client.manager").AsyncKernelManager(
        kernel_name="forked", kernel_spec_manager=manager(kernel_dirs=[str(described.parent)])
    )


def _strings(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every string of a JSON value with its place; keys count as strings of theirs."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield f"{place}.{key}".lstrip("."), str(key)
            yield from _strings(inner, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _strings(inner, f"{place}.{index}")


def _holds(value: str, text: str) -> bool:
    encoded = base64.b64encode(text.encode()).decode().rstrip("=")[:-1]
    return text in value or encoded in value or text.encode() in _decoded(value)


def _decoded(value: str) -> bytes:
    """Decode what a picture or a widget's buffer would hold; most texts are no base64."""
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
