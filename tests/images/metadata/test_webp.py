"""A plain WebP becomes an extended one that says of the picture what is so."""

import pytest

from mj_notebook.images.metadata.embed import with_provenance
from tests.images.metadata.making import picture, record


@pytest.mark.parametrize(
    ("kind", "flags"),
    [
        ("WEBP", 0x04),
        ("WEBP alpha", 0x14),
        ("WEBP lossless", 0x04),
        ("WEBP lossless alpha", 0x14),
    ],
)
def test_the_head_tells_size_and_alpha(kind: str, flags: int) -> None:
    """Programs believe the head before they decode: XMP is there, and alpha where it is."""
    made = with_provenance(picture(kind), record())
    assert made[12:16] == b"VP8X"
    assert made[20] == flags
    assert int.from_bytes(made[24:27], "little") + 1 == 65
    assert int.from_bytes(made[27:30], "little") + 1 == 31
    assert int.from_bytes(made[4:8], "little") + 8 == len(made)
