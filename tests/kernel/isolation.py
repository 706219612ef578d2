"""The surroundings of a test's process: nothing of this machine's user gets in or out."""

import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The checkout; kernels import the package from here, wherever they run."""

_OWN_FOLDERS = (
    "HOME",
    "IPYTHONDIR",
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "MJ_STORE",
)

# The demo server paints in the process that is tested; who wants large pictures says so.
_SMALL = {"MJ_DEMO_SIZE": "512"}

_REFUSED_PREFIXES = ("JUPYTER", "JPY_", "IPY", "MJ_", "XDG_", "PYTEST")


def isolated_environment(folder: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """
    Build the environment of a process that keeps everything it writes below *folder*.

    Args:
        folder: Created folders in it become HOME, the Jupyter folders and MJ_STORE.
        extra: Wins over everything else.
    """
    own = {name: str(folder / name.lower()) for name in _OWN_FOLDERS}
    for path in own.values():
        Path(path).mkdir(parents=True, exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if _is_harmless(name)}
    return {**inherited, **own, **_SMALL, "PYTHONPATH": str(ROOT), **(extra or {})}


def _is_harmless(name: str) -> bool:
    """Tell a variable of the machine (PATH, LANG) from one that would change what a test sees."""
    # Without byte code every process compiles Jupyter again, which doubles its start.
    if name == "PYTHONDONTWRITEBYTECODE" or name.lower().endswith("_proxy"):
        return False
    return not name.startswith(_REFUSED_PREFIXES)
