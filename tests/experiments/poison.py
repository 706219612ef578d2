"""Measures that end the process they run in; in a file of its own, as each new process loads it."""

import os
import signal
import threading
from pathlib import Path

from PIL import Image

from mj_notebook.images.measures import Measure


def poison(image: Image.Image) -> float:
    """End the process, or never end, for pictures of a size."""
    with Path(os.environ["LOUD_CALLS"]).open("a") as file:
        file.write("x")
    if image.width == 65:
        os.kill(os.getpid(), signal.SIGKILL)
    if image.width == 66:
        threading.Event().wait()
    return 1.0


def deadly(_: Image.Image) -> float:
    """End the process, whatever the picture."""
    os._exit(1)


POISON = [Measure("poison", "1", poison), Measure("deadly", "1", deadly)]
