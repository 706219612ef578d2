"""What came of looking through the kept pictures: rows, lines of text, a table."""

from dataclasses import dataclass

from mj_notebook.language import counted, marked, translated
from mj_notebook.view.html import Safe, el
from mj_notebook.view.table import Column, Kind, table_html

MISSING, DAMAGED, NEVER = marked("missing"), marked("damaged"), marked("never kept")
"""What is wrong with a picture: no file, other bytes than were kept, or it was never fetched."""
REPAIRED, GONE, FAILED = marked("fetched again"), marked("gone"), marked("not fetched")
OPEN = "not tried"
"""What came of it."""


@dataclass(frozen=True, slots=True)
class PictureFault:
    """
    One picture that is not as it was kept.

    Attributes:
        task_id: The task it belongs to.
        server: How the server of that task is called.
        prompt: What was asked.
        part: "picture", or which tile: "tile 2".
        file: The file's name, "" when it never had one.
        state: "missing", "damaged" or "never kept".
        outcome: "fetched again", "gone", "not fetched" (the server may have it), or "not tried".
        reason: Why it is gone or not fetched, or what is different about the one fetched again;
            "" as a rule.
    """

    task_id: str
    server: str
    prompt: str
    part: str
    file: str
    state: str
    outcome: str = OPEN
    reason: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Verification:
    """
    What `mj.verify` found.

    Attributes:
        checked: How many pictures were compared with their hashes.
        rows: Those that are missing or damaged, the newest task first.
    """

    checked: int
    rows: tuple[PictureFault, ...] = ()

    @property
    def is_ok(self) -> bool:
        """Whether every picture is there and whole now."""
        return all(row.outcome == REPAIRED for row in self.rows)

    @property
    def summary(self) -> str:
        """The whole in one sentence."""
        if not self.rows:
            return translated(
                "{counted} checked: all are there and whole.",
                counted=counted(self.checked, "picture"),
            )
        found = [(word, sum(row.state == word for row in self.rows)) for word in _STATES]
        found += [(word, sum(row.outcome == word for row in self.rows)) for word in _OUTCOMES]
        told = ", ".join(f"{count} {translated(word)}" for word, count in found if count)
        return translated(
            "{counted} checked: {told}.", counted=counted(self.checked, "picture"), told=told
        )

    @property
    def advice(self) -> str:
        """What to do next, "" when there is nothing to do."""
        untried = any(row.outcome == OPEN for row in self.rows)
        return (
            translated("mj.verify(repair=True) fetches again what the server still has.")
            if untried
            else ""
        )

    def __repr__(self) -> str:
        lines = (
            translated(
                "{state}: {part} of task {task_id}",
                state=translated(row.state),
                part=row.part,
                task_id=row.task_id,
            )
            + "".join(f" · {said}" for said in (row.prompt, row.file, *_outcome_text(row)) if said)
            for row in self.rows
        )
        return "\n".join(line for line in (self.summary, *lines, self.advice) if line)

    def _repr_html_(self) -> str:
        return str(_html(self))


_STATES = (MISSING, DAMAGED, NEVER)
_OUTCOMES = (REPAIRED, GONE, FAILED)
_COLUMNS = (
    Column(marked("Task")),
    Column(marked("Asked for")),
    Column(marked("What")),
    Column(marked("State")),
    Column(marked("File"), Kind.FACT),
    Column(marked("Came of it"), Kind.FACT),
)


def _html(report: Verification) -> Safe:
    said = (el("div", line) for line in (report.summary, report.advice) if line)
    if not report.rows:
        return el("div", *said)
    return el("div", *said, table_html(_COLUMNS, map(_cells, report.rows)))


def _cells(row: PictureFault) -> tuple[str, ...]:
    task = f"{row.task_id} ({row.server})"
    came = ": ".join(_outcome_text(row))
    return (task, row.prompt, row.part, translated(row.state), row.file, came)


def _outcome_text(row: PictureFault) -> list[str]:
    outcome = translated(row.outcome) if row.outcome != OPEN else ""
    return [said for said in (outcome, row.reason) if said]
