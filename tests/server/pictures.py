"""Pictures to send along, made on the spot."""

from base64 import b64encode
from io import BytesIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo


def png(image: Image.Image, caption: str = "") -> bytes:
    """Return *image* as PNG, with its prompt in a text field where one is given."""
    info = PngInfo()
    if caption:
        info.add_itxt("Description", caption)
    buffer = BytesIO()
    image.save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def halves(upper: str, lower: str, size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Return a picture of two plain colours."""
    image = Image.new("RGB", size, lower)
    image.paste(Image.new("RGB", (size[0], size[1] // 2), upper))
    return image


def bare(content: bytes) -> str:
    """Return *content* as base64."""
    return b64encode(content).decode()


def sent(image: Image.Image, caption: str = "") -> str:
    """Return *image* as clients send it."""
    return f"data:image/png;base64,{bare(png(image, caption))}"
