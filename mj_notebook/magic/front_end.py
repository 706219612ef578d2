"""Who is looking: a live notebook, a run without a person, a terminal."""

import os
import re
import sys
from enum import StrEnum
from typing import Any

# Session, process and number, as `jupyter_client` names its messages.
_NUMBERED = re.compile(r"_\d+_\d+\Z")


class FrontEnd(StrEnum):
    """What kind of front end runs the cell."""

    JUPYTER = "jupyter"
    HEADLESS = "headless"
    TERMINAL = "terminal"


def front_end_of(shell: Any) -> FrontEnd:
    """
    Tell who runs the cell; to be asked while a cell runs.

    Programs that run notebooks without a person forbid questions (``allow_stdin`` is false in
    the request); nothing else tells them apart. ``MJ_FRONT_END`` overrides.

    Jupyter console and other clients in Python have no page for widgets. They number their
    requests, where a page names each by chance and says which cell it came from; a server that
    runs cells for its pages is a client in Python too, and tells its kernels the notebook's name.
    """
    wanted = os.environ.get("MJ_FRONT_END", "").strip().lower()
    if wanted in set(FrontEnd):
        return FrontEnd(wanted)
    if not hasattr(shell, "kernel"):
        return FrontEnd.TERMINAL
    if "google.colab" in sys.modules:
        return FrontEnd.JUPYTER
    request = shell.get_parent() or {}
    if request.get("content", {}).get("allow_stdin") is False:
        return FrontEnd.HEADLESS
    is_numbered = _NUMBERED.search(str(request.get("header", {}).get("msg_id", "")))
    has_page = request.get("metadata") or "JPY_SESSION_NAME" in os.environ
    return FrontEnd.TERMINAL if is_numbered and not has_page else FrontEnd.JUPYTER


def has_one_page(shell: Any) -> bool:
    """
    Tell whether all outputs stand in the page of JupyterLab's notebook, whose parts are known.

    Of others, Colab has a page for each cell. JupyterLab, and Notebook 7, which is made of its
    parts, say with each cell which ones were deleted; nobody else does.
    """
    request = shell.get_parent() if hasattr(shell, "kernel") else None
    return "deletedCells" in ((request or {}).get("metadata") or {})
