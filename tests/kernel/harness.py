"""A real kernel with this test process as its front end: asks, and keeps all that comes back."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.kernel.isolation import isolated_environment
from tests.kernel.process import KernelProcess
from tests.kernel.records import Cell, Message, Request, Widget
from tests.kernel.wire import Wire

TIMEOUT = 30.0
# An ipykernel before 7, which `.ci/nightly` tries as well, has its main shell alone.
HAS_SUBSHELLS = find_spec("ipykernel.subshell_manager") is not None
_LOOK_AGAIN = 0.25  # How often a wait without messages looks whether the kernel still lives.
_COMM_KINDS = frozenset({"comm_open", "comm_msg", "comm_close"})

StartKernel = Callable[..., "Kernel"]
_Request = TypeVar("_Request", bound=Request)
_Value = TypeVar("_Value")


class KernelDiedError(RuntimeError):
    """The kernel's process ended while something was expected of it."""


class Kernel:
    """
    A running kernel.

    Messages are taken in only while a method of this class waits: one thread, no races, and
    no sleeping, since every wait is driven by the messages that arrive.

    Args:
        folder: Becomes the kernel's working folder and holds its home and its store.
        environment: Variables to add, such as `MJ_STORE`.
        python: Another interpreter, to try another version of ipykernel.
    """

    def __init__(
        self,
        folder: Path,
        *,
        environment: Mapping[str, str] | None = None,
        python: str = sys.executable,
    ) -> None:
        self.folder = folder
        self.messages: list[Message] = []
        """Every iopub message, in order of arrival."""
        self.requests: dict[str, Request] = {}
        self.widgets: dict[str, Widget] = {}
        """Every comm ever opened, by its id, in order of creation."""
        self.displays: dict[str, dict[str, Any]] = {}
        """The newest mime bundle of each display id, whichever cell updated it."""
        self.input_requests: list[Message] = []
        connection_file = folder / f"connection-{time.monotonic_ns()}.json"
        self._wire = Wire(connection_file)
        self._process = KernelProcess(
            python, connection_file, isolated_environment(folder, environment)
        )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        # What is published before the subscription has arrived is lost, so ask until it is heard.
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            request = self._request(Request, "kernel_info_request", {})
            try:
                self.wait(request, timeout=1.0)
            except TimeoutError:
                continue
            if self._wire.can_be_asked(1.0):
                return
        self.kill()
        raise TimeoutError(f"The kernel did not start.\n{self._process.log}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()

    # Cells

    def start(self, code: str, *, allow_stdin: bool = True, page: bool = True) -> Cell:
        """
        Send a cell and return at once; `wait(cell)` waits for its end.

        Args:
            code: The cell's text.
            allow_stdin: See `run`.
            page: Whether it comes from a page, which says from which cell of it, or a console.
        """
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": allow_stdin,
            "stop_on_error": True,
        }
        metadata = {"cellId": f"cell-{len(self.requests)}"} if page else {}
        return self._request(Cell, "execute_request", content, metadata=metadata)

    def run(self, code: str, *, allow_stdin: bool = True, timeout: float = TIMEOUT) -> Cell:
        """
        Run a cell to its end.

        Args:
            code: The cell's text.
            allow_stdin: True is a person at a front end, False a run without one (nbclient).
            timeout: Seconds until the wait is given up; the cell runs on.
        """
        return self.wait(self.start(code, allow_stdin=allow_stdin), timeout)

    def ask(self, kind: str, content: dict[str, Any], timeout: float = TIMEOUT) -> dict[str, Any]:
        """Send another request, such as `complete_request`, and return its reply's content."""
        request = self.wait(self._request(Request, kind, content), timeout)
        return dict(request.reply["content"]) if request.reply else {}

    def answer(self, text: str) -> None:
        """Answer the newest `input()` as the person at the front end."""
        self._wire.send("input_reply", {"value": text}, channel="stdin")

    # Widgets

    def find_widget(
        self, predicate: Callable[[Widget], object], timeout: float = TIMEOUT
    ) -> Widget:
        """Wait for the first open widget that satisfies *predicate*, and return it."""
        return self.wait_for(lambda: next(iter(self.find_widgets(predicate)), None), timeout)

    def find_widgets(self, predicate: Callable[[Widget], object]) -> list[Widget]:
        """All open widgets that satisfy *predicate* now, oldest first."""
        return [w for w in self.widgets.values() if not w.is_closed and predicate(w)]

    def children(self, widget: Widget) -> list[Widget]:
        """The widgets that stand in *widget*'s `children`, in their order."""
        references = widget.state.get("children", [])
        return [self.widgets[reference.removeprefix("IPY_MODEL_")] for reference in references]

    def click(self, comm_id: str, subshell: str | None = None) -> Request:
        """Press a button and return at once; *subshell* sends it to that thread, as Lab does."""
        return self.send(comm_id, {"event": "click"}, subshell=subshell)

    def send(
        self,
        comm_id: str,
        content: dict[str, Any],
        buffers: Sequence[bytes] = (),
        *,
        subshell: str | None = None,
    ) -> Request:
        """Send a custom message to a widget, as `model.send(content, _, buffers)` in a browser."""
        return self._tell(comm_id, {"method": "custom", "content": content}, buffers, subshell)

    def edit(self, comm_id: str, *, subshell: str | None = None, **state: Any) -> Request:
        """Change a widget's state as a person does who types into it."""
        self.widgets[comm_id].state.update(state)
        data = {"method": "update", "state": state, "buffer_paths": []}
        return self._tell(comm_id, data, (), subshell)

    def create_subshell(self) -> str:
        """Start a thread of the kernel that takes its own requests, and return its id."""
        request = self._request(Request, "create_subshell_request", {}, channel="control")
        self.wait_for(lambda: request.reply)
        assert request.reply is not None
        return str(request.reply["content"]["subshell_id"])

    def _tell(
        self, comm_id: str, data: dict[str, Any], buffers: Sequence[bytes], subshell: str | None
    ) -> Request:
        content = {"comm_id": comm_id, "data": data}
        return self._request(Request, "comm_msg", content, buffers=buffers, subshell=subshell)

    # Waiting

    def wait(self, request: _Request, timeout: float = TIMEOUT) -> _Request:
        """Wait until the kernel has finished a request, and return it."""
        self.wait_for(lambda: request.is_done, timeout)
        return request

    def wait_for(self, predicate: Callable[[], _Value | None], timeout: float = TIMEOUT) -> _Value:
        """
        Take in messages until *predicate* gives something true, and return that.

        Raises:
            TimeoutError: It never did; the last messages are in the text.
            KernelDiedError: The kernel ended meanwhile.
        """
        deadline = time.monotonic() + timeout
        while not (value := predicate()):
            left = deadline - time.monotonic()
            if left <= 0:
                kinds = [message["msg_type"] for message in self.messages[-8:]]
                raise TimeoutError(f"Nothing came in {timeout} s; the last messages: {kinds}")
            if not self._take_in(min(left, _LOOK_AGAIN)) and not self.is_alive:
                raise KernelDiedError(f"The kernel ended.\n{self._process.log}")
        return value

    def _request(
        self, record: type[_Request], kind: str, content: dict[str, Any], **options: Any
    ) -> _Request:
        request = record(self._wire.send(kind, content, **options), kind)
        self.requests[request.id] = request
        return request

    def _take_in(self, seconds: float) -> int:
        count = 0
        for channel, message in self._wire.receive(seconds):
            count += 1
            request = self.requests.get(message["parent_header"].get("msg_id", ""))
            if channel == "stdin":
                self.input_requests.append(message)
            elif channel == "iopub":
                self.messages.append(message)
                self._draw(message)
                if request:
                    request.published.append(message)
            elif request:
                request.reply = message
        return count

    def _draw(self, message: Message) -> None:
        """Keep what a front end would show: widgets by comm id, outputs by display id."""
        content = message["content"]
        if message["msg_type"] in _COMM_KINDS:
            widget = Widget(content["comm_id"], content.get("target_name", ""))
            self.widgets.setdefault(widget.id, widget).take(message)
        elif display_id := content.get("transient", {}).get("display_id"):
            self.displays[display_id] = content["data"]

    # Life and death

    @property
    def is_alive(self) -> bool:
        """Whether the kernel's process runs."""
        return self._process.is_alive

    def interrupt(self) -> None:
        """Interrupt what runs, as the stop button does."""
        self._process.interrupt()

    def kill(self) -> None:
        """End the process with SIGKILL: nothing gets a chance to tidy up."""
        self._process.kill()
        self._wire.close()

    def shutdown(self) -> None:
        """Ask the kernel to end, as a front end does, and kill it if it stays."""
        if self.is_alive:
            self._wire.send("shutdown_request", {"restart": False}, channel="control")
            self._process.end_within(10)
        self._wire.close()
