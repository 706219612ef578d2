"""What can't be an id is not asked for, and is shown so that it harms no terminal."""

import pytest

from mj_notebook.errors import ServerUnreachable, TaskUnknown
from mj_notebook.protocol.requests import Imagine
from tests.client.asking import Answers, Asker, answer, caught

FORGED = "1\x1b[31m\u202e\r\nForged: line"


@pytest.mark.parametrize("text", ["", ".", "..", FORGED, "\x07", "1/2?x", "../../etc"])
@pytest.mark.parametrize("ask", ["fetch", "image_seed", "cancel", "account"])
def test_it_is_refused_before_asking(asker: type[Asker], ask: str, text: str) -> None:
    """Else "." would ask for another address, and the sentence would hold its signs."""
    answers = Answers(answer(200, {"code": 1, "result": "7"}))
    with asker(answers) as client:
        error = caught(lambda: getattr(client, ask)(text))
    assert isinstance(error, TaskUnknown)
    assert str(error).isprintable()
    assert "that is no id" in str(error)
    assert answers.asked == []


def test_many_are_asked_for_without_it(asker: type[Asker]) -> None:
    """Where each is asked for alone, the others are found."""
    answers = Answers(answer(404), answer(200, {"id": "1", "status": "NEW"}))
    with asker(answers) as client:
        found = client.fetch_many(["1", ".."])
    assert [task.id for task in found] == ["1"]


def test_a_submit_that_is_answered_with_it_may_be_there(asker: type[Asker]) -> None:
    """It was accepted by an answer that names no task: it is looked for, not paid again."""
    with asker(Answers(answer(200, {"code": 1, "result": FORGED}))) as client:
        error = caught(lambda: client.submit(Imagine(prompt="p")))
    assert isinstance(error, ServerUnreachable)
    assert error.sent
    with asker(Answers(answer(200, {"code": 1, "result": ["17", FORGED]}))) as client:
        assert client.submit(Imagine(prompt="p")).results == ("17",)


@pytest.mark.parametrize("sent", [b"\xff\xfe", b"17\xff", "\ufffd".encode()])
def test_bytes_that_are_no_text_are_no_id(asker: type[Asker], sent: bytes) -> None:
    """A mark stands in their place, and no server knows a task by that."""
    body = b'{"code": 1, "result": "' + sent + b'"}'
    with asker(Answers(answer(200, content=body))) as client:
        error = caught(lambda: client.submit(Imagine(prompt="p")))
    assert isinstance(error, ServerUnreachable)
    assert "names no task" in str(error)
