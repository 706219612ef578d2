"""Notebook files are read with care and written at once or not at all."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.view.notebook import outputs_of, read_bytes, read_notebook, tasks_in

TASK = "application/vnd.mj-notebook.task.v1+json"


def job(number: int, *children: dict[str, Any]) -> dict[str, Any]:
    """Return a job as an output keeps it."""
    return {"prompt": "x", "task": {"id": str(number), "status": "SUCCESS"}, "children": children}


def notebook(*values: Any) -> dict[str, Any]:
    """Return a notebook with an output for each of *values*."""
    outputs = [{"output_type": "display_data", "data": {TASK: value}} for value in values]
    return json.loads(json.dumps({"cells": [{"outputs": outputs}]}))  # type: ignore[no-any-return]


def test_tasks_come_in_order_each_with_its_way() -> None:
    """What was pressed follows its parent and knows all tasks above it."""
    found = tasks_in(notebook(job(1, job(2, job(3)), job(4)), job(5)))
    assert [shown.recorded.task.id for shown in found] == ["1", "2", "3", "4", "5"]
    assert [shown.recorded.parents for shown in found] == [(), ("1",), ("2", "1"), ("1",), ()]


def test_json_that_is_kept_as_text_is_read() -> None:
    """Some programs keep JSON outputs as text or as lines; the tasks in them are the same."""
    text = json.dumps(job(1), indent=1)
    for value in (text, text.splitlines(keepends=True)):
        (shown,) = tasks_in(notebook(value))
        assert shown.recorded.task.id == "1"


def test_a_job_that_never_was_accepted_is_passed_over() -> None:
    """Without a task there is nothing to come back to; what stands beside it does."""
    found = tasks_in(notebook({"prompt": "x", "task": None}, job(2)))
    assert [shown.recorded.task.id for shown in found] == ["2"]


def test_endless_families_end() -> None:
    """A notebook that nests for ever is read as far as anybody presses."""
    deep = job(0)
    for number in range(1, 240):
        deep = job(number, deep)
    assert len(tasks_in(notebook(deep))) == 101


def test_the_small_picture_stands_with_its_job_alone() -> None:
    """Only the job that the output is about is in its picture; broken ones are none."""
    one = notebook(job(1, job(2)))
    one["cells"][0]["outputs"][0]["data"]["image/jpeg"] = base64.b64encode(b"jpeg").decode()
    assert [shown.small for shown in tasks_in(one)] == [b"jpeg", None]
    one["cells"][0]["outputs"][0]["data"]["image/jpeg"] = "!"
    assert [shown.small for shown in tasks_in(one)] == [None, None]


def test_the_picture_that_people_see_is_taken() -> None:
    """Of the two in a twin the large one; above a form, that of the job which the record tells."""
    one = notebook(job(2, job(3)))
    bundle = one["cells"][0]["outputs"][0]["data"]
    seen = [
        f"data:image/jpeg;base64,{base64.b64encode(word).decode()}" for word in (b"1", b"2", b"3")
    ]
    first, last, child = (f'<img src="{address}">' for address in seen)
    pressed = f'<figure class="mj-static-child">{child}</figure>'
    figures = [
        f'<figure class="mj-static">{first}</figure>\n',
        f'<figure class="mj-static">{last}{pressed}</figure>',
    ]
    bundle |= {"image/jpeg": base64.b64encode(b"small").decode(), "text/html": figures}
    assert [shown.small for shown in tasks_in(one)] == [b"2", None]
    # Without one of its own there is only the child's.
    del bundle["image/jpeg"]
    assert [shown.small for shown in tasks_in(one)] == [None, None]


def test_outputs_are_counted_by_their_cells() -> None:
    """Cells count from 1, with those that have no outputs."""
    cells: list[Any] = [{}, {"outputs": [{"a": 1}, 3]}, {"outputs": None}]
    assert list(outputs_of({"cells": cells})) == [(2, {"a": 1})]


def test_a_byte_order_mark_is_no_trouble(tmp_path: Path) -> None:
    """Editors of other systems put one in front."""
    path = tmp_path / "a.ipynb"
    path.write_bytes(b'\xef\xbb\xbf{"cells": []}')
    assert read_notebook(path) == {"cells": []}


def test_a_giant_file_is_not_read(tmp_path: Path) -> None:
    """The size is looked at before a byte is read."""
    path = tmp_path / "a.ipynb"
    with path.open("wb") as file:
        file.truncate(500_000_001)
    with pytest.raises(UsageError, match="more than 500 MB"):
        read_bytes(path)
