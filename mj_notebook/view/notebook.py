"""Notebook files as plain values: read with care, written as Jupyter writes them."""

import base64
import binascii
import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.settings.paths import refuse_endless, unreadable_error
from mj_notebook.view.record import MIME
from mj_notebook.view.record_reader import Recorded, check_format, read_job, version_of_format

MAX_FILE = 500_000_000
"""Bytes a file may have that is read here at once."""

# Presses of presses of presses: nobody comes this far.
_DEEPEST = 100

# Where the first key stands tells how far Jupyter, or another program, indents.
_INDENT = re.compile(rb"\s*\{(?:\r\n|\n|\r)([ \t]+)\"")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_SEEN = re.compile(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)")

Notebook = dict[str, Any]


class NotebookTask(NamedTuple):
    """A task in a notebook, and the picture that stands with it, if any."""

    recorded: Recorded
    small: bytes | None


def read_bytes(path: Path) -> bytes:
    """Return what is in a file; raise `UsageError` when it can't be read or is far too large."""
    try:
        # A pipe or a device has no size, and reading it would never end.
        refuse_endless(path)
        if path.stat().st_size > MAX_FILE:
            raise UsageError(
                translated(
                    "{path} has more than {max_file} MB.",
                    path=path.name,
                    max_file=MAX_FILE // 1000000,
                ),
                hint=translated("Give a file that was saved here."),
            )
        return path.read_bytes()
    except OSError as error:
        raise unreadable_error(path, error, translated("Look at its path.")) from error


def read_notebook(path: Path) -> Notebook:
    """Read a notebook."""
    try:
        # Editors on Windows begin a file with a mark that JSON does not know.
        notebook = json.loads(read_bytes(path).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UsageError(
            translated("{path} is no notebook: it can't be read as JSON.", path=path.name),
            hint=translated("Take a file that ends in .ipynb; Jupyter may have to save it again."),
        ) from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise UsageError(
            translated("{path} is no notebook of format 4.", path=path.name),
            hint=translated("Open it in Jupyter and save it."),
        )
    return dict(notebook)


def format_notebook(notebook: Notebook, *, like: bytes) -> bytes:
    """
    Return the text of *notebook*, so that only real changes show in git.

    Args:
        notebook: Its values, in their order.
        like: The text it had; indent, escapes, line ends and a byte order mark are kept.

    Raises:
        UsageError: It is nested too deep.
    """
    mark = codecs.BOM_UTF8 if like.startswith(codecs.BOM_UTF8) else b""
    like = like.removeprefix(mark)
    indent = _INDENT.match(like)
    try:
        text = json.dumps(
            notebook,
            # Jupyter writes signs as they are, some programs escape them all; whichever, git shows
            # no change.
            ensure_ascii=like.isascii() and b"\\u" in like,
            indent=indent[1].decode() if indent else None,
            separators=(",", ": ") if indent else None,
        )
    except RecursionError:
        raise UsageError(
            translated("The notebook holds values that are nested too deep to be written."),
            hint=translated("Clear the output that holds them, and save it."),
        ) from None
    # Some programs end a file without one.
    text += "\n" if like.endswith((b"\n", b"\r")) else ""
    if line_ends := Counter(_LINE_END.findall(like)):
        # The usual one, where they are mixed; inside of strings they are written as \\n.
        text = text.replace("\n", line_ends.most_common(1)[0][0].decode())
    return mark + text.encode("utf-8", "surrogatepass")


def outputs_of(notebook: Notebook) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each output with the number of its cell, from 1."""
    for number, cell in enumerate(notebook["cells"], 1):
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else ():
            if isinstance(output, dict):
                yield number, output


def tasks_in(notebook: Notebook) -> list[NotebookTask]:
    """Return the tasks in a notebook's outputs, each followed by what was pressed from it."""
    found: list[NotebookTask] = []
    for _, output in outputs_of(notebook):
        bundle = output.get("data")
        if not isinstance(bundle, dict):
            continue
        for name in bundle:
            # Any version of ours is looked at, so that a newer one is refused instead of passed
            # over in silence.
            if version_of_format(name) is not None:
                check_format(name)
        if MIME in bundle:
            found += _jobs(_values(bundle[MIME]), _picture(bundle), parents=())
    return found


def _jobs(job: Any, small: bytes | None, parents: tuple[str, ...]) -> Iterator[NotebookTask]:
    try:
        recorded = read_job(job, parents=parents)
    except UsageError:
        # A job that was never accepted has no task; nothing was pressed from it either.
        return
    yield NotebookTask(recorded, small)
    children = job.get("children") if len(parents) < _DEEPEST else None
    for child in children if isinstance(children, list) else ():
        yield from _jobs(child, None, (recorded.task.id, *parents))


def _values(value: Any) -> Any:
    """Return the values of a JSON output, which other programs keep as text."""
    if isinstance(value, str | list):
        try:
            return json.loads(_text(value))
        except (ValueError, RecursionError):
            return None
    return value


def _picture(bundle: dict[str, Any]) -> bytes | None:
    """Return the picture of a twin: the large one that people see, else the one for paper."""
    text = _text(bundle.get("image/jpeg"))
    if not text:
        return None
    # Above a form stand several figures, and what the record tells is the last of them. Its own
    # picture comes before those of what was pressed from it.
    figure = _text(bundle.get("text/html")).rpartition('class="mj-static"')[2]
    seen = _SEEN.search(figure)
    try:
        # A picture that can't be read is no reason to lose the task beside it.
        return base64.b64decode(seen[1] if seen else text) or None
    except (binascii.Error, ValueError):
        return None


def _text(value: Any) -> str:
    """Return a text of an output, which nbformat allows as a list of lines."""
    if isinstance(value, list):
        return "".join(map(str, value))
    return value if isinstance(value, str) else ""
