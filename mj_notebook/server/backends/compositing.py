"""Compositing: pictures put together by their colours and masks; pure functions of pictures."""

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps, ImageStat

# A flat picture stretched further than this shows bands instead of colours.
_MAX_STRETCH = 2.0


def match_colours(
    image: Image.Image,
    pictures: Sequence[Image.Image],
    amount: float = 0.75,
    sample: Image.Image | None = None,
) -> Image.Image:
    """
    Return *image* moved by *amount* (0 to 1) towards the colours of *pictures*.

    *sample* is the part of it that gets them; the rest of it goes along.
    """
    if not pictures:
        return image
    # Brightness and the two axes of colour are matched one by one: in RGB, matching one band
    # would shift the hue that the others make.
    own = ImageStat.Stat((sample or image).convert("YCbCr"))
    statistics = [ImageStat.Stat(picture.convert("YCbCr")) for picture in pictures]
    bands = image.convert("YCbCr").split()
    moved = [
        _with_statistics(
            band,
            (own.mean[place], own.stddev[place]),
            sum(one.mean[place] for one in statistics) / len(pictures),
            sum(one.stddev[place] for one in statistics) / len(pictures),
        )
        for place, band in enumerate(bands)
    ]
    return Image.blend(image, Image.merge("YCbCr", moved).convert("RGB"), amount)


def hard_mask(mask: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return what is white in *mask*, in *size* and without any grey."""
    grey = mask.convert("L").resize(size, Image.Resampling.BILINEAR)
    return grey.point(lambda value: 255 if value >= 128 else 0)


def region_mask(mask: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return what is white in *mask* with an edge that is soft on its inner side only."""
    # The feathering is multiplied with the hard mask: nothing outside the mask may change.
    hard = hard_mask(mask, size)
    return ImageChops.multiply(hard.filter(ImageFilter.GaussianBlur(max(size) / 40)), hard)


def paste_feathered(image: Image.Image, kept: Image.Image, place: tuple[int, int]) -> Image.Image:
    """Return *image* with *kept* at *place*; its rim fades where it doesn't touch the border."""
    rim = max(2, round(max(kept.size) / 60))
    mask = Image.new("L", kept.size)
    # At the border of the picture there is nothing to blend with, so no rim fades there.
    left, top = (0 if edge <= 1 else rim for edge in place)
    right = kept.width - (0 if place[0] + kept.width >= image.width - 1 else rim) - 1
    bottom = kept.height - (0 if place[1] + kept.height >= image.height - 1 else rim) - 1
    ImageDraw.Draw(mask).rectangle((left, top, max(left, right), max(top, bottom)), fill=255)
    result = image.copy()
    result.paste(kept, place, mask.filter(ImageFilter.BoxBlur(rim / 2)))
    return result


def extend_outwards(
    inner: Image.Image, size: tuple[int, int], place: tuple[int, int]
) -> Image.Image:
    """
    Return a picture of *size* around *inner* at *place*.

    Its surroundings are its reflection, blurred the more the farther off they are.
    """
    # Something for what lies farther off than one reflection; it ends up blurred anyway.
    result = inner.resize(size)
    for row in (-1, 0, 1):
        for column in (-1, 0, 1):
            copy = ImageOps.mirror(inner) if column else inner
            copy = ImageOps.flip(copy) if row else copy
            result.paste(copy, (place[0] + column * inner.width, place[1] + row * inner.height))
    near = result.filter(ImageFilter.GaussianBlur(max(size) / 160))
    far = result.filter(ImageFilter.GaussianBlur(max(size) / 14))
    return paste_feathered(
        Image.composite(near, far, _distance_mask(inner.size, size, place)), inner, place
    )


def side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    """Return two or four *pictures* of one size as one; four stand two by two."""
    width, height = pictures[0].size
    page = Image.new("RGB", (width * 2, height * (len(pictures) // 2)))
    for place, picture in enumerate(pictures):
        page.paste(picture, (place % 2 * width, place // 2 * height))
    return page


def _distance_mask(
    inner: tuple[int, int], size: tuple[int, int], place: tuple[int, int]
) -> Image.Image:
    """Return a mask that is white where *inner* lies and fades away from it."""
    mask = Image.new("L", size)
    mask.paste(255, (*place, place[0] + inner[0], place[1] + inner[1]))
    return mask.filter(ImageFilter.BoxBlur(max(inner) / 7))


def _with_statistics(
    band: Image.Image, own: tuple[float, float], mean: float, spread: float
) -> Image.Image:
    """Return *band* with another mean and spread than its *own*."""
    # A plain picture has no spread at all.
    stretch = spread / max(own[1], 1.0)
    stretch = min(_MAX_STRETCH, max(1 / _MAX_STRETCH, stretch))
    table = [round(min(255.0, max(0.0, (value - own[0]) * stretch + mean))) for value in range(256)]
    return band.point(table)
