"""Slider and shapes of a Custom Zoom: one value, which stands in the prompt."""

import ipywidgets
import pytest

from mj_notebook.errors import UsageError
from mj_notebook.prompt.zoom import with_zoom
from mj_notebook.widgets.shared import shared
from mj_notebook.widgets.zoom_controls import ZoomControls, with_some_zoom
from tests.widgets.wire import Sent, receive


@pytest.fixture
def field(sent: Sent) -> ipywidgets.Textarea:  # noqa: ARG001 - nothing is sent anywhere
    """Return the field of an offered prompt."""
    return ipywidgets.Textarea(with_some_zoom("a kite --ar 3:2"))


def test_the_slider_writes_into_the_prompt(field: ipywidgets.Textarea) -> None:
    """From the beginning; what will be sent is what is read."""
    controls = ZoomControls(shared(), field)
    assert field.value == "a kite --ar 3:2 --zoom 1.5"
    controls.slider.value = 1.75
    controls.shapes.value = "16:9"
    assert field.value == controls.answer == "a kite --zoom 1.75 --ar 16:9"
    controls.shapes.value = ""
    assert field.value == "a kite --zoom 1.75 --ar 3:2"


def test_the_slider_follows_what_is_typed(field: ipywidgets.Textarea) -> None:
    """It stands at the next step, and what was typed stays as it is; a shape likewise."""
    controls = ZoomControls(shared(), field)
    field.value = "a kite at sea --zoom 1.23 --ar 16:9"
    assert (controls.slider.value, controls.shapes.value) == (1.25, "16:9")
    assert controls.answer == "a kite at sea --zoom 1.23 --ar 16:9"
    controls.slider.value = 1.2
    assert field.value == "a kite at sea --ar 16:9 --zoom 1.2"
    field.value = "a kite --ar 7:5 --zoom 2"
    assert (controls.slider.value, controls.shapes.value) == (2, "")
    assert field.value == "a kite --ar 7:5 --zoom 2"


def test_what_is_typed_before_the_slider_is_answered_wins(field: ipywidgets.Textarea) -> None:
    """The page did not know yet what the slider would write; the words are not lost to it."""
    controls = ZoomControls(shared(), field)
    receive(controls.slider, value=1.75)
    receive(field, value="a boat --zoom 1.5")
    assert (field.value, controls.slider.value) == ("a boat --zoom 1.5", 1.5)


@pytest.mark.parametrize("typed", ["a kite --zoom 3", "a kite --zoom far"])
def test_what_is_no_zoom_is_told_when_it_is_sent(field: ipywidgets.Textarea, typed: str) -> None:
    """The slider stays, and nothing is sent in its stead."""
    controls = ZoomControls(shared(), field)
    field.value = typed
    assert (controls.slider.value, controls.answer) == (1.5, typed)
    with pytest.raises(UsageError, match="not possible"):
        with_zoom(typed, controls.answer.partition("--zoom ")[2])


def test_a_zoom_that_was_taken_out_is_the_sliders(field: ipywidgets.Textarea) -> None:
    """Without one the window would do nothing for its price; it stands there to be seen."""
    controls = ZoomControls(shared(), field)
    field.value = "a blue kite"
    assert controls.answer == "a blue kite --zoom 1.5"
