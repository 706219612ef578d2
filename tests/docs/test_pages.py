"""README and documentation: no page is stale, lost, too long, or leads nowhere."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

import mj_notebook
from tests.docs.reference import written_names
from tests.docs.written import PARTS, Part
from tests.support.pages import DOCS, PAGES, README, ROOT

PAPERS = [
    *PAGES,
    *(ROOT / f"{name}.md" for name in ("CONTRIBUTING", "CHANGELOG", "CAUSES")),
    *ROOT.glob("mj_notebook/**/README.md"),
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_what_is_written_from_tables_is_of_today(part: Part) -> None:
    """``python -m tests.docs`` would change nothing."""
    assert part.renewed() == part.page.read_text("utf-8")


def test_the_readme_is_short() -> None:
    """A newcomer reads it whole."""
    assert len(README.read_text("utf-8").splitlines()) <= 150


def test_every_page_is_in_the_contents() -> None:
    """The first page leads to each other one."""
    listed = re.findall(r"^([\w/-]+)$", (DOCS / "index.md").read_text("utf-8"), re.MULTILINE)
    pages = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")}
    assert pages == {*listed, "index"}
    assert len(listed) == len(set(listed))


def test_every_public_name_is_told_of() -> None:
    """The page of the API has all of them."""
    assert written_names() == set(mj_notebook.__all__) - {"__version__"}


def without_blocks(page: Path) -> str:
    """Return the text of a page without what stands in its blocks."""
    blocks = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
    return blocks.sub("", page.read_text("utf-8"))


def links(page: Path) -> list[str]:
    """Return where a page leads to in this repository."""
    text = re.sub(r"`[^`\n]*`", "", without_blocks(page))
    found = re.findall(r"\]\(([^)\s]+)\)", text)
    return [link for link in found if not re.match(r"[a-z]+:", link)]


@cache
def headings(page: Path) -> set[str]:
    """Return the anchors of a page, as GitHub makes them."""
    found = re.findall(r"^#+ (.*)$", without_blocks(page), re.MULTILINE)
    return {_anchor(each) for each in found}


def _anchor(heading: str) -> str:
    kept = [
        sign
        for sign in heading.lower().replace("`", "")
        if sign in " -_" or unicodedata.category(sign)[0] in "LN"
    ]
    return "".join(kept).replace(" ", "-")


@pytest.mark.parametrize("page", PAPERS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """To a file that is there, and to a heading in it."""
    lost = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        is_there = target.exists() and target.is_relative_to(ROOT)
        if not is_there or (anchor and anchor not in headings(target)):
            lost.append(link)
    assert lost == []
