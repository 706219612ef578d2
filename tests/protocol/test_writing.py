"""Strict writing: only what was set, compact, in the wire's spelling."""

import json

import msgspec
import pytest

from mj_notebook.protocol.models import ReplyProperties, write_reply
from mj_notebook.protocol.requests import (
    AccountFilter,
    Action,
    Imagine,
    Modal,
    Request,
    TaskIds,
    request_record,
    write_ids,
    write_request,
)
from mj_notebook.protocol.routes import ROUTE_OF_REQUEST
from mj_notebook.protocol.vocabulary import BotType

REQUESTS = [
    (Imagine(prompt="a red kite"), {"prompt": "a red kite"}),
    (
        Imagine(
            prompt="p",
            bot_type=BotType.NIJI_JOURNEY,
            base64_array=("data:image/png;base64,AA==",),
            state="nb-42",
            notify_hook="https://h/x",
            account_filter=AccountFilter(modes=("FAST",), remix=False),
        ),
        {
            "state": "nb-42",
            "notifyHook": "https://h/x",
            "accountFilter": {"modes": ["FAST"], "remix": False},
            "prompt": "p",
            "botType": "NIJI_JOURNEY",
            "base64Array": ["data:image/png;base64,AA=="],
        },
    ),
    (
        Action(task_id="1", custom_id="MJ::JOB::upsample::2::h"),
        {"taskId": "1", "customId": "MJ::JOB::upsample::2::h"},
    ),
    (
        Action(task_id="1", custom_id="x", choose_same_channel=True),
        {"taskId": "1", "customId": "x", "chooseSameChannel": True},
    ),
    (Modal(task_id="1", prompt=""), {"taskId": "1", "prompt": ""}),
    (
        Modal(task_id="1", prompt="p", mask_base64="data:image/png;base64,AA=="),
        {"taskId": "1", "prompt": "p", "maskBase64": "data:image/png;base64,AA=="},
    ),
]


@pytest.mark.parametrize(("request_", "written"), REQUESTS)
def test_only_what_was_set_is_sent(request_: Request, written: dict[str, object]) -> None:
    """Defaults stay at home; names are the wire's; the store's record is the same."""
    assert json.loads(write_request(request_)) == written
    assert json.loads(json.dumps(request_record(request_))) == written


def test_bodies_are_compact_and_keep_every_letter() -> None:
    """A gateway edits raw bytes, so there is no space after a colon; no letter is escaped away."""
    assert write_request(Imagine(prompt='{a} "kite" 风筝 --ar 16:9')) == (
        '{"prompt":"{a} \\"kite\\" 风筝 --ar 16:9"}'.encode()
    )
    assert b'"code":21,' in write_reply(21, "Waiting for window confirm", "1")


def test_an_answer_always_has_its_four_keys() -> None:
    """Clients of the family read all four without looking whether they are there."""
    assert json.loads(write_reply(23, "full")) == {
        "code": 23,
        "description": "full",
        "result": None,
        "properties": {},
    }
    window = write_reply(21, "w", "9", ReplyProperties(final_prompt="p", remix=True))
    assert json.loads(window)["properties"] == {"finalPrompt": "p", "remix": True}


def test_ids_are_asked_for_as_strings() -> None:
    """One server refuses numbers in a list-by-condition."""
    assert write_ids(TaskIds(ids=("1", "2"))) == b'{"ids":["1","2"]}'


def test_every_kind_of_request_has_an_endpoint_and_reads_back() -> None:
    """The embedded server reads with the very record the client writes."""
    for request, _ in REQUESTS:
        assert ROUTE_OF_REQUEST[type(request)].request is type(request)
        assert msgspec.json.decode(write_request(request), type=type(request)) == request
