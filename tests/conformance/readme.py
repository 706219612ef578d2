"""The README's table of operations, from the rows the tests carry out.

``python -m tests.conformance.readme`` writes it.
"""

from tests.conformance.operations import NEW_API, OPEN, OPERATIONS, PLUS, TRUEAI, Operation
from tests.support.readme import README, with_part

BEGIN, END = (
    "<!-- operations: written by tests.conformance.readme -->",
    "<!-- end of operations -->",
)
_SERVERS = {PLUS: "plus", OPEN: "open", TRUEAI: "trueai", NEW_API: "new-api"}


def table() -> str:
    """Return the table as Markdown."""
    head = ("", "Python", "in a cell", *_SERVERS.values())
    lines = [_row(head), _row(["---"] * 3 + [":-:"] * len(_SERVERS))]
    return "\n".join([*lines, *(_row(_cells(operation)) for operation in OPERATIONS)])


def _cells(operation: Operation) -> list[str]:
    written = [f"`{text}`" if text else "" for text in (operation.python, operation.cell)]
    return [operation.name, *written, *(_mark(operation, server) for server in _SERVERS)]


def _mark(operation: Operation, server: str) -> str:
    if server not in operation.dialects:
        return ""
    return "○" if server in operation.instead else "●"


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def with_table(text: str) -> str:
    """Return the README's *text* with the table of today between its marks."""
    return with_part(text, BEGIN, END, table())


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8")), "utf-8")
