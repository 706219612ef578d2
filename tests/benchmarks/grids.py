"""Pictures: a 6 MB grid arriving, and a demo grid being painted, against decoding the former."""

import io
import random
import tempfile
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from mj_notebook.images.thumbnails import preview
from mj_notebook.server.backends.painter import Brief, encode_png
from mj_notebook.store.pictures import Pictures
from tests.benchmarks.pair import Effort, Row, pair
from tests.server.backends.painter.looks import grid_of

_SIDE = 2048


def photo() -> bytes:
    """Return a photo-like PNG of 2048² and about 6 MB: shapes, soft light, grain."""
    chance = random.Random(7)
    picture = Image.new("RGB", (_SIDE, _SIDE), (120, 130, 150))
    draw = ImageDraw.Draw(picture)
    for _ in range(160):
        x, y, r = chance.randrange(_SIDE), chance.randrange(_SIDE), chance.randrange(40, 420)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(chance.randbytes(3)))
    soft = picture.filter(ImageFilter.GaussianBlur(18))
    grain = Image.effect_noise((_SIDE, _SIDE), 6).convert("RGB")
    buffer = io.BytesIO()
    Image.blend(soft, grain, 0.12).save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def _decode(content: bytes) -> None:
    Image.open(io.BytesIO(content)).load()


def arrival(effort: Effort) -> Row:
    """Make the preview of a grid and archive it; the rival only decodes it once."""
    content = photo()
    turn = iter(range(1_000_000))
    with tempfile.TemporaryDirectory() as folder:
        pictures = Pictures(Path(folder))

        def arrive() -> None:
            preview(content)
            # Another tail makes it another file: nothing is known already.
            pictures.put(content + next(turn).to_bytes(8, "big"))

        return pair(
            "6 MB grid to preview and archive / one decode",
            arrive,
            lambda: _decode(content),
            limit=1.6,
            pairs=effort.pairs,
            counts=f" {len(content) / 1e6:.1f} MB",
        )


def demo_grid(effort: Effort) -> Row:
    """Paint and encode a demo grid; beauty before speed."""
    content = photo()
    turn = iter(range(1_000_000))
    sizes: list[int] = []

    def paint() -> None:
        brief = Brief(prompt="a red kite over dunes at dawn", seed=next(turn))
        sizes.append(len(encode_png(grid_of(brief, _SIDE))))

    row = pair(
        "demo grid painted and encoded / one decode",
        paint,
        lambda: _decode(content),
        limit=5,
        pairs=min(7, effort.pairs),
    )
    return replace(row, counts=f" {max(sizes) / 1e6:.1f} MB at most")
