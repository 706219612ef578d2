"""Which buttons a finished task has, by kind of picture and version (protocol/README.md §4.2)."""

from mj_notebook.protocol.buttons import BUTTON_KIND, button_of
from mj_notebook.protocol.models import Button

_NUMBERS = (1, 2, 3, 4)
_ZOOMS = ("zoom_out_2x", "zoom_out_1_5x", "custom_zoom")
_PANS = ("pan_left", "pan_right", "pan_up", "pan_down")
_VARIES = ("vary_subtle", "vary_strong", "vary_region")
_ANIMATES = ("animate_high", "animate_low")

# Family of versions → the keys of a single picture's buttons, in the server's order.
_SINGLE: dict[str, tuple[str, ...]] = {
    "4": ("vary_subtle", "vary_strong", "bookmark"),
    "5": ("upscale_2x", "upscale_4x", *_VARIES, *_ZOOMS, *_PANS, "bookmark"),
    "6": ("upscale_subtle_v6", "upscale_creative_v6", *_VARIES, *_ZOOMS, *_PANS, "bookmark"),
    "6.1": ("upscale_subtle_v6r1", "upscale_creative_v6r1", *_VARIES, *_ZOOMS, *_PANS, "bookmark"),
    "7": (
        "upscale_subtle",
        "upscale_creative",
        *_VARIES,
        *_ZOOMS,
        *_PANS,
        *_ANIMATES,
        "bookmark",
    ),
    "8": (*_VARIES, *_ANIMATES, "bookmark"),
}


def grid_buttons(uuid: str) -> tuple[Button, ...]:
    """Return set A: the buttons of a grid of four."""
    upscales = (button_of(BUTTON_KIND["upscale"], uuid, number) for number in _NUMBERS)
    variations = (button_of(BUTTON_KIND["variation"], uuid, number) for number in _NUMBERS)
    return (*upscales, button_of(BUTTON_KIND["reroll"], uuid), *variations)


def single_buttons(uuid: str, version: str, *, square: bool) -> tuple[Button, ...]:
    """Return set B: the buttons of one picture; *version* is "7", "6.1", "niji 6", …."""
    keys = list(_SINGLE[_family(version)])
    # What is square already has no such button.
    if not square and "custom_zoom" in keys:
        keys.insert(keys.index("custom_zoom") + 1, "make_square")
    return tuple(button_of(BUTTON_KIND[key], uuid) for key in keys)


def film_buttons(uuid: str, count: int) -> tuple[Button, ...]:
    """Return set G for *count* films together: one of them can be picked, or all drawn again."""
    picks = (button_of(BUTTON_KIND["pick_film"], uuid, number) for number in range(1, count + 1))
    return (*picks, button_of(BUTTON_KIND["reroll"], uuid))


def single_film_buttons(uuid: str) -> tuple[Button, ...]:
    """Return set G for one film that was picked: it can be gone on with."""
    return tuple(button_of(BUTTON_KIND[key], uuid) for key in ("extend_high", "extend_low"))


def _family(version: str) -> str:
    """Map a version to a family of the table; a bot's "niji N" carries the buttons of N."""
    number = version.removeprefix("niji").strip()
    if number in _SINGLE:
        return number
    major = number.split(".")[0]
    if major in _SINGLE:
        return major
    # The oldest share the buttons of 4; a version that is newer than the table has the newest.
    return "4" if major in {"1", "2", "3"} else "8"
