"""A proxy that repeats the secret in what it says: nobody is shown it, and nothing is spoiled."""

import json

import httpx
import pytest

from mj_notebook.errors import MJError
from mj_notebook.protocol.requests import Imagine
from tests.client.asking import BASE, Answers, Asker, answer, caught

SECRET = "canary-3f9a/71x"
ID = "1760000000000001"
TASK = {
    "id": ID,
    "status": f"ODD {SECRET}",
    "prompt": f"a kite {SECRET}",
    "failReason": f"upstream: bad key {SECRET}",
    "seed": SECRET,
    "buttons": [{"customId": f"MJ::{SECRET}", "label": SECRET}],
    "properties": {"finalPrompt": SECRET},
    "strange": {"deep": [SECRET]},
}
ESCAPED = json.dumps(TASK).replace("/", "\\/").encode()


def _shown(task: object) -> str:
    return f"{task!r} {getattr(task, 'reply', b'')!r}"


@pytest.mark.parametrize("body", [json.dumps(TASK).encode(), ESCAPED])
def test_a_task_is_read_without_it(asker: type[Asker], body: bytes) -> None:
    """In each of its fields, in the record that is kept, however it is escaped; its id stays."""
    given = httpx.Response(200, content=body)
    listed = httpx.Response(200, content=b"[" + body + b"]")
    with asker(Answers(given, listed, listed), secret=SECRET) as client:
        tasks = [client.fetch(ID), *client.list_tasks(), *client.fetch_many([ID])]
    assert [task.id for task in tasks] == [ID] * 3
    assert "canary" not in " ".join(map(_shown, tasks))
    assert tasks[0].fail_reason == "upstream: bad key ***"


def test_a_reply_is_read_without_it(asker: type[Asker]) -> None:
    """Accepted or refused, coded or plain."""
    with asker(
        Answers(answer(200, {"code": 1, "description": SECRET, "result": "1"})), secret=SECRET
    ) as client:
        assert "canary" not in repr(client.submit(Imagine(prompt="p")))
    for refusal in (
        answer(200, {"code": 24, "description": f"no {SECRET}", "properties": {"x": SECRET}}),
        answer(500, {"error": {"message": SECRET}}),
        httpx.Response(502, text="bad key canary-3f9a%2f71x"),
    ):
        with asker(Answers(refusal), secret=SECRET) as client:
            error = caught(lambda: client.submit(Imagine(prompt="p")))
        assert isinstance(error, MJError)
        assert "canary" not in f"{error} {error!r} {vars(error)}"


def test_a_picture_stays_as_it_is(asker: type[Asker]) -> None:
    """Its bytes are no words, whatever stands in them."""
    picture = b"\x89PNG\r\n\x1a\n" + SECRET.encode()
    with asker(Answers(httpx.Response(200, content=picture)), secret=SECRET) as client:
        assert client.picture(f"{BASE}/mj/image/1") == picture
