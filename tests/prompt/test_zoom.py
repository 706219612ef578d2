"""The answer to the window of a Custom Zoom."""

import math

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.prompt.parse import Prompt
from mj_notebook.prompt.zoom import with_zoom


@pytest.mark.parametrize(
    ("prompt", "zoom", "ar", "text"),
    [
        ("a red kite", 1.6, None, "a red kite --zoom 1.6"),
        ("a red kite --v 7", 2, "16:9", "a red kite --v 7 --ar 16:9 --zoom 2"),
        ("a kite --zoom 1.8 --v 7", 1.25, None, "a kite --v 7 --zoom 1.25"),
        ("a kite --ar 1:1 --tile", 1, " 2 : 3 ", "a kite --tile --ar 2:3 --zoom 1"),
        ("a kite --aspect 1:1 —ZOOM 2 --zoom 1", "1.5", "3:2", "a kite --ar 3:2 --zoom 1.5"),
        ("a kite --ar 1:1", 1.5, None, "a kite --ar 1:1 --zoom 1.5"),
        ("http://x  a\nkite ::2 --no a, b", 2.0, None, "http://x a\nkite ::2 --no a, b --zoom 2"),
        ("", 1.5, None, "--zoom 1.5"),
    ],
)
def test_the_prompt_gets_one_zoom(prompt: str, zoom: float, ar: str | None, text: str) -> None:
    """Zoom and shape take the place of those it had, under any of their names; the rest stays."""
    assert with_zoom(prompt, zoom, ar) == text
    assert float(Prompt.parse(text).value("zoom") or 0) == float(zoom)


@pytest.mark.parametrize("zoom", [0.99, 2.01, 0, -1, math.nan, math.inf, "2x", "", None, True, []])
def test_a_zoom_the_window_does_not_take_is_refused(zoom: object) -> None:
    """Outside 1 to 2 nothing is sent, and the hint says what can be."""
    with pytest.raises(UsageError, match=r"zoom of .* is not possible") as caught:
        with_zoom("a kite", zoom)  # type: ignore[arg-type]
    assert "1 to 2" in caught.value.hint


@pytest.mark.parametrize("ar", ["16-9", "16:0", "0:9", "16:", "wide", "", "1:1 --fast", "123456:1"])
def test_a_shape_that_is_none_is_refused(ar: str) -> None:
    """A wrong shape would fail after it was paid."""
    with pytest.raises(UsageError, match="is no shape of a picture"):
        with_zoom("a kite", 1.5, ar)
