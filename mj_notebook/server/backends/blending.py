"""Blending: two to five pictures made into one, by four methods; pure functions of pictures.

Each tile of a grid has its own method, so that the four show what can be made of the same pictures:
one picture's scene in the colours of another, one picture within another, both side by side along
a wandering line, and one exposed over the other.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter, ImageOps

from mj_notebook.server.backends.compositing import match_colours
from mj_notebook.server.backends.painter import Brief

# Masks are made small and drawn large: they are soft, and the same at every size.
_MASK_SIDE = 96
# Few cells of noise: masks shall have bays, and no fringes.
_NOISE_SIDE = 5
# As many as the method with the most needs.
_PARAMETERS = 3
# How far a variation of amount 1 can move a parameter: a little beyond the whole range.
_VARIATION_STEP = 1.2
# Of a mask's 256 levels, so many are its soft edge.
_SOFT, _SOFTER = 22, 90
# How much of a mask is noise instead of a straight edge or a circle.
_WAVINESS = 0.24

Size = tuple[int, int]
Pictures = Sequence[Image.Image]


class BlendRecipe(NamedTuple):
    """
    The chances of one tile.

    Attributes:
        method: Which of the four methods.
        parameters: How the method is applied; a variation moves them by its amount.
        mask_seeds: What the shapes of masks are drawn from, and the weight of each.
    """

    method: int
    parameters: tuple[float, ...]
    mask_seeds: tuple[tuple[str, float], ...]


def blend_recipe_of(brief: Brief, index: int) -> BlendRecipe:
    """Return the chances of tile *index*: those of its first tile, moved by each variation."""
    # The first tile decides the method, so that variations stay relatives of their parent.
    tiles = [step.tile for step in brief.lineage] + [index]
    mask_seeds = [(f"{brief.seed} {tiles[0]}", 1.0)]
    chance = Random(mask_seeds[0][0])
    parameters = [chance.random() for _ in range(_PARAMETERS)]
    for step, tile in zip(brief.lineage, tiles[1:], strict=True):
        mask_seeds.append((f"{step.seed} {tile}", step.amount))
        chance = Random(mask_seeds[-1][0])
        parameters = [
            value + (chance.random() - 0.5) * step.amount * _VARIATION_STEP for value in parameters
        ]
    return BlendRecipe(tiles[0], tuple(parameters), tuple(mask_seeds))


def blend_images(pictures: Pictures, size: Size, recipe: BlendRecipe) -> Image.Image:
    """Return *pictures* made into one of *size* as *recipe* says."""
    # All are cropped to the shape that was asked for, and not squeezed.
    fitted = [ImageOps.fit(picture, size, Image.Resampling.BICUBIC) for picture in pictures]
    return _METHODS[recipe.method % len(_METHODS)](fitted, recipe)


def _recoloured(pictures: Pictures, recipe: BlendRecipe) -> Image.Image:
    """The first picture's scene in the others' colours; they come in from the sides."""
    first, *others = pictures
    result = match_colours(first, others, 0.62 + 0.2 * _triangle(recipe.parameters[0]))
    for place, other in enumerate(others):
        turn = recipe.parameters[1] + place / len(others)
        mask = _line_mask(recipe, turn, place, edge=0.74, soft=_SOFTER)
        # Never quite opaque (205 of 255): some of the scene shows through everywhere.
        result = Image.composite(other, result, _scaled(mask, first.size, most=205))
    return result


def _inset(pictures: Pictures, recipe: BlendRecipe) -> Image.Image:
    """The last picture's scene, with the others in it as if seen through mist."""
    *others, last = pictures
    result = last
    for place, other in enumerate(others):
        toned = match_colours(other, [last], 0.25)
        mask = _spot_mask(recipe, place, len(others))
        result = Image.composite(toned, result, _scaled(mask, last.size))
    return result


def _side_by_side(pictures: Pictures, recipe: BlendRecipe) -> Image.Image:
    """Each picture has a part of its own; the lines between them wander."""
    result = pictures[0]
    count = len(pictures)
    for place, picture in enumerate(pictures[1:], 1):
        # Kept away from the rims, so that the outer pictures get room as well.
        edge = 0.5 + (place / count - 0.5) * 0.8
        mask = _line_mask(recipe, recipe.parameters[0], place, edge=edge, soft=_SOFT)
        toned = match_colours(picture, [pictures[0]], 0.18)
        result = Image.composite(toned, result, _scaled(mask, result.size))
    return result


def _double_exposed(pictures: Pictures, recipe: BlendRecipe) -> Image.Image:
    """What is dark in one picture is filled with the next: a film exposed more than once."""
    result = pictures[0]
    for place, picture in enumerate(pictures[1:]):
        # Blurred first, or the grain of the picture would end up in the mask.
        grey = result.convert("L").filter(ImageFilter.GaussianBlur(max(result.size) / 160))
        dark = ImageOps.invert(ImageOps.autocontrast(grey, cutoff=4))
        plain = _line_mask(recipe, recipe.parameters[1] + place * 0.4, place, edge=0.5, soft=120)
        mask = Image.blend(
            dark, _scaled(plain, result.size), 0.3 + 0.2 * _triangle(recipe.parameters[2])
        )
        mask = ImageOps.autocontrast(mask, cutoff=8).point(_compress_levels)
        mixed = Image.composite(picture, result, mask)
        # Soft light brings the second picture's contrast into parts that the mask keeps.
        result = Image.blend(mixed, ImageChops.soft_light(mixed, picture), 0.35)
    return result


_METHODS: tuple[Callable[[Pictures, BlendRecipe], Image.Image], ...] = (
    _recoloured,
    _inset,
    _side_by_side,
    _double_exposed,
)


def _line_mask(
    recipe: BlendRecipe, turn: float, place: int, *, edge: float, soft: int
) -> Image.Image:
    """Return a mask that is white beyond a wandering line; *edge* is how far off it lies."""
    side = _MASK_SIDE
    # Twice as large as needed, so that turning it uncovers no corner.
    wide = Image.linear_gradient("L").resize((side * 2, side * 2)).rotate(turn % 1 * 360)
    slope = ImageOps.autocontrast(wide.crop((side // 2, side // 2, side * 3 // 2, side * 3 // 2)))
    return _threshold(Image.blend(slope, _noise(recipe, place), _WAVINESS), edge, soft)


def _spot_mask(recipe: BlendRecipe, place: int, count: int) -> Image.Image:
    """Return a mask that is white in a rounded spot; several share the picture."""
    side = _MASK_SIDE
    # Several spots share the area, not the width: hence the square root.
    share = 0.78 if count == 1 else 0.98 / count**0.5
    wide = round(side * share * (1.5 + 0.3 * _triangle(recipe.parameters[0])))
    spot = ImageOps.invert(Image.radial_gradient("L")).resize((wide, wide))
    x, y = _places(count)[place]
    x += (_triangle(recipe.parameters[1]) - 0.5) * 0.24
    y += (_triangle(recipe.parameters[2]) - 0.5) * 0.2
    page = Image.new("L", (side, side))
    page.paste(spot, (round(x * side - wide / 2), round(y * side - wide / 2)))
    return _threshold(Image.blend(page, _noise(recipe, place), _WAVINESS), 0.5, _SOFT + 14)


def _places(count: int) -> tuple[tuple[float, float], ...]:
    if count == 1:
        return ((0.5, 0.5),)
    if count == 2:
        return ((0.28, 0.42), (0.72, 0.58))
    return ((0.26, 0.3), (0.74, 0.32), (0.28, 0.74), (0.74, 0.72))


def _noise(recipe: BlendRecipe, place: int) -> Image.Image:
    rough = Image.new("L", (_NOISE_SIDE, _NOISE_SIDE))
    for seed, amount in recipe.mask_seeds:
        chance = Random(f"{seed} {place} mask")
        news = Image.frombytes("L", rough.size, chance.randbytes(_NOISE_SIDE**2))
        # Laid over the ancestors' noise by the variation's amount: a small one changes little.
        rough = Image.blend(rough, news, amount)
    return rough.resize((_MASK_SIDE, _MASK_SIDE), Image.Resampling.BICUBIC)


def _threshold(field: Image.Image, edge: float, soft: int) -> Image.Image:
    """Return *field* as a mask: black below *edge* (0 to 1) of its range, white above."""
    middle = edge * 255

    def level(value: float) -> float:
        return min(255.0, max(0.0, (value - middle) * 128 / soft + 128))

    return ImageOps.autocontrast(field).point(level)


def _scaled(mask: Image.Image, size: Size, most: int = 255) -> Image.Image:
    large = mask.resize(size, Image.Resampling.BICUBIC)
    return large if most == 255 else large.point(lambda value: value * most / 255)


def _triangle(number: float) -> float:
    """Return *number* folded into 0 to 1, without a jump anywhere."""
    return abs(number % 2 - 1)


def _compress_levels(value: float) -> float:
    return 30 + value * 195 / 255
