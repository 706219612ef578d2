"""Draws the floors of the house from the import contracts: ``python -m tests.support.floors``."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGE = "mj_notebook"


def contracts() -> list[dict[str, Any]]:
    """Return the import contracts, as they stand in ``pyproject.toml``."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return found


def floors(container: str = "") -> list[list[str]]:
    """Return the rooms of each floor, from above; of the package, or inside one of its rooms."""
    for contract in contracts():
        inside = contract.get("containers", [""])[0].removeprefix(f"{PACKAGE}.")
        if contract["type"] == "layers" and inside == container:
            return [
                [name.removeprefix(f"{PACKAGE}.") for name in re.split(r" *[|:] *", layer)]
                for layer in contract["layers"]
            ]
    raise LookupError(f"There is no contract for {container or PACKAGE}.")


def purpose(room: str) -> str:
    """Return what a room is for: the first sentence of its docstring."""
    folder = ROOT / PACKAGE / room
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    doc = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return doc.splitlines()[0]


def drawing() -> str:
    """Return the floors as a drawing, the top one first."""
    rows = floors()
    lines = []
    for number, rooms in zip(range(len(rows), 0, -1), rows, strict=True):
        for at, room in enumerate(rooms):
            head = str(number) if at == 0 else " "
            lines.append(f"{head}  {room:12} {purpose(room)}")
    for room in ("session", "server"):
        lines += ["", f"inside {room}, from above:"]
        lines += [f"   {' · '.join(layer)}" for layer in floors(room)]
    return "\n".join(lines)


if __name__ == "__main__":
    print(drawing())
