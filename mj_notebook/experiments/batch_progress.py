"""What a batch says while it runs: one line for each change worth a line, good in a log; pure."""

from collections.abc import Callable, Sequence

from mj_notebook.errors import counted
from mj_notebook.experiments.batch_rows import BatchRow
from mj_notebook.experiments.schedule import Backoff, EndReason, Limits, Obstacle, RowStatus
from mj_notebook.settings.language import marked
from mj_notebook.settings.pricing import amount
from mj_notebook.view.status import done_words
from mj_notebook.view.text import truncate
from mj_notebook.view.units import duration

# One line of a terminal, with the counts beside it.
_LONGEST = 60


def opening_line(rows: Sequence[BatchRow], limits: Limits) -> str:
    """Say what is about to be done."""
    budget = "" if limits.budget is None else f", at most {amount(limits.budget)}"
    return f"batch: {counted(len(rows), 'prompt')}, {limits.max_in_flight} at a time{budget}"


def accepted_line(row: BatchRow, total: int) -> str:
    """Say that the server took a row."""
    return f"{_head(row, total)} sent as task {row.task} · {_words(row)}"


def end_line(row: BatchRow, total: int) -> str:
    """Say how a row ended."""
    return f"{_head(row, total)} {status_text(row)} · {_words(row)}"


def status_text(row: BatchRow) -> str:
    """Say in some words where a row stands, and why."""
    why = f": {truncate(row.why, 400)}" if row.why else ""
    if row.standing is RowStatus.DONE:
        return ("found again, 0 credits" if row.is_replayed else done_words(row.seconds)) + why
    if row.standing is RowStatus.PENDING and row.lost is not None:
        return f"lost, and drawn again{why}"
    return f"{row.standing}{why}"


def backoff_line(backoff: Backoff, now: float) -> str:
    """Say what keeps the batch from going on; "" when the row's own line has said it."""
    wait = duration(backoff.until - now)
    if backoff.kind is Obstacle.FULL:
        return f"batch: the queue is full, trying again in {wait}"
    if backoff.kind is Obstacle.AWAY:
        return f"batch: the server can't be reached, trying again in {wait}"
    if backoff.kind is Obstacle.UNAVAILABLE:
        return f"batch: nobody is there to draw, trying again in {wait}"
    if backoff.kind is Obstacle.LOST_BEHIND:
        return "batch: a gateway lost an answer behind it, so nothing more is sent for now"
    if backoff.kind is Obstacle.LOST:
        return f"batch: an answer was lost, going on in {wait}"
    return ""


END_TEXTS = {
    EndReason.FINISHED: "",
    EndReason.BUDGET: marked("the next one would exceed the budget"),
    EndReason.AWAY: marked("the server could not be reached"),
    EndReason.UNAVAILABLE: marked("nobody was there to draw: mj.doctor() looks why"),
    EndReason.LOST: marked("several answers in a row were lost: look at the proxy's tasks first"),
    EndReason.LOST_BEHIND: marked(
        "an answer was lost behind the gateway, where one more may be drawn:"
        " mj.doctor(), then run it again"
    ),
    EndReason.REFUSING: marked("the server refused several in a row"),
    EndReason.ERROR: marked("it could not go on"),
    EndReason.STOPPED: marked("stopped; what runs goes on"),
}


def summary_line(
    rows: Sequence[BatchRow],
    end_reason: EndReason | None,
    reason: str = "",
    *,
    cost_words: Callable[[float], str] = amount,
) -> str:
    """Say how many are done, failed and pending, what they cost, and why it ended."""
    counts = [(what, sum(row.standing is what for row in rows)) for what in RowStatus]
    parts = [f"{count} {what}" for what, count in counts if count]
    again = sum(row.standing is RowStatus.DONE and row.is_replayed for row in rows)
    if again:
        parts.append(f"{again} of them found again")
    parts.append(cost_words(sum(row.cost for row in rows)))
    ended = reason or (END_TEXTS[end_reason] if end_reason else "interrupted; what runs goes on")
    return f"batch: {', '.join(parts)}{f' · {truncate(ended, 400)}' if ended else ''}"


def _head(row: BatchRow, total: int) -> str:
    return f"[{row.number}/{total}]"


def _words(row: BatchRow) -> str:
    return truncate(row.prompt, _LONGEST)
