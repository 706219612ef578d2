"""Measures of another package: what a process imports that measures with them, so it is small."""

import os
import sys
import threading
from pathlib import Path

from PIL import Image

from mj_notebook.images.measures import Measure


def loudness(image: Image.Image) -> float:
    """Measure something; it counts its calls in a file, which other processes see too."""
    with Path(os.environ["LOUD_CALLS"]).open("a") as file:
        file.write("x")
    return float(image.width)


def broken(image: Image.Image) -> float:
    """Measure nothing."""
    raise ValueError(f"no sound in {image.mode}")


def stuck(image: Image.Image) -> float:
    """Begin, and never end."""
    loudness(image)
    threading.Event().wait()
    return 0.0


STUCK_MEASURE = Measure("stuck", "1", stuck)
LOUD = Measure("loud", "1", loudness)
BROKEN = [
    Measure("broken", "1", broken),
    Measure("listed", "1", lambda image: [image]),  # type: ignore[arg-type,return-value]
    Measure("leaves", "1", lambda _: sys.exit(3)),
    Measure("vast", "1", lambda _: 10**5000),
    Measure("nan", "1", lambda _: float("nan")),
    Measure("half", "1", lambda _: "\ud800"),
]
