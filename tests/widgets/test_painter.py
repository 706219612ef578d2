"""The mask painter as a model: what it sends, what it takes, what its mask is."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mj_notebook.errors import MJError, UsageError
from mj_notebook.images.strokes import (
    MOST_POINTS,
    MOST_POINTS_ALL,
    MOST_STROKES,
    Brush,
    Clear,
    Invert,
    Lasso,
    Rectangle,
)
from mj_notebook.widgets.painter import Painter
from tests.view.samples import encoded, grid_picture
from tests.widgets.wire import Sent, receive

pytestmark = pytest.mark.usefixtures("sent")

LONG = {"kind": "brush", "adds": True, "size": 9.0, "points": [50.0] * 2 * MOST_POINTS}
PICTURE = encoded(grid_picture(200))
HALF = {"kind": "rectangle", "adds": True, "left": 0, "top": 0, "width": 100, "height": 200}
DAB = {"kind": "brush", "adds": False, "size": 20.0, "points": [50.0, 50.0]}


def image(painter: Painter) -> Image.Image:
    """Return the mask, opened."""
    return Image.open(io.BytesIO(painter.mask))


def test_a_new_painter_selects_nothing() -> None:
    """The mask is black at first, one bit a pixel, and as large as the picture."""
    painter = Painter(PICTURE)
    assert (painter.size, painter.selected, painter.strokes) == ((200, 200), 0, ())
    assert (image(painter).mode, image(painter).size) == ("1", (200, 200))
    assert image(painter).getbbox() is None


def test_a_painter_is_one_model(sent: Sent) -> None:
    """Beside what all panels share, a painter opens one model; the picture travels in it once."""
    Painter(PICTURE)
    sent.clear()
    painter = Painter(PICTURE)
    assert [kind for kind, _ in sent] == ["comm_open"]
    assert painter.get_state()["_picture"] == PICTURE
    assert len(painter.get_state()["_esm"]) < 50_000


def test_the_same_can_be_painted_from_python(sent: Sent) -> None:
    """Each tool is a method; each call is a stroke and one message."""
    painter = Painter(PICTURE)
    sent.clear()
    painter.rectangle(0, 0, 100, 200)
    assert painter.selected == 0.5
    painter.brush([(50, 50), (60, 70)], 20, erase=True)
    painter.lasso([(110, 10), (190, 10), (150, 90)])
    painter.invert()
    painter.clear()
    assert painter.strokes == (
        Rectangle(0, 0, 100, 200),
        Brush(((50, 50), (60, 70)), 20, adds=False),
        Lasso(((110, 10), (190, 10), (150, 90))),
        Invert(),
        Clear(),
    )
    assert [kind for kind, _ in sent] == ["comm_msg"] * 5
    assert painter.selected == 0


def test_undo_and_redo(sent: Sent) -> None:
    """Strokes are taken back and done again one by one, until something else is done."""
    painter = Painter(PICTURE)
    painter.undo()
    painter.rectangle(0, 0, 100, 200)
    painter.invert()
    black_left = painter.mask
    painter.undo()
    assert image(painter).getbbox() == (0, 0, 100, 200)
    sent.clear()
    painter.redo()
    painter.redo()
    assert painter.mask == black_left
    assert [set(message["state"]) for _, message in sent] == [{"done"}]
    painter.undo()
    painter.clear()
    painter.redo()
    assert painter.strokes == (Rectangle(0, 0, 100, 200), Clear())


def test_what_a_person_paints_is_told(sent: Sent) -> None:
    """A stroke of the page changes mask and share at once, and is not sent back as a change."""
    painter = Painter(PICTURE)
    shares: list[float] = []
    painter.observe(lambda change: shares.append(change["new"]), "selected")
    sent.clear()
    receive(painter, ops=[HALF], done=1)
    receive(painter, ops=[HALF, DAB], done=2)
    receive(painter, done=1)
    assert shares == [0.5, pytest.approx(0.5 - 316 / 40_000, abs=0.001), 0.5]
    assert image(painter).getbbox() == (0, 0, 100, 200)
    assert [message["method"] for _, message in sent] == ["echo_update"] * 3


BAD: list[dict[str, Any]] = [
    {"ops": "everything"},
    {"ops": [{"kind": "bomb"}], "done": 1},
    {"ops": [HALF, {**DAB, "size": float("nan")}], "done": 2},
    {"ops": [{**HALF, "width": None}], "done": 1},
    {"ops": [{**DAB, "points": [1] * 999_999}], "done": 1},
    {"ops": None},
    {"done": -1},
    {"done": "1"},
    {"done": 10**30},
    {"_size": [1, 1]},
    {"_picture": "text"},
    {"size": [1, 1]},
    {"selected": 1.0},
]


@pytest.mark.parametrize("state", BAD, ids=lambda state: str(state)[:50])
def test_nonsense_from_a_page_changes_nothing(sent: Sent, state: dict[str, Any]) -> None:
    """What is no stroke is not taken, and the page is told what there is instead."""
    painter = Painter(PICTURE)
    receive(painter, ops=[HALF], done=1)
    before = painter.mask
    sent.clear()
    receive(painter, **state)
    assert (painter.mask, painter.selected, painter.size) == (before, 0.5, (200, 200))
    assert painter.strokes == (Rectangle(0, 0, 100, 200),)
    if {"ops", "done"} & set(state):
        told = [message["state"] for _, message in sent if message["method"] == "update"]
        assert told[-1] == {"ops": [HALF], "done": 1} or told[-2] == {"ops": [HALF], "done": 1}


def test_more_done_than_there_is() -> None:
    """A number beyond the list means all of the list."""
    painter = Painter(PICTURE)
    receive(painter, ops=[HALF], done=7)
    painter.invert()
    assert painter.strokes == (Rectangle(0, 0, 100, 200), Invert())


@pytest.mark.parametrize(
    "wrong",
    [
        lambda painter: painter.brush([], 10),
        lambda painter: painter.brush([(1, 2)], float("nan")),
        lambda painter: painter.lasso([(1, 2), (3, 4)]),
        lambda painter: painter.lasso([1, 2, 3, 4]),
        lambda painter: painter.brush([(1, 2, 3)], 10),
        lambda painter: painter.brush(None, 10),
        lambda painter: painter.rectangle("1", 2, 3, 4),
    ],
)
def test_nonsense_from_python_is_an_error(wrong: Any) -> None:
    """A call that paints nothing says why, and nothing is lost."""
    painter = Painter(PICTURE)
    painter.invert()
    with pytest.raises(UsageError):
        wrong(painter)
    assert painter.selected == 1


@pytest.mark.parametrize(
    "full", [[{"kind": "invert"}] * MOST_STROKES, [LONG] * (MOST_POINTS_ALL // MOST_POINTS)]
)
def test_a_full_list_can_be_cleared(full: list[Any]) -> None:
    """When no more strokes fit, that is said; clearing begins a new list."""
    painter = Painter(PICTURE)
    painter.ops, painter.done = full, len(full)
    with pytest.raises(UsageError, match="No more strokes fit"):
        painter.brush([(1, 2)], 10)
    painter.undo()
    painter.brush([(1, 2)], 10)
    assert len(painter.strokes) == len(full)
    painter.redo()
    painter.ops = full
    painter.clear()
    painter.brush([(100, 100)], 10)
    assert painter.strokes[-2:] == (Clear(), Brush(((100, 100),), 10))
    assert painter.selected == pytest.approx(78 / 40_000, rel=0.1)


def test_numbers_of_arrays_are_numbers() -> None:
    """Points may come from a table or an array."""
    painter = Painter(PICTURE)
    painter.lasso(np.array([[0, 0], [100, 0], [100, 100], [0, 100]], dtype="int16"))
    painter.brush(np.array([[150.5, 150.5]]), 20)
    assert painter.selected == pytest.approx((10_000 + 314) / 40_000, rel=0.03)


def test_a_size_that_is_not_the_pictures_is_refused() -> None:
    """A mask of another size would repaint the wrong place."""
    assert Painter(PICTURE, (200, 200)).size == (200, 200)
    with pytest.raises(UsageError, match="200 × 200 pixels, not 100 × 100"):
        Painter(PICTURE, (100, 100))


def test_no_picture_no_painter(sent: Sent) -> None:
    """What is no picture is refused, and no model is opened for it."""
    sent.clear()
    with pytest.raises(MJError):
        Painter(b"no picture")
    assert sent == []


def test_without_a_page_a_painter_is_a_sentence() -> None:
    """Where no widgets are drawn, what stands there can be understood."""
    assert repr(Painter(PICTURE)) == "(The mask painter stood here; it needs a running kernel.)"
