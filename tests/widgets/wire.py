"""What widgets send and get, without a front end."""

from typing import Any

Sent = list[tuple[str, dict[str, Any]]]
"""Kind and content of each message, in their order."""


def receive(widget: Any, **state: Any) -> None:
    """Let *widget* get what a page sends when its part of the model changed."""
    content = {"data": {"method": "update", "state": state, "buffer_paths": []}}
    widget.comm.handle_msg({"content": content, "buffers": [], "header": {"msg_id": "1"}})


def tell(widget: Any, message: Any, *buffers: bytes) -> None:
    """Let *widget* hear a message of a page's own kind."""
    content = {"data": {"method": "custom", "content": message}}
    views = [memoryview(one) for one in buffers]
    widget.comm.handle_msg({"content": content, "buffers": views, "header": {"msg_id": "1"}})
