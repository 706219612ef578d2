"""The table of faults: what was done, what it cost, and what the person was told."""

from dataclasses import dataclass, field


@dataclass
class Row:
    """
    One fault.

    Attributes:
        fault: What went wrong.
        history: Where history was: a file, or PostgreSQL.
        submits: How many submits were sent.
        tasks: How many tasks the server took: what is paid for.
        lost: How many of these no history knows, nor has a request in doubt that may be it.
        picture: What became of the picture.
        told: The sentence that the person saw.
    """

    fault: str
    history: str = "file"
    submits: int | None = None
    tasks: int | None = None
    lost: int | None = None
    picture: str = ""
    told: str = ""


@dataclass
class Table:
    """The rows, in order of the tests."""

    rows: list[Row] = field(default_factory=list)

    def row(self, test: str) -> Row:
        """Return the row of a new test, named by it until it says better."""
        row = Row(test.removeprefix("test_").replace("_", " "))
        self.rows.append(row)
        return row

    def lines(self) -> list[str]:
        """Return the table as text; rows whose test did not come to its end say so."""
        if not self.rows:
            return []
        width = max(len(row.fault) for row in self.rows)
        head = f"{'fault':{width}}  history     submits  tasks  lost  picture  the person is told"
        return ["", head, "-" * len(head), *(_line(row, width) for row in self.rows)]


TABLE = Table()


def _line(row: Row, width: int) -> str:
    if row.tasks is None:
        return f"{row.fault:{width}}  {row.history:10}  did not come to its end"
    lost = "-" if row.lost is None else str(row.lost)
    counts = f"{row.submits!s:>7}  {row.tasks!s:>5}  {lost:>4}  {row.picture:7}"
    return f"{row.fault:{width}}  {row.history:10}  {counts}  {row.told}"
