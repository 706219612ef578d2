"""What pages run and look like: built from ``js/`` (see there), and read from ``static/``."""

from functools import cache
from importlib.resources import files


# Once a kernel: all widgets of a kind have the same text.
@cache
def script(widget: str) -> str:
    """Return the module of a widget."""
    return _text(f"{widget}.js")


@cache
def sheet(widget: str) -> str:
    """Return the style sheet of a widget."""
    return _text(f"{widget}.css")


def _text(name: str) -> str:
    return files("mj_notebook.widgets").joinpath("static").joinpath(name).read_text("utf-8")
