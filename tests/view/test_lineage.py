"""A family of tasks as a drawing."""

from xml.etree import ElementTree as ET

import pytest

from mj_notebook.view.lineage import NodePosition, layout, lineage_html, lineage_svg, lineage_text
from tests.view.test_history import HOSTILE, JPEG, record

NODES = [
    record(task=name, button=button)
    for name, button in zip(("1", "2", "4", "5", "3"), (None, "U2", "V1", "V2", "🔄"), strict=True)
]
EDGES = [("1", "2", "U2"), ("2", "4", "V1"), ("2", "5", "V2"), ("1", "3", "🔄")]


def test_children_stand_right_of_their_parent_and_never_on_another() -> None:
    """The first beside it, the others in lines of their own."""
    spots = layout(NODES, EDGES)
    assert spots == {
        "1": NodePosition(0, 0),
        "2": NodePosition(1, 0),
        "4": NodePosition(2, 0),
        "5": NodePosition(2, 1),
        "3": NodePosition(1, 2),
    }


def test_the_drawing_is_well_formed_and_whole() -> None:
    """A picture, a frame and words for each task, a line for each press, all inside its size."""
    svg = ET.fromstring(lineage_svg(NODES, EDGES, {"ab" * 32: JPEG}, chosen="2"))
    nodes = list(svg.iter("g"))
    assert [node.get("data-task") for node in nodes] == ["1", "2", "4", "5", "3"]
    assert len(list(svg.iter("path"))) == len(EDGES)
    assert all(node.find("image") is not None for node in nodes)
    width, height = (float(svg.get(name) or 0) for name in ("width", "height"))
    for frame in svg.iter("rect"):
        x, y, side = (float(frame.get(name) or 0) for name in ("x", "y", "width"))
        assert 0 <= x <= x + side <= width
        assert 0 <= y <= y + side <= height
    (marked,) = [
        node
        for node in nodes
        if (found := node.find("rect")) is not None and found.get("stroke-width") == "3"
    ]
    assert marked.get("data-task") == "2"


@pytest.mark.parametrize("field", ["task", "prompt", "button", "status"])
def test_everything_from_outside_is_escaped(field: str) -> None:
    """In words, titles and attributes; nothing in it runs or is fetched."""
    hostile = record(**{field: HOSTILE})
    drawn = ET.fromstring(lineage_html([hostile], [], {"ab" * 32: JPEG}, note=HOSTILE))
    tags = {element.tag for element in drawn.iter()}
    assert tags - {"span"} == {"div", "svg", "title", "g", "image", "rect", "text"}
    names = {name for element in drawn.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on")]
    (image,) = drawn.iter("image")
    assert (image.get("href") or "").startswith("data:image/jpeg;base64,")


def test_a_task_without_a_picture_is_a_frame() -> None:
    """Never a broken picture."""
    svg = ET.fromstring(lineage_svg([record(sha256=None)], [], {}))
    assert list(svg.iter("image")) == []
    assert len(list(svg.iter("rect"))) == 1


def test_the_text_is_indented_like_the_drawing() -> None:
    """Readers without pictures see the same tree."""
    lines = lineage_text(NODES, EDGES, chosen="5").splitlines()
    assert [len(line) - len(line.lstrip()) for line in lines] == [0, 2, 4, 4, 2]
    assert [line for line in lines if line.endswith("◀")] == [lines[3]]
    assert lines[1].strip() == "U2 · a red kite --ar 3:2 · done · 2"
