"""The wire of the widgets, as the tests of this folder see it."""

from collections.abc import Iterator
from typing import Any

import comm
import ipywidgets
import pytest
from comm.base_comm import BaseComm

from tests.widgets.wire import Sent


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sent]:
    """Return all messages that widgets send from now on, instead of sending them."""
    messages: Sent = []

    class Wire(BaseComm):
        def publish_msg(self, msg_type: str, data: Any = None, *_: Any, **__: Any) -> None:
            messages.append((msg_type, data or {}))

    def create_comm(*args: Any, **options: Any) -> Wire:
        return Wire(*args, **options)

    monkeypatch.setattr(comm, "create_comm", create_comm)
    yield messages
    ipywidgets.Widget.close_all()
