"""Commands about pictures that name none: a person chooses them, or is told what is missing."""

import threading
from collections.abc import Callable
from typing import Any

import ipywidgets
import pytest

from mj_notebook.errors import UsageError
from tests.images.making import encoded, slope
from tests.magic.shells import WIDGET, Shell
from tests.support.rig import TIMEOUT, Rig, until

PICTURE = encoded(slope(), "PNG")


def form_in(shell: Shell) -> Any:
    """Return the form that was displayed last."""
    model = shell.displayed[-1][WIDGET]["model_id"]
    return ipywidgets.widgets.widget._instances[model]


def press(form: Any) -> None:
    """Press the form's button."""
    ids = [item["id"] for item in form.uploader._items]
    form.uploader._on_message(form.uploader, {"kind": "start", "ids": ids}, [])


def offered(form: Any, holds: Callable[[dict[str, Any]], object]) -> None:
    """Wait until *holds* is true of what the form's button says."""
    seen = threading.Event()

    def look(_: Any = None) -> None:
        if holds(form.uploader._start):
            seen.set()

    form.uploader.observe(look, "_start")
    look()
    assert seen.wait(TIMEOUT), form.uploader._start


def says(form: Any, words: str) -> None:
    """Wait until *words* stand beside the form's button."""
    offered(form, lambda start: start["words"] == words)


def test_without_a_picture_an_uploader_opens(jupyter: Shell, proxy: Rig) -> None:
    """The job that is started there is the notebook's last one, and its twin stays in the file."""
    jupyter.run("%mj describe --out told").raise_error()
    place, _ = jupyter.displayed
    assert "No job was started here yet" in place["text/plain"]
    form = form_in(jupyter)
    form.uploader.add(PICTURE)
    offered(form, lambda start: start["can"])
    press(form)
    says(form, "Started; see below.")
    job = form.job
    assert job is jupyter.name("_mj") is jupyter.name("told")
    proxy.finish(job)
    until(job, lambda done: not done.is_open)
    twin = jupyter.updates[-1]
    assert job.id in twin["text/html"]
    assert "mj-static" in twin["text/html"]
    form.uploader.clear()
    form.uploader.add(encoded(slope(30, 30), "PNG"))
    offered(form, lambda start: start["can"])
    press(form)
    says(form, "Started; see below.")
    second = proxy.finish(form.job)
    until(second, lambda done: not done.is_open)
    assert second is not job
    twins = jupyter.updates[-1]
    assert all(str(one.id) in twins["text/html"] for one in (job, second))
    assert all(str(one.id) in twins["text/plain"] for one in (job, second))
    assert len(jupyter.displayed) == 2


def test_links_stay_in_the_file(jupyter: Shell, proxy: Rig) -> None:
    """What an upload gives stands in the output, and under the name that was asked for."""
    jupyter.run("%mj upload --out links").raise_error()
    form = form_in(jupyter)
    form.uploader.add(PICTURE)
    offered(form, lambda start: start["can"])
    press(form)
    offered(form, lambda start: "http" in start["words"])
    (link,) = jupyter.name("links")
    assert jupyter.updates[-1]["text/plain"] == link
    assert link in jupyter.updates[-1]["text/html"]
    assert proxy.tasks() == []


@pytest.mark.parametrize("line", ["describe", "blend", "swap", "upload"])
def test_without_a_person_it_is_an_error(headless: Shell, proxy: Rig, line: str) -> None:
    """Nobody could choose there, so the cell fails and says what is missing."""
    error = headless.error(f"%mj {line}")
    assert isinstance(error, UsageError)
    assert "not none" in str(error)
    assert headless.displayed == []
    assert proxy.tasks() == []


@pytest.mark.parametrize(
    "option", ["--dry-run", "--wait", "--quiet", "--static", "--timeout 3", "-n 2"]
)
def test_what_can_not_be_with_choosing_is_an_error(jupyter: Shell, option: str) -> None:
    """A cell that waits, or shows nothing, can't let a person choose."""
    error = jupyter.error(f"%mj describe {option}")
    assert isinstance(error, UsageError)
    assert "not none" in str(error)
    assert jupyter.displayed == []
