"""Mixing: pictures put together by their colours and forms; pure functions of pictures."""

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps, ImageStat

_STRONGEST_STRETCH = 2.0


def steered(
    image: Image.Image, pictures: Sequence[Image.Image], amount: float = 0.75
) -> Image.Image:
    """Return *image* moved by *amount* (0 to 1) towards the colours of *pictures*."""
    if not pictures:
        return image
    statistics = [ImageStat.Stat(picture.convert("YCbCr")) for picture in pictures]
    bands = image.convert("YCbCr").split()
    moved = [
        _moved(
            band,
            sum(one.mean[place] for one in statistics) / len(pictures),
            sum(one.stddev[place] for one in statistics) / len(pictures),
        )
        for place, band in enumerate(bands)
    ]
    return Image.blend(image, Image.merge("YCbCr", moved).convert("RGB"), amount)


def region_mask(mask: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return what is white in *mask* with an edge that is soft on its inner side only."""
    hard = mask.convert("L").resize(size, Image.Resampling.BILINEAR).point(_threshold)
    return ImageChops.multiply(hard.filter(ImageFilter.GaussianBlur(max(size) / 60)), hard)


def inlaid(image: Image.Image, kept: Image.Image, place: tuple[int, int]) -> Image.Image:
    """Return *image* with *kept* at *place*; its rim fades where it doesn't touch the border."""
    rim = max(2, round(max(kept.size) / 60))
    mask = Image.new("L", kept.size)
    left, top = (0 if edge <= 1 else rim for edge in place)
    right = kept.width - (0 if place[0] + kept.width >= image.width - 1 else rim) - 1
    bottom = kept.height - (0 if place[1] + kept.height >= image.height - 1 else rim) - 1
    ImageDraw.Draw(mask).rectangle((left, top, max(left, right), max(top, bottom)), fill=255)
    result = image.copy()
    result.paste(kept, place, mask.filter(ImageFilter.BoxBlur(rim / 2)))
    return result


def mirrored(inner: Image.Image, size: tuple[int, int], place: tuple[int, int]) -> Image.Image:
    """Return a picture of *size* around *inner* at *place*: its surroundings are its reflection."""
    result = inner.resize(size)
    for row in (-1, 0, 1):
        for column in (-1, 0, 1):
            copy = ImageOps.mirror(inner) if column else inner
            copy = ImageOps.flip(copy) if row else copy
            result.paste(copy, (place[0] + column * inner.width, place[1] + row * inner.height))
    soft = result.filter(ImageFilter.GaussianBlur(max(size) / 120))
    return inlaid(soft, inner, place)


def _moved(band: Image.Image, mean: float, spread: float) -> Image.Image:
    """Return *band* with another mean and spread."""
    own = ImageStat.Stat(band)
    stretch = spread / max(own.stddev[0], 1.0)
    stretch = min(_STRONGEST_STRETCH, max(1 / _STRONGEST_STRETCH, stretch))
    table = [
        round(min(255.0, max(0.0, (value - own.mean[0]) * stretch + mean))) for value in range(256)
    ]
    return band.point(table)


def _threshold(value: float) -> float:
    return 255 if value >= 128 else 0
