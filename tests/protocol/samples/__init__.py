"""Recorded answers of the family's servers, one task a file; values replaced, shapes kept."""

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
TASKS = sorted(path.stem for path in _FOLDER.glob("*.json") if path.stem != "replies")
REPLIES: dict[str, Any] = json.loads((_FOLDER / "replies.json").read_bytes())


def task_bytes(name: str) -> bytes:
    """Return the answer to a fetch as it was served."""
    return (_FOLDER / f"{name}.json").read_bytes()


def task_values(name: str) -> dict[str, Any]:
    """Return the same as plain values."""
    values: dict[str, Any] = json.loads(task_bytes(name))
    return values


def reply_bytes(name: str) -> bytes:
    """Return the answer to a submit as it was served."""
    return json.dumps(REPLIES[name], ensure_ascii=False).encode()
