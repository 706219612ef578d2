"""Tasks in other words, without a server."""

from typing import Any

import pytest

from mj_notebook.protocol.models import Button, Task, TaskProperties, task_record
from mj_notebook.server.http.task_formats import (
    GATEWAY_TASK,
    OPEN_TASK,
    TRUEAI_TASK,
    FormatContext,
    TaskFormat,
)

LATER = FormatContext(visible_until=2_000)


def told(form: TaskFormat, **changes: Any) -> dict[str, Any]:
    """Return a finished task in *form*."""
    values: dict[str, Any] = {
        "id": "9",
        "action": "VARIATION",
        "status": "SUCCESS",
        "description": "/up 8 V1",
        "submit_time": 1_000,
        "finish_time": 1_500,
        "progress": "100%",
        "properties": TaskProperties(final_prompt="a kite --v 7.0", bot_type="MID_JOURNEY"),
        "buttons": (Button(custom_id="x"),),
        **changes,
    }
    return form.write(task_record(Task(**values)), LATER)


@pytest.mark.parametrize(
    ("name", "action", "is_called"),
    [
        ("V1", "VARIATION", "VARIATION"),
        ("R", "BLEND", "REROLL"),
        ("Vary (Subtle)", "VARIATION", "LOW_VARIATION"),
        ("Vary (Strong)", "VARIATION", "HIGH_VARIATION"),
        ("Vary (Region)", "VARIATION", "INPAINT"),
        ("Custom Zoom", "ZOOM", "CUSTOM_ZOOM"),
        ("Zoom Out 2x", "ZOOM", "ZOOM"),
    ],
)
def test_the_gateway_calls_presses_by_its_own_words(name: str, action: str, is_called: str) -> None:
    """4.4: by what was pressed."""
    task = told(GATEWAY_TASK, description=f"/up 8 {name}", action=action)
    assert task["action"] == is_called


def test_the_gateway_calls_edits_and_swaps_by_its_own_words() -> None:
    """3.1 and 7.4."""
    assert told(GATEWAY_TASK, description="/edit a", action="EDIT")["action"] == "EDITS"
    swap = told(GATEWAY_TASK, description="/swap 9", action="SWAP_FACE", prompt="")
    assert swap["prompt"] == "InsightFace"


def test_a_prompt_that_looks_like_a_press_is_none() -> None:
    """Only a child's own description tells what was pressed."""
    task = told(OPEN_TASK, action="IMAGINE", description="/imagine /up 8 R")
    assert task["action"] == "IMAGINE"


def test_the_one_who_tells_does_not_change_what_it_tells() -> None:
    """The same record is told to others as well."""
    record = task_record(Task(id="9", status="CANCEL", submit_time=1, progress="15%"))
    before = {**record}
    assert TRUEAI_TASK.write(record, LATER)["status"] == "FAILURE"
    assert record == before
