"""The examples in the docstrings of public functions: each is run as it stands."""

import doctest
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.errors import MJError


def _is_error(name: str) -> bool:
    found = getattr(mj, name)
    return isinstance(found, type) and issubclass(found, MJError)


nbformat: Any = import_module("nbformat")  # it carries no types

# Those at the end leave things behind: a deleted task, a proxy that is set, a bundle that is open.
LAST = ("delete", "login", "offline")
# Errors are all caught as the first one shows. What changes asyncio of a whole process has a
# process of its own below.
APART = frozenset({"allow_nested_loops"})
NAMES = sorted(
    (
        name
        for name in mj.__all__
        if name == "MJError" or not _is_error(name)
        if not name.startswith("_") and name not in APART
    ),
    key=lambda name: ((*LAST, name).index(name) if name in LAST else -1, name),
)


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
        job = mj.imagine("a red kite over dunes").wait()
        notebook = nbformat.v4.new_notebook(cells=[_cell_of(job)])
        nbformat.write(notebook, "report.ipynb")
        yield {"mj": mj, "job": job}
        state.close()
        state._state.settings = before


def _cell_of(job: mj.Job) -> Any:
    """Return a cell that shows *job*, as it is saved."""
    shown = nbformat.v4.new_output("display_data", job._repr_mimebundle_())
    return nbformat.v4.new_code_cell("%%mj\na red kite over dunes", outputs=[shown])


def examples(name: str) -> list[str]:
    """Return the lines of the examples of a public name."""
    found = doctest.DocTestParser().get_examples(getattr(mj, name).__doc__ or "")
    return [one.source for one in found]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_does_what_it_says(name: str, known: dict[str, Any]) -> None:
    """
    There is one, it is about that name, and none of its lines raises.

    It writes the name, or, where it is a class, holds an instance of it.
    """
    lines = examples(name)
    about = getattr(mj, name)
    for line in lines:
        # Not as a line that is typed: its value would stay in builtins, as `_` of every later test.
        exec(compile(line, f"<mj.{name}>", "exec"), known)
    is_shown = isinstance(about, type) and any(isinstance(one, about) for one in known.values())
    assert is_shown or any(f"mj.{name}" in line for line in lines)


def test_what_changes_asyncio_is_run_apart() -> None:
    """Its example too does what it says."""
    for name in sorted(APART):
        code = "\n".join(["import mj_notebook as mj", *examples(name)])
        subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
