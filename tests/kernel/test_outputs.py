"""Outputs: in the right cell, as twin and panel, errors as errors."""

from pathlib import Path

import pytest

from tests.kernel.harness import Kernel
from tests.kernel.lab import Lab, said, shown, twin, visible
from tests.kernel.records import WIDGET_VIEW

pytestmark = pytest.mark.kernel


def test_a_live_cell_is_free_before_its_picture(lab: Lab, drawing: Kernel) -> None:
    """The cell ends with twin and panel; the picture comes into both later."""
    cell = drawing.run("%%mj\na live kite")
    assert cell.status == "ok"
    first, panel = cell.displays
    assert "mj-static" in first["text/html"]
    assert WIDGET_VIEW not in first
    assert panel[WIDGET_VIEW]["model_id"] in drawing.widgets
    assert "image/jpeg" not in twin(drawing, cell)
    lab.until(drawing, lambda: "image/jpeg" in twin(drawing, cell))
    drawing.wait_for(lambda: "data:image/jpeg" in shown(drawing, cell))


def held_until(go_on: Path) -> str:
    """Return a cell that says when it has begun, and ends when *go_on* is there."""
    waiting = f"while not pathlib.Path({str(go_on)!r}).exists():\n    time.sleep(0.02)"
    return f"import pathlib\nprint('begun', flush=True)\n{waiting}\n"


def test_updates_belong_to_the_cell_that_drew(lab: Lab, drawing: Kernel, tmp_path: Path) -> None:
    """While a later cell runs, the picture of an earlier one goes to the earlier one's output."""
    earlier = drawing.run("%%mj\nan early kite")
    later = drawing.start(held_until(tmp_path / "go") + "print('ended')")
    drawing.wait_for(lambda: later.stdout)
    lab.until(drawing, lambda: "image/jpeg" in twin(drawing, earlier))
    assert later.status == "running"
    (tmp_path / "go").touch()
    drawing.wait(later)
    assert set(visible(later)) == {"stream"}
    assert later.stdout == "begun\nended\n"


def test_what_a_hook_prints_belongs_to_its_cell(lab: Lab, drawing: Kernel, tmp_path: Path) -> None:
    """A hook's words come out under the cell that registered it, whatever runs meanwhile."""
    drawing.run("%%mj --quiet\na kite with a talking hook")
    hook = drawing.run("_mj.subscribe(lambda job: job.is_open or print('it is done', flush=True));")
    later = drawing.start(held_until(tmp_path / "go"))
    drawing.wait_for(lambda: later.stdout)
    lab.house.clock.advance(11)
    drawing.wait_for(lambda: "it is done" in hook.stdout)
    (tmp_path / "go").touch()
    drawing.wait(later)
    assert later.stdout == "begun\n"


def test_two_jobs_at_once_keep_their_outputs_apart(lab: Lab, drawing: Kernel) -> None:
    """Each twin ends with its own prompt and its own picture."""
    cells = [drawing.run(f"%%mj\nkite number {number}") for number in range(2)]
    lab.house.clock.advance(30)
    for number, cell in enumerate(cells):
        drawing.wait_for(lambda cell=cell: "image/jpeg" in twin(drawing, cell))  # type: ignore[misc]
        assert f"kite number {number}" in said(drawing, cell)
    pictures = {twin(drawing, cell)["image/jpeg"] for cell in cells}
    assert len(pictures) == 2


def test_a_run_without_a_person_waits_and_has_no_widgets(lab: Lab, drawing: Kernel) -> None:
    """With `allow_stdin` false the cell ends with its picture in the twin, and that is all."""
    lab.flow()
    cell = drawing.run("%%mj\na lonely kite", allow_stdin=False)
    lab.rest()
    assert cell.status == "ok"
    assert len(cell.displays) == 1
    assert cell.widget_ids == []
    assert "image/jpeg" in twin(drawing, cell)


def test_the_job_is_the_value_of_its_cell(lab: Lab, drawing: Kernel) -> None:
    """`_mj`, `_`, `Out[n]` and --out are one job, and no further output shows it."""
    cell = drawing.run("%%mj --static --out kite\na named kite")
    assert cell.reply is not None
    number = cell.reply["content"]["execution_count"]
    assert len(cell.displays) == 1
    same = drawing.run(f"print(_ is _mj is kite is Out[{number}] is _{number})")
    assert same.stdout == "True\n"
    lab.house.clock.advance(11)


def test_a_job_is_shown_again_where_it_is_the_value(lab: Lab, drawing: Kernel) -> None:
    """A later cell that ends with the job shows twin and panel, each a new output."""
    lab.drawn(drawing, "a kite to be seen twice")
    again = drawing.run("_mj")
    first, panel = again.displays
    assert "image/jpeg" in first
    assert WIDGET_VIEW in panel
    submits = lab.house.relay.submits
    drawing.run("mj.job(_mj.id)")
    assert lab.house.relay.submits == submits


def test_quiet_is_quiet(lab: Lab, drawing: Kernel) -> None:
    """--quiet leaves no output at all."""
    cell = drawing.run("%%mj --quiet\na quiet kite")
    assert (cell.status, cell.outputs) == ("ok", [])
    lab.house.clock.advance(11)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("%%mj --zzz\na kite", "no option --zzz"),
        ("%%mj\n{{nothing_of_that_name}}", "nothing_of_that_name"),
        ("%%mj\na bloody nude massacre", "will not draw"),
        ("%mj panel 17", "knows no task 17"),
        ("mj.configure(base_url='ftp://x')", "ftp"),
    ],
    ids=["option", "name", "banned", "task", "setting"],
)
@pytest.mark.parametrize("allow_stdin", [True, False], ids=["a person", "nobody"])
def test_an_error_is_an_error_output_of_two_lines(
    drawing: Kernel, code: str, words: str, *, allow_stdin: bool
) -> None:
    """Tools that run notebooks see a failed cell with its sentence; a person sees no trace."""
    cell = drawing.run(code, allow_stdin=allow_stdin)
    assert cell.status == "error"
    assert cell.error is not None
    assert words in cell.error["evalue"]
    assert 1 <= len(cell.error["traceback"]) <= 2
    assert cell.displays == []
    assert "Traceback" not in cell.stdout + cell.stderr


def test_a_failed_task_fails_a_run_without_a_person(lab: Lab, drawing: Kernel) -> None:
    """The error carries the server's words; the twin above it says the same."""
    lab.flow()
    cell = drawing.run("%%mj --force\na kite --chaos 999", allow_stdin=False)
    lab.rest()
    assert cell.error is not None
    assert cell.error["ename"] == "TaskFailed"
    assert "[Invalid parameter]" in cell.error["evalue"]
    assert "[Invalid parameter]" in said(drawing, cell)


def test_a_failed_task_of_a_live_cell_is_shown_in_its_outputs(lab: Lab, drawing: Kernel) -> None:
    """Nobody waits any more: twin and panel say what went wrong, in the cell that asked."""
    cell = drawing.run("%%mj --force\nanother kite --chaos 999")
    lab.until(drawing, lambda: "[Invalid parameter]" in said(drawing, cell))
    drawing.wait_for(lambda: "[Invalid parameter]" in shown(drawing, cell))


def test_options_are_completed_over_the_wire(drawing: Kernel) -> None:
    """A front end that asks for completions gets ours on the `%%mj` line."""
    code = "%%mj --qu\na kite"
    reply = drawing.ask("complete_request", {"code": code, "cursor_pos": 9})
    assert reply["matches"] == ["--quiet"]
    assert (reply["cursor_start"], reply["cursor_end"]) == (5, 9)


def test_the_documentation_is_found_over_the_wire(drawing: Kernel) -> None:
    """`%%mj?` opens the pager with the options."""
    cell = drawing.run("%%mj?")
    assert cell.reply is not None
    (page,) = cell.reply["content"]["payload"]
    assert "--dry-run" in page["data"]["text/plain"]


def test_asyncio_stays_as_it_was(drawing: Kernel) -> None:
    """After import, load, drawing, panels and errors nothing of asyncio is patched."""
    code = """
loop = asyncio.get_event_loop()
print(hasattr(asyncio, "_nest_patched"), hasattr(type(loop), "_nest_patched"))
import sys; print("nest_asyncio" in sys.modules)
"""
    assert drawing.run(code).stdout == "False False\nFalse\n"
