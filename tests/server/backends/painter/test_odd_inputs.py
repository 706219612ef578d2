"""Odd inputs: whatever people send becomes a picture."""

import pytest

from mj_notebook.server.backends.painter import Brief, Camera, encode_png
from mj_notebook.server.backends.painter.lands import LANDS
from mj_notebook.server.backends.painter.moods import HOURS, MANNERS
from mj_notebook.server.backends.painter.motif_table import MOTIFS
from mj_notebook.server.backends.painter.tile import painted
from tests.server.backends.painter.looks import grid_of

PROMPTS = {
    "empty": "",
    "long": "a very long prompt about foxes and rivers " * 250,
    "control characters": "\x00\x07\n\t\x1b[31mcat\ud800",
    "chinese": "一只红色的风筝飞过沙漠，水彩",
    "only signs": "!!! ??? -- :: {} <script>",
    "emoji": "🐱🌙✨",
    "everything": " ".join(motif.words[0] for motif in MOTIFS),
}


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS.keys())
def test_any_text_becomes_a_picture(prompt: str) -> None:
    """No text stops the painter."""
    assert encode_png(grid_of(Brief(prompt, 1), 64)).startswith(b"\x89PNG")


@pytest.mark.parametrize("seed", [0, 2**32 - 1, 2**40, -1], ids=str)
def test_any_seed_becomes_a_picture(seed: int) -> None:
    """Seeds are folded into the range of Midjourney's."""
    assert grid_of(Brief("sea", seed), 64).size == (64, 64)


@pytest.mark.parametrize(
    "aspect", [(1000, 1), (1, 14), (0, 0), (-1, 2), (float("inf"), 1)], ids=str
)
def test_any_shape_becomes_a_picture(aspect: tuple[float, float]) -> None:
    """Shapes that cannot be painted are brought to ones that can."""
    brief = Brief("a balloon over mountains, meteor, aurora", 3, aspect)
    assert grid_of(brief, 160).mode == "RGB"


@pytest.mark.parametrize("land", LANDS)
@pytest.mark.parametrize(
    "camera",
    [
        Camera(cx=3.0, cy=-2.0),
        *(
            pytest.param(far, marks=pytest.mark.nightly)
            for far in (Camera(scale=8.0), Camera(cy=1.5, scale=0.2))
        ),
    ],
    ids=str,
)
def test_every_land_goes_on_beyond_its_borders(land: str, camera: Camera) -> None:
    """Far zooms and pans find a world everywhere."""
    word = next(motif.words[0] for motif in MOTIFS if motif.name == land)
    brief = Brief(f"a {word}, boat, fox, gull", 5).widened(0, camera, 6)
    assert painted(brief, 1, (48, 48)).size == (48, 48)


@pytest.mark.parametrize("manner", sorted(set(MANNERS.values())))
def test_every_manner_suits_every_hour(manner: str) -> None:
    """All manners of painting work at all hours, on small pictures too."""
    for hour in sorted(set(HOURS.values())):
        brief = Brief(f"a fox, {manner}, {hour}, rain, snow, rainbow", 2)
        assert painted(brief, 2, (64, 64)).size == (64, 64)


@pytest.mark.parametrize("word", [motif.words[0] for motif in MOTIFS if motif.role != "land"])
def test_every_motif_paints(word: str) -> None:
    """Each motif of the vocabulary can be painted in numbers and in any weather."""
    assert painted(Brief(f"many {word}, storm", 1), 0, (64, 64)).size == (64, 64)
