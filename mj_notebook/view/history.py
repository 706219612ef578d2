"""History as a table: a line a task, newest first, with small pictures; pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from mj_notebook.view.html import Safe, Value, el
from mj_notebook.view.parts import picture_data_url, unbroken
from mj_notebook.view.status import stored_words
from mj_notebook.view.text import truncate
from mj_notebook.view.units import duration

Record = Mapping[str, Any]

MAX_ROWS = 20
"""More lines say nothing more; the file keeps them all."""

_THUMBNAIL = 64
_PROMPT = 160
_HEADS = ("", "When", "What", "Prompt", "Status", "Time", "Seed", "Task")
_STYLES = {
    "table": "border-collapse:collapse;font-size:13px;line-height:20px",
    "cell": "padding:4px 8px;text-align:left;vertical-align:top;"
    "border-top:1px solid rgba(128,128,128,0.35)",
    "when": "padding:4px 8px;text-align:left;vertical-align:top;white-space:nowrap;"
    "border-top:1px solid rgba(128,128,128,0.35)",
    "prompt": "padding:4px 8px;text-align:left;vertical-align:top;overflow-wrap:anywhere;"
    "border-top:1px solid rgba(128,128,128,0.35);min-width:160px;max-width:360px",
    "head": "padding:4px 8px;text-align:left;font-weight:600",
    "picture": "display:block;max-width:none;border-radius:4px;object-fit:cover",
    "more": "margin-top:4px;font-size:11px;line-height:16px;opacity:0.78",
}


def history_html(
    records: Sequence[Record], total: int, thumbnails: Mapping[str, bytes], zone: Any = UTC
) -> Safe:
    """
    Write the table of *records*.

    Args:
        records: Those that are shown.
        total: How many there are.
        thumbnails: JPEGs by the SHA-256 of their picture.
        zone: Where times are shown for.
    """
    if not records:
        return el("div", "Nothing of that kind is in history.", class_="mj-history")
    head = el("tr", [el("th", name, scope="col", **_style_of("head")) for name in _HEADS])
    lines = [_line(record, thumbnails.get(record["sha256"] or ""), zone) for record in records]
    return el(
        "div",
        # A narrow page scrolls it: no column is cut, and no picture shrinks to nothing.
        el(
            "div",
            el("table", el("thead", head), el("tbody", lines), **_style_of("table")),
            style="overflow-x:auto",
        ),
        el("div", count_text(len(records), total), **_style_of("more")),
        class_="mj-history",
    )


def history_text(records: Sequence[Record], total: int, zone: Any = UTC) -> str:
    """Write the same as plain text."""
    if not records:
        return "Nothing of that kind is in history."
    lines = [" · ".join(part for part in _parts(record, zone) if part) for record in records]
    return "\n".join([*lines, count_text(len(records), total)])


def count_text(shown: int, total: int) -> str:
    """Say how many there are: "2 tasks", "and 4,950 more"."""
    if total > shown:
        return f"and {total - shown:,} more"
    return "1 task" if total == 1 else f"{total:,} tasks"


def action_text(record: Record) -> str:
    """Say what was asked in a word or two: the button, else the kind."""
    return record["button"] or (record["action"] or record["request"] or "").capitalize()


def status_text(record: Record) -> str:
    """Say where the task stood when it was last seen; a server's own word stays as it is."""
    return stored_words(record["status"] or "")


def _line(record: Record, thumbnail: bytes | None, zone: Any) -> Safe:
    when, what, prompt, status, ran, seed, task = _parts(record, zone)
    return el(
        "tr",
        el("td", _picture(thumbnail, prompt), **_style_of("cell")),
        el("td", when, **_style_of("when")),
        el("td", what, **_style_of("cell")),
        el("td", unbroken(prompt), dir="auto", **_style_of("prompt")),
        [el("td", text, **_style_of("cell")) for text in (status, ran, seed, task)],
    )


def _parts(record: Record, zone: Any) -> tuple[str, str, str, str, str, str, str]:
    status = status_text(record)
    return (
        _when(record["asked"], zone),
        truncate(action_text(record), 24),
        truncate(record["prompt"] or "", _PROMPT),
        truncate(f"{status}: {record['reason']}" if record["reason"] else status, 80),
        _duration_text(record["ran"]),
        "" if record["seed"] is None else str(record["seed"]),
        truncate(record["task"] or "", 40),
    )


def _picture(thumbnail: bytes | None, prompt: str) -> Safe | None:
    if thumbnail is None:
        return None
    return el(
        "img",
        src=picture_data_url(thumbnail, "image/jpeg"),
        alt=prompt,
        width=_THUMBNAIL,
        height=_THUMBNAIL,
        **_style_of("picture"),
    )


def _when(moment: datetime | None, zone: Any) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""


def _duration_text(span: timedelta | None) -> str:
    return "" if span is None else duration(span.total_seconds())


def _style_of(part: str) -> dict[str, Value]:
    return {"style": _STYLES[part]}
