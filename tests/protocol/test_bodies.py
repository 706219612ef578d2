"""Tolerant reading of what clients ask for."""

import json
from typing import Any

import pytest

from mj_notebook.protocol.bodies import WrongBody, read_ids, read_request
from mj_notebook.protocol.requests import Action, Imagine, Modal
from mj_notebook.protocol.vocabulary import BotType


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
    [("mj", "MID_JOURNEY"), ("niji", "NIJI_JOURNEY"), ("Niji_Journey", "NIJI_JOURNEY"),
     ("whoever", "MID_JOURNEY"), ("", "MID_JOURNEY")],
)  # fmt: skip
def test_bots_have_many_names(word: str, bot: str) -> None:
    """An unknown one is the first bot."""
    assert imagine(prompt="a", botType=word).bot_type == bot


def test_an_account_filter_is_read_whole() -> None:
    """With its own spelling."""
    chosen = imagine(prompt="a", accountFilter={"modes": ["FAST"], "remix": "true", "z": 1})
    assert chosen.account_filter is not None
    assert (chosen.account_filter.modes, chosen.account_filter.remix) == (("FAST",), True)


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
    with pytest.raises(WrongBody, match=word):
        read_request(Imagine, body)
