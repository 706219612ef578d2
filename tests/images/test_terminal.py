"""Terminals that show pictures get them in their own way, and others none."""

import pytest
from PIL import Image

from mj_notebook.images.terminal import terminal_picture
from tests.images.making import encoded

VARIABLES = ("TERM", "TERM_PROGRAM", "KITTY_WINDOW_ID", "LC_TERMINAL", "TMUX", "VTE_VERSION")


def picture_in(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    """Return what draws a picture of 400 × 200 in a terminal of that environment."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return terminal_picture(encoded(Image.new("RGB", (400, 200), (200, 30, 30)), "JPEG"))


@pytest.mark.parametrize(
    ("environment", "begins"),
    [
        ({"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"}, "\x1b_G"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "\x1b]1337;File="),
        ({"TERM": "mlterm"}, "\x1bP"),
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "dumb"}, ""),
        ({}, ""),
    ],
    ids=["kitty", "iTerm2", "Sixel", "text", "dumb", "none"],
)
def test_each_terminal_in_its_own_way(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], begins: str
) -> None:
    """It is known by its environment; nothing is asked, and letters are no picture."""
    drawn = picture_in(monkeypatch, **environment)
    assert drawn.startswith(begins)
    assert bool(drawn) == bool(begins)


def test_it_is_small_and_keeps_its_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """32 columns at most: 320 pixels, and half as many high."""
    drawn = picture_in(monkeypatch, TERM="xterm-kitty", KITTY_WINDOW_ID="1")
    assert "s=320,v=160,c=32,r=8" in drawn


def test_what_is_no_picture_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line says what is wrong with it, where it is asked for."""
    monkeypatch.setenv("TERM", "mlterm")
    assert terminal_picture(b"no picture") == ""
