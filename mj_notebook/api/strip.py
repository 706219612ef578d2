"""Stripping: a notebook made fit for git, so that only what a person did shows as a change."""

import base64
import binascii
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.settings.argument_types import checked
from mj_notebook.settings.paths import given_path, replaced
from mj_notebook.settings.readers import environment_settings
from mj_notebook.settings.secret_scan import scan_notebook
from mj_notebook.settings.settings import Secret
from mj_notebook.view.notebook import (
    Notebook,
    format_notebook,
    read_bytes,
    read_notebook,
)
from mj_notebook.view.record import MIME

_WIDGET = "application/vnd.jupyter.widget-view+json"
# A panel's plain text is only a name for it; whatever has more than these shows something.
_OF_WIDGETS = {_WIDGET, "text/plain"}
# Times, scroll bars and paths: they change by themselves.
_CELL_METADATA = {"execution", "ExecuteTime", "papermill", "collapsed", "scrolled", "outputId"}
# Widgets' state without its keys makes GitHub refuse the notebook, and it may hold what was typed.
_NOTEBOOK_METADATA = {"widgets", "signature", "papermill"}
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,([A-Za-z0-9+/=]+)")
_MAX_LISTED = 20
SMALL = 256
"""Pixels of the longest side of a picture that stays when pictures are made small."""


@checked
def strip(
    notebook: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    *,
    keep_pictures: bool = False,
) -> bool:
    """
    Write a notebook fit for git, in its own place or to *output*.

    A notebook that is open in a front end is written by that again: strip it when it is closed.

    Args:
        notebook: An ``.ipynb`` file, as it was last saved.
        output: Another file to write.
        keep_pictures: Leave the pictures of tasks as they are, else make them small.

    Returns:
        Whether anything was changed.

    Raises:
        UsageError: It is no notebook, or it holds what must not be handed on: a secret, or a path
            in somebody's home folder. Nothing is written then.

    Example:
        >>> mj.strip("report.ipynb", "report-for-git.ipynb")
    """
    return strip_file(
        given_path(notebook, "kites.ipynb"),
        None if output is None else given_path(output, "kites.ipynb"),
        keep_pictures=keep_pictures,
        secrets=known_secrets(),
        home=str(Path.home()),
    )


def known_secrets() -> list[Secret]:
    """Return the secrets that must stand in no file: what is set, and what the environment has."""
    # Both: what the environment has may stand in an output though something else is set by now.
    known = [*environment_settings().secrets]
    # Only a kernel has settings of its own; the command line need not load all that a session is.
    if state := sys.modules.get("mj_notebook.api.state"):
        known += state.current_settings().secrets
    return known


def strip_file(
    path: Path,
    output: Path | None = None,
    *,
    keep_pictures: bool = False,
    secrets: Sequence[Secret] = (),
    home: str = "",
) -> bool:
    """Write the notebook at *path* fit for git to *output*, else in its own place; see `strip`."""
    before = read_notebook(path)
    after = stripped(before, keep_pictures=keep_pictures)
    # What is left is looked through: what stripping takes away need not be complained about.
    leaks = scan_notebook(after, secrets=secrets, home=home)
    if leaks:
        told = [f"  {leak}" for leak in leaks[:_MAX_LISTED]]
        told += [f"  and {len(leaks) - _MAX_LISTED} more"] if len(leaks) > _MAX_LISTED else []
        raise UsageError(
            "\n".join(
                (translated("{path} holds what must not be handed on:", path=path.name), *told)
            ),
            hint=translated(
                "Take it out (or clear the output) and save the notebook; nothing was written."
            ),
        )
    content = read_bytes(path)
    if after != before:
        content = format_notebook(after, like=content)
    # Untouched where nothing changes: git and a front end look at the time of a file.
    if output is not None or after != before:
        with replaced(output or path) as beside:
            beside.write_bytes(content)
    return after != before


def stripped(notebook: Notebook, *, keep_pictures: bool = False) -> Notebook:
    """Return *notebook* without what changes by itself; doing it twice changes nothing more."""
    kept = dict(notebook)
    metadata = notebook.get("metadata")
    if isinstance(metadata, dict):
        kept["metadata"] = _without(metadata, _NOTEBOOK_METADATA)
        language = metadata.get("language_info")
        if isinstance(language, dict):
            # A collaborator's Python differs in its third number.
            kept["metadata"]["language_info"] = _without(language, {"version"})
    change = _same if keep_pictures else _small
    kept["cells"] = [_cell(cell, change) for cell in notebook["cells"]]
    return kept


def _cell(cell: dict[str, Any], change: Callable[[bytes], bytes]) -> dict[str, Any]:
    kept = dict(cell)
    if isinstance(cell.get("metadata"), dict):
        kept["metadata"] = _without(cell["metadata"], _CELL_METADATA)
    if cell.get("cell_type") == "code":
        # How often a cell was run says nothing to anybody else.
        kept["execution_count"] = None
    outputs = cell.get("outputs")
    if isinstance(outputs, list):
        kept["outputs"] = [
            _output(one, change) if isinstance(one, dict) else one
            for one in outputs
            if not _is_panel(one)
        ]
    return kept


def _is_panel(output: object) -> bool:
    """Tell whether an output is widgets alone, which say nothing without their kernel."""
    bundle = output.get("data") if isinstance(output, dict) else None
    return isinstance(bundle, dict) and _WIDGET in bundle and not set(bundle) - _OF_WIDGETS


def _output(output: dict[str, Any], change: Callable[[bytes], bytes]) -> dict[str, Any]:
    kept = dict(output)
    if "execution_count" in kept:
        kept["execution_count"] = None
    bundle = output.get("data")
    if not isinstance(bundle, dict):
        return kept
    bundle = _without(bundle, {_WIDGET})
    # Only pictures of tasks are made small; a plot of the person's own is theirs.
    if MIME in bundle:
        bundle = {
            name: _strip_representation(name, value, change) for name, value in bundle.items()
        }
    kept["data"] = bundle
    return kept


def _strip_representation(name: str, value: Any, change: Callable[[bytes], bytes]) -> Any:
    """Return one form of a twin with its pictures changed; lines stay lines."""
    if name not in ("text/html", "image/jpeg", "image/png"):
        return value
    text = "".join(map(str, value)) if isinstance(value, list) else value
    if not isinstance(text, str):
        return value
    if name == "text/html":
        changed = _PICTURE.sub(lambda found: _address(found, change), text)
    else:
        changed = _encoded(text.replace("\n", ""), change)
        # Line ends inside of base64 stay where nothing else was changed.
        changed = text if changed == text.replace("\n", "") else changed
    if changed == text:
        return value
    return changed.splitlines(keepends=True) if isinstance(value, list) else changed


def _address(found: re.Match[str], change: Callable[[bytes], bytes]) -> str:
    changed = _encoded(found[1], change)
    return found[0] if changed == found[1] else f"data:image/jpeg;base64,{changed}"


def _encoded(text: str, change: Callable[[bytes], bytes]) -> str:
    try:
        # Strictly: what is no base64 is no picture of ours, and stays as it is.
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return text
    changed = change(content)
    return text if changed == content else base64.b64encode(changed).decode("ascii")


def _same(content: bytes) -> bytes:
    return content


def _small(content: bytes) -> bytes:
    """Return a picture small enough for git; one that is, or that can't be read, as it is."""
    from mj_notebook.images.thumbnails import shrink  # Pillow loads on first use

    return shrink(content, SMALL)


def _without(values: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}
