"""Who is looking: a live notebook, a run without a person, a terminal."""

import os
import sys
from enum import StrEnum
from typing import Any


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
    """
    wanted = os.environ.get("MJ_FRONT_END", "").strip().lower()
    if wanted in set(FrontEnd):
        return FrontEnd(wanted)
    if not hasattr(shell, "kernel"):
        return FrontEnd.TERMINAL
    if "google.colab" in sys.modules:
        return FrontEnd.JUPYTER
    content = (shell.get_parent() or {}).get("content", {})
    return FrontEnd.HEADLESS if content.get("allow_stdin") is False else FrontEnd.JUPYTER
