"""Asking: pure calls, pace, and two thin clients; the only place that knows httpx.

`address`, `calls`, `meaning`, `judging`, `steps`, `pace` and `intake` are pure; `sync.Client` and
`asynchronous.AsyncClient` add only how bytes travel.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_COMMAND_LINE = "httpx._main"


def _main(*arguments: Any, **options: Any) -> Any:
    """Be httpx's command line, which is loaded now."""
    del sys.modules[_COMMAND_LINE]
    return import_module(_COMMAND_LINE).main(*arguments, **options)


if "httpx" not in sys.modules:
    # httpx loads its command line with itself, and that rich, pygments and click: four fifths of
    # its own time, in the first cell of each notebook, for what no notebook uses.
    sys.modules[_COMMAND_LINE] = ModuleType(_COMMAND_LINE)
    vars(sys.modules[_COMMAND_LINE])["main"] = _main
