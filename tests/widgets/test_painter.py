"""The mask painter as a model: what it sends, what it takes, what its mask is."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from mj_notebook.errors import MJError, UsageError
from mj_notebook.images.mask import MOST_BYTES
from mj_notebook.widgets.painter import MOST_DRAWING, Painter
from tests.view.samples import encoded, grid_picture
from tests.widgets.wire import Sent, receive, tell

pytestmark = pytest.mark.usefixtures("sent")

PICTURE = encoded(grid_picture(200))
STROKES = '{"strokes":[{"kind":"invert"}],"done":1}'


def painted(
    box: tuple[int, int, int, int] = (0, 0, 100, 200),
    size: tuple[int, int] = (200, 200),
    mode: str = "1",
    kind: str = "PNG",
    **options: Any,
) -> bytes:
    """Return a mask as a page sends it: white in *box*."""
    mask = Image.new("1", size)
    mask.paste(1, box)
    buffer = io.BytesIO()
    mask.convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def paint(painter: Painter, mask: bytes) -> None:
    """Let *painter* hear what a page sends after a stroke."""
    tell(painter, {"kind": "mask"}, mask)


def image(painter: Painter) -> Image.Image:
    """Return the mask, opened."""
    return Image.open(io.BytesIO(painter.mask))


def test_a_new_painter_selects_nothing() -> None:
    """The mask is black at first, one bit a pixel, and as large as the picture."""
    painter = Painter(PICTURE)
    assert (painter.size, painter.selected) == ((200, 200), 0)
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


def test_what_a_person_paints_is_the_mask(sent: Sent) -> None:
    """The page's mask counts as it is, whoever observes the share hears of it at once."""
    painter = Painter(PICTURE)
    shares: list[float] = []
    painter.observe(lambda change: shares.append(change["new"]), "selected")
    sent.clear()
    paint(painter, painted())
    assert image(painter).getbbox() == (0, 0, 100, 200)
    paint(painter, painted((10, 20, 30, 40)))
    assert image(painter).getbbox() == (10, 20, 30, 40)
    assert shares == [0.5, 0.01]
    assert sent == []


def test_strokes_are_kept_for_pages_that_come_later(sent: Sent) -> None:
    """They are kept unread, and told to every page; the mask does not change by them."""
    painter = Painter(PICTURE)
    sent.clear()
    receive(painter, _drawing=STROKES)
    assert [message["method"] for _, message in sent] == ["echo_update"]
    receive(painter, _drawing="}" * MOST_DRAWING)
    assert painter.get_state()["_drawing"] == "}" * MOST_DRAWING
    assert painter.selected == 0


@pytest.mark.parametrize(
    "state",
    [
        {"_drawing": "x" * (MOST_DRAWING + 1)},
        {"_drawing": None},
        {"_drawing": ["x"]},
        {"_ground": "text"},
        {"_size": [1, 1]},
        {"_picture": "text"},
        {"size": [1, 1]},
        {"selected": 1.0},
        {"_mask": "text"},
    ],
    ids=lambda state: str(state)[:40],
)
def test_a_page_can_not_say_what_is_here(state: dict[str, Any]) -> None:
    """What only Python knows stays, and what is no drawing is not kept."""
    painter = Painter(PICTURE)
    receive(painter, _drawing=STROKES)
    paint(painter, painted())
    before = painter.get_state()
    receive(painter, **state)
    assert painter.get_state() == before
    assert (painter.selected, painter.size) == (0.5, (200, 200))
    assert image(painter).getbbox() == (0, 0, 100, 200)


BAD: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "words": lambda: b"<svg/>",
    "only its beginning": lambda: painted()[:-30],
    "another size": lambda: painted(size=(200, 201)),
    "a huge size": lambda: painted(size=(20_000, 20_000), compress_level=1),
    "grey": lambda: painted(mode="L"),
    "colours": lambda: painted(mode="RGBA"),
    "another kind": lambda: painted(kind="BMP"),
    "another kind in its name": lambda: b"\x89PNG\r\n\x1a\n" + painted(kind="BMP"),
    "too many bytes": lambda: painted() + bytes(MOST_BYTES),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_what_is_no_mask_changes_nothing(content: Callable[[], bytes]) -> None:
    """Only a PNG of one bit a pixel and of the picture's size is taken."""
    painter = Painter(PICTURE)
    paint(painter, painted())
    before = painter.mask
    paint(painter, content())
    assert (painter.mask, painter.selected) == (before, 0.5)


@pytest.mark.parametrize("message", ["mask", None, 7, {}, {"kind": "bomb"}, {"kind": ["mask"]}])
def test_nonsense_changes_nothing(message: object) -> None:
    """A message of no known kind is not a mask, whatever comes with it."""
    painter = Painter(PICTURE)
    tell(painter, message, painted())
    tell(painter, {"kind": "mask"})
    assert painter.selected == 0


def test_only_the_pixels_of_a_mask_are_taken() -> None:
    """What else stands in a page's file goes nowhere."""
    painter = Painter(PICTURE)
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "hidden words")
    paint(painter, painted(pnginfo=notes))
    assert painter.selected == 0.5
    assert b"hidden" not in painter.mask


def test_the_same_can_be_selected_from_python(sent: Sent) -> None:
    """A box, an outline or a picture; it is told in one message, and strokes begin anew on it."""
    painter = Painter(PICTURE)
    receive(painter, _drawing=STROKES)
    sent.clear()
    painter.select((0, 0, 100, 200))
    (message,) = [message for _, message in sent]
    assert (message["state"], message["buffer_paths"]) == ({"_drawing": ""}, [["_ground"]])
    assert painter.get_state()["_drawing"] == ""
    assert Image.open(io.BytesIO(painter.get_state()["_ground"])).getbbox() == (0, 0, 100, 200)
    assert painter.selected == 0.5
    painter.select(Image.open(io.BytesIO(painted((0, 0, 20, 20)))))
    assert image(painter).getbbox() == (0, 0, 20, 20)
    painter.select([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)])
    assert painter.selected == pytest.approx(0.5, abs=0.01)
    painter.clear()
    assert (painter.selected, painter.get_state()["_ground"]) == (0, b"")


@pytest.mark.parametrize("wrong", [[], (900, 900, 950, 950), "no file", (1, 2, 3)])
def test_nonsense_from_python_is_an_error(wrong: Any) -> None:
    """A mask that selects nothing says why, and nothing is lost."""
    painter = Painter(PICTURE)
    paint(painter, painted())
    with pytest.raises(MJError):
        painter.select(wrong)
    assert painter.selected == 0.5


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
