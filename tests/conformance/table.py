"""The table of operations in the documentation, from the rows the tests carry out."""

from tests.conformance.operations import NEW_API, OPEN, OPERATIONS, PLUS, TRUEAI, Operation

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
