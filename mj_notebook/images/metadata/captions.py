"""From a record to the few lines that any viewer of files can show."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's word for what a trained model drew."""
PAINTED = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
"""IPTC's word for what a program drew that never learned from pictures, as the demo's painter."""

# What a line of text may have; the record itself holds everything.
_MOST_TEXT = 8_000

# Our name → the keyword in the file; the first three are the ones the PNG standard names.
_KEYWORDS = {
    "prompt": "Description",
    "generator": "Software",
    "engine": "mj:Engine",
    "created": "Creation Time",
    "parameters": "mj:Parameters",
    "seed": "mj:Seed",
    "version": "mj:Version",
    "action": "mj:Action",
    "step": "mj:Step",
    "task": "mj:TaskId",
    "parents": "mj:Parents",
    "server": "mj:Server",
    "asked": "mj:Asked",
    "submitted": "mj:Submitted",
    "started": "mj:Started",
    "finished": "mj:Finished",
    "number": "mj:Number",
    "picture": "mj:PictureSHA256",
    "source_type": "mj:DigitalSourceType",
}


def caption_lines(record: Mapping[str, Any]) -> dict[str, str]:
    """Return what *record* says, by our names, in their order; what it does not say is left out."""
    job = _mapping(record.get("job"))
    task = _mapping(job.get("task"))
    engine = _mapping(task.get("properties")).get("engine")
    finished = iso_time(task.get("finishTime"), 1000) or iso_time(job.get("ended_at"))
    said = {
        "prompt": job.get("prompt"),
        "generator": record.get("generator"),
        "engine": engine,
        # When it was drawn, not when the file was written: copies tell the same.
        "created": finished,
        "parameters": record.get("parameters"),
        "seed": record.get("seed"),
        "version": record.get("version"),
        "action": task.get("action"),
        "step": job.get("step"),
        "task": task.get("id"),
        "parents": ", ".join(map(str, record.get("parents") or ())),
        "server": job.get("server"),
        "asked": iso_time(job.get("asked_at")),
        "submitted": iso_time(task.get("submitTime"), 1000),
        "started": iso_time(task.get("startTime"), 1000),
        "finished": finished,
        "number": record.get("number"),
        "picture": record.get("picture"),
        # What IPTC wants told of pictures that no camera took; sites label them by it.
        "source_type": PAINTED if job.get("demo") and not engine else TRAINED,
    }
    return {name: truncate(str(text)) for name, text in said.items() if text}


def png_keywords(lines: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return *lines* under the keywords they have in a PNG."""
    return tuple((_KEYWORDS[name], text) for name, text in lines.items())


def iso_time(number: object, parts: int = 1) -> str:
    """Write a time (*parts* of a second since the epoch) as ISO 8601, "" where there is none."""
    if not isinstance(number, int | float) or isinstance(number, bool) or number <= 0:
        return ""
    try:
        return datetime.fromtimestamp(number / parts, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return ""


def truncate(text: str) -> str:
    """Return *text* fit for a line: no zeros, no halves of letters, not endless."""
    # Formats part their texts by zeros, and half of a pair is in no UTF-8.
    clean = text.encode("utf-8", "replace").decode().replace("\0", "�")
    return clean if len(clean) <= _MOST_TEXT else clean[:_MOST_TEXT] + "…"


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
