"""Nested event loops: for our own loop when a hook needs it, for a person's code when they ask."""

import asyncio
from collections.abc import Callable
from importlib import import_module, metadata

from mj_notebook.errors import MJError

# On these kernels the original patch loses clicks and queued cells without a word; the fork's
# fix of it came with 1.7.3. Measured, not read.
_KERNEL_THAT_LOSES = (7, 1)
_FORK_THAT_HOLDS = (1, 7, 3)
_FORK, _ORIGINAL = "nest_asyncio2", "nest_asyncio"

Version = Callable[[str], str | None]


def nest(loop: asyncio.AbstractEventLoop) -> None:
    """
    Let *loop*, one of our own, be run again while it runs.

    The patch is made to the class of *loop*; ``asyncio``'s own names are replaced as well.
    """
    try:
        patch = import_module(_ORIGINAL)
    except ImportError as error:
        raise MJError(
            "A hook asked for something that must be waited for, which needs nest-asyncio.",
            hint="Install nest-asyncio, or wait outside the hook.",
        ) from error
    patch.apply(loop)


def allow_nested_loops() -> str:
    """
    Let your own code call ``asyncio.run`` in a cell; this package never needs it.

    Returns:
        The name of the package that was applied to the running loop.

    Raises:
        MJError: With what is installed here, clicks and cells would get lost; nothing is changed.
    """
    name = nesting_for(installed)
    import_module(name).apply()
    return name


def nesting_for(version: Version) -> str:
    """
    Return the package that nests loops without losing anything, given what is installed.

    Raises:
        MJError: None does.
    """
    fork, kernel = _numbers(version("nest-asyncio2")), _numbers(version("ipykernel"))
    if fork >= _FORK_THAT_HOLDS:
        return _FORK
    if kernel >= _KERNEL_THAT_LOSES:
        raise MJError(
            "Nested loops would lose clicks and cells with this kernel.",
            hint="Install nest-asyncio2 1.7.3 or newer first, or use await instead.",
        )
    if not version("nest-asyncio"):
        raise MJError("Nested loops need nest-asyncio.", hint="Install it first.")
    return _ORIGINAL


def installed(package: str) -> str | None:
    """Return the version of an installed *package*, None when it isn't."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _numbers(version: str | None) -> tuple[int, ...]:
    parts = (version or "").split(".")
    return tuple(int(part) for part in parts[:3] if part.isdigit())
