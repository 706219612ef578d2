"""Which machine this is, since it last began: times since then can be compared on it alone."""

import sys
import uuid
from contextlib import suppress
from functools import cache
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_RANDOM = 1 << 40  # the bit of a number that was made up, as no network card has one


@cache
def boot_id() -> str:
    """Return a word of this machine's own, another one after each start where possible; or ""."""
    with suppress(OSError):
        return _BOOT_ID.read_text("ascii").strip()
    # Its uptime begins anew after a start, so that what was sent before seems old, or the younger.
    node = uuid.getnode() if sys.platform in {"darwin", "win32"} else _RANDOM
    return "" if node & _RANDOM else f"{node:x}"
