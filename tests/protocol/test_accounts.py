"""Accounts: read from any server, written as the open proxy does."""

import json

import pytest

from mj_notebook.protocol.codec import read_account, read_accounts
from mj_notebook.protocol.forgiving_json import NotJSON
from mj_notebook.protocol.models import Account, write_account, write_accounts

ACCOUNT = Account(id="1", channel_id="2", core_size=3, enable=True, remark="r")


def test_an_account_comes_back_from_what_is_written() -> None:
    """In camel case, what isn't known left out, with the empty properties of the family."""
    assert json.loads(write_account(ACCOUNT)) == {
        "id": "1",
        "channelId": "2",
        "coreSize": 3,
        "enable": True,
        "remark": "r",
        "properties": {},
    }
    assert read_account(write_account(ACCOUNT)) == ACCOUNT
    assert read_accounts(write_accounts([ACCOUNT, ACCOUNT])) == [ACCOUNT, ACCOUNT]
    assert read_accounts(write_accounts([])) == []


@pytest.mark.parametrize("key", ["content", "data"])
def test_a_page_of_accounts_is_read(key: str) -> None:
    """The plus proxy lists them in pages."""
    assert read_accounts(b'{"%s":[%s]}' % (key.encode(), write_account(ACCOUNT))) == [ACCOUNT]


def test_untidy_values_are_levelled() -> None:
    """Numbers as texts, ids as numbers, nulls; what can't be meant is not known."""
    body = b'{"id":1,"channelId":2,"coreSize":"3","queueSize":null,"enable":"yes","remark":[]}'
    assert read_account(body) == Account(id="1", channel_id="2", core_size=3)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"4",
        b'{"id":"1","status":"SUCCESS"}',
        b'{"code":3,"result":null}',
        b'{"id":null,"channelId":"2"}',
    ],
)
def test_what_is_no_account_is_none(body: bytes) -> None:
    """A task has an id as well, an error has none."""
    assert read_account(body) is None


def test_what_is_no_json_is_told() -> None:
    """By the error that every reader of this room raises."""
    for read in (read_account, read_accounts):
        with pytest.raises(NotJSON):
            read(b"<html>")
