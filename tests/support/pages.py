"""The documents that people read: README and the pages of the documentation."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "notebooks" / "docs"
CHINESE_README = ROOT / "README.zh-CN.md"
PAGES = [README, CHINESE_README, *sorted(DOCS.rglob("*.md"))]


class Block(NamedTuple):
    """
    One block of a page.

    Attributes:
        language: What is written behind its fence.
        text: What stands in it.
    """

    language: str
    text: str


def blocks_of(page: Path) -> list[Block]:
    """Return all blocks of a page, in their order, but for what only the site's builder reads."""
    found = re.findall(
        r"^```([^\n]*)\n(.*?)\n```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return [Block(*each) for each in found if not each[0].startswith("{")]


def with_part(text: str, name: str, part: str) -> str:
    """Return the *text* of a page with *part* between the marks of that name."""
    begin, end = f"<!-- {name}: written by tests.docs -->", f"<!-- end of {name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise LookupError(f"There are no marks for {name}.")
    return f"{before}{begin}\n\n{part}\n\n{end}{after}"
