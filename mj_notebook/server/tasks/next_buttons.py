"""Which buttons a finished task has, by what its picture shows (protocol/README.md §4.2)."""

from mj_notebook.protocol.button_sets import (
    film_buttons,
    grid_buttons,
    single_buttons,
    single_film_buttons,
)
from mj_notebook.protocol.buttons import ENLARGE, row_of
from mj_notebook.protocol.models import Button
from mj_notebook.server.backends.image_specs import GeneratedSpec, ImageSpec, VideoSpec
from mj_notebook.server.tasks.video_builders import MAX_SEGMENTS


def next_buttons(spec: ImageSpec | None, *, uuid: str, version: str) -> tuple[Button, ...]:
    """
    Return the buttons of a finished task.

    Args:
        spec: What its picture shows. What was uploaded or got another face has no buttons.
        uuid: The job's, which each custom id carries.
        version: The model that drew it; versions have different buttons for a single picture.
    """
    if isinstance(spec, VideoSpec):
        return _video_buttons(spec, uuid)
    return _image_buttons(spec, uuid, version) if isinstance(spec, GeneratedSpec) else ()


def _video_buttons(spec: VideoSpec, uuid: str) -> tuple[Button, ...]:
    if not spec.is_single:
        return film_buttons(uuid, spec.count)
    return single_film_buttons(uuid) if spec.segments < MAX_SEGMENTS else ()


def _image_buttons(spec: GeneratedSpec, uuid: str, version: str) -> tuple[Button, ...]:
    if not spec.is_single:
        return grid_buttons(uuid)
    if spec.edit:
        # One of the pictures that words have changed has no buttons (set H).
        return ()
    # Make Square is not offered for what is square.
    width, height = spec.aspect
    buttons = single_buttons(uuid, version, square=width == height)
    if spec.enlarged == 1:
        return buttons
    # What is large already is not enlarged again (set C).
    return tuple(button for button in buttons if row_of(button) is not ENLARGE)
