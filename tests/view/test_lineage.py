"""A family of tasks as a tree."""

import re
from xml.etree import ElementTree as ET

import pytest

from mj_notebook.view.lineage import lineage_html, lineage_text
from tests.view.test_history import HOSTILE, JPEG, record

NODES = [
    record(task=name, button=button)
    for name, button in zip(("1", "2", "4", "5", "3"), (None, "U2", "V1", "V2", "🔄"), strict=True)
]
EDGES = [("1", "2", "U2"), ("2", "4", "V1"), ("2", "5", "V2"), ("1", "3", "🔄")]


def parsed(html: str) -> ET.Element:
    """Read markup of ours, in which only pictures have no end."""
    return ET.fromstring(re.sub(r"(<img[^>]*)>", r"\1/>", html))


def families(html: str) -> list[tuple[str, str]]:
    """Return parent and child of each task in the list, in their order."""
    found: list[tuple[str, str]] = []

    def go(item: ET.Element, parent: str) -> None:
        for child in item.findall("ul/li"):
            found.append((parent, child.get("data-task") or ""))
            go(child, child.get("data-task") or "")

    go(next(div for div in parsed(html) if div.find("ul") is not None), "")
    return found


def test_children_stand_in_the_list_of_their_parent() -> None:
    """Each task once, in its place, whatever the tree is like."""
    made = [("", "1"), ("1", "2"), ("2", "4"), ("2", "5"), ("1", "3")]
    assert families(lineage_html(NODES, EDGES, {})) == made
    roots = [record(task=name) for name in ("1", "2")]
    assert families(lineage_html(roots, [], {})) == [("", "1"), ("", "2")]
    chain = [record(task=str(number)) for number in range(200)]
    edges = [(str(number), str(number + 1), "") for number in range(199)]
    assert len(families(lineage_html(chain, edges, {}))) == 200


def test_the_one_asked_for_is_marked() -> None:
    """By a line around its picture, its letters, and a word for who can't see them."""
    tree = parsed(lineage_html(NODES, EDGES, {"ab" * 32: JPEG}, chosen="2"))
    assert len(list(tree.iter("img"))) == len(NODES)
    (marked,) = [item for item in tree.iter("li") if item.find("div[@aria-current]") is not None]
    assert marked.get("data-task") == "2"
    assert [strong.text for strong in tree.iter("strong")] == ["U2"]


@pytest.mark.parametrize("field", ["task", "prompt", "button", "status"])
def test_everything_from_outside_is_escaped(field: str) -> None:
    """In words, titles and attributes; nothing in it runs or is fetched."""
    hostile = record(**{field: HOSTILE})
    drawn = parsed(lineage_html([hostile], [], {"ab" * 32: JPEG}, note=HOSTILE))
    tags = {element.tag for element in drawn.iter()}
    assert tags - {"span"} == {"div", "style", "ul", "li", "img"}
    names = {name for element in drawn.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on")]
    (image,) = drawn.iter("img")
    assert (image.get("src") or "").startswith("data:image/jpeg;base64,")


def test_a_task_without_a_picture_is_a_frame() -> None:
    """Never a broken picture."""
    tree = parsed(lineage_html([record(sha256=None)], [], {}))
    assert list(tree.iter("img")) == []
    assert len(list(tree.iter("li"))) == 1


def test_the_text_is_indented_like_the_drawing() -> None:
    """Readers without pictures see the same tree."""
    lines = lineage_text(NODES, EDGES, chosen="5").splitlines()
    assert [len(line) - len(line.lstrip()) for line in lines] == [0, 2, 4, 4, 2]
    assert [line for line in lines if line.endswith("◀")] == [lines[3]]
    assert lines[1].strip() == "U2 · a red kite --ar 3:2 · done · 2"
