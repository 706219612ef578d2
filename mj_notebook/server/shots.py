"""What a picture shows: from how a task came about to what the painter is asked for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from mj_notebook.prompt.text import Prompt, aspect_of, read_prompt
from mj_notebook.server.framing import panned, squared
from mj_notebook.server.painter import Brief, Camera, grid_size

if TYPE_CHECKING:
    from mj_notebook.server.work import Work

FULL_SIDE = 2048

FIRST = frozenset({"imagine", "describe", "shorten"})
"""Kinds of tasks that have no task before them."""

DRAWN_FROM_WORDS = frozenset({"imagine", "imagine_line", "imagine_short"})
"""Kinds whose picture begins anew from a prompt."""

DEFAULT_ZOOM = 2.0
# How far V1 to V4, Vary (Subtle) and Vary (Strong) may move the details.
_VARIED, _SUBTLE, _STRONG = 0.35, 0.15, 0.6


@dataclass(frozen=True)
class Shot:
    """
    A picture to be painted; equal shots give equal pictures.

    Attributes:
        tile: Which of the four (0 to 3), for a single picture; None for a grid.
        enlarged: How many times larger than the tile of a grid.
    """

    brief: Brief
    tile: int | None = None
    enlarged: int = 1

    @property
    def is_single(self) -> bool:
        """Whether it is one picture and no grid."""
        return self.tile is not None

    @property
    def aspect(self) -> tuple[float, float]:
        """Width to height, of the grid and of each tile."""
        return self.brief.aspect

    def size(self, side: int = FULL_SIDE) -> tuple[int, int]:
        """Return its pixels, where a square grid has *side* on each side."""
        width, height = (
            max(2, round(pixels * side / FULL_SIDE / 2) * 2) for pixels in grid_size(self.aspect)
        )
        if not self.is_single:
            return width, height
        return width // 2 * self.enlarged, height // 2 * self.enlarged


@dataclass(frozen=True)
class Given:
    """
    A picture that was sent along, shown as it is.

    Attributes:
        name: The hash of its bytes.
    """

    name: str
    is_single = True

    def size(self, side: int = FULL_SIDE) -> tuple[int, int]:
        """Return nothing that anybody needs: it was not made here."""
        del side
        return (1, 1)


Picture = Shot | Given


class _Order(NamedTuple):
    """What a maker goes by: the parent's shot, which of its pictures, the words, fresh chances."""

    work: "Work"
    prompt: Prompt
    seed: int

    @property
    def parent(self) -> Shot:
        shot = self.work.parent.shot if self.work.parent else None
        assert isinstance(shot, Shot)
        return shot

    @property
    def brief(self) -> Brief:
        """The parent's brief, in the words of the window where one was answered."""
        brief = self.parent.brief
        return brief.remixed(self.prompt.words) if self.work.answer else brief

    @property
    def tile(self) -> int:
        """The picture that is taken further: the parent's only one, or the one that was named."""
        shown = self.parent.tile
        return self.work.accepted.number - 1 if shown is None else shown


def shot_of(work: "Work", seed: int) -> Picture | None:
    """Return what the picture of *work* shows, drawn with the chances of *seed*; None for texts."""
    make = _MAKERS[work.accepted.kind]
    return make(_Order(work, read_prompt(work.prompt), seed))


def can_make(kind: str) -> bool:
    """Tell whether what the button with the key *kind* asks for can be made."""
    return kind in _MAKERS


def _imagined(order: _Order) -> Shot:
    return Shot(Brief(order.prompt.words, order.seed, aspect_of(order.prompt)))


def _given(order: _Order) -> Given:
    return Given(next(iter(order.work.accepted.pictures), ""))


def _nothing(order: _Order) -> None:
    del order


def _again(order: _Order) -> Picture | None:
    """Make what the parent is, with other chances."""
    assert order.work.parent is not None
    return shot_of(order.work.parent, order.seed)


def _picked(order: _Order) -> Shot:
    return replace(order.parent, tile=order.tile)


def _enlarged(times: int) -> Callable[[_Order], Shot]:
    return lambda order: replace(order.parent, enlarged=times)


def _varied(amount: float) -> Callable[[_Order], Shot]:
    return lambda order: Shot(order.brief.varied(order.tile, amount, order.seed))


def _zoomed(factor: float) -> Callable[[_Order], Shot]:
    return lambda order: Shot(order.brief.widened(order.tile, Camera(scale=factor), order.seed))


def _panned(side: str) -> Callable[[_Order], Shot]:
    return lambda order: Shot(panned(order.brief, order.tile, side, order.seed))


def _squared(order: _Order) -> Shot:
    return Shot(squared(order.brief, order.tile, order.seed))


def _custom_zoomed(order: _Order) -> Shot:
    # What can't be zoomed to was objected to when the window was answered.
    return _zoomed(float(order.prompt.value("zoom") or DEFAULT_ZOOM))(order)


_MAKERS: dict[str, Callable[[_Order], Picture | None]] = {
    "imagine": _imagined,
    "imagine_line": _imagined,
    "imagine_short": _imagined,
    "describe": _given,
    "describe_again": _given,
    "shorten": _nothing,
    "show_details": _nothing,
    "reroll": _again,
    "upscale": _picked,
    "upscale_subtle": _enlarged(2),
    "upscale_creative": _enlarged(2),
    "upscale_subtle_v6r1": _enlarged(2),
    "upscale_creative_v6r1": _enlarged(2),
    "upscale_subtle_v6": _enlarged(2),
    "upscale_creative_v6": _enlarged(2),
    "upscale_2x": _enlarged(2),
    "upscale_4x": _enlarged(4),
    "variation": _varied(_VARIED),
    "vary_subtle": _varied(_SUBTLE),
    "vary_strong": _varied(_STRONG),
    "zoom_out_2x": _zoomed(2.0),
    "zoom_out_1_5x": _zoomed(1.5),
    "custom_zoom": _custom_zoomed,
    "make_square": _squared,
    "pan_left": _panned("left"),
    "pan_right": _panned("right"),
    "pan_up": _panned("up"),
    "pan_down": _panned("down"),
}
