"""The mark that says a picture is a demonstration."""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

TEXT = "demo"


def mark(image: Image.Image) -> Image.Image:
    """Return *image* itself, with a small pill that says "demo" in its lower right corner."""
    sides = sorted(image.size)
    size = max(7, round(min(sides[1] / 72, sides[0] / 28)))
    pill = _pill(size)
    margin = round(size * 0.8)
    place = (image.width - pill.width - margin, image.height - pill.height - margin)
    box = (max(0, place[0]), max(0, place[1]))
    under = image.crop((*box, image.width, image.height)).resize((1, 1)).convert("L")
    light = under.getpixel((0, 0)) or 0
    # Light on dark ground and dark on light, so that it can be read anywhere.
    ink = (250, 246, 236) if isinstance(light, (int, float)) and light < 140 else (24, 22, 30)
    image.paste(Image.new("RGB", pill.size, ink), place, pill)
    return image


@lru_cache(maxsize=16)
def _pill(size: int) -> Image.Image:
    """Return the pill as a mask: a faint body, a clearer rim and clear letters."""
    factor = 4
    font = ImageFont.load_default(size=size * factor)
    width = int(font.getlength(TEXT) + size * factor * 1.2)
    height = int(size * factor * 1.55)
    width, height = width - width % factor, height - height % factor
    mask = Image.new("L", (width, height))
    draw = ImageDraw.Draw(mask)
    box = (0, 0, width - 1, height - 1)
    draw.rounded_rectangle(
        box, height // 2, fill=40, outline=120, width=max(2, factor * size // 12)
    )
    draw.text((width / 2, height / 2), TEXT, font=font, fill=215, anchor="mm")
    return mask.reduce(factor)
