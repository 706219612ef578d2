"""The live board: one model for many jobs, which gets what changed, a few times a second."""

import asyncio
from typing import Any

import traitlets

from mj_notebook.errors import MJError
from mj_notebook.language import translated
from mj_notebook.session.board import Board, BoardChange
from mj_notebook.view.cells import Cell
from mj_notebook.widgets.live_widgets import LIVE
from mj_notebook.widgets.shared import twin_class
from mj_notebook.widgets.speaking import SpeakingWidget

_MOST_PREVIEWED = 9
"""A board of so many jobs shows what is drawn so far; each preview is a picture fetched."""


def open_board(board: Board, twin: str = "") -> "LiveBoard":
    """Open a live view of *board*, whose static output is *twin*; call it from a cell."""

    async def build() -> LiveBoard:
        # Built on the loop, as all widget writes are; two threads on one widget break ipywidgets.
        return LIVE.shown(board, lambda: LiveBoard(board, twin), LiveBoard)

    return board.worker.run(build())


class LiveBoard(SpeakingWidget, script="board"):
    """
    Shows a board in a page; the worker's thread makes it and alone writes to it.

    Each change is one message with what differs, numbered: a page that missed one, because it was
    still loading, asks for the whole.

    Args:
        board: What is shown.
        twin: The key of its static output, which is hidden as long as this lives.
        state: What a page knows of it from the beginning, beside the board.
    """

    _title = traitlets.Unicode().tag(sync=True)
    # Written when it is sent: a page that is loaded anew gets what is known then.
    _whole = traitlets.Any(None, allow_none=True).tag(
        sync=True, to_json=lambda _, live: live.snapshot(), from_json=lambda _, __: None
    )
    _change = traitlets.Dict().tag(sync=True)

    def __init__(self, board: Board, twin: str = "", **state: Any) -> None:
        self._board, self._number = board, 0
        # What a page builds it from is there when it is opened: an update may come too late.
        super().__init__(_title=board.title, _dom_classes=twin_class(twin), **state)
        jobs = board.jobs
        # By the number at the start: a board that grows later keeps the previews it began with.
        for job in jobs if len(jobs) <= _MOST_PREVIEWED else ():
            job.wants_previews = True
        # After the widget is there: a change may come at once.
        self._unsubscribe = board.subscribe(self._changed)
        self.on_msg(self._on_message)

    @property
    def is_idle(self) -> bool:
        """Whether all of its jobs have ended."""
        return not self._board.is_running

    def close(self) -> None:
        """Take it away from the page; the jobs go on."""
        if forget := getattr(self, "_unsubscribe", None):  # ipywidgets closes half-made widgets too
            forget()
        super().close()

    def snapshot(self) -> dict[str, Any]:
        """Return all that is shown now, as it travels."""
        # The number first: what is newer than it comes again, and changes nothing.
        number, cells = self._number, self._board.cells
        return {
            "number": number,
            "order": [cell.key for cell in cells],
            "cells": [_to_wire(cell) for cell in cells],
            "pictures": self._board.pictures,
        }

    def _changed(self, change: BoardChange) -> None:
        if self.comm is None:  # it was closed by `Widget.close_all`
            self._unsubscribe()
            return
        # Counted here, so that a page sees by a gap that it missed something.
        self._number += 1
        self._change = {
            "number": self._number,
            "cells": [_to_wire(cell) for cell in change.cells],
            "pictures": change.pictures,
            "order": None if change.order is None else list(change.order),
        }

    def _on_message(self, _: object, content: Any, __: object) -> None:
        worker = self._board.worker
        if content == "whole":
            worker.post(self.send_state, "_whole")
        elif isinstance(content, dict):
            worker.post(lambda: asyncio.ensure_future(self._annotate(content)))

    async def _annotate(self, content: dict[str, Any]) -> None:
        """Rate a job as the page's keys say, or take the last back; the job tells who shows it."""
        key, act = str(content.get("key", "")), content.get("act")
        rating: Any = content.get("value")
        job, run_in_turn = self._board.job(key), self._board.worker.run_in_turn
        if act not in ("rate", "undo"):
            return
        said = ""
        try:
            # Undo takes back the last of the kernel, whichever job is asked.
            if act == "undo" and (jobs := self._board.jobs):
                said = await run_in_turn(jobs[0].take_back)
            elif job is not None and job.id is not None:
                await run_in_turn(job.rate, rating)
            elif act == "rate":
                said = translated("It has no task yet, so there is nothing to rate.")
        except MJError as error:
            said = str(error)
        self.send({"kind": "said", "text": said})

    def __repr__(self) -> str:
        return translated("(The live board stood here; it needs a running kernel.)")


def _to_wire(cell: Cell) -> dict[str, Any]:
    return cell._asdict()
