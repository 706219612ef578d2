"""What a front end remembers of a kernel's messages: requests with their outputs, and widgets."""

from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

_DISPLAYS = frozenset({"display_data", "execute_result"})
_OUTPUTS = _DISPLAYS | {"update_display_data", "stream", "error", "clear_output"}


@dataclass(eq=False)
class Request:
    """One message sent to the kernel, and all that the kernel published because of it."""

    id: str
    kind: str
    published: list[Message] = field(default_factory=list)
    """Every iopub message whose parent is this request, in order of arrival."""
    reply: Message | None = None

    @property
    def is_idle(self) -> bool:
        """Whether the kernel said that it finished this request."""
        return any(
            message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
            for message in self.published
        )

    @property
    def is_done(self) -> bool:
        """Whether reply and idle status are both here; a comm message gets no reply."""
        return self.is_idle and (self.reply is not None or self.kind == "comm_msg")

    @property
    def outputs(self) -> list[Message]:
        """The messages a notebook would draw under this cell, updates included."""
        return [message for message in self.published if message["msg_type"] in _OUTPUTS]

    @property
    def displayed(self) -> list[dict[str, Any]]:
        """What this request displayed first: ipykernel 6 sends it updates of others as well."""
        return [m["content"] for m in self.published if m["msg_type"] in _DISPLAYS]

    @property
    def displays(self) -> list[dict[str, Any]]:
        """The mime bundles this request displayed, as they were when first displayed."""
        return [content["data"] for content in self.displayed]

    @property
    def widget_ids(self) -> list[str]:
        """The comm ids of the widgets this request displayed."""
        return [data[WIDGET_VIEW]["model_id"] for data in self.displays if WIDGET_VIEW in data]

    @property
    def stdout(self) -> str:
        """What was printed under this request."""
        return self._stream("stdout")

    @property
    def stderr(self) -> str:
        """What was written to standard error under this request."""
        return self._stream("stderr")

    @property
    def error(self) -> Message | None:
        """The content of the error output (`ename`, `evalue`, `traceback`), if there is one."""
        errors = [m["content"] for m in self.published if m["msg_type"] == "error"]
        return errors[-1] if errors else None

    def _stream(self, name: str) -> str:
        streams = (m["content"] for m in self.published if m["msg_type"] == "stream")
        return "".join(content["text"] for content in streams if content["name"] == name)


class Cell(Request):
    """An executed cell: the request, its outputs, and in the end its reply."""

    @property
    def status(self) -> str:
        """Whether the cell ended `ok`, with an `error`, was `aborted`, or is still `running`."""
        return "running" if self.reply is None else str(self.reply["content"]["status"])


@dataclass(eq=False)
class Widget:
    """One comm of the kernel with its state merged as a front end would merge it."""

    id: str
    target: str
    state: dict[str, Any] = field(default_factory=dict)
    received: list[Message] = field(default_factory=list)
    """Every comm message of this widget, for tests that count them."""
    is_closed: bool = False

    @property
    def model(self) -> str:
        """The name of the front end's class, such as `ButtonModel`."""
        return str(self.state.get("_model_name", ""))

    @property
    def custom(self) -> list[tuple[Any, list[bytes]]]:
        """What the kernel sent with `widget.send(content, buffers)`."""
        datas = ((m["content"]["data"], m["buffers"]) for m in self.received)
        return [
            (data["content"], [bytes(buffer) for buffer in buffers])
            for data, buffers in datas
            if data.get("method") == "custom"
        ]

    def take(self, message: Message) -> None:
        """Merge one comm message into the state."""
        self.received.append(message)
        data = message["content"]["data"]
        self.is_closed = self.is_closed or message["msg_type"] == "comm_close"
        state = data.get("state", {})
        for path, buffer in zip(data.get("buffer_paths", ()), message["buffers"], strict=False):
            _put(state, path, bytes(buffer))
        self.state.update(state)


def _put(state: Any, path: list[Any], value: bytes) -> None:
    """Put one binary value back to the place it was cut from."""
    *folders, last = path
    for key in folders:
        state = state[key]
    state[last] = value
