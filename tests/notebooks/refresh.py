"""Run the committed notebooks and keep their outputs: ``python -m tests.notebooks.refresh``."""

import json
import sys
import tempfile
from pathlib import Path

from tests.notebooks.runner import execute

FOLDER = Path(__file__).parents[2] / "notebooks"


def refresh(path: Path) -> None:
    """Execute one notebook and write it back with its outputs, without times and versions."""
    with tempfile.TemporaryDirectory() as folder:
        told = {"MJ_DEMO_SECONDS": "3", "MJ_DEMO_SIZE": "2048"}
        notebook = execute(path, Path(folder), environment=told).notebook
    for cell in notebook["cells"]:
        cell["metadata"].pop("execution", None)
    notebook["metadata"]["language_info"] = {"name": "python"}
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", "utf-8")


def main() -> None:
    """Refresh the notebooks named, or all of them."""
    for path in map(Path, sys.argv[1:]) if sys.argv[1:] else sorted(FOLDER.glob("*.ipynb")):
        refresh(path)
        sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
