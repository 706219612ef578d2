"""The harness itself, proved with plain ipywidgets, so that real tests can trust it."""

import time

import pytest

from tests.kernel.harness import HAS_SUBSHELLS, Kernel, KernelDiedError, StartKernel

pytestmark = pytest.mark.kernel

BUTTON = """
import ipywidgets, threading
button = ipywidgets.Button(description="U1")
def press(button):
    button.description = threading.current_thread().name
    print("pressed")
button.on_click(press)
display(button)
"""


def test_a_cell_keeps_its_output_and_its_reply(kernel: Kernel) -> None:
    """After `run` the printed text, the displayed bundles and the status are all there."""
    cell = kernel.run("print('one'); display('two'); 3")
    assert cell.stdout == "one\n"
    assert [data["text/plain"] for data in cell.displays] == ["'two'", "3"]
    assert cell.status == "ok"


def test_an_error_is_kept_with_its_name(kernel: Kernel) -> None:
    """A cell that raises has an error output and the status `error`."""
    cell = kernel.run("1 / 0")
    assert cell.error is not None
    assert cell.error["ename"] == "ZeroDivisionError"
    assert cell.status == "error"


def test_the_kernel_keeps_to_its_own_folder(kernel: Kernel) -> None:
    """Home, store and working folder of a kernel are below the test's folder."""
    names = "os.environ['HOME'], os.environ['MJ_STORE'], os.getcwd()"
    cell = kernel.run(f"import os\nprint(*({names}), sep='\\n')")
    assert all(line.startswith(str(kernel.folder)) for line in cell.stdout.splitlines())


def test_the_environment_is_the_callers(start_kernel: StartKernel) -> None:
    """Variables given to a kernel win over the isolated ones."""
    kernel = start_kernel(environment={"MJ_STORE": "/somewhere"})
    assert kernel.run("import os; print(os.environ['MJ_STORE'])").stdout == "/somewhere\n"


def test_widget_state_is_seen(kernel: Kernel) -> None:
    """A displayed widget is found under its model name, with its state and its updates."""
    cell = kernel.run(BUTTON)
    button = kernel.find_widget(lambda widget: widget.model == "ButtonModel")
    assert cell.widget_ids == [button.id]
    assert button.state["description"] == "U1"
    kernel.run("button.description = 'V1'")
    assert button.state["description"] == "V1"


def test_binary_state_is_put_back(kernel: Kernel) -> None:
    """Buffers of a widget's state stand in the state as bytes."""
    kernel.run("import ipywidgets; ipywidgets.Image(value=b'\\x00png')")
    assert kernel.find_widget(lambda widget: widget.model == "ImageModel").state["value"] == (
        b"\x00png"
    )


def test_a_click_runs_the_callback_and_owns_its_output(kernel: Kernel) -> None:
    """What a callback prints belongs to the click's message, not to the cell."""
    cell = kernel.run(BUTTON)
    click = kernel.wait(kernel.click(cell.widget_ids[0]))
    assert click.stdout == "pressed\n"
    assert cell.stdout == ""
    assert kernel.widgets[cell.widget_ids[0]].state["description"] == "MainThread"


def test_a_click_can_take_a_subshell(kernel: Kernel) -> None:
    """A click that goes to a subshell is handled and answered, on whichever thread."""
    cell = kernel.run(BUTTON)
    shell = kernel.create_subshell() if HAS_SUBSHELLS else None
    click = kernel.wait(kernel.click(cell.widget_ids[0], subshell=shell))
    assert click.stdout == "pressed\n"


def test_a_person_can_edit_a_widget(kernel: Kernel) -> None:
    """State sent by the front end arrives in the kernel."""
    kernel.run("import ipywidgets; text = ipywidgets.Text(); text")
    text = kernel.find_widget(lambda widget: widget.model == "TextModel")
    kernel.wait(kernel.edit(text.id, value="a red kite"))
    assert kernel.run("print(text.value)").stdout == "a red kite\n"


def test_custom_messages_carry_buffers_both_ways(kernel: Kernel) -> None:
    """`send` delivers content and bytes, and what the kernel sends back is kept."""
    kernel.run(
        "import ipywidgets; box = ipywidgets.HTML()\n"
        "box.on_msg(lambda w, content, buffers: w.send(content, [bytes(b)[::-1] for b in buffers]))"
    )
    box = kernel.find_widget(lambda widget: widget.model == "HTMLModel")
    kernel.wait(kernel.send(box.id, {"kind": "mask"}, [b"abc"]))
    assert box.custom == [({"kind": "mask"}, [b"cba"])]


def test_children_are_resolved(kernel: Kernel) -> None:
    """The children of a box are the widgets they name, in order."""
    kernel.run("from ipywidgets import *; VBox([Label('one'), Label('two')])")
    box = kernel.find_widget(lambda widget: widget.model == "VBoxModel")
    assert [child.state["value"] for child in kernel.children(box)] == ["one", "two"]


def test_closed_widgets_are_not_found(kernel: Kernel) -> None:
    """A widget that the kernel closed stays in `widgets` and leaves `find_widgets`."""
    kernel.run("import ipywidgets; label = ipywidgets.Label('x')")
    kernel.run("label.close()")
    assert not kernel.find_widgets(lambda widget: widget.model == "LabelModel")


def test_an_update_by_display_id_is_found_from_any_cell(kernel: Kernel) -> None:
    """An output updated by a later cell is new in `displays`, and unchanged in its first cell."""
    first = kernel.run("handle = display('old', display_id='mj-1')")
    second = kernel.run("handle.update('new')")
    assert kernel.displays["mj-1"]["text/plain"] == "'new'"
    assert first.displays == [{"text/plain": "'old'"}]
    assert [output["msg_type"] for output in second.outputs] == ["update_display_data"]


def test_interrupt_stops_a_sleeping_cell(kernel: Kernel) -> None:
    """An interrupt ends the cell long before its sleep would."""
    cell = kernel.start("import time; print('asleep', flush=True); time.sleep(60)")
    kernel.wait_for(lambda: cell.stdout)
    began = time.monotonic()
    kernel.interrupt()
    kernel.wait(cell)
    assert cell.error is not None
    assert cell.error["ename"] == "KeyboardInterrupt"
    assert time.monotonic() - began < 10


def test_queued_cells_run_in_order(kernel: Kernel) -> None:
    """Cells sent without waiting all run, each with its own output."""
    cells = [kernel.start(f"print({number})") for number in range(3)]
    kernel.wait(cells[-1])
    assert [cell.stdout for cell in cells] == ["0\n", "1\n", "2\n"]


def test_a_headless_run_cannot_ask(kernel: Kernel) -> None:
    """With `allow_stdin` false `input()` raises, as under nbclient."""
    cell = kernel.run("input('Secret? ')", allow_stdin=False)
    assert cell.error is not None
    assert cell.error["ename"] == "StdinNotImplementedError"


def test_a_person_can_answer(kernel: Kernel) -> None:
    """With `allow_stdin` true the question arrives and the answer goes back."""
    cell = kernel.start("print(input('Name? '))")
    question = kernel.wait_for(lambda: kernel.input_requests)[0]
    assert question["content"]["prompt"] == "Name? "
    kernel.answer("Ada")
    assert kernel.wait(cell).stdout == "Ada\n"


def test_other_requests_have_replies(kernel: Kernel) -> None:
    """Any request of the protocol can be asked, such as whether a cell is complete."""
    assert kernel.ask("is_complete_request", {"code": "if 1:"})["status"] == "incomplete"


def test_a_killed_kernel_is_noticed_and_its_folder_outlives_it(start_kernel: StartKernel) -> None:
    """Waiting for a dead kernel says so at once; the next kernel finds the files of the first."""
    first = start_kernel()
    first.run("open('kept.txt', 'w').write('here')")
    cell = first.start("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(KernelDiedError):
        first.wait(cell)
    second = start_kernel()
    assert second.run("print(open('kept.txt').read())").stdout == "here\n"
    second.kill()
    assert not second.is_alive


def test_a_wait_gives_up_with_the_last_messages(kernel: Kernel) -> None:
    """A wait for what never comes ends in a `TimeoutError` that shows what did come."""
    kernel.run("1")
    with pytest.raises(TimeoutError, match="execute_result"):
        kernel.wait_for(lambda: None, timeout=0.3)
