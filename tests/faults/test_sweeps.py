"""A sweep of three by three by two that is interrupted, killed and run again."""

from tests.faults.scene import ON_BOTH, Kind, Scene
from tests.faults.table import Row


@ON_BOTH
def test_a_sweep_interrupted_killed_and_resumed(scene: Scene, row: Row) -> None:
    """An interrupt keeps what is done, a new kernel draws the rest, each cell is paid once."""
    with scene.stopped(_submit_number(4), options=("--sweep",)) as child:
        child.interrupt()
    told = child.told()
    assert "what runs goes on" in told["said"]
    assert scene.submits < 9
    with scene.stopped(_submit_number(9), options=("--sweep",)) as child:
        child.kill()
    told = scene.run("--sweep", "--patience", "60")
    row.submits, row.tasks, row.told = scene.submits, scene.tasks, told["shown"].splitlines()[-1]
    row.picture = f"{told['done']} of 18"
    assert (told["done"], row.submits, row.tasks) == (18, 18, 18)
    assert told["replayed"] >= 8


def _submit_number(number: int) -> Kind:
    """Return what tells that submit, counted from the first of the test."""
    seen = iter(range(1, number))
    return lambda asked: asked.is_submit and next(seen, None) is None
