"""Endpoints about tasks, asked without a socket."""

import asyncio
import json

from starlette.requests import Request
from starlette.responses import Response

from mj_notebook.protocol.requests import Imagine
from mj_notebook.server.config import Config
from mj_notebook.server.http.app import Server
from mj_notebook.server.tasks.submit_rules import SubmitRules
from tests.server.clock import Clock


def listed(server: Server, host: bytes = b"127.0.0.1") -> bytes:
    """Ask for the list of all tasks."""
    scope = {"type": "http", "scheme": "http", "method": "GET", "headers": [(b"host", host)]}

    async def ask() -> Response:
        return await server.endpoints["task_list"](Request(scope))

    return bytes(asyncio.run(ask()).body)


def test_who_asks_for_the_same_list_shares_its_bytes(clock: Clock) -> None:
    """A hundred who read slowly hold one list; a change, or another address, makes another."""
    server = Server(Config(clock=clock, core_size=2, picture_side=64))
    rules = SubmitRules(server._registry)
    try:
        assert listed(server) == b"[]"
        for prompt in ("a kite", "a dog"):
            rules.imagine(Imagine(prompt=prompt), None, ())
        first = listed(server)
        assert [task["prompt"] for task in json.loads(first)] == ["a dog", "a kite"]
        assert listed(server) is first
        clock.advance(100)
        done = listed(server)
        assert {task["status"] for task in json.loads(done)} == {"SUCCESS"}
        assert listed(server, b"mine.example") != done
        assert json.loads(listed(server)) == json.loads(done)
    finally:
        server.close()
