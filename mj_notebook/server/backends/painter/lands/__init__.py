"""The lands: each paints what lies behind the heroes, and what lies before them."""

from mj_notebook.server.backends.painter.lands.above import ABOVE
from mj_notebook.server.backends.painter.lands.deep import DEEP
from mj_notebook.server.backends.painter.lands.desert import CANYON, DUNES
from mj_notebook.server.backends.painter.lands.islands import ISLAND
from mj_notebook.server.backends.painter.lands.land import Land
from mj_notebook.server.backends.painter.lands.ridges import HILLS, MEADOW, MOUNTAINS
from mj_notebook.server.backends.painter.lands.room import ROOM
from mj_notebook.server.backends.painter.lands.shores import LAKE, SEA
from mj_notebook.server.backends.painter.lands.skyline import CITY
from mj_notebook.server.backends.painter.lands.space import SPACE
from mj_notebook.server.backends.painter.lands.street import STREET
from mj_notebook.server.backends.painter.lands.woods import FOREST

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
