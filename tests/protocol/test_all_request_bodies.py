"""Tolerant reading of what clients ask for."""

import json
from typing import Any

import pytest

from mj_notebook.protocol.request_bodies import InvalidBody, read_ids, read_request
from mj_notebook.protocol.requests import (
    AccountFilter,
    Action,
    Blend,
    Change,
    Describe,
    Edits,
    Imagine,
    Modal,
    Request,
    SwapFace,
    UploadPictures,
    Video,
)
from mj_notebook.protocol.vocabulary import BotType, Dimensions


def imagine(**content: Any) -> Imagine:
    """Return the imagine that a body says."""
    return read_request(Imagine, json.dumps(content).encode())


def test_the_body_of_a_real_client_is_read() -> None:
    """Empty strings and arrays stand for what is left out, and unknown keys mean nothing."""
    body = {"base64Array": [], "notifyHook": "", "prompt": "a", "state": "", "x": {"y": 1}}
    assert imagine(**body, botType="NIJI_JOURNEY") == Imagine(
        prompt="a", notify_hook="", state="", bot_type=BotType.NIJI_JOURNEY
    )


def test_ids_may_be_numbers() -> None:
    """16 digits are no float: nothing is lost."""
    body = b'{"taskId":1760000000123456,"customId":"MJ::x"}'
    assert read_request(Action, body) == Action(task_id="1760000000123456", custom_id="MJ::x")
    assert read_ids(b'{"ids":[1760000000123456,"2",1.0,null,""]}') == ("1760000000123456", "2", "1")


def test_what_is_missing_is_empty() -> None:
    """The server's own rules say what must not be."""
    assert read_request(Modal, b"{}") == Modal(task_id="", prompt="")
    assert imagine(prompt=None, base64Array=None).prompt == ""
    assert read_ids(b"{}") == read_ids(b'{"ids":null}') == ()


@pytest.mark.parametrize(
    ("word", "bot"),
    [
        ("mj", "MID_JOURNEY"),
        ("niji", "NIJI_JOURNEY"),
        ("Niji_Journey", "NIJI_JOURNEY"),
        ("whoever", "MID_JOURNEY"),
        ("", "MID_JOURNEY"),
    ],
)
def test_bots_have_many_names(word: str, bot: str) -> None:
    """An unknown one is the first bot."""
    assert imagine(prompt="a", botType=word).bot_type == bot


def test_an_account_filter_is_read_whole() -> None:
    """With its own spelling."""
    chosen = imagine(prompt="a", accountFilter={"modes": ["FAST"], "remix": "true", "z": 1})
    assert chosen.account_filter is not None
    assert (chosen.account_filter.modes, chosen.account_filter.remix) == (("FAST",), True)


MEANT: list[tuple[Request, str]] = [
    (Blend(base64_array=("a", "b")), '{"base64Array":["a",null,"b"],"dimensions":null}'),
    (
        Blend(base64_array=("a",), dimensions=Dimensions.LANDSCAPE),
        '{"base64Array":["a"],"dimensions":" landscape "}',
    ),
    (Blend(base64_array=()), '{"dimensions":""}'),
    (Imagine(prompt="p", base64_array=("a",)), '{"prompt":"p","base64":"a"}'),
    (Imagine(prompt="p"), '{"prompt":"p","base64Array":[],"base64":"a"}'),
    (
        Describe(base64="a", bot_type=BotType.MID_JOURNEY),
        '{"base64":"a","botType":"MID_JOURNEY"}',
    ),
    (Describe(link="https://h/a"), '{"link":"https://h/a"}'),
    (
        Change(task_id="17", action="UPSCALE", index=2),
        '{"taskId":17,"action":"UPSCALE","index":"2"}',
    ),
    (Change(task_id="17", action="VARIATION"), '{"taskId":"17","action":"VARIATION","index":""}'),
    (Change(task_id="17", action="REROLL", index=1), '{"taskId":"17","action":"REROLL"}'),
    (
        Modal(task_id="17", prompt="p", mask_base64="iVBO"),
        '{"task_id":17,"prompt":"p","maskBase64":"iVBO"}',
    ),
    (Modal(task_id="17", prompt=""), '{"taskId":"17","task_id":"18"}'),
    (
        UploadPictures(base64_array=("a",), filter=AccountFilter(remark="r")),
        '{"base64Array":["a"],"filter":{"remark":"r","x":1}}',
    ),
    (SwapFace(source_base64="a", target_base64=""), '{"sourceBase64":"a"}'),
    (SwapFace(source_base64="a", target_base64="b"), '{"sourceUrl":"a","targetUrl":"b"}'),
    (
        Video(prompt="p", image="a", motion="low", mode="FAST"),
        '{"motion":"low","prompt":"p","image":"","base64":"a","mode":"FAST"}',
    ),
    (
        Video(prompt="p", index=0, task_id="17", loop=True, batch_size=4),
        '{"prompt":"p","index":"0","task_id":17,"loop":"true","batchSize":4.0}',
    ),
    (
        Edits(prompt="p", image="a", mask_base64="m"),
        '{"prompt":"p","maskBase64":"m","image":"a"}',
    ),
]


@pytest.mark.parametrize(("meant", "body"), MEANT)
def test_every_spelling_that_was_seen_is_understood(meant: Request, body: str) -> None:
    """Numbers as strings, second names of keys, one picture where several may be."""
    assert read_request(type(meant), body.encode()) == meant


@pytest.mark.parametrize(
    ("kind", "body", "word"),
    [
        (Blend, '{"dimensions":"ROUND"}', "dimensions must be PORTRAIT, SQUARE, LANDSCAPE"),
        (Change, '{"index":"two"}', "index must be a whole number"),
        (Change, '{"index":1.5}', "index must be a whole number"),
        (Change, '{"index":true}', "index must be text"),
        (Video, '{"loop":"maybe"}', "loop must be true or false"),
        (UploadPictures, '{"filter":7}', "filter"),
    ],
)
def test_what_a_kind_cannot_mean_is_told(kind: type[Request], body: str, word: str) -> None:
    """A closed set of words, or a number, is read or refused by name."""
    with pytest.raises(InvalidBody, match=word):
        read_request(kind, body.encode())


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "no JSON"),
        (b"[]", "no JSON object"),
        (b"[" * 100_000, "nested"),
        (b'{"prompt":[]}', "prompt must be text"),
        (b'{"prompt":true}', "prompt must be text"),
        (b'{"base64Array":"x"}', "base64Array must be a list"),
        (b'{"accountFilter":{"modes":1}}', "accountFilter"),
    ],
)
def test_what_cannot_be_meant_is_told(body: bytes, word: str) -> None:
    """In a sentence that names the key."""
    with pytest.raises(InvalidBody, match=word):
        read_request(Imagine, body)
