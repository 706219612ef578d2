"""What a picture shows, by how it came about."""

from typing import Any

import pytest

from mj_notebook.protocol.buttons import BUTTONS
from mj_notebook.server.backends.image_specs import GeneratedSpec
from mj_notebook.server.engine.ledger import Accepted, Answered
from mj_notebook.server.engine.task_record import TaskRecord
from mj_notebook.server.tasks.framing import frame_of
from mj_notebook.server.tasks.image_builders import BUILDERS
from mj_notebook.server.tasks.server_task import ServerTask

KITE = "a red kite --ar 3:2 --seed 7"


def server_task(
    kind: str = "imagine", parent: ServerTask | None = None, answer: str | None = None, **more: Any
) -> ServerTask:
    """Return a task; each call makes another id."""
    id_ = f"{1 + (int(parent.id) * 31 if parent else 0) + len(kind) + more.get('number', 0):016d}"
    prompt = parent.record.prompt if parent else more.pop("prompt", KITE)
    facts = {"kind": kind, "action": "X", "description": "", "prompt": prompt, "mode": "fast"}
    answered = None if answer is None else Answered(id=id_, at=0, prompt=answer)
    accepted = Accepted(id=id_, at=0, **{**facts, **more})
    record = TaskRecord(accepted, parent.record if parent else None, answered)
    return ServerTask(record, parent)


def drawn(task: ServerTask) -> GeneratedSpec:
    """Return what is painted for *task*."""
    assert isinstance(task.spec, GeneratedSpec)
    return task.spec


def test_an_imagine_is_a_grid_of_its_words() -> None:
    """Words without parameters, the shape of --ar, the seed of --seed."""
    spec = drawn(server_task())
    assert (spec.brief.prompt, spec.brief.seed, spec.brief.aspect) == ("a red kite", 7, (3, 2))
    assert spec.tile is None
    assert spec.size()[0] / spec.size()[1] == pytest.approx(1.5, rel=0.02)


def test_upscales_show_the_very_tile() -> None:
    """U3 is tile 2 of the same brief at half the sides; enlarging it doubles or quadruples."""
    grid = server_task()
    picked = server_task("upscale", grid, number=3)
    assert (drawn(picked).brief, drawn(picked).tile) == (drawn(grid).brief, 2)
    width, height = drawn(grid).size()
    sizes = [
        drawn(server_task(kind, picked)).size()
        for kind in ("upscale_subtle", "upscale_2x", "upscale_4x")
    ]
    assert drawn(picked).size() == (width // 2, height // 2)
    assert sizes == [(width, height), (width, height), (width * 2, height * 2)]


def test_variations_move_by_different_amounts() -> None:
    """Subtle less than V, and strong more; all stay in the family of their tile."""
    picked = server_task("upscale", server_task(), number=2)
    kinds = ("vary_subtle", "variation", "vary_strong")
    specs = [drawn(server_task(kind, picked)) for kind in kinds]
    steps = [spec.brief.lineage[-1] for spec in specs]
    assert [step.tile for step in steps] == [1, 1, 1]
    amounts = [step.amount for step in steps]
    assert amounts == sorted(amounts)
    assert len(set(amounts)) == 3
    assert {spec.tile for spec in specs} == {None}


def test_drawing_again_makes_what_the_parent_is_with_other_chances() -> None:
    """A grid anew in spite of --seed, a variation as another variation of the same tile."""
    grid = server_task()
    again = drawn(server_task("reroll", grid)).brief
    assert (again.prompt, again.aspect) == ("a red kite", (3, 2))
    assert again.seed != 7
    varied = server_task("variation", grid, number=4)
    other = drawn(server_task("reroll", varied)).brief
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
    picked = server_task("upscale", server_task(), number=1)
    zoomed = server_task(kind, picked, answer, has_window=answer is not None)
    before, after = frame_of(drawn(picked).brief), frame_of(drawn(zoomed).brief)
    assert after.width == pytest.approx(before.width * factor)
    assert drawn(zoomed).aspect == drawn(picked).aspect


def test_the_words_of_a_window_are_painted() -> None:
    """What is answered there is painted around the picture, which stays what it was."""
    picked = server_task("upscale", server_task(), number=1)
    zoomed = server_task("custom_zoom", picked, "a blue boat --zoom 1.5", has_window=True)
    assert drawn(zoomed).brief.prompt == "a blue boat"
    assert drawn(zoomed).brief.seed == 7
    part = drawn(zoomed).part
    assert part
    assert part.kept == drawn(picked)


def test_a_square_is_no_longer_offered_to_become_one() -> None:
    """Make Square extends to 1:1, and its own pictures don't offer it again."""
    picked = server_task("upscale", server_task(), number=1)
    squared = server_task("upscale", server_task("make_square", picked), number=1)
    labels = [[button.label for button in task.buttons] for task in (picked, squared)]
    assert ["Make Square" in names for names in labels] == [True, False]


FILMS = {"pick_film", "extend_high", "extend_low"}
PAINTED = [kind.key for kind in BUTTONS if kind.key in BUILDERS and kind.key not in FILMS]


@pytest.mark.parametrize("kind", PAINTED)
def test_whatever_can_be_painted_has_a_shot_for_every_parent(kind: str) -> None:
    """A grid or a single picture before it: the same button leads somewhere."""
    for parent in (server_task(), server_task("upscale", server_task(), number=2)):
        child = server_task(kind, parent, number=2)
        assert child.spec is None or child.spec.size()[0] > 0


def test_mad_shapes_are_still_pictures() -> None:
    """Whatever --ar says."""
    for ratio in ("99999:1", "1:99999", "0:0", "x"):
        width, height = drawn(server_task(prompt=f"a --ar {ratio}")).size(64)
        assert width > 0
        assert height > 0
