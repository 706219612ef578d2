"""Slider and shapes of a Custom Zoom: they write into the prompt, and follow what it says."""

from typing import Any, TypeGuard

import ipywidgets

from mj_notebook.language import gettext
from mj_notebook.prompt.zoom import LEAST_ZOOM, MOST_ZOOM, ratio_of, with_ratio, with_zoom, zoom_of
from mj_notebook.widgets.shared import Shared, set_trait

_RATIOS = ("", "1:1", "3:2", "2:3", "4:3", "3:4", "16:9", "9:16")
_DEFAULT, _STEP = 1.5, 0.05


class ZoomControls:
    """
    The controls of one window; the prompt alone is what will be sent.

    Args:
        common: What all panels share.
        prompt: The field of the prompt, which has a ``--zoom``: see `with_some_zoom`.

    Attributes:
        widget: What is displayed.
    """

    def __init__(self, common: Shared, prompt: ipywidgets.Textarea) -> None:
        self._prompt = prompt
        # "As it is" means what the window offered, not what was typed since.
        self._offered = ratio_of(prompt.value)
        self.slider: Any = ipywidgets.FloatSlider(
            _on_step(zoom_of(prompt.value) or _DEFAULT),
            min=LEAST_ZOOM,
            max=MOST_ZOOM,
            step=_STEP,
            description=gettext("Zoom"),
            readout_format=".2f",
            _dom_classes=("mj-zoom",),
        )
        self.shapes: Any = ipywidgets.Dropdown(
            options=[(ratio or gettext("as it is"), ratio) for ratio in _RATIOS],
            description=gettext("Shape"),
            _dom_classes=("mj-ratio",),
        )
        self.widget = common.box("mj-window-row", children=(self.slider, self.shapes))
        prompt.observe(lambda _: self._follow(), "value")
        self.slider.observe(lambda _: self._slide(), "value")
        self.shapes.observe(lambda _: self._reshape(), "value")

    @property
    def answer(self) -> str:
        """The prompt; where its ``--zoom`` was taken out, the slider's goes in again."""
        text = str(self._prompt.value)
        return text if zoom_of(text) is not None else with_zoom(text, self.slider.value)

    def _follow(self) -> None:
        zoom, ratio = zoom_of(self._prompt.value), ratio_of(self._prompt.value)
        if _is_possible(zoom):
            set_trait(self.slider, "value", _on_step(zoom))
        if ratio != (self.shapes.value or self._offered):
            # A shape that was typed and is none of the list is kept in the prompt alone.
            set_trait(self.shapes, "value", ratio if ratio in _RATIOS else "")

    def _slide(self) -> None:
        zoom = zoom_of(self._prompt.value)
        # What was typed between two steps stays as it was typed.
        if not _is_possible(zoom) or _on_step(zoom) != self.slider.value:
            set_trait(self._prompt, "value", with_zoom(self._prompt.value, self.slider.value))

    def _reshape(self) -> None:
        ratio = self.shapes.value or self._offered
        # Set by `_follow`, not by the person: what was typed must stay.
        is_typed = not self.shapes.value and ratio_of(self._prompt.value) not in _RATIOS
        if not is_typed:
            set_trait(self._prompt, "value", with_ratio(self._prompt.value, ratio))


def with_some_zoom(prompt: str) -> str:
    """Return *prompt* with a ``--zoom`` that is possible: its own, or one to begin with."""
    zoom = zoom_of(prompt)
    return with_zoom(prompt, zoom if _is_possible(zoom) else _DEFAULT)


def _is_possible(zoom: float | None) -> TypeGuard[float]:
    return zoom is not None and LEAST_ZOOM <= zoom <= MOST_ZOOM


def _on_step(zoom: float) -> float:
    """Return the slider's place for *zoom*: a page would round it otherwise, and tell us of it."""
    return round(round(zoom / _STEP) * _STEP, 2)
