"""One task among many: the same words for jobs and for tasks of history."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mj_notebook.errors import MJError
from mj_notebook.images.thumbnails import undecoded_preview
from mj_notebook.view.cells import Cell, cell_of, cell_of_record
from tests.view.samples import encoded, facts, finished_grid, finished_upscale, grid_picture, task

PLAIN: dict[str, Any] = {
    "task": "1",
    "server": "proxy.test",
    "status": "SUCCESS",
    "action": "IMAGINE",
    "button": None,
    "request": "Imagine",
    "rating": None,
    "tags": None,
    "prompt": "a red kite",
    "reason": None,
    "sha256": "ab",
    "asked": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    "ran": timedelta(seconds=42),
}


def test_a_running_job() -> None:
    """How far it is, and nothing that changes with every second."""
    cell = cell_of(facts(task=task(progress="46%")), "k")
    assert cell == Cell("k", "a red kite over dunes --ar 3:2 --v 7", "drawing", "drawing", 46)


def test_a_percentage_nobody_knows() -> None:
    """Without a number there is none."""
    assert cell_of(facts(task=task(status="SUBMITTED")), "k").percent is None


def test_an_ended_job() -> None:
    """It says how long it took; its percentage is past."""
    cell = cell_of(finished_grid(), "k", "s 100")
    assert (cell.label, cell.words, cell.percent) == ("s 100", "done in 42 s", None)
    assert cell_of(finished_upscale(), "k").label.startswith("U2 a red kite")


def test_a_failed_job_says_why() -> None:
    """The reason stands where the picture would; a picture that is there stays."""
    given = {"error": MJError("Refused: the word “gore”."), "ended_at": 1.0}
    assert cell_of(facts(**given), "k").reason == "Refused: the word “gore”."
    shot = undecoded_preview(encoded(grid_picture(64)))
    assert cell_of(facts(task=task(), thumbnail=shot, **given), "k").reason == ""


def test_no_host_in_what_stays() -> None:
    """What is written into the file names no address of the proxy."""
    given = facts(error=MJError("No answer from https://secret.example/mj?key=1."), ended_at=1.0)
    assert "secret" not in cell_of(given, "k").reason


@pytest.mark.parametrize(
    ("changed", "words", "reason"),
    [
        ({}, "done in 42 s", ""),
        ({"sha256": None}, "done in 42 s", "No picture is kept yet; opening the task asks for it."),
        (
            {"sha256": None, "action": "SHORTEN"},
            "done in 42 s",
            "Answered in words: open it to read them.",
        ),
        ({"sha256": None, "status": "FAILURE", "reason": "banned"}, "failed", "banned"),
        ({"sha256": None, "status": "FAILURE"}, "failed", "The server gave no reason."),
        ({"sha256": None, "status": "CANCEL"}, "cancelled", "Cancelled."),
        (
            {"sha256": None, "status": "MODAL"},
            "waiting for your answer",
            "It waits for an answer: open it to give one.",
        ),
        ({"sha256": None, "status": "NOT_START"}, "queued", "Not finished when it was last seen."),
        (
            {"sha256": None, "status": None, "asked": None},
            "waiting",
            "Not finished when it was last seen.",
        ),
    ],
)
def test_a_task_of_history(changed: dict[str, Any], words: str, reason: str) -> None:
    """Whatever became of it, there is a picture or a reason."""
    cell = cell_of_record({**PLAIN, **changed}, UTC)
    assert (cell.words, cell.reason) == (words, reason)


def test_a_request_of_unknown_fate() -> None:
    """It has no task to be told from others by, but a tag; and a way out."""
    cell = cell_of_record(
        {**PLAIN, "task": None, "state": "mj-9", "status": "UNKNOWN", "sha256": None, "ran": None}
    )
    assert (cell.key, cell.words) == ("proxy.test mj-9", "unknown, may be drawn")
    assert "%mj resume" in cell.reason
    bare = {"task": None, "state": "mj-9", "prompt": None, "request": None, "action": None}
    assert cell_of_record({**PLAIN, **bare}).label == ""


def test_what_it_is_called() -> None:
    """The prompt, else what was asked, else its id."""
    assert cell_of_record(PLAIN, UTC).label == "a red kite"
    assert cell_of_record(PLAIN, UTC).details == "2026-01-02 · Imagine"
    bare = {**PLAIN, "prompt": None, "action": None, "request": None}
    assert cell_of_record(bare, UTC).label == "1"
    assert len(cell_of_record({**PLAIN, "prompt": "x" * 9000}, UTC).label) == 300
