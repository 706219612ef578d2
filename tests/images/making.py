"""Pictures for tests, and a look into what would be sent."""

import io
from typing import Any

import numpy as np
from PIL import Image

from mj_notebook.protocol.media import read_data_url


def noise(width: int, height: int, depth: int = 3) -> Image.Image:
    """Return a picture that hardly any format makes smaller."""
    numbers = np.random.default_rng(7).integers(0, 256, (height, width, depth), dtype="uint8")
    return Image.fromarray(numbers)


def slope(width: int = 60, height: int = 40) -> Image.Image:
    """Return a small picture whose left is dark and whose right is bright, in three colours."""
    grey = Image.linear_gradient("L").rotate(90).resize((width, height))
    return Image.merge("RGB", (grey, grey.point(lambda value: value * 0.5), grey))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return *image* as a file of *kind*."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def content_of(url: str) -> bytes:
    """Return what a data URL holds."""
    content = read_data_url(url)
    assert content is not None
    return content


def opened(url: str) -> Image.Image:
    """Decode what a data URL holds; its kind must be the one that it says."""
    image = Image.open(io.BytesIO(content_of(url)))
    image.load()
    assert url.startswith(f"data:{image.get_format_mimetype()};base64,")
    return image
