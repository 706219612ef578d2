"""Making: from how a task came about to what its picture shows."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mj_notebook.prompt.parse import Prompt, aspect_of, read_prompt
from mj_notebook.server.animating import animated, extended, filmed, picked_film
from mj_notebook.server.framing import panned, reshaped, share_of, squared
from mj_notebook.server.painter import Brief, Camera
from mj_notebook.server.shots import Edit, Film, Given, Part, Picture, Shot, Swapped

if TYPE_CHECKING:
    from mj_notebook.server.work import Work

FIRST = frozenset({"imagine", "blend", "describe", "shorten", "swap_face", "video", "edit"})
"""Kinds of tasks that have no task before them."""

DRAWN_FROM_WORDS = frozenset({"imagine", "blend", "imagine_line", "imagine_short"})
"""Kinds whose picture begins anew from a prompt."""

DEFAULT_ZOOM = 2.0
# How far V1 to V4 and Vary (Subtle, Strong, Region) may move the details.
_VARIED, _SUBTLE, _STRONG, _REGION = 0.35, 0.15, 0.6, 0.8


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

    @property
    def picked(self) -> Shot:
        """The picture that is taken further, alone."""
        return replace(self.parent, tile=self.tile, enlarged=1)

    def varied(self, amount: float) -> Shot:
        """Return four relatives of the picture, in the words of the window."""
        shot = _varied_from(self.parent, self.tile, amount, self.seed)
        words = self.brief.prompt
        return replace(shot, brief=shot.brief.remixed(words))

    def widened(self, brief: Brief) -> Shot:
        """Return *brief*, which shows more, around the picture; other words change only that."""
        shot = replace(self.parent, brief=brief, tile=None, enlarged=1, part=None)
        if self.parent.is_plain and brief.prompt == self.parent.brief.prompt:
            return shot
        return replace(shot, part=Part(self.picked, box=share_of(self.parent.brief, brief)))


def shot_of(work: "Work", seed: int) -> Picture | None:
    """Return what the picture of *work* shows, drawn with the chances of *seed*; None for texts."""
    make = _MAKERS[work.accepted.kind]
    return make(_Order(work, read_prompt(work.prompt), seed))


def can_make(kind: str) -> bool:
    """Tell whether what the button with the key *kind* asks for can be made."""
    return kind in _MAKERS


def _imagined(order: _Order) -> Shot:
    brief = Brief(order.prompt.words, order.seed, aspect_of(order.prompt))
    return Shot(brief, references=order.work.accepted.pictures)


def _blended(order: _Order) -> Shot:
    return replace(_imagined(order), is_blend=True)


def _edited(order: _Order) -> Shot:
    accepted = order.work.accepted
    image, mask = (*accepted.pictures, "", "")[:2]
    aspect = max(1, accepted.width), max(1, accepted.height)
    brief = Brief(order.prompt.words, order.seed, aspect)
    return Shot(brief, edit=Edit(image, mask))


def _swapped(order: _Order) -> Swapped:
    accepted = order.work.accepted
    source, target = (*accepted.pictures, "", "")[:2]
    return Swapped(source, target, max(1, accepted.width), max(1, accepted.height))


def _given(order: _Order) -> Given:
    return Given(next(iter(order.work.accepted.pictures), ""))


def _nothing(order: _Order) -> None:
    del order


def _again(order: _Order) -> Picture | None:
    """Make what the parent is, with other chances."""
    parent = order.work.parent
    assert parent is not None
    again = shot_of(parent, order.seed)
    if not order.work.answer or not isinstance(again, Shot):
        return again
    return replace(again, brief=_reworded(again.brief, order.prompt))


def _reworded(brief: Brief, prompt: Prompt) -> Brief:
    """Return *brief* in other words; one that was never widened takes their shape as well."""
    other = brief.remixed(prompt.words)
    return other if brief.lineage else replace(other, aspect=aspect_of(prompt))


def _picked(order: _Order) -> Shot:
    return replace(order.parent, tile=order.tile)


def _enlarged(times: int) -> Callable[[_Order], Shot]:
    return lambda order: replace(order.parent, enlarged=times)


def _varied_from(shot: Shot, tile: int, amount: float, seed: int) -> Shot:
    """Return four relatives of one picture of *shot*; what it keeps is varied as well."""
    varied = replace(shot, brief=shot.brief.varied(tile, amount, seed), tile=None, enlarged=1)
    if shot.part is None:
        return varied
    kept = shot.part.kept
    inner = _varied_from(kept, tile if kept.tile is None else kept.tile, amount, seed)
    return replace(varied, part=replace(shot.part, kept=inner))


def _varied(amount: float) -> Callable[[_Order], Shot]:
    return lambda order: order.varied(amount)


def _repainted(order: _Order) -> Shot:
    """Vary what is white in the mask; without a mask that is all of it."""
    mask = order.work.answer.mask if order.work.answer else ""
    new = replace(order.varied(_REGION), part=None)
    return replace(new, part=Part(order.picked, mask)) if mask else new


def _zoomed(factor: float) -> Callable[[_Order], Shot]:
    return lambda order: order.widened(
        order.brief.widened(order.tile, Camera(scale=factor), order.seed)
    )


def _panned(side: str) -> Callable[[_Order], Shot]:
    return lambda order: order.widened(panned(order.brief, order.tile, side, order.seed))


def _squared(order: _Order) -> Shot:
    return order.widened(squared(order.brief, order.tile, order.seed))


def _custom_zoomed(order: _Order) -> Shot:
    # What can't be zoomed to was objected to when the window was answered.
    zoom = float(order.prompt.value("zoom") or DEFAULT_ZOOM)
    if order.prompt.value("ar") is None and order.prompt.value("aspect") is None:
        return _zoomed(zoom)(order)
    aspect = aspect_of(order.prompt)
    return order.widened(reshaped(order.brief, order.tile, zoom, aspect, order.seed))


def _film(make: Callable[["Work", int], Film]) -> Callable[[_Order], Film]:
    return lambda order: make(order.work, order.seed)


_MAKERS: dict[str, Callable[[_Order], Picture | None]] = {
    "imagine": _imagined,
    "imagine_line": _imagined,
    "imagine_short": _imagined,
    "blend": _blended,
    "edit": _edited,
    "swap_face": _swapped,
    "video": _film(filmed),
    "animate_high": _film(animated("high")),
    "animate_low": _film(animated("low")),
    "extend_high": _film(extended("high")),
    "extend_low": _film(extended("low")),
    "pick_film": _film(picked_film),
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
    "vary_region": _repainted,
    "zoom_out_2x": _zoomed(2.0),
    "zoom_out_1_5x": _zoomed(1.5),
    "custom_zoom": _custom_zoomed,
    "make_square": _squared,
    "pan_left": _panned("left"),
    "pan_right": _panned("right"),
    "pan_up": _panned("up"),
    "pan_down": _panned("down"),
}
