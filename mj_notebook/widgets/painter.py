"""The mask painter: a picture, and the part of it that is to be painted anew."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import traitlets

from mj_notebook.errors import UsageError
from mj_notebook.images.mask import Mask, empty_mask, make_mask, painted_mask
from mj_notebook.images.paintable import paintable
from mj_notebook.language import translated
from mj_notebook.widgets.speaking import SpeakingWidget, read_only

MOST_DRAWING: Final = 2_000_000
"""Letters of what a page keeps to draw on; by its own rules it needs fewer."""


def _sent_drawing(sent: object, painter: "Painter") -> str:
    """Keep what a page keeps here, unread."""
    # What is too much is refused by keeping what was there.
    is_text = isinstance(sent, str) and len(sent) <= MOST_DRAWING
    return str(sent if is_text else painter._drawing)  # noqa: SLF001 - a trait's own reader


class Painter(SpeakingWidget, script="painter"):
    """
    A picture to paint a mask on.

    The page draws: it sends the mask anew after each stroke, and keeps its strokes here, so that
    views and pages that come later can go on with them. What is selected from Python lies below
    them. What a person paints arrives on the thread the kernel chooses, and so do the calls of who
    observes ``selected``.

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

    _picture = traitlets.Bytes().tag(sync=True, from_json=read_only("_picture"))
    _mime = traitlets.Unicode().tag(sync=True, from_json=read_only("_mime"))
    _described = traitlets.Unicode().tag(sync=True)
    _size: traitlets.List[int] = traitlets.List().tag(sync=True, from_json=read_only("_size"))
    _ground = traitlets.Bytes().tag(sync=True, from_json=read_only("_ground"))
    """What was selected from Python, as a PNG; the strokes are drawn on it."""
    _drawing = traitlets.Unicode().tag(sync=True, from_json=_sent_drawing)
    """The strokes, for pages only."""
    selected = traitlets.Float(0.0, read_only=True)

    def __init__(
        self, content: bytes, size: tuple[int, int] | None = None, *, described: str = ""
    ) -> None:
        picture = paintable(content)
        if size is not None and tuple(size) != picture.size:
            raise UsageError(
                translated(
                    "The picture has {width} × {height} pixels, not {told_width} × {told_height}.",
                    width=picture.size[0],
                    height=picture.size[1],
                    told_width=size[0],
                    told_height=size[1],
                ),
                hint=translated("Give the picture at its own pixels, or leave the size out."),
            )
        self.size = picture.size
        self._mask = empty_mask(picture.size)
        super().__init__(
            _picture=picture.content,
            _mime=picture.mime,
            _size=list(picture.size),
            _described=described,
        )
        self.on_msg(self._hear)

    @property
    def mask(self) -> bytes:
        """
        The mask as a PNG of one bit a pixel and of exactly the picture's size.

        White is to be painted anew, black stays; all of it is black while nothing is selected.
        """
        return self._mask.png

    def select(self, mask: object) -> None:
        """
        Select something else than what was selected before.

        Args:
            mask: What `mj.edit` takes as a mask: a picture that is white where it is to be painted
                anew, a box, an outline, or a list of such.

        Raises:
            UsageError: It can't be read, has another shape than the picture, or selects nothing.
        """
        made = make_mask(mask, self.size)
        self._begin(made, made.png)

    def clear(self) -> None:
        """Select nothing."""
        self._begin(empty_mask(self.size), b"")

    def __repr__(self) -> str:
        return translated("(The mask painter stood here; it needs a running kernel.)")

    def _begin(self, mask: Mask, ground: bytes) -> None:
        # In one message: a page must not draw old strokes on the new ground.
        with self.hold_sync():
            self._ground, self._drawing = ground, ""
        self._take(mask)

    def _take(self, mask: Mask) -> None:
        self._mask = mask
        self.set_trait("selected", mask.selected)

    def _hear(self, _: Any, content: object, buffers: Sequence[memoryview]) -> None:
        if not isinstance(content, Mapping) or content.get("kind") != "mask" or not buffers:
            return
        try:
            # Read as a foreign picture: size and pixels are looked at before it counts.
            mask = painted_mask(bytes(buffers[0]), self.size)
        except UsageError:
            return  # our own page sends none such, and who sends another learns nothing
        self._take(mask)
