"""What there is: the public functions, each with the first sentence of what it says of itself."""

import inspect
from importlib import import_module
from typing import Any, NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.settings.argument_types import checked

_GROUPS = (
    (
        "Draw",
        ("imagine", "blend", "describe", "shorten", "swap_face", "video", "edit", "batch", "sweep"),
    ),
    ("Look at prompts", ("lint",)),
    ("Hand pictures over", ("upload", "uploader")),
    ("Go on with tasks", ("job", "resume", "board", "import_task", "from_file", "from_notebook")),
    ("Look back", ("history", "gallery", "lineage", "diff", "spend", "verify", "undo", "delete")),
    ("Hand on", ("strip", "bundle", "offline")),
    ("Set up", ("configure", "login", "listen", "doctor", "help", "allow_nested_loops")),
)
GROUPED = frozenset(name for _, names in _GROUPS for name in names)
"""The functions that the overview lists."""


class Overview(NamedTuple):
    """A text that a cell shows as it is."""

    text: str

    def __repr__(self) -> str:
        return self.text


@checked
def help(name: str | None = None) -> Overview:  # noqa: A001 - people look for it under this name
    """
    List the functions, or tell all of one: ``mj.help("imagine")``; ``%mj help`` lists commands.

    Args:
        name: A public name of this package.

    Raises:
        UsageError: There is no such name.
    """
    if name is None:
        return Overview("\n".join(_lines()))
    package = _package()
    if name not in package.__all__:
        raise UsageError(f"There is no mj.{name[:40]}.", hint="mj.help() lists what there is.")
    found = getattr(package, name)
    heading = f"mj.{name}{_signature(found)}"
    return Overview(f"{heading}\n\n{inspect.getdoc(found) or ''}")


def _package() -> Any:
    # By name: the package knows all its rooms, and this one knows those below.
    return import_module(__name__.partition(".")[0])


def _lines() -> list[str]:
    lines = []
    for head, names in _GROUPS:
        lines += [f"{head}:"]
        lines += [f"  mj.{name:20}{_first_sentence(getattr(_package(), name))}" for name in names]
    return [*lines, 'mj.help("imagine") tells all of one; %mj help lists the commands of cells.']


def _first_sentence(found: Any) -> str:
    first, *_ = (inspect.getdoc(found) or "").partition("\n")
    return first


def _signature(found: Any) -> str:
    """Write what *found* takes, without the types: its text explains them."""
    if not inspect.isfunction(found):
        return ""
    told = inspect.signature(found)
    plain = [one.replace(annotation=one.empty) for one in told.parameters.values()]
    return str(told.replace(parameters=plain, return_annotation=told.empty))
