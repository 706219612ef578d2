"""The parts of the README that are written from tables, between two marks each."""

from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def with_part(text: str, begin: str, end: str, part: str) -> str:
    """Return the README's *text* with *part* between its marks."""
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n\n{part}\n\n{end}{after}"
