"""The lands: each paints what lies behind the heroes, and what lies before them."""

from .above import ABOVE
from .deep import DEEP
from .desert import CANYON, DUNES
from .land import Land
from .ridges import HILLS, MEADOW, MOUNTAINS
from .room import ROOM
from .shores import ISLAND, LAKE, SEA
from .skyline import CITY
from .space import SPACE
from .street import STREET
from .woods import FOREST

LANDS: dict[str, Land] = {
    "hills": HILLS,
    "mountains": MOUNTAINS,
    "meadow": MEADOW,
    "dunes": DUNES,
    "canyon": CANYON,
    "sea": SEA,
    "lake": LAKE,
    "island": ISLAND,
    "forest": FOREST,
    "city": CITY,
    "street": STREET,
    "space": SPACE,
    "deep": DEEP,
    "room": ROOM,
    "clouds": ABOVE,
}

__all__ = ["LANDS", "Land"]
