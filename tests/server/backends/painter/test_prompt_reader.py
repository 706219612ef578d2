"""Reading prompts: which words call for what."""

import pytest

from mj_notebook.server.backends.painter.lands import LANDS
from mj_notebook.server.backends.painter.motif_table import MOTIFS
from mj_notebook.server.backends.painter.motifs import BY_WORD as DRAWINGS
from mj_notebook.server.backends.painter.motifs import FIGURES
from mj_notebook.server.backends.painter.prompt_reader import read_prompt


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("a red kite over dunes", ["kite", "dunes"]),
        ("Black CAT on a windowsill", ["cat", "room"]),
        ("wolves howling", ["dog"]),
        ("cherry blossoms", ["oak"]),
        ("above the clouds", ["clouds"]),
        ("a bouquet of roses", ["flower"]),
        ("月夜的猫", ["cat", "moon"]),
        ("quantum entanglement", []),
        ("", []),
    ],
    ids=str,
)
def test_words_call_for_motifs(prompt: str, names: list[str]) -> None:
    """Singular, plural, phrases and Chinese words name motifs; unknown words name none."""
    assert sorted(mention.motif.name for mention in read_prompt(prompt).mentions) == sorted(names)


def test_a_colour_belongs_to_the_thing_after_it() -> None:
    """A colour word before a thing colours the thing and not the whole picture."""
    content = read_prompt("a red kite over teal mountains")
    assert content.mentions[0].hue == "red"
    assert content.hue == "teal"


def test_an_orange_is_a_fruit_and_orange_is_a_colour() -> None:
    """A word that is both is a thing after an article and a colour otherwise."""
    assert read_prompt("an orange").has("fruit")
    assert not read_prompt("two orange cats").has("fruit")
    assert read_prompt("orange mountains").hue == "orange"


def test_plurals_mean_many() -> None:
    """A plural or a number word asks for several."""
    assert read_prompt("balloons").mentions[0].many
    assert read_prompt("three cats").mentions[0].many
    assert not read_prompt("a balloon").mentions[0].many


@pytest.mark.parametrize(
    ("prompt", "hour", "manner"),
    [
        ("a lighthouse at dusk, watercolor", "dusk", "watercolor"),
        ("noon, ink", "day", "ink"),
        ("black and white street", None, "noir"),
        ("neon midnight", "night", "neon"),
        ("a cat", None, None),
    ],
    ids=str,
)
def test_hours_and_manners_are_read(prompt: str, hour: str | None, manner: str | None) -> None:
    """Words for the hour and for the manner of painting are found anywhere in a prompt."""
    content = read_prompt(prompt)
    assert (content.hour, content.manner) == (hour, manner)


def test_every_motif_can_be_painted() -> None:
    """Each row of the vocabulary has a land, a drawing or a painter, and homes that exist."""
    painted_otherwise = {"oak", "flower"}
    for motif in MOTIFS:
        assert set(motif.home) <= set(LANDS)
        if motif.role == "land":
            assert motif.name in LANDS
        elif motif.role not in ("sky", "weather"):
            assert motif.name in FIGURES or motif.name in painted_otherwise
    assert set(DRAWINGS.values()) <= set(FIGURES)
