"""The lands: each paints what lies behind the heroes, and what lies before them."""

from .land import Land
from .ridges import HILLS, MEADOW, MOUNTAINS

LANDS: dict[str, Land] = {"hills": HILLS, "mountains": MOUNTAINS, "meadow": MEADOW}

__all__ = ["LANDS", "Land"]
