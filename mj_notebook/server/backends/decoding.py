"""Pictures that clients send, decoded with care: they may be anything, of any size."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageOps

from mj_notebook.protocol.media import MAX_PIXELS

# What cameras, browsers and Midjourney make. Others are left alone: some of them are programs.
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "ICO")


def open_picture(content: bytes | None, largest: int | None = None) -> Image.Image | None:
    """
    Return the picture in *content*, upright, in true colours; None if there is none.

    *largest* is as many pixels as its longer side may keep. It takes a while: call it in a thread.
    """
    try:
        return _decode(content, largest) if content else None
    except Exception:  # noqa: BLE001 - decoders meet broken files with errors of every kind
        return None


def _decode(content: bytes, largest: int | None) -> Image.Image | None:
    with Image.open(BytesIO(content), formats=_formats()) as image:
        # From the header alone: nothing was decoded so far.
        if image.width * image.height > MAX_PIXELS:
            return None
        if largest:
            # JPEG can be decoded at a fraction of its size, many times faster.
            image.draft("RGB", (largest, largest))
        # Cameras store pictures as the sensor lay, and say in EXIF how to turn them.
        upright = ImageOps.exif_transpose(image)
        if largest:
            upright.thumbnail((largest, largest), Image.Resampling.BOX)
        return _on_white(upright)


@cache
def _formats() -> tuple[str, ...]:
    """Return those of the formats that the installed library knows."""
    Image.init()
    return tuple(name for name in _FORMATS if name in Image.OPEN)


def _on_white(image: Image.Image) -> Image.Image:
    """Return *image* without transparency, as it looks on a page."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    page = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(page, layer).convert("RGB")


def caption_of(content: bytes) -> str:
    """Return the prompt that a picture carries in its text fields, or ""."""
    try:
        with Image.open(BytesIO(content), formats=_formats()) as image:
            texts = (*(image.info.get(key) for key in _CAPTION_KEYS), _exif_text(image))
            return next(filter(None, map(_clean_caption, texts)), "")
    except Exception:  # noqa: BLE001 - as above
        return ""


# Where Midjourney's own downloads, this server and other programs write the prompt.
_CAPTION_KEYS = ("Description", "prompt", "parameters")
EXIF_DESCRIPTION, EXIF_SOFTWARE = 0x010E, 0x0131
SOFTWARE = "mj-notebook"
_MAX_CAPTION = 1000


def _exif_text(image: Image.Image) -> object:
    fields = image.getexif()
    # Cameras write there too, but no prompts.
    if fields.get(EXIF_SOFTWARE) != SOFTWARE:
        return None
    text = fields.get(EXIF_DESCRIPTION)
    # Pillow reads this field as Latin; who writes there today writes UTF-8.
    return text.encode("latin-1", "replace") if isinstance(text, str) else text


def _clean_caption(text: object) -> str:
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    # Some programs keep a whole workflow as JSON in these fields; that is no prompt.
    if not isinstance(text, str) or "{" in text[:2]:
        return ""
    # Midjourney writes the job behind the prompt.
    return " ".join(text.partition("Job ID:")[0].split())[:_MAX_CAPTION]
