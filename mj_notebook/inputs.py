"""Pictures a person gives, as the data URLs the protocol takes."""

from pathlib import Path

from mj_notebook.errors import UsageError
from mj_notebook.protocol.media import MP4, data_url, media_of

# One proxy of the family takes 4 MB at most, another 5: stay below both.
MAX_BYTES = 4_000_000


def picture_url(source: "str | Path | bytes") -> str:
    """
    Return *source* (a path, or the bytes of a picture) as a data URL with its true MIME type.

    Raises:
        UsageError: The file can't be read, is no picture, or is too large.
    """
    if isinstance(source, bytes):
        return _encoded(source, "The picture")
    path = Path(source).expanduser()
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it can't be read").lower()
        raise UsageError(
            f"The picture {path.name!r} can't be read: {reason}.",
            hint="Give the path of a PNG, JPEG, GIF or WebP file, from where the notebook runs.",
        ) from error
    return _encoded(content, f"The file {path.name!r}")


def _encoded(content: bytes, what: str) -> str:
    media = media_of(content)
    if media is None or media is MP4:
        raise UsageError(f"{what} is no picture.", hint="Give a PNG, JPEG, GIF or WebP file.")
    if len(content) > MAX_BYTES:
        raise UsageError(
            f"{what} has {len(content) / 1e6:.1f} MB; proxies take {MAX_BYTES / 1e6:.0f} MB.",
            hint="Save it smaller, for instance as JPEG.",
        )
    return data_url(content, media.mime)
