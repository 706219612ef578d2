"""Kernels that draw: with the extension loaded, and a house in the test's process to talk to."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self, TypeVar

import pytest

from tests.kernel.harness import HAS_SUBSHELLS, Kernel
from tests.kernel.records import Cell, Request, Widget
from tests.support.relay import ConnectionFate, SeenRequest
from tests.support.rig import SECRET, Rig

_Value = TypeVar("_Value")

BEGIN = """
%load_ext mj_notebook
import asyncio, time
import mj_notebook as mj
_quick = dict(first=(), then=0.05, slowest=0.05, trouble=0.05, pictures=(0.05,))
mj.configure(pacing=type(mj.current_settings().pacing)(**_quick));
"""


class Lab:
    """
    A house and its kernels.

    Attributes:
        house: The server; its time stands still unless `flow` lets it go on.
    """

    def __init__(self, folder: Path) -> None:
        self._stack = ExitStack()
        self.house = self._stack.enter_context(Rig(folder / "house"))
        self._folder = folder / "kernel"
        self._folder.mkdir()

    def start(self, *, begin: str = BEGIN, **environment: str) -> Kernel:
        """Start a kernel with the extension loaded; all of them have one history."""
        own = {
            "MJ_BASE_URL": self.house.relay.base_url,
            "MJ_API_SECRET": SECRET,
            "MJ_REPLAY": "0",  # the tests of one kernel press the same buttons again and again
            **environment,
        }
        kernel = self._stack.enter_context(Kernel(self._folder, environment=own))
        cell = kernel.run(begin)
        assert cell.status == "ok", cell.error
        return kernel

    def flow(self) -> None:
        """Let the server's time go on with every question from now on."""

        def go_on(asked: SeenRequest) -> ConnectionFate:
            if asked.is_list:
                self.house.clock.advance(2)
            return ConnectionFate.PASS

        self.house.relay.rule = go_on

    def rest(self) -> None:
        """Let the server's time stand still again."""
        self.house.relay.rule = lambda _: ConnectionFate.PASS

    def until(self, kernel: Kernel, reached: Callable[[], _Value | None]) -> _Value:
        """
        Let time go on until *reached* gives something true, and return that.

        A single step of the clock would miss a task that is only accepted after it.
        """
        self.flow()
        try:
            return kernel.wait_for(reached)
        finally:
            self.rest()

    def drawn(self, kernel: Kernel, prompt: str) -> Cell:
        """Run a cell that draws in a live notebook, and wait until its twin has the picture."""
        cell = kernel.run(f"%%mj\n{prompt}")
        assert cell.status == "ok", cell.error
        self.until(kernel, lambda: "image/jpeg" in twin(kernel, cell))
        return cell

    def actions(self) -> list[dict[str, Any]]:
        """Return the tasks that buttons made, the newest first."""
        return [task for task in self.house.tasks() if task["action"] != "IMAGINE"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


_SHELLS = ["main shell", "subshell"][: 1 + HAS_SUBSHELLS]
each_shell = pytest.mark.parametrize("on_subshell", [False, True][: len(_SHELLS)], ids=_SHELLS)
"""Runs a test on the main shell, and on a subshell where this version of ipykernel has them."""


def visible(request: Request) -> list[str]:
    """Return the kinds of output below a request; updates stand where their display id does."""
    kinds = [message["msg_type"] for message in request.outputs]
    return [kind for kind in kinds if kind != "update_display_data"]


def twin(kernel: Kernel, cell: Cell) -> dict[str, Any]:
    """Return the static output of *cell* as it stands now."""
    transient = (content.get("transient", {}) for content in cell.displayed)
    ids = [one["display_id"] for one in transient if "display_id" in one]
    return kernel.displays[ids[0]] if ids else {}


def said(kernel: Kernel, cell: Cell) -> str:
    """Return the text of the static output of *cell* as it stands now."""
    return str(twin(kernel, cell).get("text/plain", ""))


def parts(kernel: Kernel, widget: Widget) -> list[Widget]:
    """Return *widget* and all that stands in it, in the order it is drawn."""
    below = [part for child in kernel.children(widget) for part in parts(kernel, child)]
    return [widget, *below]


def button(kernel: Kernel, cell: Cell, caption: str) -> Widget:
    """Wait for the first button with that caption in the panel of *cell*."""
    return kernel.wait_for(find_button(kernel, cell, caption))


def find_button(kernel: Kernel, cell: Cell, caption: str) -> Callable[[], Widget | None]:
    """Return what looks for a button with that caption in the panel of *cell*."""

    def look() -> Widget | None:
        panel = kernel.widgets[cell.widget_ids[0]]
        found = (part for part in parts(kernel, panel) if part.state.get("description") == caption)
        return next(found, None)

    return look


def shown(kernel: Kernel, cell: Cell) -> str:
    """Return all markup of the panel of *cell* as it stands now."""
    panel = kernel.widgets[cell.widget_ids[0]]
    return "".join(str(part.state.get("value", "")) for part in parts(kernel, panel))
