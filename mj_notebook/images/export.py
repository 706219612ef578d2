"""A picture for a file of its own: whole or one tile, as it was served or in another format."""

import io

from PIL import Image

from mj_notebook.errors import UsageError
from mj_notebook.images.metadata.embed import EMBEDDABLE_FORMATS
from mj_notebook.images.thumbnails import on_white, open_picture, tile
from mj_notebook.language import translated
from mj_notebook.protocol.media import PNG, media_of

_WITHOUT_TRANSPARENCY = {"JPEG"}


def export_picture(content: bytes, suffix: str, number: int | None = None) -> bytes:
    """
    Return the picture for a file that ends in *suffix*.

    Args:
        content: The picture as it was served; it is returned untouched where it fits.
        suffix: ".png", or another one that Pillow writes.
        number: The tile to cut out, None for the whole.

    Raises:
        UsageError: Nothing is known that ends so, or that format can't hold the picture.
    """
    media = media_of(content)
    # What is no known picture (a film of a new kind) is written as it came.
    if number is None and (media is None or _plain(media.suffix) == _plain(suffix)):
        return content
    formats = Image.registered_extensions()
    name = formats.get(suffix.lower(), "")
    if name not in Image.SAVE:
        raise UsageError(
            translated("Pictures can't be saved as {suffix!r}.", suffix=suffix),
            hint=translated("Take .png, .jpg or .webp."),
        )
    image = open_picture(content)
    cut = image if number is None else tile(image, number)
    buffer = io.BytesIO()
    try:
        # 95: a copy to be kept, above which JPEG only grows.
        (on_white(cut) if name in _WITHOUT_TRANSPARENCY else cut).save(buffer, name, quality=95)
    except Exception as error:  # encoders meet what they can't hold with errors of every kind
        raise UsageError(
            translated(
                "A picture of {width} × {height} pixels can't be saved as {suffix!r}.",
                width=cut.width,
                height=cut.height,
                suffix=suffix,
            ),
            hint=translated("Take .png, or no ending at all."),
        ) from error
    return buffer.getvalue()


def _plain(suffix: str) -> str:
    return suffix.lower().replace(".jpeg", ".jpg")


def default_suffix(content: bytes) -> str:
    """Return the ending under which *content* can be saved and tell where it comes from."""
    media = media_of(content)
    if media is None:
        return PNG.suffix
    keeps = media in EMBEDDABLE_FORMATS or media.is_film
    return media.suffix if keeps else PNG.suffix
