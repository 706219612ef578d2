"""Who is looking: told by the request a cell came with, and by nothing else."""

from types import SimpleNamespace
from typing import Any

import pytest

from mj_notebook.magic.front_end import FrontEnd, front_end_of, has_one_page


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without an override."""
    monkeypatch.delenv("MJ_FRONT_END", raising=False)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


def kernel_shell(parent: Any) -> SimpleNamespace:
    """Return the part of a kernel's shell that tells what request runs."""
    return SimpleNamespace(kernel=object(), get_parent=lambda: parent)


NUMBERED = {"header": {"msg_id": "9be8-4d_1234_7"}, "content": {"allow_stdin": True}}
"""A request as clients in Python send it."""


@pytest.mark.parametrize(
    ("shell", "front_end"),
    [
        (kernel_shell({"content": {"allow_stdin": True}}), FrontEnd.JUPYTER),
        (kernel_shell({"content": {"allow_stdin": False}}), FrontEnd.HEADLESS),
        (kernel_shell({"content": {}}), FrontEnd.JUPYTER),
        (kernel_shell({}), FrontEnd.JUPYTER),
        (kernel_shell(None), FrontEnd.JUPYTER),
        (SimpleNamespace(), FrontEnd.TERMINAL),
        (kernel_shell(NUMBERED), FrontEnd.TERMINAL),
        (kernel_shell({**NUMBERED, "metadata": {"cellId": "1"}}), FrontEnd.JUPYTER),
        (kernel_shell({**NUMBERED, "content": {"allow_stdin": False}}), FrontEnd.HEADLESS),
    ],
    ids=[
        *("a person", "nobody", "not said", "no content", "no request", "no kernel"),
        *("a console", "a server for its page", "nbclient"),
    ],
)
def test_the_request_tells_who_looks(shell: Any, front_end: FrontEnd) -> None:
    """Only a request that forbids questions is a run without a person."""
    assert front_end_of(shell) is front_end


def test_a_server_for_its_pages_is_no_console(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that was started for a notebook has a page, whoever sends the cells."""
    monkeypatch.setenv("JPY_SESSION_NAME", "kites.ipynb")
    assert front_end_of(kernel_shell(NUMBERED)) is FrontEnd.JUPYTER


@pytest.mark.parametrize("word", ["headless", " Headless ", "HEADLESS"])
def test_the_environment_overrides(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """A person who knows better says so in MJ_FRONT_END."""
    monkeypatch.setenv("MJ_FRONT_END", word)
    assert front_end_of(SimpleNamespace()) is FrontEnd.HEADLESS


@pytest.mark.parametrize("word", ["", "window"])
def test_a_word_nobody_knows_is_passed_over(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """A typo in the override leaves it to the request."""
    monkeypatch.setenv("MJ_FRONT_END", word)
    assert front_end_of(kernel_shell({"content": {"allow_stdin": False}})) is FrontEnd.HEADLESS


@pytest.mark.parametrize(
    ("shell", "has"),
    [
        (kernel_shell({"metadata": {"cellId": "1", "deletedCells": []}}), True),
        (kernel_shell({"metadata": {"cellId": "1"}}), False),
        (kernel_shell(None), False),
        (SimpleNamespace(), False),
    ],
    ids=["JupyterLab", "another page", "no request", "no kernel"],
)
def test_jupyterlab_is_told_by_what_it_says_with_a_cell(shell: Any, *, has: bool) -> None:
    """Where outputs may stand in pages of their own, each panel has an output."""
    assert has_one_page(shell) is has
