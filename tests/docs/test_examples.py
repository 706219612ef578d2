"""The examples in the docstrings of public functions: each is run as it stands."""

import doctest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.api.overview import GROUPED

# They want a saved notebook, a bundle or a person who types; their pages are run instead.
ELSEWHERE = frozenset(
    {"allow_nested_loops", "bundle", "from_notebook", "login", "offline", "strip"}
)
NAMES = (*sorted(GROUPED - ELSEWHERE), "current_session", "current_settings")


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Give the names that examples use: a finished job, and two pictures in the folder."""
    folder = tmp_path_factory.mktemp("examples")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, colour in (("kite", "red"), ("boat", "blue")):
            Image.new("RGB", (96, 64), colour).save(Path(f"{name}.png"))
        state.close()
        before = mj.current_settings()
        mj.configure(store=folder / "history", demo_seconds=0.05, demo_size=64)
        yield {"mj": mj, "job": mj.imagine("a red kite over dunes").wait()}
        state.close()
        state._state.settings = before


def examples(name: str) -> list[str]:
    """Return the lines of the examples of a public name."""
    found = doctest.DocTestParser().get_examples(getattr(mj, name).__doc__ or "")
    return [one.source for one in found]


@pytest.mark.parametrize("name", sorted(NAMES, key=lambda name: name == "delete"))
def test_an_example_does_what_it_says(name: str, known: dict[str, Any]) -> None:
    """There is one, it names what it is about, and none of its lines raises."""
    lines = examples(name)
    assert any(f"mj.{name}" in line for line in lines)
    for line in lines:
        # Not as a line that is typed: its value would stay in builtins, as `_` of every later test.
        exec(compile(line, f"<mj.{name}>", "exec"), known)
