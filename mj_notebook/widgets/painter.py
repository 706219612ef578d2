"""The mask painter: a picture, and the part of it that is to be painted anew."""

import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

import anywidget
import traitlets

from mj_notebook.errors import UsageError
from mj_notebook.images.paintable import paintable
from mj_notebook.images.stroke_mask import Mask
from mj_notebook.images.strokes import (
    MOST_POINTS,
    MOST_POINTS_ALL,
    MOST_STROKES,
    SMALLEST_BRUSH,
    Brush,
    Clear,
    Invert,
    Lasso,
    Point,
    Rectangle,
    Stroke,
    Wire,
    fitting,
    read_stroke,
    read_strokes,
    write_stroke,
)
from mj_notebook.widgets.scripts import script, sheet
from mj_notebook.widgets.shared import shared

_SCRIPTS = (
    "elements.js",
    "painter_strokes.js",
    "painter_stage.js",
    "painter_gestures.js",
    "painter_controls.js",
    "painter_keys.js",
    "painter.js",
)
_LIMITS: Final = {
    "strokes": MOST_STROKES,
    "points": MOST_POINTS,
    "all": MOST_POINTS_ALL,
    "brush": SMALLEST_BRUSH,
}


def _sent_strokes(sent: object, painter: "Painter") -> list[Wire]:
    """Take what a page sent; the page is set right where it sent no strokes."""
    try:
        return [write_stroke(stroke) for stroke in read_strokes(sent, painter.size)]
    except UsageError:
        painter.send_state(["ops", "done"])
        return list(painter.ops)


def _sent_count(sent: object, painter: "Painter") -> int:
    if isinstance(sent, int) and not isinstance(sent, bool) and 0 <= sent <= MOST_STROKES:
        return sent
    painter.send_state(["ops", "done"])
    return int(painter.done)


def _own(name: str) -> Callable[[object, "Painter"], object]:
    """Let a page not change what is only told to it."""
    return lambda _, painter: getattr(painter, name)


def _pairs(points: Iterable[Point]) -> tuple[Point, ...]:
    try:
        return tuple((x, y) for x, y in points)
    except (TypeError, ValueError) as error:
        raise UsageError(
            "These are no points.", hint="Give pairs of pixels, such as [(10, 20), (30, 25)]."
        ) from error


class Painter(anywidget.AnyWidget):
    """
    A picture to paint a mask on, by hand in the page or from Python; both do the same.

    What was painted is a list of strokes, kept here: views that come and go draw it anew.
    Python's mask is the one that counts. Use it from one thread; what a person paints arrives on
    the thread the kernel chooses, and so do the calls of who observes ``selected``.

    Args:
        content: The picture: the bytes of a PNG, JPEG, WebP or GIF file.
        size: Width and height, where they are known; another size than the picture's is refused.
        described: What the picture shows, for who can't see it.

    Attributes:
        selected: How much is selected, from 0 to 1; to be observed.
        size: Width and height of the picture and of the mask.

    Raises:
        MJError: It is no picture, or one that is far too large.
    """

    _esm = script(*_SCRIPTS)
    _css = sheet("tools.css", "painter.css")

    _picture = traitlets.Bytes().tag(sync=True, from_json=_own("_picture"))
    _mime = traitlets.Unicode().tag(sync=True, from_json=_own("_mime"))
    _described = traitlets.Unicode().tag(sync=True)
    _size: traitlets.List[int] = traitlets.List().tag(sync=True, from_json=_own("_size"))
    _limits = traitlets.Dict(_LIMITS).tag(sync=True)
    ops: traitlets.List[Wire] = traitlets.List().tag(sync=True, from_json=_sent_strokes)
    """The strokes as they travel; those from number ``done`` on were undone."""
    done = traitlets.Int().tag(sync=True, from_json=_sent_count)
    selected = traitlets.Float(0.0, read_only=True)

    def __init__(
        self, content: bytes, size: tuple[int, int] | None = None, *, described: str = ""
    ) -> None:
        picture = paintable(content)
        if size is not None and tuple(size) != picture.size:
            raise UsageError(
                f"The picture has {picture.size[0]} × {picture.size[1]} pixels, "
                f"not {size[0]} × {size[1]}.",
                hint="Give the picture at its own pixels, or leave the size out.",
            )
        self.size = picture.size
        self._mask = Mask(picture.size)
        # The kernel may read the mask in one thread while a stroke arrives in another.
        self._lock = threading.Lock()
        super().__init__(
            _picture=picture.content,
            _mime=picture.mime,
            _size=list(picture.size),
            _described=described,
            layout=shared().layout,
        )
        self.observe(self._count, ["ops", "done"])

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """The strokes in force, in their order."""
        return read_strokes(self.ops[: self.done], self.size)

    @property
    def mask(self) -> bytes:
        """
        The mask as a PNG of one bit a pixel and of exactly the picture's size.

        White is to be painted anew, black stays; all of it is black while nothing is selected.
        """
        with self._lock:
            self._mask.follow(self.strokes)
            return self._mask.png()

    def brush(self, points: Iterable[Point], size: float, *, erase: bool = False) -> None:
        """Lead a round brush of *size* pixels across along *points*."""
        self._add(Brush(_pairs(points), size, not erase))

    def rectangle(
        self, left: int, top: int, width: int, height: int, *, erase: bool = False
    ) -> None:
        """Select a rectangle, in pixels."""
        self._add(Rectangle(left, top, width, height, not erase))

    def lasso(self, points: Iterable[Point], *, erase: bool = False) -> None:
        """Select what *points* surround."""
        self._add(Lasso(_pairs(points), not erase))

    def invert(self) -> None:
        """Select what is not selected."""
        self._add(Invert())

    def clear(self) -> None:
        """Select nothing; it can be undone as well."""
        self._add(Clear())

    def undo(self) -> None:
        """Take the last stroke back, if there is one."""
        self.done = max(self.done - 1, 0)

    def redo(self) -> None:
        """Do again what was undone last, if nothing else was done since."""
        self.done = min(self.done + 1, len(self.ops))

    def __repr__(self) -> str:
        return "(The mask painter stood here; it needs a running kernel.)"

    def _add(self, stroke: Stroke) -> None:
        new = write_stroke(read_stroke(write_stroke(stroke), self.size))
        sent = fitting([*self.ops[: self.done], new])
        if sent is None:
            raise UsageError(
                "No more strokes fit into this mask.",
                hint="Undo some, or clear and paint anew.",
            )
        with self.hold_sync(), self.hold_trait_notifications():
            self.ops = sent
            self.done = len(sent)

    def _count(self, _: Any) -> None:
        with self._lock:
            self._mask.follow(self.strokes)
            selected = self._mask.selected
        self.set_trait("selected", selected)
