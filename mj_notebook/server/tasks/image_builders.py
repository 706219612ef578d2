"""
What a task's picture shows, by how the task came about: one builder for each kind of task.

A kind is "imagine", "blend", …, or the key of the button that was pressed. A new button is one row
in `BUILDERS`.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from mj_notebook.prompt.parse import Prompt, aspect_of
from mj_notebook.server.backends.backend import Controls
from mj_notebook.server.backends.image_specs import (
    EditSpec,
    FaceSwapSpec,
    GeneratedSpec,
    ImageSpec,
    KeptPart,
    UploadSpec,
)
from mj_notebook.server.backends.painter import Brief, Camera
from mj_notebook.server.tasks.build_context import BuildContext
from mj_notebook.server.tasks.engine_controls import controls_of
from mj_notebook.server.tasks.framing import panned, reshaped, share_of, squared
from mj_notebook.server.tasks.video_builders import (
    build_animation,
    build_extension,
    build_picked_video,
    build_video,
)

KINDS_FROM_PROMPT = frozenset({"imagine", "blend", "imagine_line", "imagine_short"})
"""Kinds whose picture begins anew from a prompt."""

KINDS_WITHOUT_DRAWING = frozenset(
    {
        *("describe", "describe_again", "shorten", "show_details", "swap_face", "upscale"),
        *("video", "animate_high", "animate_low", "extend_high", "extend_low", "pick_film"),
    }
)
"""Kinds that no engine is asked for: they write, or show what was drawn before in another way."""

# What the window of Custom Zoom suggests.
DEFAULT_ZOOM = 2.0
# How far V1 to V4 and Vary (Subtle, Strong, Region) may move the details, from 0 to 1. The bot
# publishes no numbers; these were chosen by eye, so that the four can be told apart.
_VARIED, _SUBTLE, _STRONG, _REGION = 0.35, 0.15, 0.6, 0.8
# How far an engine may go from the picture where the painter moves details by those amounts: below
# a third hardly anything changes, at one nothing is left.
_ENGINE_STRENGTH = {_VARIED: 0.55, _SUBTLE: 0.35, _STRONG: 0.75, _REGION: 1.0}
# How far an engine may go from the picture that it enlarges.
_KEPT_SUBTLE, _KEPT_CREATIVE = 0.2, 0.4

Builder = Callable[[BuildContext], ImageSpec | None]


def build_spec(context: BuildContext) -> ImageSpec | None:
    """Return what the picture of a task shows; None for tasks that only write."""
    return BUILDERS[context.record.accepted.kind](context)


# -- from the request alone ------------------------------------------------------------------------


def _imagine(context: BuildContext) -> GeneratedSpec:
    # Parameters are for the bot; only the words are painted.
    brief = Brief(context.prompt.text, context.seed, aspect_of(context.prompt))
    return GeneratedSpec(
        brief, references=context.record.accepted.pictures, controls=_controls(context)
    )


def _controls(context: BuildContext) -> Controls:
    """Return how an engine is to draw; the painter goes by the words, the shape and the seed."""
    return controls_of(context.prompt) if context.has_engine else Controls()


def _blend(context: BuildContext) -> GeneratedSpec:
    return replace(_imagine(context), is_blend=True)


def _edit(context: BuildContext) -> GeneratedSpec:
    accepted = context.record.accepted
    image, mask = (*accepted.pictures, "", "")[:2]
    aspect = max(1, accepted.width), max(1, accepted.height)
    brief = Brief(context.prompt.text, context.seed, aspect)
    return GeneratedSpec(brief, edit=EditSpec(image, mask), controls=_controls(context))


def _swap_face(context: BuildContext) -> FaceSwapSpec:
    accepted = context.record.accepted
    # A journal of another version may have fewer pictures than the builder wants.
    source, target = (*accepted.pictures, "", "")[:2]
    return FaceSwapSpec(source, target, max(1, accepted.width), max(1, accepted.height))


def _uploaded(context: BuildContext) -> UploadSpec:
    return UploadSpec(next(iter(context.record.accepted.pictures), ""))


def _nothing(context: BuildContext) -> None:
    del context


# -- from the parent's picture ---------------------------------------------------------------------


def _parent(context: BuildContext) -> GeneratedSpec:
    # Buttons that lead here are offered for generated pictures only.
    assert isinstance(context.parent_spec, GeneratedSpec)
    return context.parent_spec


def _brief(context: BuildContext) -> Brief:
    """Return the parent's brief, in the words of the window where one was answered."""
    brief = _parent(context).brief
    return brief.remixed(context.prompt.text) if context.has_answer else brief


def _tile(context: BuildContext) -> int:
    """Return which picture is taken further: the parent's only one, or the one that was named."""
    tile = _parent(context).tile
    return context.record.accepted.number - 1 if tile is None else tile


def _picked(context: BuildContext) -> GeneratedSpec:
    """Return the picture that is taken further, alone and not enlarged."""
    return _alone(_parent(context), _tile(context))


def _alone(spec: GeneratedSpec, tile: int) -> GeneratedSpec:
    """Return picture *tile* of *spec*, in the size that a grid has it in."""
    one = replace(spec, tile=tile, enlarged=1)
    # A number that no picture has is taken too, by a server that lets the bot fail for it.
    return replace(one, drawn=spec.drawn[tile : tile + 1]) if len(spec.drawn) > 1 else one


def _is_of_pixels(context: BuildContext) -> bool:
    """Whether the parent is known by its pixels: an engine draws now, or has drawn it."""
    return context.has_engine or bool(_parent(context).drawn)


def _from_pixels(context: BuildContext, brief: Brief, part: KeptPart) -> GeneratedSpec:
    """Return four pictures of *brief* that keep *part* of the parent's."""
    return GeneratedSpec(brief, part=part, controls=_controls(context))


def _reroll(context: BuildContext) -> ImageSpec | None:
    """Make what the parent is, with other chances."""
    assert context.parent_context is not None
    parent = replace(context.parent_context, seed=context.seed, has_engine=context.has_engine)
    again = build_spec(parent)
    if not context.has_answer or not isinstance(again, GeneratedSpec):
        return again
    # In other words there may be other parameters too.
    return replace(again, brief=_reworded(again.brief, context.prompt), controls=_controls(context))


def _reworded(brief: Brief, prompt: Prompt) -> Brief:
    """Return *brief* in other words; one that was never widened takes their shape as well."""
    other = brief.remixed(prompt.text)
    return other if brief.lineage else replace(other, aspect=aspect_of(prompt))


def _enlarged(
    context: BuildContext, *, times: int = 2, strength: float = _KEPT_SUBTLE
) -> GeneratedSpec:
    parent = _parent(context)
    if not _is_of_pixels(context):
        return replace(parent, enlarged=times)
    part = KeptPart(_picked(context), strength=strength)
    brief = _as_first(parent.brief, context.seed)
    return replace(_from_pixels(context, brief, part), tile=0, enlarged=times)


def _as_first(brief: Brief, seed: int) -> Brief:
    """Return the words and the shape of *brief* without its family, which pixels stand for."""
    return Brief(brief.prompt, seed, brief.aspect)


def _varied(context: BuildContext, *, amount: float) -> GeneratedSpec:
    """Return four relatives of the picture, in the words of the window."""
    if _is_of_pixels(context):
        brief = _as_first(_brief(context), context.seed)
        part = KeptPart(_picked(context), strength=_ENGINE_STRENGTH[amount])
        return _from_pixels(context, brief, part)
    spec = _varied_from(_parent(context), _tile(context), amount, context.seed)
    return replace(spec, brief=spec.brief.remixed(_brief(context).prompt))


def _varied_from(spec: GeneratedSpec, tile: int, amount: float, seed: int) -> GeneratedSpec:
    """Return four relatives of one picture of *spec*; what it keeps is varied as well."""
    varied = replace(spec, brief=spec.brief.varied(tile, amount, seed), tile=None, enlarged=1)
    if spec.part is None:
        return varied
    kept = spec.part.kept
    inner = _varied_from(kept, tile if kept.tile is None else kept.tile, amount, seed)
    return replace(varied, part=replace(spec.part, kept=inner))


def _vary_region(context: BuildContext) -> GeneratedSpec:
    """Vary what is white in the mask; without a mask that is all of it."""
    mask = context.record.answer.mask if context.record.answer else ""
    if mask and _is_of_pixels(context):
        brief = _as_first(_brief(context), context.seed)
        return _from_pixels(context, brief, KeptPart(_picked(context), mask))
    new = replace(_varied(context, amount=_REGION), part=None)
    return replace(new, part=KeptPart(_picked(context), mask)) if mask else new


# -- more of the world around the parent's picture -------------------------------------------------


def _widened(context: BuildContext, brief: Brief) -> GeneratedSpec:
    """Return *brief*, which shows more, around the picture; other words change only that."""
    parent = _parent(context)
    if _is_of_pixels(context):
        # The family stays with the brief here: where the parent lies in it follows from that.
        part = KeptPart(_picked(context), box=share_of(parent.brief, brief))
        return _from_pixels(context, brief, part)
    spec = replace(parent, brief=brief, tile=None, enlarged=1, part=None)
    # The painter's world goes on beyond the frame, so it alone can show more of it without a seam.
    if parent.is_plain and brief.prompt == parent.brief.prompt:
        return spec
    return replace(spec, part=KeptPart(_picked(context), box=share_of(parent.brief, brief)))


def _zoomed(context: BuildContext, *, factor: float) -> GeneratedSpec:
    camera = Camera(scale=factor)
    return _widened(context, _brief(context).widened(_tile(context), camera, context.seed))


def _panned(context: BuildContext, *, side: str) -> GeneratedSpec:
    return _widened(context, panned(_brief(context), _tile(context), side, context.seed))


def _make_square(context: BuildContext) -> GeneratedSpec:
    return _widened(context, squared(_brief(context), _tile(context), context.seed))


def _custom_zoom(context: BuildContext) -> GeneratedSpec:
    prompt = context.prompt
    # What can't be zoomed to was refused when the window was answered.
    zoom = float(prompt.value("zoom") or DEFAULT_ZOOM)
    if prompt.value("ar") is None and prompt.value("aspect") is None:
        return _zoomed(context, factor=zoom)
    aspect = aspect_of(prompt)
    return _widened(context, reshaped(_brief(context), _tile(context), zoom, aspect, context.seed))


BUILDERS: dict[str, Builder] = {
    "imagine": _imagine,
    "imagine_line": _imagine,
    "imagine_short": _imagine,
    "blend": _blend,
    "edit": _edit,
    "swap_face": _swap_face,
    "video": build_video,
    "animate_high": partial(build_animation, motion="high"),
    "animate_low": partial(build_animation, motion="low"),
    "extend_high": partial(build_extension, motion="high"),
    "extend_low": partial(build_extension, motion="low"),
    "pick_film": build_picked_video,
    # Its picture is the one that was sent; the result is a text.
    "describe": _uploaded,
    "describe_again": _uploaded,
    "shorten": _nothing,
    "show_details": _nothing,
    "reroll": _reroll,
    "upscale": _picked,
    "upscale_subtle": _enlarged,
    "upscale_creative": partial(_enlarged, strength=_KEPT_CREATIVE),
    # Each version has keys of its own for the same button.
    "upscale_subtle_v6r1": _enlarged,
    "upscale_creative_v6r1": partial(_enlarged, strength=_KEPT_CREATIVE),
    "upscale_subtle_v6": _enlarged,
    "upscale_creative_v6": partial(_enlarged, strength=_KEPT_CREATIVE),
    "upscale_2x": _enlarged,
    "upscale_4x": partial(_enlarged, times=4),
    "variation": partial(_varied, amount=_VARIED),
    "vary_subtle": partial(_varied, amount=_SUBTLE),
    "vary_strong": partial(_varied, amount=_STRONG),
    "vary_region": _vary_region,
    "zoom_out_2x": partial(_zoomed, factor=2.0),
    "zoom_out_1_5x": partial(_zoomed, factor=1.5),
    "custom_zoom": _custom_zoom,
    "make_square": _make_square,
    "pan_left": partial(_panned, side="left"),
    "pan_right": partial(_panned, side="right"),
    "pan_up": partial(_panned, side="up"),
    "pan_down": partial(_panned, side="down"),
}
"""What makes each kind of task; a kind that is missing here can't be asked for."""
