"""Parameters that are not drawn."""

import pytest

from mj_notebook.prompt.parse import Prompt
from mj_notebook.server.tasks.prompt_rules import prompt_error, zoom_error


@pytest.mark.parametrize(
    "prompt",
    ["a --ar 16:9", "a --ar 139:100 --s 250 --c 100", "a --seed 4294967295", "a --v 9.9 --new 1"],
)
def test_sound_parameters_pass(prompt: str) -> None:
    """So do parameters and versions that nobody knows yet."""
    assert prompt_error(prompt) == ""


@pytest.mark.parametrize(
    "parameter",
    ["--ar 0:1", "--ar wide", "--ar", "--seed -1", "--seed 4294967296", "--c 101", "--s -1"],
)
def test_unsound_parameters_are_objected_to(parameter: str) -> None:
    """The reason names what was written."""
    assert prompt_error(f"a {parameter}").endswith(f"argument {parameter}")


@pytest.mark.parametrize(
    ("prompt", "is_fine"),
    [
        ("a", True),
        ("a --zoom 1", True),
        ("a --zoom 1.85", True),
        ("a --zoom 2", True),
        ("a --zoom 2.1", False),
        ("a --zoom 0.9", False),
        ("a --zoom x", False),
        ("a --zoom", False),
    ],
)
def test_a_zoom_is_between_one_and_two(prompt: str, *, is_fine: bool) -> None:
    """Without one, the window's own measure holds."""
    assert (zoom_error(Prompt.parse(prompt)) == "") is is_fine
