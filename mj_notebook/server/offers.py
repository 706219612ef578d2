"""What a finished task offers next, by what its picture shows (sheet 4.2)."""

from typing import TYPE_CHECKING

from mj_notebook.protocol.button_sets import (
    film_buttons,
    grid_buttons,
    single_buttons,
    single_film_buttons,
)
from mj_notebook.protocol.buttons import ENLARGE, row_of
from mj_notebook.protocol.models import Button
from mj_notebook.server.animating import LONGEST
from mj_notebook.server.shots import Film, Shot

if TYPE_CHECKING:
    from mj_notebook.server.work import Work


def buttons_of(work: "Work") -> tuple[Button, ...]:
    """Return the buttons of *work* once it has succeeded."""
    if work.reading:
        return work.reading.buttons
    if isinstance(work.shot, Film):
        return _of_films(work.shot, work.uuid)
    return _of_pictures(work.shot, work) if isinstance(work.shot, Shot) else ()


def _of_films(film: Film, uuid: str) -> tuple[Button, ...]:
    if not film.is_single:
        return film_buttons(uuid, film.count)
    return single_film_buttons(uuid) if film.length < LONGEST else ()


def _of_pictures(shot: Shot, work: "Work") -> tuple[Button, ...]:
    if not shot.is_single:
        return grid_buttons(work.uuid)
    if shot.edit:
        # One of the pictures that words have changed offers nothing more (set H).
        return ()
    width, height = shot.aspect
    offered = single_buttons(work.uuid, work.version, square=width == height)
    if shot.enlarged == 1:
        return offered
    # What is large already is not enlarged again (set C).
    return tuple(button for button in offered if row_of(button) is not ENLARGE)
