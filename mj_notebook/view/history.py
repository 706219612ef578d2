"""History as a table: a line a task, newest first, with small pictures; pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mj_notebook.language import counted, marked, spelled, translated
from mj_notebook.view.html import Safe, el
from mj_notebook.view.parts import picture_data_url
from mj_notebook.view.status import stored_words
from mj_notebook.view.table import PICTURE_SIDE, Column, Kind, table_html
from mj_notebook.view.text import truncate
from mj_notebook.view.units import duration

Record = Mapping[str, Any]

MAX_ROWS = 20
"""More lines say nothing more; the file keeps them all."""

# Two lines of a table; the whole of it is in the DataFrame.
_PROMPT = 160
_COLUMNS = (
    Column("", Kind.PICTURE),
    Column(marked("When")),
    Column(marked("What")),
    Column(marked("Prompt")),
    Column(marked("Status")),
    Column(marked("Time"), Kind.FACT),
    Column(marked("Seed"), Kind.FACT),
    Column(marked("Task"), Kind.FACT),
)
_PICTURE = "display:block;max-width:none;border-radius:4px;object-fit:cover"


def history_html(
    records: Sequence[Record],
    total: int,
    thumbnails: Mapping[str, bytes],
    zone: Any = UTC,
    *,
    in_doubt: int = 0,
) -> Safe:
    """Write the table of *records*; *in_doubt* are the requests that may have made more tasks."""
    # A table with heads and no lines looks like a fault.
    if not records:
        return el("div", _nothing_text(in_doubt), class_="mj-history")
    lines = (
        (
            _picture(thumbnails.get(record["sha256"] or ""), prompt),
            # A date is read as one word.
            el("span", when, style="white-space:nowrap"),
            *(what, prompt, *others),
        )
        for record in records
        for when, what, prompt, *others in (_parts(record, zone),)
    )
    note = _note(len(records), total, in_doubt)
    return el("div", table_html(_COLUMNS, lines, note=note), class_="mj-history")


def history_text(
    records: Sequence[Record], total: int, zone: Any = UTC, *, in_doubt: int = 0
) -> str:
    """Write the same as plain text."""
    if not records:
        return _nothing_text(in_doubt)
    lines = [" · ".join(part for part in _parts(record, zone) if part) for record in records]
    return "\n".join([*lines, _note(len(records), total, in_doubt)])


def _nothing_text(in_doubt: int) -> str:
    nothing = translated("Nothing of that kind is in history.")
    return f"{nothing} {doubt_text(in_doubt)}" if in_doubt else nothing


def _note(shown: int, total: int, in_doubt: int) -> str:
    count = count_text(shown, total)
    return f"{count} · {doubt_text(in_doubt)}" if in_doubt else count


def doubt_text(count: int) -> str:
    """Say of how many requests nobody knows whether they are drawn, and what settles it."""
    return translated(
        "{count:,} request{plural} in doubt: {resume} looks for what came of them",
        count=count,
        plural="" if count == 1 else "s",
        resume=spelled("%mj resume", "mj.resume()"),
    )


def count_text(shown: int, total: int) -> str:
    """Say how many there are: "2 tasks", "and 4,950 more"."""
    if total > shown:
        return translated("and {count:,} more", count=total - shown)
    return counted(total, "task")


def action_text(record: Record) -> str:
    """Say what was asked in a word or two: the button, else the kind."""
    # The button tells more: U2 and U3 are one action.
    return record["button"] or (record["action"] or record["request"] or "").capitalize()


def status_text(record: Record) -> str:
    """Say where the task stood when it was last seen; a server's own word stays as it is."""
    return stored_words(record["status"] or "")


def _parts(record: Record, zone: Any) -> tuple[str, str, str, str, str, str, str]:
    status = status_text(record)
    return (
        _when(record["asked"], zone),
        truncate(action_text(record), 24),
        truncate(record["prompt"] or "", _PROMPT),
        truncate(f"{status}: {record['reason']}" if record["reason"] else status, 80),
        "" if record["ran"] is None else duration(record["ran"].total_seconds()),
        "" if record["seed"] is None else str(record["seed"]),
        truncate(record["task"] or "", 40),
    )


def _picture(thumbnail: bytes | None, prompt: str) -> Safe | None:
    if thumbnail is None:
        return None
    return el(
        "img",
        src=picture_data_url(thumbnail, "image/jpeg"),
        # The prompt is the text of the picture, for screen readers and where pictures are not
        # loaded.
        alt=prompt,
        width=PICTURE_SIDE,
        height=PICTURE_SIDE,
        style=_PICTURE,
    )


def _when(moment: datetime | None, zone: Any) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""
