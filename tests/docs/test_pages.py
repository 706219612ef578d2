"""README and documentation: no page is stale, lost, too long, or leads nowhere."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

import mj_notebook
from mj_notebook.session.job import FOR_PEOPLE
from tests.docs import words
from tests.docs.reference import written_names
from tests.docs.words import asked_for
from tests.docs.written import PARTS, WRITERS, Part
from tests.language.messages import read, renewed, rows
from tests.support.pages import CHINESE_README, DOCS, PAGES, README, ROOT, blocks_of

PAPERS = [
    *PAGES,
    *(ROOT / f"{name}.md" for name in ("CONTRIBUTING", "CHANGELOG", "CAUSES")),
    *ROOT.glob("mj_notebook/**/README.md"),
]


@pytest.mark.parametrize(
    "part", PARTS, ids=lambda part: f"{part.page.parent.parent.name}-{part.name}"
)
def test_what_is_written_from_tables_is_of_today(part: Part) -> None:
    """``python -m tests.docs`` would change nothing."""
    assert part.renewed() == part.page.read_text("utf-8")


def test_the_readme_is_short() -> None:
    """A newcomer reads it whole."""
    assert len(README.read_text("utf-8").splitlines()) <= 150


def test_what_is_in_chinese_is_translated() -> None:
    """The pages that are written from tables ask for no word that their catalogue lacks."""
    asked = asked_for(*WRITERS)
    assert rows(renewed(words.CATALOGUE, asked)) == rows(read(words.CATALOGUE))
    assert not [one.id for one in read(words.CATALOGUE) if one.id and not one.string]


def test_chinese_pages_run_the_same_code() -> None:
    """What a newcomer types is the same in both languages, but for remarks."""

    def code(page: Path) -> list[str]:
        return [re.sub(" *#.*", "", text) for _, text in blocks_of(page)]

    pages = (
        (README, CHINESE_README),
        (DOCS / "index.md", DOCS / "zh" / "index.md"),
        (DOCS / "your-proxy.md", DOCS / "zh" / "your-proxy.md"),
    )
    for english, chinese in pages:
        known = code(english)
        others = [text for text in code(chinese) if text not in known]
        assert [text for text in others if "lang=" not in text] == []


def test_every_page_is_in_the_contents() -> None:
    """The first page leads to each other one."""
    listed = re.findall(r"^([\w/-]+)$", (DOCS / "index.md").read_text("utf-8"), re.MULTILINE)
    pages = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")}
    assert pages == {*listed, "index"}
    assert len(listed) == len(set(listed))


def test_every_public_name_is_told_of() -> None:
    """The page of the API has all of them."""
    assert written_names() == set(mj_notebook.__all__) - {"__version__"}


def test_every_name_of_a_job_is_in_the_reference() -> None:
    """What `dir(job)` lists stands there, with the words that its docstring says."""
    page = (DOCS / "reference/api.md").read_text("utf-8")
    block = page.partition("autoclass:: mj_notebook.Job\n")[2].partition("```")[0]
    assert [name for name in FOR_PEOPLE if not re.search(rf"\b{name}\b", block)] == []


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
