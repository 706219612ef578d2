"""Previews: they grow sharper until they are the picture."""

from io import BytesIO

import pytest
from PIL import Image

from mj_notebook.server.backends.image_specs import GeneratedSpec
from mj_notebook.server.backends.painter import Brief, mark
from mj_notebook.server.backends.painter.tile import painted
from mj_notebook.server.backends.renderer import Renderer
from mj_notebook.server.backends.uploads import UploadStore
from tests.server.backends.painter.looks import difference, grid_of

PERCENTS = (15, 31, 46, 62, 78, 93)
RENDERER = Renderer(UploadStore(None))


def preview(spec: GeneratedSpec, percent: int, side: int) -> Image.Image:
    """Return the preview of *spec* as pixels."""
    image = Image.open(BytesIO(RENDERER.preview(spec, percent, side)))
    assert image.format == "WEBP"
    return image.convert("RGB")


@pytest.mark.parametrize("prompt", ["a red kite over dunes", "city at night"])
def test_a_preview_comes_closer_with_every_step(prompt: str) -> None:
    """Each step of the way shows more of the finished grid."""
    spec = GeneratedSpec(Brief(prompt, 4))
    final = grid_of(spec.brief, 256)
    distances = [difference(preview(spec, at, 256), final) for at in PERCENTS]
    assert distances == sorted(distances, reverse=True)
    assert distances[0] > 3 * distances[-1]


def test_a_tile_has_previews_too() -> None:
    """A single picture grows sharper like a grid does."""
    spec = GeneratedSpec(Brief("an owl", 4), tile=2)
    final = mark(painted(spec.brief, 2, (256, 256)))
    early, late = (difference(preview(spec, at, 256), final) for at in (15, 93))
    assert late < early / 2


@pytest.mark.parametrize("percent", [0, 50, 100])
def test_a_preview_has_the_shape_of_its_picture(percent: int) -> None:
    """Its longer side is as long as was asked for."""
    assert preview(GeneratedSpec(Brief("a cat", 1, (3, 2))), percent, 240).size == (240, 160)
