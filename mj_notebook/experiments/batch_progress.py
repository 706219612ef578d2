"""What a batch says while it runs: one line for each change worth a line, good in a log; pure."""

from collections.abc import Callable, Sequence

from mj_notebook.experiments.batch_rows import BatchRow
from mj_notebook.experiments.schedule import Backoff, EndReason, Limits, Obstacle, RowStatus
from mj_notebook.language import counted, gettext, marked, translated
from mj_notebook.settings.pricing import amount
from mj_notebook.view.status import done_words
from mj_notebook.view.text import truncate
from mj_notebook.view.units import duration

# One line of a terminal, with the counts beside it.
_LONGEST = 60


def opening_line(rows: Sequence[BatchRow], limits: Limits) -> str:
    """Say what is about to be done."""
    said = translated(
        "batch: {prompts}, {count} at a time",
        prompts=counted(len(rows), "prompt"),
        count=limits.max_in_flight,
    )
    if limits.budget is None:
        return said
    return translated(", ").join((said, translated("at most {cost}", cost=amount(limits.budget))))


def accepted_line(row: BatchRow, total: int) -> str:
    """Say that the server took a row."""
    sent = translated("sent as task {task}", task=row.task)
    return f"{_head(row, total)} {sent} · {_words(row)}"


def end_line(row: BatchRow, total: int) -> str:
    """Say how a row ended."""
    return f"{_head(row, total)} {status_text(row)} · {_words(row)}"


def status_text(row: BatchRow) -> str:
    """Say in some words where a row stands, and why."""
    why = f"{translated(': ')}{truncate(row.why, 400)}" if row.why else ""
    if row.standing is RowStatus.DONE:
        found = translated("found again, 0 credits")
        return (found if row.is_replayed else done_words(row.seconds)) + why
    if row.standing is RowStatus.PENDING and row.lost is not None:
        return translated("lost, and drawn again") + why
    return translated(row.standing) + why


def backoff_line(backoff: Backoff, now: float) -> str:
    """Say what keeps the batch from going on; "" when the row's own line has said it."""
    wait = duration(backoff.until - now)
    said = _BACKOFFS.get(backoff.kind)
    return translated(said, wait=wait) if said else ""


_BACKOFFS = {
    Obstacle.FULL: marked("batch: the queue is full, trying again in {wait}"),
    Obstacle.AWAY: marked("batch: the server can't be reached, trying again in {wait}"),
    Obstacle.UNAVAILABLE: marked("batch: nobody is there to draw, trying again in {wait}"),
    Obstacle.LOST_BEHIND: marked(
        "batch: a gateway lost an answer behind it, so nothing more is sent for now"
    ),
    Obstacle.LOST: marked("batch: an answer was lost, going on in {wait}"),
}


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
    parts = [
        gettext("{count} {state}").format(count=count, state=gettext(what.value))
        for what, count in counts
        if count
    ]
    again = sum(row.standing is RowStatus.DONE and row.is_replayed for row in rows)
    if again:
        parts.append(translated("{count} of them found again", count=again))
    parts.append(cost_words(sum(row.cost for row in rows)))
    why = END_TEXTS[end_reason] if end_reason else marked("interrupted; what runs goes on")
    ended = reason or (translated(why) if why else "")
    said = translated("batch: {parts}", parts=translated(", ").join(parts))
    return f"{said} · {truncate(ended, 400)}" if ended else said


def _head(row: BatchRow, total: int) -> str:
    return f"[{row.number}/{total}]"


def _words(row: BatchRow) -> str:
    return truncate(row.prompt, _LONGEST)
