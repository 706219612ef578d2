"""Which backend draws: those that are known here, and those that installed packages bring."""

from collections.abc import Callable
from contextlib import closing
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from mj_notebook.errors import MJError, SettingsError
from mj_notebook.language import translated
from mj_notebook.server.backends.backend import Backend, DrawFailed
from mj_notebook.server.backends.painter_backend import PainterBackend
from mj_notebook.server.config import PAINTER, BackendChoice

ENTRY_POINTS = "mj_notebook.backends"
"""The group of entry points: a name, and what is called with a `BackendChoice` for a `Backend`."""

# Loaded on first use: a server that paints needs no HTTP client.
_KNOWN = {
    "openai": "openai_images:OpenAIBackend",
    "a1111": "a1111:A1111Backend",
    "sdcpp": "sdcpp:SdcppBackend",
    "comfy": "comfy:ComfyBackend",
}


def backend_names() -> tuple[str, ...]:
    """Return the names that can be chosen."""
    return (PAINTER, *_KNOWN, *(name for name in sorted(_installed()) if name not in _KNOWN))


def require_backend(name: str) -> None:
    """Look whether there is a backend of that name."""
    if name not in backend_names():
        raise SettingsError(
            translated("There is no backend named {name!r}.", name=name),
            hint=translated("Known: {known}.", known=", ".join(backend_names())),
        )


def open_backend(choice: BackendChoice) -> Backend:
    """Return the backend that is chosen; nobody is asked yet."""
    if choice.name == PAINTER:
        return PainterBackend()
    made: Backend = _factory(choice.name)(choice)
    return made


def describe_backend(choice: BackendChoice) -> str:
    """Ask the backend what it is, and return that and what it can as one sentence."""
    with closing(open_backend(choice)) as backend:
        try:
            what = backend.identify()
        except DrawFailed as error:
            raise SettingsError(
                str(error), hint=translated("Nothing is drawn before it answers.")
            ) from None
        can = backend.capabilities()
    skills = (
        ("V and Vary", can.varies),
        ("Vary (Region)", can.inpaints),
        ("Zoom and Pan", can.outpaints),
        ("Upscale", can.enlarges),
        ("films", can.animates),
    )
    able = [word for word, has in skills if has]
    known = ", ".join(f"--{name}" for name in sorted(can.parameters))
    return (
        f"{what}; it can do {', '.join(('grids', *able))}, and goes by {known or 'no parameters'}"
    )


def _factory(name: str) -> Callable[[BackendChoice], Any]:
    if name in _KNOWN:
        module, _, attribute = _KNOWN[name].partition(":")
        factory: Callable[[BackendChoice], Any] = getattr(
            import_module(f"mj_notebook.server.backends.{module}"), attribute
        )
        return factory
    require_backend(name)
    found = _installed()[name]
    try:
        loaded: Callable[[BackendChoice], Any] = found.load()
    except MJError:
        raise
    except Exception as error:
        # A package of somebody else is imported here, which may fail in any way.
        raise SettingsError(
            translated(
                "The backend {name!r} ({found}) can't be loaded: {error}.",
                name=name,
                found=found.value,
                error=error,
            ),
            hint=translated("Install its package anew, or choose another backend."),
        ) from error
    return loaded


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=ENTRY_POINTS)}
