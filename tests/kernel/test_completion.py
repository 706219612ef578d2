"""Completion as front ends ask for it: by ``complete_request``, with the whole cell."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from tests.kernel.harness import Kernel
from tests.kernel.lab import Lab

pytestmark = pytest.mark.kernel

_NAMES = "colour, colours, _kites = 'red', {'sky': 'blue'}, []"


class Completed(NamedTuple):
    """An answer: what is offered, what is said of each, and the cell once the first is taken."""

    offers: list[str]
    meanings: Mapping[str, str]
    first: str


def completed(kernel: Kernel, cell: str) -> Completed:
    """Ask for completions where a ``|`` stands in *cell*, or at its end."""
    cursor = cell.index("|") if "|" in cell else len(cell)
    code = cell.replace("|", "", 1)
    reply: dict[str, Any] = kernel.ask("complete_request", {"code": code, "cursor_pos": cursor})
    assert reply["status"] == "ok"
    told = reply["metadata"]["_jupyter_types_experimental"]
    offers = reply["matches"]
    taken = offers[0] if offers else code[reply["cursor_start"] : reply["cursor_end"]]
    first = code[: reply["cursor_start"]] + taken + code[reply["cursor_end"] :]
    return Completed(
        offers, {one["text"]: one["type"].replace("\u00a0", " ") for one in told}, first
    )


def test_each_place_has_its_own(lab: Lab, drawing: Kernel) -> None:
    """Commands, options and their values, parameters of the version and theirs, files, names."""
    (lab.house.folder.parent / "kernel" / "kite.png").touch()
    assert drawing.run(_NAMES).status == "ok"
    for cell, offers in {
        "%mj pan": ["panel"],
        "%%mj --dr": ["--dry-run"],
        "%%mj --mode t": ["turbo"],
        "%%mj --bot niji\na kite --ex": [],
        "%%mj\na kite --ex": ["--exp"],
        "%%mj\na kite --or": [],
        "%%mj\na kite --or| --v 7": ["--oref"],
        "%%mj\nred kites\nat dawn --as": ["--aspect"],
        "%%mj\na kite --ar 1": ["1:1", "16:9"],
        "%%mj\na kite --v 6.1 --q ": ["0.5", "1", "2"],
        "%%mj\na kite --sref ./k": ["./kite.png"],
        "x = %mj describe ki": ["kite.png"],
        "%%mj\na {{ co": ["colour", "colours"],
        "%mj imagine a {{colours['s": ["sky"],
        "%mj imagine a kite --see": ["--seed"],
    }.items():
        assert completed(drawing, cell).offers == offers, cell
    asked = completed(drawing, "%%mj\na kite --as| at dawn")
    assert asked.first == "%%mj\na kite --aspect at dawn"
    assert asked.meanings == {"--aspect": "width to height"}
    assert completed(drawing, "%%mj\na kite --ar ").meanings["16:9"] == "wide screen"


def test_among_the_words_of_a_prompt_nothing_is_offered(drawing: Kernel) -> None:
    """Python's own names are offered in Python, and there as ever."""
    for cell in ("%%mj\npri", "%%mj\na kite in os", "%mj imagine le", "%%mj\n", "%%mj\nimport o"):
        assert completed(drawing, cell).offers == [], cell
    # The static analysis that IPython does besides takes half a minute on a busy machine.
    assert drawing.run("%config IPCompleter.use_jedi = False").status == "ok"
    assert "print" in completed(drawing, "pri").offers
    assert "print" in completed(drawing, "x = 1  # %mj is no magic here\npri").offers


def test_tasks_and_their_buttons_are_offered(lab: Lab, drawing: Kernel) -> None:
    """In a line by the last job, in Python by the one that is named; ids with their words."""
    lab.drawn(drawing, "a kite with buttons")
    assert drawing.run("kite = _mj").status == "ok"
    for cell in ("%mj press U", 'kite.press("U', "x = kite.press('u"):
        assert completed(drawing, cell).offers == ["U1", "U2", "U3", "U4"], cell
    assert completed(drawing, 'kite.press("U').meanings["U2"] == "Upscale image 2"
    task = lab.house.tasks()[0]["id"]
    asked = completed(drawing, "%mj panel ")
    assert asked.offers[0] == task
    assert asked.meanings[task] == "a kite with buttons"
    assert completed(drawing, f"%mj press U2 {task[:5]}").offers[0] == task
    assert completed(drawing, "mj.job('").offers[0] == task
    assert json.dumps(asked.meanings).count("canary") == 0
