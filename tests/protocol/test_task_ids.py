"""One rule says what may be an id, before anybody is asked for it."""

import pytest

from mj_notebook.protocol.task_ids import is_id


@pytest.mark.parametrize("text", ["1760000000000001", "a_b-c", "..x", "任务 1", "x.y:z"])
def test_what_servers_may_give_is_an_id(text: str) -> None:
    """Signs that can be seen; blanks and letters that an address can't hold are escaped there."""
    assert is_id(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", "..", "1\n2", "1\x1b[31m", "1\u202e", "1\x00", "1" * 201),
        *(
            "1/2?x",
            "../../etc",
            "17/",
            "#17",
            "%2e%2e",
            "1\\2",
            "http://h.example/mj/task/17/fetch",
        ),
    ],
)
def test_what_leads_elsewhere_is_none(text: str) -> None:
    """To another address, or in a sentence to another line."""
    assert not is_id(text)
