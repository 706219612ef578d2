"""The way to a picture in short words."""

import pytest

from mj_notebook.protocol.buttons import BUTTON_KIND
from mj_notebook.view.panel import head_html
from mj_notebook.view.task_view import task_view
from mj_notebook.view.trail import origin_word, step_word
from tests.view.samples import ASKED_AT, UUID, finished_upscale


@pytest.mark.parametrize(
    ("key", "number", "word"),
    [
        ("upscale", 2, "U2"),
        ("variation", 3, "V3"),
        ("vary_region", 1, "region"),
        ("custom_zoom", 1, "zoom"),
        ("zoom_out_2x", 1, "zoom out 2x"),
        ("vary_strong", 1, "vary strong"),
        ("upscale_subtle_v6r1", 1, "upscale subtle"),
        ("pan_left", 1, "pan left"),
        ("reroll", 1, "again"),
        ("imagine_line", 4, "imagine 4"),
    ],
)
def test_a_step_is_a_short_word(key: str, number: int, word: str) -> None:
    """Each press has a word that is shorter than its label, without emoji."""
    assert step_word(BUTTON_KIND[key].custom_id(UUID, number), "caption") == word


def test_an_unknown_step_keeps_its_caption() -> None:
    """What the table of buttons doesn't know is called as it is written."""
    assert step_word("MJ::Future::1", "✨ Sparkle") == "✨ Sparkle"
    assert step_word("", "Imagine 2") == "Imagine 2"


@pytest.mark.parametrize(
    ("name", "action", "word"),
    [
        ("Imagine", "", "imagine"),
        ("SwapFace", "", "swap face"),
        ("Edits", "", "edit"),
        ("", "SWAP_FACE", "swap face"),
        ("", "", ""),
    ],
)
def test_a_first_job_is_called_by_what_was_asked(name: str, action: str, word: str) -> None:
    """The record says it, for a task from elsewhere its action."""
    assert origin_word(name, action) == word


def test_the_head_shows_the_way_also_alone() -> None:
    """A child is headed by its way, nested or alone; the last step is the plain one."""
    given = finished_upscale(trail=("imagine", "<U2>"))
    view = task_view(given, ASKED_AT)
    for made in (head_html(view), head_html(view, view.prompt)):
        assert "<span>imagine</span> ▸ <strong" in made
        assert "&lt;U2&gt;</strong>" in made
    assert "mj-trail" not in head_html(task_view(finished_upscale(step=""), ASKED_AT))
