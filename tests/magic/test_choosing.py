"""Commands about pictures that name none: a person chooses them, or is told what is missing."""

import threading
from typing import Any

import ipywidgets
import pytest

from mj_notebook.errors import UsageError
from tests.house import PATIENCE, House, until
from tests.inputs.making import encoded, slope

from .shells import WIDGET, Shell

PICTURE = encoded(slope(), "PNG")


def form_in(shell: Shell) -> Any:
    """Return the form that was displayed last."""
    model = shell.displayed[-1][WIDGET]["model_id"]
    return ipywidgets.widgets.widget._instances[model]


def says(form: Any, words: str) -> None:
    """Wait until *words* stand beside the form's button."""
    seen = threading.Event()

    def look(_: Any = None) -> None:
        if form.uploader._start["words"] == words:
            seen.set()

    form.uploader.observe(look, "_start")
    look()
    assert seen.wait(PATIENCE), form.uploader._start


def test_without_a_picture_an_uploader_opens(jupyter: Shell, proxy: House) -> None:
    """The job that is started there is the notebook's last one, and its twin stays in the file."""
    jupyter.run("%mj describe --out told").raise_error()
    place, _ = jupyter.displayed
    assert "No job was started here yet" in place["text/plain"]
    form = form_in(jupyter)
    form.uploader.add(PICTURE)
    says(form, "")
    form.uploader._hear(form.uploader, {"kind": "start"}, [])
    says(form, "Started; see below.")
    job = form.job
    assert job is jupyter.name("_mj") is jupyter.name("told")
    proxy.finish(job)
    until(job, lambda done: not done.is_open)
    twin = jupyter.updates[-1]
    assert job.id in twin["text/html"]
    assert "mj-static" in twin["text/html"]


@pytest.mark.parametrize("line", ["describe", "blend", "swap", "upload"])
def test_without_a_person_it_is_an_error(headless: Shell, proxy: House, line: str) -> None:
    """Nobody could choose there, so the cell fails and says what is missing."""
    error = headless.error(f"%mj {line}")
    assert isinstance(error, UsageError)
    assert "does not go with no pictures" in str(error)
    assert headless.displayed == []
    assert proxy.tasks() == []


@pytest.mark.parametrize("option", ["--dry-run", "--wait", "--quiet", "--static", "--timeout 3"])
def test_what_can_not_be_with_choosing_is_an_error(jupyter: Shell, option: str) -> None:
    """A cell that waits, or shows nothing, can't let a person choose."""
    error = jupyter.error(f"%mj describe {option}")
    assert isinstance(error, UsageError)
    assert jupyter.displayed == []
