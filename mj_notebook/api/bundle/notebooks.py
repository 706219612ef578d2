"""What a notebook's file tells: which tasks its cells show, and what private things it holds."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.settings.secret_scan import SecretFinding, find_secrets, scan_notebook
from mj_notebook.settings.settings import Secret
from mj_notebook.view.notebook import format_notebook, read_bytes, read_notebook
from mj_notebook.view.record import MIME, map_texts

# A list of places is read by a person; whoever mends these finds the others the next time.
_MAX_SUSPECTS = 10


class TaskReference(NamedTuple):
    """
    A task that belongs into a bundle.

    Attributes:
        task: Its id.
        server: The name in history of the server that has it, None when it is not known.
        where: Where it is shown: "cell 3", counted from 1 over all cells.
        prompt: What it was asked for, as it is shown.
        step: The button that made it.
        with_children: Whether its children belong there too. A run without a person shows only
            what a cell shows itself, not what a later cell pressed.
    """

    task: str
    server: str | None
    where: str
    prompt: str = ""
    step: str = ""
    with_children: bool = False


class Notebook:
    """
    A notebook as it lies on disk.

    Raises:
        UsageError: It can't be read, or is no notebook.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix != ".ipynb":
            raise UsageError(
                translated("{path} is no notebook.", path=path.name),
                hint=translated("Give an .ipynb file."),
            )
        self.name, self.content = path.name, read_bytes(path)
        self._root = read_notebook(path)

    def cells(self) -> Iterator[tuple[str, Any]]:
        """Yield the name and the content of each cell, then what stands beside the cells."""
        for number, cell in enumerate(self._root["cells"], 1):
            yield f"cell {number}", cell
        yield "the notebook's metadata", self._root.get("metadata", {})

    def tasks(self) -> list[TaskReference]:
        """Return the tasks that its cells show, in their order."""
        found: dict[tuple[str, str | None], TaskReference] = {}
        for where, cell in self.cells():
            for record in _records(cell):
                for wanted in _tasks(record, where):
                    # The first cell that shows a task is the one a reader finds.
                    found.setdefault(wanted[:2], wanted)
        return list(found.values())

    def find_secret(self, secrets: Sequence[Secret]) -> SecretFinding | None:
        """Return the first place where one of *secrets* stands, None if there is none."""
        return next(find_secrets(self._root, secrets), None)

    def redacted(self, home: Path) -> tuple[bytes, tuple[str, ...]]:
        """Return its content with ~ for the home folder, and what a person should know of it."""
        pattern = home_pattern(home)
        clean = map_texts(self._root, lambda text: pattern.sub("~", text) if pattern else text)
        suspects = [
            translated("Look at {leak}.", leak=leak)
            for leak in scan_notebook(clean, secrets=(), home="")
        ]
        # Byte for byte as it was, where nothing had to be taken out.
        if clean == self._root:
            return self.content, tuple(suspects[:_MAX_SUSPECTS])
        changed = [
            translated("The home folder is written as ~ in cell {number}.", number=number)
            for number, (one, other) in enumerate(
                zip(clean["cells"], self._root["cells"], strict=True), 1
            )
            if one != other
        ] or [translated("The home folder is written as ~ in the notebook's metadata.")]
        return format_notebook(clean, like=self.content), (*changed, *suspects[:_MAX_SUSPECTS])


def home_pattern(home: Path) -> re.Pattern[str] | None:
    """Return what finds *home* in a text, None for a home that is no folder of one person."""
    # The home of a container may be "/": each path in the notebook would be rewritten.
    if len(home.parts) < 2:
        return None
    # Windows' paths stand in outputs both ways.
    forms = {str(home), home.as_posix()}
    written = "|".join(map(re.escape, sorted(forms)))
    # Not inside of a longer name: /home/ann is no part of /home/anna.
    return re.compile(rf"(?:{written})(?![\w.-])")


def _records(cell: Any) -> Iterator[dict[str, Any]]:
    """Yield the records of tasks among the outputs of *cell*; what makes no sense is passed by."""
    outputs = cell.get("outputs") if isinstance(cell, dict) else None
    for output in outputs if isinstance(outputs, list) else ():
        bundle = output.get("data") if isinstance(output, dict) else None
        record = bundle.get(MIME) if isinstance(bundle, dict) else None
        if isinstance(record, dict):
            yield record


def _tasks(record: dict[str, Any], where: str) -> Iterator[TaskReference]:
    left = [record]
    while left:
        record = left.pop()
        task = record.get("task")
        if isinstance(task, dict) and isinstance(task.get("id"), str) and task["id"]:
            # A demo server is shown by words that are not its name in history.
            server = None if record.get("demo") else record.get("server")
            yield TaskReference(
                task["id"],
                server if isinstance(server, str) else None,
                where,
                _text(record.get("prompt")),
                _text(record.get("step")),
                with_children=True,
            )
        children = record.get("children")
        if isinstance(children, list):
            # Reversed, as they are taken from the end: families stay in their order.
            left += [child for child in reversed(children) if isinstance(child, dict)]


def _text(value: object) -> str:
    """Return *value* if it is a text; half of a sign, which a file may hold, becomes a mark."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""
