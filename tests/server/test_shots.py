"""What a picture shows, by how it came about."""

from typing import Any

import pytest

from mj_notebook.protocol.buttons import BUTTONS
from mj_notebook.server.framing import frame_of
from mj_notebook.server.ledger import Accepted, Answered
from mj_notebook.server.making import can_make
from mj_notebook.server.shots import Shot
from mj_notebook.server.work import Work

KITE = "a red kite --ar 3:2 --seed 7"


def work(
    kind: str = "imagine", parent: Work | None = None, answer: str | None = None, **more: Any
) -> Work:
    """Return a task; each call makes another id."""
    id_ = f"{1 + (int(parent.id) * 31 if parent else 0) + len(kind) + more.get('number', 0):016d}"
    prompt = parent.prompt if parent else more.pop("prompt", KITE)
    facts = {"kind": kind, "action": "X", "description": "", "prompt": prompt, "mode": "fast"}
    answered = None if answer is None else Answered(id=id_, at=0, prompt=answer)
    return Work(Accepted(id=id_, at=0, **{**facts, **more}), parent, answered)


def drawn(task: Work) -> Shot:
    """Return what is painted for *task*."""
    assert isinstance(task.shot, Shot)
    return task.shot


def test_an_imagine_is_a_grid_of_its_words() -> None:
    """Words without parameters, the shape of --ar, the seed of --seed."""
    shot = drawn(work())
    assert (shot.brief.prompt, shot.brief.seed, shot.brief.aspect) == ("a red kite", 7, (3, 2))
    assert shot.tile is None
    assert shot.size()[0] / shot.size()[1] == pytest.approx(1.5, rel=0.02)


def test_upscales_show_the_very_tile() -> None:
    """U3 is tile 2 of the same brief at half the sides; enlarging it doubles or quadruples."""
    grid = work()
    picked = work("upscale", grid, number=3)
    assert (drawn(picked).brief, drawn(picked).tile) == (drawn(grid).brief, 2)
    width, height = drawn(grid).size()
    sizes = [
        drawn(work(kind, picked)).size() for kind in ("upscale_subtle", "upscale_2x", "upscale_4x")
    ]
    assert drawn(picked).size() == (width // 2, height // 2)
    assert sizes == [(width, height), (width, height), (width * 2, height * 2)]


def test_variations_move_by_different_amounts() -> None:
    """Subtle less than V, and strong more; all stay in the family of their tile."""
    picked = work("upscale", work(), number=2)
    kinds = ("vary_subtle", "variation", "vary_strong")
    shots = [drawn(work(kind, picked)) for kind in kinds]
    steps = [shot.brief.lineage[-1] for shot in shots]
    assert [step.tile for step in steps] == [1, 1, 1]
    amounts = [step.amount for step in steps]
    assert amounts == sorted(amounts)
    assert len(set(amounts)) == 3
    assert {shot.tile for shot in shots} == {None}


def test_drawing_again_makes_what_the_parent_is_with_other_chances() -> None:
    """A grid anew in spite of --seed, a variation as another variation of the same tile."""
    grid = work()
    again = drawn(work("reroll", grid)).brief
    assert (again.prompt, again.aspect) == ("a red kite", (3, 2))
    assert again.seed != 7
    varied = work("variation", grid, number=4)
    other = drawn(work("reroll", varied)).brief
    assert other.seed == 7
    assert other.lineage[-1].tile == drawn(varied).brief.lineage[-1].tile
    assert other.lineage[-1].seed != drawn(varied).brief.lineage[-1].seed


@pytest.mark.parametrize(
    ("kind", "answer", "factor"),
    [
        ("zoom_out_2x", None, 2.0),
        ("zoom_out_1_5x", None, 1.5),
        ("custom_zoom", "a red kite --zoom 1.2", 1.2),
        ("custom_zoom", "a red kite", 2.0),
    ],
)
def test_zooms_show_more_of_the_same_world(kind: str, answer: str | None, factor: float) -> None:
    """By the factor of the button, or of --zoom in the window's answer."""
    picked = work("upscale", work(), number=1)
    zoomed = work(kind, picked, answer, has_window=answer is not None)
    before, after = frame_of(drawn(picked).brief), frame_of(drawn(zoomed).brief)
    assert after.width == pytest.approx(before.width * factor)
    assert drawn(zoomed).aspect == drawn(picked).aspect


def test_the_words_of_a_window_are_painted() -> None:
    """What is answered there is painted around the picture, which stays what it was."""
    picked = work("upscale", work(), number=1)
    zoomed = work("custom_zoom", picked, "a blue boat --zoom 1.5", has_window=True)
    assert drawn(zoomed).brief.prompt == "a blue boat"
    assert drawn(zoomed).brief.seed == 7
    part = drawn(zoomed).part
    assert part
    assert part.kept == drawn(picked)


def test_a_square_is_no_longer_offered_to_become_one() -> None:
    """Make Square extends to 1:1, and its own pictures don't offer it again."""
    picked = work("upscale", work(), number=1)
    squared = work("upscale", work("make_square", picked), number=1)
    labels = [[button.label for button in task.buttons] for task in (picked, squared)]
    assert ["Make Square" in names for names in labels] == [True, False]


FILMS = {"pick_film", "extend_high", "extend_low"}
PAINTED = [kind.key for kind in BUTTONS if can_make(kind.key) and kind.key not in FILMS]


@pytest.mark.parametrize("kind", PAINTED)
def test_whatever_can_be_painted_has_a_shot_for_every_parent(kind: str) -> None:
    """A grid or a single picture before it: the same button leads somewhere."""
    for parent in (work(), work("upscale", work(), number=2)):
        child = work(kind, parent, number=2)
        assert child.shot is None or child.shot.size()[0] > 0


def test_mad_shapes_are_still_pictures() -> None:
    """Whatever --ar says."""
    for ratio in ("99999:1", "1:99999", "0:0", "x"):
        width, height = drawn(work(prompt=f"a --ar {ratio}")).size(64)
        assert width > 0
        assert height > 0
