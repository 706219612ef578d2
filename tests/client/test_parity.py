"""The twins say the same: one table of questions and answers, asked of both."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mj_notebook.client.asynchronous import AsyncClient
from mj_notebook.client.capabilities import Gap, GapKind
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError
from mj_notebook.protocol.requests import (
    Action,
    Blend,
    Change,
    Describe,
    Edits,
    Imagine,
    Modal,
    Shorten,
    SimpleChange,
    SwapFace,
    UploadPictures,
    Video,
)
from tests.client.asking import Answers, Asker, Async, Sync, answer
from tests.protocol.samples import REPLIES, TASKS, task_bytes

QUESTIONS: dict[str, Callable[[Asker], object]] = {
    "imagine": lambda client: client.submit(Imagine(prompt="p")),
    "action": lambda client: client.submit(Action(task_id="1", custom_id="c")),
    "blend": lambda client: client.submit(Blend(base64_array=("a", "b"))),
    "describe": lambda client: client.submit(Describe(base64="a")),
    "shorten": lambda client: client.submit(Shorten(prompt="p")),
    "modal": lambda client: client.submit(Modal(task_id="1", prompt="p")),
    "change": lambda client: client.submit(Change(task_id="1", action="REROLL")),
    "simple change": lambda client: client.submit(SimpleChange(content="1 U2")),
    "swap": lambda client: client.submit(SwapFace(source_base64="a", target_base64="b")),
    "video": lambda client: client.submit(Video(prompt="p", image="a")),
    "edits": lambda client: client.submit(Edits(prompt="p", image="a")),
    "upload": lambda client: client.upload(UploadPictures(base64_array=("a",))),
    "all tasks": lambda client: client.list_tasks(),
    "queue": lambda client: client.queue(),
    "by ids": lambda client: client.list_by_ids(["1", "2"]),
    "fetch": lambda client: client.fetch("1"),
    "list": lambda client: client.fetch_many(["1", "2"]),
    "seed": lambda client: client.image_seed("1"),
    "cancel": lambda client: client.cancel("1"),
    "accounts": lambda client: client.list_accounts(),
    "account": lambda client: client.account("1"),
    "look at an endpoint": lambda client: client.offers(Gap(GapKind.ENDPOINT, "shorten")),
    "look at a speed": lambda client: client.offers(Gap(GapKind.PREFIX, "/mj-turbo")),
    "picture": lambda client: client.picture("/mj/image/1"),
    "wrong host": lambda client: client.picture("http://localhost:3000/mj/image/1"),
}
GIVEN: dict[str, httpx.Response | type[httpx.RequestError]] = {
    **{f"reply {name}": answer(json=body) for name, body in REPLIES.items()},
    **{f"task {name}": answer(content=task_bytes(name)) for name in TASKS},
    **{f"status {status}": answer(status) for status in (200, 204, 400, 401, 403, 404, 429, 500)},
    **{f"gateway {status}": answer(status) for status in (502, 503, 504)},
    **{f"page {status}": answer(status, html="<html>x") for status in (200, 403, 404, 500, 502)},
    "list": answer(content=b"[" + task_bytes("plus_modal") + b"]"),
    "accounts": answer(content=b'[{"id":"1","channelId":2,"userToken":"t"},{"id":null},3]'),
    "account": answer(content=b'{"id":1,"channelId":"2","enable":"?","coreSize":"3"}'),
    "null": answer(content=b"null"),
    "redirect": answer(302, headers={"location": "/elsewhere"}),
    "refused": httpx.ConnectError,
    "broken": httpx.ReadError,
    "slow": httpx.ReadTimeout,
    "png": answer(content=b"\x89PNG\r\n\x1a\n"),
    "half a letter": answer(content=b'[{"id":"1","status":"\xff"}]'),
}


def _outcome(asker: type[Asker], question: str, given: str) -> tuple[Any, ...]:
    answers = Answers(GIVEN[given])
    with asker(answers, secret="sk-canary") as client:
        try:
            value: object = QUESTIONS[question](client)
        except MJError as error:
            value = (type(error), str(error), vars(error))
        asked = [
            (r.method, str(r.url), r.content, sorted(r.headers.items())) for r in answers.asked
        ]
        return repr(value), asked, client.rests, client.client.has_list


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_clients_ask_the_same_and_understand_the_same(question: str) -> None:
    """Same requests, same pauses, same value or same error, for every answer in the table."""
    for given in GIVEN:
        sync, asynchronous = (_outcome(asker, question, given) for asker in (Sync, Async))
        assert _without_address(sync) == _without_address(asynchronous), given


def _without_address(outcome: tuple[Any, ...]) -> tuple[Any, ...]:
    """Leave out where a reply lies in memory."""
    shown = outcome[0].split("<msgspec.Raw object")
    return shown[0], len(shown), *outcome[1:]


def test_both_clients_offer_the_same() -> None:
    """Names, parameters and defaults are the same, but for what waiting needs."""

    def offered(client: type) -> dict[str, Any]:
        return {
            name: list(inspect.signature(value).parameters)
            for name, value in vars(client).items()
            if inspect.isfunction(value) and not name.startswith("_")
        }

    assert offered(Client) == offered(AsyncClient)
    assert list(inspect.signature(Client).parameters) == list(
        inspect.signature(AsyncClient).parameters
    )


def test_both_clients_are_context_managers() -> None:
    """Leaving the block closes the connections."""
    with Client("http://proxy.test") as client:
        assert not client._http.is_closed
    assert client._http.is_closed

    async def use() -> bool:
        async with AsyncClient("http://proxy.test") as client:
            assert repr(client) == "<AsyncClient of proxy.test>"
        return client._http.is_closed

    assert asyncio.run(use())
