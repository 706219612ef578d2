"""Which buttons a finished task has, by what its picture shows (protocol/README.md §4.2)."""

from collections.abc import Callable

from mj_notebook.protocol.button_sets import (
    film_buttons,
    grid_buttons,
    single_buttons,
    single_film_buttons,
)
from mj_notebook.protocol.buttons import ENLARGE, parse_custom_id, row_of
from mj_notebook.protocol.models import Button
from mj_notebook.server.backends.backend import Capabilities
from mj_notebook.server.backends.image_specs import GeneratedSpec, ImageSpec, VideoSpec
from mj_notebook.server.tasks.video_builders import MAX_SEGMENTS


def next_buttons(
    spec: ImageSpec | None, *, uuid: str, version: str, can: Capabilities
) -> tuple[Button, ...]:
    """
    Return the buttons of a finished task.

    Args:
        spec: What its picture shows. What was uploaded or got another face has no buttons.
        uuid: The job's, which each custom id carries.
        version: The model that drew it; versions have different buttons for a single picture.
        can: What the backend can do; what it can't is left out.
    """
    if isinstance(spec, VideoSpec):
        return _video_buttons(spec, uuid)
    buttons = _image_buttons(spec, uuid, version) if isinstance(spec, GeneratedSpec) else ()
    return tuple(button for button in buttons if _is_possible(button, can))


def _is_possible(button: Button, can: Capabilities) -> bool:
    press = parse_custom_id(button.custom_id)
    has_it = _NEEDS.get(press.kind.key) if press else None
    return has_it is None or has_it(can)


_NEEDS: dict[str, Callable[[Capabilities], bool]] = {
    **dict.fromkeys(("variation", "vary_subtle", "vary_strong"), lambda can: can.varies),
    "vary_region": lambda can: can.inpaints,
    **dict.fromkeys(
        (
            *("zoom_out_2x", "zoom_out_1_5x", "custom_zoom", "make_square"),
            *("pan_left", "pan_right", "pan_up", "pan_down"),
        ),
        lambda can: can.outpaints,
    ),
    **dict.fromkeys(
        (
            *("upscale_2x", "upscale_4x", "upscale_subtle", "upscale_creative"),
            *("upscale_subtle_v6", "upscale_creative_v6"),
            *("upscale_subtle_v6r1", "upscale_creative_v6r1"),
        ),
        lambda can: can.enlarges,
    ),
    **dict.fromkeys(("animate_high", "animate_low"), lambda can: can.animates),
}
"""What a backend must be able to do for a button to be there; the others need nothing of it."""


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
