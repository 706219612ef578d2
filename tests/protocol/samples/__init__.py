"""Recorded answers of the family's servers, one task a file; values replaced, shapes kept."""

import json
from pathlib import Path
from typing import Any


def _body(content: Any) -> bytes:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return text.encode()


_FOLDER = Path(__file__).parent
_OTHERS = {"replies", "quirks"}
TASKS = sorted({path.stem for path in _FOLDER.glob("*.json")} - _OTHERS)
REPLIES: dict[str, Any] = json.loads((_FOLDER / "replies.json").read_bytes())
# Number of the quirk (§10) → HTTP statuses and bodies, of which texts are sent as they are.
_QUIRKS: dict[str, list[tuple[int, Any]]] = json.loads((_FOLDER / "quirks.json").read_bytes())
QUIRKS: dict[str, list[tuple[int, bytes]]] = {
    quirk: [(status, _body(content)) for status, content in answers]
    for quirk, answers in _QUIRKS.items()
}


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
