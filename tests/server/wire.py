"""Plain HTTP to a server, in process or on a socket, with none of our own client in between."""

import asyncio
import threading
from typing import Any, Protocol, Self

import httpx
from starlette.applications import Starlette

from mj_notebook.server.config import Config
from mj_notebook.server.http.app import create_app
from mj_notebook.server.runner import Runner
from tests.server.clock import Clock

Json = dict[str, Any]
ACCOUNT = {"discordInstanceId": "1118000000000000001", "discordChannelId": "1118000000000000001"}


def refusal(code: int, description: str) -> Json:
    """Return a refusal as the sheet writes it."""
    return {"code": code, "description": description, "result": None, "properties": {}}


UNKNOWN = refusal(3, "关联任务不存在或已失效")


class Line(Protocol):
    """A way for bytes to travel."""

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Send one request."""

    def close(self) -> None:
        """Hang up."""


class InProcess:
    """Calls the application itself."""

    def __init__(self, config: Config) -> None:
        self._app: Starlette = create_app(config)
        # An exception that reaches the outside is an answer of 500, as on a socket.
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        self._loop = asyncio.Runner()

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Send one request."""
        return self._loop.run(self._client.request(method, url, **options))

    def close(self) -> None:
        """Hang up."""
        self._loop.run(self._client.aclose())
        self._loop.close()
        self._app.state.server.close()


class OnSocket:
    """Talks to a runner."""

    def __init__(self, config: Config) -> None:
        self.runner = Runner(config).start()
        # Nothing here speaks TLS, and loading its certificates would take most of the time.
        self._client = httpx.Client(base_url=self.runner.base_url, timeout=30, verify=False)

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Send one request."""
        return self._client.request(method, url, **options)

    def close(self) -> None:
        """Hang up."""
        self._client.close()
        # Stopping takes a tenth of a second; the next test needn't wait for it.
        threading.Thread(target=self.runner.stop).start()


class Wire:
    """A client's end of the line, and the server's clock."""

    def __init__(self, line: Line, clock: Clock, secret: str = "") -> None:
        self.line = line
        self.clock = clock
        self._headers = {"mj-api-secret": secret} if secret else {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def ask(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Send one request, with the secret unless other headers are given."""
        return self.line.request(method, url, **{"headers": self._headers, **options})

    def get(self, url: str) -> Any:
        """Return the JSON that is found at *url*."""
        return self.ask("GET", url).json()

    def post(self, url: str, body: object) -> Any:
        """Return the JSON that answers *body*."""
        return self.ask("POST", url, json=body).json()

    def imagine(self, prompt: str = "a red kite", **more: object) -> Json:
        """Submit an imagine."""
        reply: Json = self.post("/mj/submit/imagine", {"prompt": prompt, **more})
        return reply

    def press(self, task_id: str, label: str, **more: object) -> Json:
        """Press the button with that label or emoji."""
        buttons = self.task(task_id)["buttons"]
        custom_id = next(b["customId"] for b in buttons if label in (b["label"], b["emoji"]))
        body = {"taskId": task_id, "customId": custom_id, **more}
        reply: Json = self.post("/mj/submit/action", body)
        return reply

    def task(self, task_id: str) -> Json:
        """Return a task."""
        task: Json = self.get(f"/mj/task/{task_id}/fetch")
        return task

    def finished(self, reply: Json) -> Json:
        """Let time pass until the task of *reply* is over, and return it."""
        while self.task(reply["result"])["finishTime"] is None:
            self.clock.advance(10)
        return self.task(reply["result"])

    def single(self, prompt: str = "a red kite") -> str:
        """Return the id of a finished single picture."""
        grid = self.finished(self.imagine(prompt))
        return str(self.finished(self.press(grid["id"], "U1"))["id"])

    def picture(self, task: Json) -> bytes:
        """Return the bytes of a task's picture, asked for without the secret."""
        return self.ask("GET", task["imageUrl"], headers={}).content
