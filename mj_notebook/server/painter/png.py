"""PNG bytes, soon rather than small."""

from io import BytesIO

from PIL import Image


def encode_png(image: Image.Image) -> bytes:
    """Return *image* as PNG; pictures of this painter take 1 to 6 MB for 2048²."""
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
