"""Previews: they grow sharper until they are the picture."""

from io import BytesIO

import pytest
from PIL import Image

from mj_notebook.server.backends.painter import (
    Brief,
    paint_grid,
    paint_preview,
    paint_tile,
    preview_tile,
)
from tests.server.backends.painter.looks import difference

PERCENTS = (15, 31, 46, 62, 78, 93)


def _opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    assert image.format == "WEBP"
    return image.convert("RGB")


@pytest.mark.parametrize("prompt", ["a red kite over dunes", "city at night"])
def test_a_preview_comes_closer_with_every_step(prompt: str) -> None:
    """Each step of the way shows more of the finished grid."""
    brief = Brief(prompt, 4)
    final = paint_grid(brief, 384)
    distances = [difference(_opened(paint_preview(brief, at, 256)), final) for at in PERCENTS]
    assert distances == sorted(distances, reverse=True)
    assert distances[0] > 3 * distances[-1]


def test_a_tile_has_previews_too() -> None:
    """A single picture grows sharper like a grid does."""
    brief = Brief("an owl", 4)
    final = paint_tile(brief, 2, 256)
    early, late = (difference(_opened(preview_tile(brief, 2, at, 256)), final) for at in (15, 93))
    assert late < early / 2


@pytest.mark.parametrize("percent", [-5, 0, 50, 100, 900])
def test_any_percent_can_be_shown(percent: int) -> None:
    """Percents outside 0 to 100 count as the nearest end."""
    assert _opened(paint_preview(Brief("a cat", 1, (3, 2)), percent, 240)).size == (240, 160)
