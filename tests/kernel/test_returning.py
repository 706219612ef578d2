"""Coming back: what a dead kernel leaves, what a new one finds, and what is found nowhere."""

import json
from pathlib import Path

import pytest

from tests.kernel.harness import Kernel, StartKernel
from tests.kernel.lab import Lab, button, said, shown, twin
from tests.kernel.records import WIDGET_VIEW
from tests.support.rig import SECRET

pytestmark = pytest.mark.kernel


def last_id(kernel: Kernel) -> str:
    """Return the id of the last task."""
    return kernel.run("print(_mj.id)").stdout.strip()


def test_a_killed_kernel_loses_neither_picture_nor_task(lab: Lab) -> None:
    """
    `%mj panel ID` in the next kernel shows what was finished and takes up what was not.

    The same cells again join what is drawn; a press that waited is made anew, and sent once.
    """
    first = lab.start()
    lab.drawn(first, "a kite from before")
    finished = last_id(first)
    under_way = ("%%mj --quiet --out kite\na kite under way", "u2 = kite.press('U2')")
    for code in under_way:
        first.run(code)
    open_one = first.run("print(kite.id)").stdout.strip()
    assert first.run("print(u2.id)").stdout == "None\n"  # it waits for its grid
    first.kill()
    submits = lab.house.relay.submits

    second = lab.start(MJ_REPLAY="1")
    again = second.run(f"%mj panel {finished}")
    assert "image/jpeg" in again.displays[0]
    assert WIDGET_VIEW in again.displays[1]
    assert "data:image/jpeg" in shown(second, again)

    taken_up = second.run(f"%mj panel {open_one}")
    assert "image/jpeg" not in taken_up.displays[0]
    for code in under_way:
        second.run(code)
    assert second.run("print(kite.id)").stdout.strip() == open_one
    assert lab.house.relay.submits == submits
    lab.until(second, lambda: "image/jpeg" in twin(second, taken_up))
    lab.until(second, lambda: second.run("print(u2.is_open)").stdout == "False\n")
    assert lab.house.relay.submits == submits + 1

    second.click(button(second, again, "U1").id)
    second.wait_for(lambda: "U1: queued" in said(second, again))
    lab.until(second, lambda: "U1: done" in said(second, again))
    assert lab.house.relay.submits == submits + 2


def test_a_run_without_a_person_takes_up_an_open_task(lab: Lab, drawing: Kernel) -> None:
    """`%mj panel ID` waits there like `%%mj`, and its saved output has the picture."""
    drawing.run("%%mj --quiet\na kite for the night run")
    task = last_id(drawing)
    other = lab.start()
    lab.flow()
    cell = other.run(f"%mj panel {task}", allow_stdin=False)
    lab.rest()
    assert cell.status == "ok"
    assert "image/jpeg" in twin(other, cell)
    assert cell.widget_ids == []


def test_loading_again_keeps_open_jobs(lab: Lab, drawing: Kernel) -> None:
    """A second `%load_ext` in the same kernel changes nothing for what is under way."""
    cell = drawing.run("%%mj\na kite through a reload")
    assert drawing.run("%load_ext mj_notebook").status == "ok"
    lab.until(drawing, lambda: "image/jpeg" in twin(drawing, cell))


def test_unloading_ends_our_threads_and_loading_starts_anew(lab: Lab) -> None:
    """After `%unload_ext` nothing of ours runs; old jobs say so; a reload draws again."""
    kernel = lab.start()
    kernel.run("%%mj --quiet --out old\na kite before unloading")
    task = last_id(kernel)
    kernel.run("%unload_ext mj_notebook")
    threads = "import threading\nprint([t.name for t in threading.enumerate() if 'mj-w' in t.name])"
    assert kernel.run(threads).stdout == "[]\n"
    assert kernel.run("%%mj\na kite").status == "error"
    for code in ("old.wait()", "old.press('U1')", "await old", "old.cancel()"):
        cell = kernel.run(code)
        assert cell.error is not None, code
        assert len(cell.error["traceback"]) <= 2, cell.error
    assert kernel.run("%load_ext mj_notebook").status == "ok"
    again = kernel.run(f"%mj panel {task}")
    lab.until(kernel, lambda: "image/jpeg" in twin(kernel, again))


def test_the_demo_server_draws_when_nothing_is_set(start_kernel: StartKernel) -> None:
    """Two lines in a new kernel give a picture, and everything says that it is a demo."""
    kernel = start_kernel(environment={"MJ_DEMO_SECONDS": "0.3"})
    loaded = kernel.run("%load_ext mj_notebook")
    assert "demo server" in loaded.stdout
    cell = kernel.run("%%mj\na red kite over dunes")
    assert "demo server" in said(kernel, cell)
    kernel.wait_for(lambda: "image/jpeg" in twin(kernel, cell))
    assert "demo picture" in said(kernel, cell)
    kernel.wait_for(lambda: "demo server" in shown(kernel, cell))


def test_the_demo_server_goes_on_where_a_dead_kernel_left_it(start_kernel: StartKernel) -> None:
    """The demo dies with its kernel; the next one's demo server knows the task and ends it."""
    environment = {"MJ_DEMO_SECONDS": "2"}
    first = start_kernel(environment=environment)
    first.run("%load_ext mj_notebook")
    first.run("%%mj --quiet\na red kite over dunes")
    task = last_id(first)
    first.kill()
    second = start_kernel(environment=environment)
    second.run("%load_ext mj_notebook")
    cell = second.run(f"%mj panel {task}", allow_stdin=False)
    assert cell.status == "ok", cell.error
    assert "image/jpeg" in twin(second, cell)
    assert task in said(second, cell)


def test_the_secret_is_found_nowhere(lab: Lab) -> None:
    """No message to the front end, no file and no log holds the secret, whatever happened."""
    kernel = lab.start()
    cell = lab.drawn(kernel, "a kite with a secret")
    kernel.click(button(kernel, cell, "U1").id)
    kernel.wait_for(lambda: "U1: queued" in said(kernel, cell))
    lab.until(kernel, lambda: "U1: done" in said(kernel, cell))
    kernel.run("%xmode Verbose")
    for code in (
        "mj.current_settings()",
        "mj.current_session().client",
        "vars(mj.current_session())",
        "_mj.request",
        "mj.job('17')",
        "def fail(*values): raise ValueError(*values)",
        "fail(mj.current_session(), mj.current_settings(), _mj)",
        "import logging; logging.basicConfig(level='DEBUG', force=True); mj.job('18')",
    ):
        kernel.run(code)
    kernel.run("import os; del os.environ['MJ_API_SECRET']; mj.configure(secret='wrong-canary')")
    refused = kernel.run("%%mj\na kite with another secret")
    assert refused.error is not None
    kernel.shutdown()
    said_all = json.dumps([message["content"] for message in kernel.messages], default=str)
    kept = {path for path in Path(kernel.folder).rglob("*") if path.is_file()}
    for canary in (SECRET, "wrong-canary"):
        assert canary not in said_all.replace("mj.configure(secret='wrong-canary')", "")
        assert not [
            path
            for path in kept
            if canary.encode() in path.read_bytes() and path.name != "history.sqlite"
        ]
