"""Tolerant reading of what clients ask for."""

import json
from typing import Any

import pytest

from mj_notebook.protocol.request_bodies import InvalidBody, read_ids, read_request
from mj_notebook.protocol.requests import Action, Imagine, Modal, TaskIds, write_ids, write_request
from mj_notebook.protocol.vocabulary import BotType
from tests.protocol.test_writing import REQUESTS


@pytest.mark.parametrize(("request_", "written"), REQUESTS)
def test_what_our_client_writes_is_read_as_it_was_meant(request_: Any, written: object) -> None:
    """The two sides of the protocol are one record."""
    assert read_request(type(request_), write_request(request_)) == request_
    assert json.loads(write_request(request_)) == written


def test_what_other_clients_leave_out_is_empty() -> None:
    """Empty strings and arrays, nulls, numbers for ids, unknown keys: all as seen on the wire."""
    body = b'{"base64Array":[],"notifyHook":"","prompt":" a dog","botType":"mj","x":{"y":1}}'
    read = read_request(Imagine, body)
    assert (read.prompt, read.base64_array, read.bot_type) == (" a dog", (), BotType.MID_JOURNEY)
    assert read_request(Modal, b'{"taskId":17}') == Modal(task_id="17", prompt="")
    assert read_request(Imagine, b'{"prompt":null}').prompt == ""
    press = read_request(Action, b'{"taskId":17.0,"customId":"c","chooseSameChannel":"true"}')
    assert press == Action(task_id="17", custom_id="c", choose_same_channel=True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 200_000,
        b"\xff",
        b'{"prompt":{}}',
        b'{"prompt":true}',
        b'{"base64Array":"x"}',
        b'{"accountFilter":5}',
    ],
    ids=["nothing", "half", "list", "deep", "bytes", "object", "flag", "no list", "no filter"],
)
def test_what_can_not_be_meant_is_said(body: bytes) -> None:
    """The message names the key or the fault."""
    with pytest.raises(InvalidBody, match=r"must be|JSON|nested|accountFilter"):
        read_request(Imagine, body)


def test_a_flag_is_a_flag() -> None:
    """A word that is neither true nor false is not guessed."""
    with pytest.raises(InvalidBody, match="chooseSameChannel"):
        read_request(Action, b'{"taskId":"1","customId":"c","chooseSameChannel":"maybe"}')


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (write_ids(TaskIds(ids=("1", "2"))), ("1", "2")),
        (b'{"ids":[1747900000123456,"2",null,""]}', ("1747900000123456", "2")),
        (b'{"ids":null}', ()),
        (b"{}", ()),
    ],
)
def test_ids_come_as_strings_or_numbers(body: bytes, ids: tuple[str, ...]) -> None:
    """One gallery sends numbers; no ids ask for nothing."""
    assert read_ids(body) == ids
