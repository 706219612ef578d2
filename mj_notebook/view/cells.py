"""One task among many, as small as it is shown on a board or in a gallery; pure."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from mj_notebook.language import gettext, marked
from mj_notebook.prompt.parameters import parameter_table
from mj_notebook.store.annotation_values import BETWEEN
from mj_notebook.view.facts import Facts
from mj_notebook.view.history import Record, action_text, status_text
from mj_notebook.view.record import without_hosts
from mj_notebook.view.status import (
    ENDED,
    Phase,
    done_words,
    kind_of,
    percent_of,
    phase_of,
    status_words,
    stored_phase,
)
from mj_notebook.view.task_view import task_view
from mj_notebook.view.text import truncate

# A board holds many cells, in the page and in the file; a prompt may be as long as it likes.
_LABEL, _REASON = 300, 200
_UNSETTLED = marked("Nobody knows whether it was drawn: %mj resume looks for it.")
_ASKS = marked("It waits for an answer: open it to give one.")
_LAST_SEEN = marked("Not finished when it was last seen.")
_NO_PICTURE = {
    Phase.WINDOW: _ASKS,
    Phase.FAILED: marked("The server gave no reason."),
    Phase.CANCELLED: marked("Cancelled."),
}


class Cell(NamedTuple):
    """
    One task among many.

    Attributes:
        key: What tells it from the others.
        label: What was asked, or what it is called.
        words: Where it stands.
        phase: The same for the style sheet: one of `Phase`.
        percent: How far it is, 0-100; None when nobody knows, or when it runs no more.
        reason: Why there is no picture, "" when there is one or may be one.
        details: What else is worth a line.
        rating: 1 to 5, 0 without one.
    """

    key: str
    label: str
    words: str
    phase: str = Phase.PLANNED
    percent: int | None = None
    reason: str = ""
    details: str = ""
    rating: int = 0
    tags: str = ""


def cell_of(facts: Facts, key: str, label: str = "") -> Cell:
    """Make the cell of a job; without a *label* it is called what was asked."""
    phase, kind = phase_of(facts), kind_of(facts)
    # A bar at 100 % below a finished picture tells nothing.
    percent = percent_of(facts.task, phase) if phase not in ENDED else None
    asked = "" if kind == "describe" else facts.prompt
    reason, details = _ending(facts) if phase in ENDED else (facts.note, "")
    # On a board there is no room for the form: the cell says that one must open it.
    if phase is Phase.WINDOW and not reason:
        reason = gettext(_ASKS)
    return Cell(
        key=key,
        label=truncate(label or " ".join(filter(None, (facts.step, asked or kind))), _LABEL),
        # The board's cells are kept in the file with its twin; the proxy's address is no part of
        # it.
        words=without_hosts(status_words(facts, phase)),
        phase=phase.value,
        percent=None if percent is None else round(percent),
        reason=truncate(without_hosts(reason), _REASON) if facts.thumbnail is None else "",
        details=details,
        rating=facts.annotation.rating or 0,
        tags=BETWEEN.join(facts.annotation.tags),
    )


def _ending(facts: Facts) -> tuple[str, str]:
    """Say why there is no picture, and what there is instead."""
    # The moment does not matter: of what has ended, nothing shown depends on the time.
    view = task_view(facts, facts.asked_at)
    return view.reason or view.note, gettext(
        "answered in words"
    ) if view.breakdown is not None else ""


# Of these, no picture is missing.
_IN_WORDS = {"DESCRIBE", "SHORTEN"}


def cell_of_record(record: Record, zone: Any = None) -> Cell:
    """Make the cell of a task of history."""
    phase = stored_phase(record["status"] or "")
    waits = status_text(record) or gettext("waiting")
    took = record["ran"].total_seconds() if record["ran"] else None
    when = record["asked"].astimezone(zone).strftime("%Y-%m-%d") if record["asked"] else ""
    return Cell(
        # What nobody knows the fate of has no task, but a tag of its own.
        key=f"{record['server']} {record['task'] or record['state']}",
        label=truncate(record["prompt"] or action_text(record) or record["task"] or "", _LABEL),
        words=done_words(took) if phase is Phase.DONE else waits,
        phase=phase.value,
        reason=_why_none(record, phase),
        details=" · ".join(part for part in (when, truncate(action_text(record), 24)) if part),
        rating=record["rating"] or 0,
        tags=record["tags"] or "",
    )


def parameter_text(record: Record, names: Sequence[str]) -> str:
    """Write the parameters *names* of a task of history, as a prompt has them."""
    written = []
    for name in names:
        value = record[name]
        if value is None or value is False:
            continue
        spec = parameter_table().spec(name)
        known = spec.written if spec else f"--{name}"
        # History keeps numbers as floats; a prompt has "--chaos 10", not "10.0".
        told = f"{value:g}" if isinstance(value, float) else str(value)
        written.append(known if value is True else f"{known} {told.removeprefix('niji ')}")
    return truncate(" ".join(written), _LABEL)


def _why_none(record: Record, phase: Phase) -> str:
    """Say why a task has no picture, "" when one is kept."""
    # History names a picture by its hash; one that is kept needs no reason.
    if record["sha256"]:
        return ""
    if record["reason"]:
        return truncate(record["reason"], _REASON)
    if phase is Phase.DONE:
        is_told = (record["action"] or "").upper() in _IN_WORDS
        words = gettext("Answered in words: open it to read them.")
        return (
            words if is_told else gettext("No picture is kept yet; opening the task asks for it.")
        )
    unsettled = _UNSETTLED if record["status"] == "UNKNOWN" else _LAST_SEEN
    return gettext(_NO_PICTURE.get(phase, unsettled))
