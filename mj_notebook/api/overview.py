"""What there is: the public functions, each with the first sentence of what it says of itself."""

import inspect
import re
from importlib import import_module
from typing import Any, NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import gettext, translated
from mj_notebook.language.misfits import nearest
from mj_notebook.session.job import FOR_PEOPLE, Job
from mj_notebook.settings.argument_types import checked

GROUPS = (
    (
        "Draw",
        ("imagine", "blend", "describe", "shorten", "swap_face", "video", "edit", "batch", "sweep"),
    ),
    ("Look at prompts", ("lint",)),
    ("Compare and measure", ("compare", "measure", "similar")),
    ("Hand pictures over", ("upload", "uploader")),
    ("Go on with tasks", ("job", "resume", "board", "import_task", "from_file", "from_notebook")),
    ("Look back", ("history", "gallery", "lineage", "diff", "spend", "verify", "undo", "delete")),
    ("Hand on", ("strip", "bundle", "offline")),
    ("Set up", ("configure", "login", "listen", "doctor", "help", "allow_nested_loops")),
)
"""The functions, by what they are for."""
GROUPED = frozenset(name for _, names in GROUPS for name in names)
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

    Example:
        >>> mj.help("imagine")
    """
    if name is None:
        return Overview("\n".join(_lines()))
    # Its public names alone: what else lies in modules may change.
    package = _package()
    if name not in package.__all__:
        # A word that is typed wrong is what most come here with.
        close = nearest(name, package.__all__)
        hint = (
            translated("Did you mean {close!r}?", close=close)
            if close
            else translated("mj.help() lists what there is.")
        )
        raise UsageError(translated("There is no mj.{name}.", name=name[:40]), hint=hint)
    found = getattr(package, name)
    parts = [f"mj.{name}{_signature(found)}", inspect.getdoc(found) or ""]
    if isinstance(found, type) and (members := _members(found)):
        parts.append("\n".join([translated("What it has:"), *members]))
    return Overview("\n\n".join(parts))


def _package() -> Any:
    # By name: the package knows all its rooms, and this one knows those below.
    return import_module(__name__.partition(".")[0])


def _lines() -> list[str]:
    lines = []
    for head, names in GROUPS:
        lines += [f"{gettext(head)}{gettext(':')}"]
        lines += [f"  mj.{name:20}{gettext(first_sentence(name))}" for name in names]
    return [
        *lines,
        translated('mj.help("imagine") tells all of one; %mj help lists the commands of cells.'),
    ]


def first_sentence(name: str) -> str:
    """Return the first sentence of what a public name says of itself, in English."""
    return _first_sentence(getattr(_package(), name))


def _members(found: type) -> list[str]:
    """Return a line for each method and property that people use; its text tells the attributes."""
    names = FOR_PEOPLE if found is Job else [name for name in dir(found) if name[0] != "_"]
    members = ((name, getattr(found, name, None)) for name in names)
    return [
        f"  .{name:16}{_first_sentence(one)}"
        for name, one in members
        if inspect.isroutine(one) or isinstance(one, property)
    ]


def _first_sentence(found: Any) -> str:
    first, *_ = (inspect.getdoc(found) or "").partition("\n")
    # As it is read, without what sources mark code and parameters with.
    return re.sub(r"``|`|\*(?=\w)|(?<=\w)\*", "", first)


def _signature(found: Any) -> str:
    """Write what *found* takes, without the types: its text explains them."""
    if not inspect.isfunction(found):
        return ""
    told = inspect.signature(found)
    plain = [one.replace(annotation=one.empty) for one in told.parameters.values()]
    return str(told.replace(parameters=plain, return_annotation=told.empty))
