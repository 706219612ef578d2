"""Pictures in the forms that notebooks show: widgets, displayed images, figures, uploads."""

import base64
import binascii
import inspect
import io
import os
from collections.abc import Mapping
from types import ModuleType
from typing import Any, NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import translated

# What notebooks ask of whatever can show itself as a picture.
_REPRESENTATIONS = ("_repr_png_", "_repr_jpeg_")
_ARRAYS = ("__array__", "__array_interface__")
_FIGURES = ("savefig", "get_figure")
_OF_PICTURES = ("read", "content", "image", *_FIGURES, *_REPRESENTATIONS, *_ARRAYS)
# By what IPython's images have, as IPython is not to be imported here.
_DISPLAYED_IMAGE = ("data", "url", "filename", "embed")
_BYTES = (bytes, bytearray, memoryview)


class Displayed(NamedTuple):
    """The bytes of what is shown, and what to call it in a sentence."""

    name: str
    content: bytes


def is_picture(given: object) -> bool:
    """Tell whether *given*, which is no text, seems to hold a picture; nothing of it is run."""
    if given is None or isinstance(given, str | int | float | list | tuple | type | ModuleType):
        return False
    if isinstance(given, (*_BYTES, os.PathLike)):
        return True
    if isinstance(given, Mapping):
        return _chosen_file(given) is not None
    return any(_has(given, name) for name in _OF_PICTURES) or _holds_bytes(given, "value", "data")


def listed(given: Any) -> Any:
    """Return an array of one dimension, which is no picture, as the list that it is."""
    return given.tolist() if getattr(given, "ndim", None) == 1 else given


def displayed_content(given: Any) -> Displayed | str | None:
    """
    Return the picture that *given* holds where it is a widget, a displayed image or a figure.

    Where it only tells where the picture is, that path or address; None for anything else.

    Raises:
        UsageError: Another number of files than one was chosen, or a figure can't be drawn.
    """
    if isinstance(given, Mapping):
        return _chosen_file(given)
    if all(_has(given, name) for name in ("accept", "multiple", "value")):
        return _only_file(given.value)
    if _holds_bytes(given, "value"):
        return Displayed(translated("The picture"), bytes(given.value))
    if all(hasattr(given, name) for name in _DISPLAYED_IMAGE):
        if _holds_bytes(given, "data"):
            return Displayed(translated("The picture"), bytes(given.data))
        # It shows a link or a file, and has no bytes of its own.
        place = given.filename or given.url
        return place if isinstance(place, str) and place else None
    return _figure(given)


def representation(given: Any) -> Displayed | None:
    """Return the picture as which *given* shows itself in a notebook, None when it does not."""
    for name in () if isinstance(given, type) else _REPRESENTATIONS:
        if not callable(show := getattr(given, name, None)):
            continue
        try:
            shown = show()
        except Exception:  # noqa: BLE001, S112 - it can't show itself so: another way, or none
            continue
        content = shown[0] if isinstance(shown, tuple) and shown else shown
        if isinstance(content, str):  # as it stands in a notebook's file
            try:
                content = base64.b64decode(content)
            except (binascii.Error, ValueError):
                continue
        if isinstance(content, _BYTES) and len(content):
            return Displayed(translated("The picture"), bytes(content))
    return None


def _has(given: object, name: str) -> bool:
    # Not by `hasattr`: a job's picture is waited for when it is looked at.
    return inspect.getattr_static(given, name, None) is not None


def _holds_bytes(given: object, *names: str) -> bool:
    """Tell whether *given* has bytes under one of *names*; of classes that are pictures alone."""
    found = (getattr(given, name, None) for name in names if _has(given, name))
    return any(isinstance(value, _BYTES) and len(value) > 0 for value in found)


def _only_file(value: Any) -> Displayed | None:
    """Return the one file that was chosen in an upload widget, in either form of its value."""
    if isinstance(value, Mapping):  # of its version 7: by name
        value = [{"name": name, **item} for name, item in value.items()]
    items = list(value)
    if len(items) != 1:
        raise UsageError(
            translated(
                "{count} files were chosen there; one picture is meant here.",
                count=len(items) or translated("No"),
            ),
            hint=translated("Choose one, or give one item of its value."),
        )
    return _chosen_file(items[0])


def _chosen_file(item: Mapping[Any, Any]) -> Displayed | None:
    content, meta = item.get("content"), item.get("metadata")
    if not isinstance(content, _BYTES) or not len(content):
        return None
    name = item.get("name") or (meta.get("name") if isinstance(meta, Mapping) else None)
    return Displayed(name if isinstance(name, str) else translated("The picture"), bytes(content))


def _figure(given: Any) -> Displayed | None:
    """Draw what can be saved as a figure; of axes and what is drawn in them, their figure."""
    if not _has(given, "savefig") and _has(given, "get_figure") and callable(given.get_figure):
        try:
            given = given.get_figure()
        except Exception:  # noqa: BLE001 - something else of that name
            return None
    if not _has(given, "savefig") or isinstance(given, type | ModuleType):
        return None
    buffer = io.BytesIO()
    try:
        given.savefig(buffer, format="png")
    except Exception as error:  # a library of any kind may fail in any way
        raise UsageError(
            translated("The figure can't be drawn as a PNG."),
            hint=translated("Save it as a file, and give its path."),
        ) from error
    return Displayed("The figure", buffer.getvalue())
