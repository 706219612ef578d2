"""The tables of the painter: text files beside its modules, a row a line."""

from pathlib import Path


def read_lines(name: str) -> list[str]:
    """Return the rows of the table *name*; lines that begin with ``#`` explain it."""
    text = Path(__file__).with_name(f"{name}.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
