"""Callback addresses of ours: their secret part is found wherever a server may echo it."""

import json

import pytest

from mj_notebook.protocol.callback_url import callback_path, redact_tokens, redact_tokens_in_bytes
from mj_notebook.protocol.codec import read_reply, read_task, read_tasks

# Always the same, as the names of tests must be for those who share them out.
TOKEN = "Zk-_9-a_token-of_the_length-that-they-have_"
URL = f"https://me.example.com/calls/{callback_path(TOKEN)}"
TASK = {"id": "17", "status": "IN_PROGRESS", "properties": {"notifyHook": URL, "nonce": "8"}}


@pytest.mark.parametrize("text", [URL, URL + "?x=1", URL.replace("/", "\\/"), f"no: {URL}."])
def test_the_secret_part_is_left_out_and_nothing_else(text: str) -> None:
    """However slashes are written, and whatever stands around it."""
    assert redact_tokens(text) == text.replace(TOKEN, "***")
    assert redact_tokens_in_bytes(text.encode()) == redact_tokens(text).encode()


def test_other_text_stays_as_it_is() -> None:
    """The addresses of others are theirs."""
    text = "https://example.com/hook?task=mj"
    assert redact_tokens(text) is text
    body = b'{"notifyHook":"https://example.com/hook"}'
    assert redact_tokens_in_bytes(body) is body


@pytest.mark.parametrize("escaped", [False, True])
def test_no_record_of_an_answer_holds_it(*, escaped: bool) -> None:
    """Neither the fields of a task nor its untouched reply, in lists, pages and alone."""
    one = json.dumps(TASK).replace("/", "\\/") if escaped else json.dumps(TASK)
    task = read_task(one.encode())
    tasks = read_tasks(f"[{one}]".encode()) + read_tasks(f'{{"content":[{one}]}}'.encode())
    for each in (task, *tasks):
        assert each is not None
        assert each.properties is not None
        assert each.properties.notify_hook == URL.replace(TOKEN, "***")
        assert each.properties.nonce == "8"
        assert TOKEN.encode() not in bytes(each.reply)
    assert len(tasks) == 2


def test_no_error_of_a_server_holds_it() -> None:
    """A server that objects to the address repeats it as a rule."""
    body = json.dumps({"code": 4, "description": f"{URL} is not allowed"}).encode()
    assert read_reply(body).description == redact_tokens(f"{URL} is not allowed")
