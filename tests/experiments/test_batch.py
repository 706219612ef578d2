"""A batch as a value: what is done, failed and pending, and its table."""

from mj_notebook.experiments.batch import Batch
from mj_notebook.experiments.schedule import EndReason, RowStatus
from tests.experiments.test_batch_runner import rows_of


def made() -> Batch:
    """Return a batch as an interrupt may leave it."""
    rows = rows_of(
        [
            {"prompt": "a <b>red</b> kite", "scene": 1, "cost": "low"},
            "a kite of blood",
            "a blue kite",
            "a green kite",
        ]
    )
    ends = (RowStatus.DONE, RowStatus.BANNED, RowStatus.UNKNOWN, RowStatus.PENDING)
    for row, standing in zip(rows, ends, strict=True):
        row.standing = standing
    rows[1].why = "The server will not draw “blood”."
    rows[0].cost = rows[2].cost = 1
    return Batch(rows)


def test_every_row_is_in_one_of_three_groups() -> None:
    """Done, failed (also what nobody knows), and pending."""
    batch = made()
    groups = (batch.done, batch.failed, batch.pending)
    assert [[row.number for row in rows] for rows in groups] == [[1], [2, 3], [4]]
    assert (len(batch), batch[-1].number, len(batch[:2]), batch.jobs) == (4, 4, 2, ())


def test_the_summary_counts_and_says_why() -> None:
    """One line at the end of the log."""
    batch = made()
    counts = "batch: 1 pending, 1 done, 1 banned, 1 unknown, 2 credits"
    assert batch.summary() == f"{counts} · interrupted; what runs goes on"
    batch.end_reason = EndReason.BUDGET
    assert batch.summary().endswith("the next one would exceed the budget")


def test_the_table_is_safe_and_readable() -> None:
    """Markup in a prompt is text; the plain table has a line a row and the summary."""
    shown = made()._repr_mimebundle_()
    assert "<b>red" not in shown["text/html"]
    assert "&lt;b&gt;red" in shown["text/html"]
    assert repr(made()) == shown["text/plain"]
    assert len(shown["text/plain"].splitlines()) == 6
    assert "“blood”" in shown["text/plain"]


def test_a_frame_keeps_the_columns_that_were_given() -> None:
    """One of our names gets another; nothing is lost."""
    frame = made().to_pandas()
    assert list(frame["standing"]) == ["done", "banned", "unknown", "pending"]
    assert (frame["scene"][0], frame["cost"][0], frame["cost_given"][0]) == (1, 1, "low")
