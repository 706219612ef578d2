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
