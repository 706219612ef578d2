"""A batch as a value: its rows, what came of them, and the table of it."""

from collections.abc import Callable, Sequence
from typing import Any

from mj_notebook.errors import MJError
from mj_notebook.experiments.batch_progress import status_text, summary_line
from mj_notebook.experiments.batch_rows import BatchRow
from mj_notebook.experiments.schedule import EndReason, RowStatus
from mj_notebook.language import counted, marked, translated
from mj_notebook.session.job import Job
from mj_notebook.settings.argument_types import living, public
from mj_notebook.settings.pricing import amount
from mj_notebook.store.tabular import Tabular
from mj_notebook.view.text import truncate

_FAILED = (RowStatus.FAILED, RowStatus.BANNED, RowStatus.REFUSED, RowStatus.UNKNOWN)
# More rows make a page slow to scroll.
_MAX_ROWS = 200
_PROMPT = 160


@living
@public
class Batch(Tabular[BatchRow]):
    """
    The rows of a batch, in the order they were given.

    Attributes:
        end_reason: Why it ended; None when it was interrupted.
        fatal_error: The error that ended it early, None as a rule.

    Example:
        >>> night = mj.batch(["a kite", "a boat"])
        >>> night.to_records()[0]["prompt"]
    """

    def __init__(
        self, rows: Sequence[BatchRow], *, cost_words: Callable[[float], str] = amount
    ) -> None:
        super().__init__(rows)
        self._cost_words = cost_words
        self.end_reason: EndReason | None = None
        self.fatal_error: MJError | None = None

    @property
    def done(self) -> tuple[BatchRow, ...]:
        """The rows whose task succeeded, now or earlier."""
        return self._with_status(RowStatus.DONE)

    @property
    def failed(self) -> tuple[BatchRow, ...]:
        """The rows that ended badly: failed, banned, refused, or of unknown fate."""
        return self._with_status(*_FAILED)

    @property
    def pending(self) -> tuple[BatchRow, ...]:
        """The rows that are neither: not sent yet, still running, or waiting for a person."""
        ended = (RowStatus.DONE, *_FAILED)
        return tuple(row for row in self._rows if row.standing not in ended)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs of the rows that have one."""
        return tuple(row.job for row in self._rows if row.job is not None)

    @property
    def cost(self) -> float:
        """The credits of this run; what was found again costs nothing."""
        # One task that several rows show is paid by the first: the others have found it, and have
        # no cost.
        return sum(row.cost for row in self._rows)

    def _with_status(self, *wanted: RowStatus) -> tuple[BatchRow, ...]:
        return tuple(row for row in self._rows if row.standing in wanted)

    def to_records(self) -> list[dict[str, Any]]:
        """Return the rows as flat records; columns that were given keep their names."""
        return [{**_renamed(row), **_record(row)} for row in self._rows]

    def summary(self) -> str:
        """Say in one line what came of it."""
        reason = str(self.fatal_error) if self.fatal_error is not None else ""
        return summary_line(self._rows, self.end_reason, reason, cost_words=self._cost_words)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        from mj_notebook.view.parts import picture_html
        from mj_notebook.view.table import Column, Kind, table_html, table_text

        rows = self._rows[:_MAX_ROWS]
        shown = [_line(row) for row in rows]
        seen = [row.job.pictures.thumbnail if row.job is not None else None for row in rows]
        # Thumbnails: 200 whole grids would make the notebook larger than most hosts show.
        drawn = [
            (row_number, picture_html(shot, row.prompt) if shot else None, *rest)
            for row, shot, (row_number, *rest) in zip(rows, seen, shown, strict=True)
        ]
        left = len(self._rows) - len(shown)
        more = [translated("{count} not shown", count=counted(left, "further row"))] if left else []
        note = " · ".join([self.summary(), *more])
        number, *others = (
            Column("", Kind.NUMBER),
            Column(marked("Prompt")),
            Column(marked("Status")),
            Column(marked("Credits"), Kind.NUMBER),
            Column(marked("Task"), Kind.FACT),
        )
        with_pictures = (number, Column("", Kind.PICTURE), *others)
        return {
            "text/plain": table_text((number, *others), shown, note=note),
            "text/html": str(table_html(with_pictures, drawn, note=note)),
        }


def _line(row: BatchRow) -> tuple[str, ...]:
    cost = "" if row.job is None and not row.cost else amount(row.cost).partition(" ")[0]
    return (
        str(row.number),
        truncate(row.prompt, _PROMPT),
        status_text(row),
        cost,
        row.task or "",
    )


def _record(row: BatchRow) -> dict[str, Any]:
    job = row.job
    return {
        "number": row.number,
        "prompt": row.prompt,
        "standing": row.standing.value,
        "why": row.why or None,
        "task": row.task,
        "cost": row.cost,
        "replayed": row.is_replayed,
        "seconds": row.seconds,
        "file": str(job.pictures.kept.path) if job and job.pictures.kept else None,
    }


def _renamed(row: BatchRow) -> dict[str, Any]:
    """Return the columns that were given; those with one of our names get another."""
    ours = _record(row).keys()
    # A column called "task" or "cost" is the person's; ours of the same name would overwrite it.
    return {f"{key}_given" if key in ours else key: value for key, value in row.given.items()}
