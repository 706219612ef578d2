"""Accounts, as both clients read them."""

import pytest

from mj_notebook.errors import NotAProxy, Refused
from mj_notebook.protocol.models import Account
from mj_notebook.server.config import Config
from mj_notebook.server.runner import Runner
from tests.client.asking import ASKERS, Answers, Asker, answer, caught

OPEN_PROXY = {
    "id": "1118",
    "properties": {},
    "guildId": "17",
    "channelId": "1118",
    "userToken": "canary-5b1d",
    "userAgent": "x",
    "enable": True,
    "coreSize": 3,
    "queueSize": 10,
    "timeoutMinutes": 5,
}


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.name)
def test_what_an_account_logs_in_with_is_not_read(asker: type[Asker]) -> None:
    """The open proxy sends it in clear; it gets into no record."""
    with asker(Answers(answer(json=[OPEN_PROXY]))) as client:
        (account,) = client.list_accounts()
    assert (account.id, account.core_size, account.enable) == ("1118", 3, True)
    assert "canary" not in repr(account)


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.name)
def test_an_account_comes_alone_too(asker: type[Asker]) -> None:
    """From its own address; untidy values are levelled."""
    answers = Answers(answer(json={**OPEN_PROXY, "id": 1118, "coreSize": "3", "enable": None}))
    with asker(answers) as client:
        account = client.account("1118")
    assert (account.id, account.core_size, account.enable) == ("1118", 3, None)
    assert answers.urls == ["http://proxy.test/mj/account/1118/fetch"]


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.name)
@pytest.mark.parametrize(
    "given",
    [
        answer(),
        answer(204),
        answer(text="null"),
        answer(text="{}"),
        answer(404),
        answer(404, json={"code": 3, "description": "x"}),
    ],
    ids=["empty", "204", "null", "object", "404", "coded"],
)
def test_an_unknown_account_is_told(asker: type[Asker], given: object) -> None:
    """In all the ways servers say so."""
    with asker(Answers(given)) as client:  # type: ignore[arg-type]  # a parameter of pytest
        error = caught(lambda: client.account("7"))
    assert isinstance(error, Refused)
    assert "has no account 7" in str(error)


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.name)
def test_where_there_is_no_list_of_accounts_it_is_told(asker: type[Asker]) -> None:
    """A page is no proxy; an empty list is a good answer."""
    with asker(Answers(answer(404, html="<html>nothing"))) as client:
        assert isinstance(caught(client.list_accounts), NotAProxy)
    with asker(Answers(answer(json=[]))) as client:
        assert client.list_accounts() == []


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.name)
def test_the_embedded_server_tells_its_account(asker: type[Asker]) -> None:
    """On a socket: the list and the account alone are the same."""
    with Runner(Config(core_size=2)) as runner, asker(None, runner.base_url) as client:
        (account,) = client.list_accounts()
        assert isinstance(account, Account)
        assert account == client.account(account.id)
        assert account.core_size == 2
