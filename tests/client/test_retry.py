"""The way of one call, driven by hand."""

from typing import Any

import pytest

from mj_notebook.client.calls import Call, Calls
from mj_notebook.client.responses import Response
from mj_notebook.client.retry import NoResponse, Sleep, call_steps
from mj_notebook.errors import ServerUnreachable
from mj_notebook.protocol.requests import Imagine, SwapFace, UploadPictures
from mj_notebook.protocol.routes import Pace

CALLS = Calls("http://proxy.test")
URL = "http://proxy.test/mj/task/1/fetch"
FOUND = Response(200, {}, b'{"id":"1","status":"SUCCESS"}', URL)


def test_a_call_is_one_question_and_its_value() -> None:
    """Nothing is done here but saying what to do."""
    call = CALLS.fetch("1")
    way = call_steps(call)
    assert next(way) == call
    assert (call.method, call.url, call.pace) == ("GET", URL, Pace.FETCH)
    with pytest.raises(StopIteration) as end:
        way.send(FOUND)
    assert end.value.value.id == "1"


def test_a_passing_fault_is_a_rest_and_the_same_question() -> None:
    """Silence, rest, ask again, and the value of the second answer."""
    way = call_steps(CALLS.fetch("1"), pauses=(0.5,))
    asked = next(way)
    lost = NoResponse(ServerUnreachable("lost"), is_transient=True)
    assert way.send(lost) == Sleep(0.5)
    assert next(way) == asked
    with pytest.raises(StopIteration):
        way.send(FOUND)


def test_the_last_error_is_the_very_one_that_was_heard() -> None:
    """It is raised as it came, with what it carries."""
    way = call_steps(CALLS.submit(Imagine(prompt="p")))
    next(way)
    error = ServerUnreachable("lost", sent=True)
    with pytest.raises(ServerUnreachable) as raised:
        way.send(NoResponse(error, is_transient=True))
    assert raised.value is error


def test_each_kind_of_call_has_its_pace() -> None:
    """Submits, seeds and pictures may take longer than a look at a task."""
    calls: list[Call[Any]] = [
        CALLS.submit(Imagine(prompt="p")),
        CALLS.fetch("1"),
        CALLS.list_by_condition(["1"]),
        CALLS.image_seed("1"),
        CALLS.cancel("1"),
        CALLS.picture("http://cdn.test/x"),
        CALLS.upload(UploadPictures(base64_array=("a",))),
        CALLS.submit(SwapFace(source_base64="a", target_base64="b")),
        CALLS.queue(),
    ]
    asked = [next(call_steps(call)) for call in calls]
    paces = [ask.pace for ask in asked if isinstance(ask, Call)]
    assert paces == [
        Pace.SUBMIT,
        Pace.FETCH,
        Pace.FETCH,
        Pace.SEED,
        Pace.FETCH,
        Pace.PICTURE,
        Pace.UPLOAD,
        Pace.SUBMIT,
        Pace.FETCH,
    ]
