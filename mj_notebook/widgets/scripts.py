"""Modules for pages, put together from plain scripts: a page has no files to import them from."""

from functools import cache
from importlib.resources import files


@cache
def script(*names: str) -> str:
    """Return the scripts *names* as one module."""
    return "\n".join(text(name) for name in names)


@cache
def text(name: str) -> str:
    """Return a file that lies beside this one."""
    return files("mj_notebook.widgets").joinpath(name).read_text("utf-8")


@cache
def sheet(*names: str) -> str:
    """Return the style sheets *names* as one, after the colours that all of ours share."""
    colours = files("mj_notebook.view").joinpath("css").joinpath("colours.css").read_text("utf-8")
    return colours + script(*names)
