"""Fail when a committed notebook has no outputs, an error, a secret's name or a home path in it."""

import json
import re
import sys
from pathlib import Path

FORBIDDEN = re.compile(
    r"/home/\w|/root/|/Users/\w|[A-Z]:\\\\Users|MJ_API_SECRET=\S|mj-api-secret: \S"
)


def problems(path: Path) -> list[str]:
    """Return what is wrong with one notebook."""
    text = path.read_text("utf-8")
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    found = []
    outputs = [output for cell in cells for output in cell["outputs"]]
    if not outputs:
        found.append("no outputs are committed")
    if any(output["output_type"] == "error" for output in outputs):
        found.append("an error is committed")
    leak = FORBIDDEN.search(text)
    if leak:
        found.append(f"it holds {leak.group()!r}")
    return [f"{path}: {what}" for what in found]


def main() -> int:
    """Check every notebook."""
    paths = sorted(Path("notebooks").glob("*.ipynb"))
    found = [line for path in paths for line in problems(path)]
    print("\n".join(found) or f"{len(paths)} notebooks hold.")
    return 1 if found or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
