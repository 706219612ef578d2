"""Both clients behind one face, so that a rule is stated once and holds for the two."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from mj_notebook.client.asynchronous import AsyncClient
from mj_notebook.client.capabilities import Gap
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError
from mj_notebook.protocol.models import Account, SubmitReply, Task
from mj_notebook.protocol.requests import Request, UploadPictures
from mj_notebook.settings.settings import Secret

Answering = Callable[[httpx.Request], httpx.Response]
BASE = "http://proxy.test"


class Answers:
    """A proxy that gives prepared answers, one after the other, and remembers what was asked."""

    def __init__(self, *answers: httpx.Response | type[httpx.RequestError]) -> None:
        self._left = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer *request* as prepared; an exception's class is raised instead."""
        request.read()
        self.asked.append(request)
        answer = self._left.pop(0) if len(self._left) > 1 else self._left[0]
        if isinstance(answer, type):
            raise answer("as the test wants it", request=request)
        return answer

    @property
    def urls(self) -> list[str]:
        """Where the requests went."""
        return [str(request.url) for request in self.asked]


def _streaming(answering: Answering) -> Answering:
    """Let answers come as from a socket: as a stream that is read once, and is not unpacked yet."""

    def answered(request: httpx.Request) -> httpx.Response:
        given = answering(request)
        stream = httpx.ByteStream(given.content)
        return httpx.Response(given.status_code, headers=given.headers, stream=stream)

    return answered


class Sync:
    """The client for threads."""

    name = "sync"

    def __init__(self, answering: Answering | None, base_url: str = BASE, **options: Any) -> None:
        self.rests: list[float] = []
        transport = httpx.MockTransport(_streaming(answering)) if answering else None
        self.client: Any = Client(
            base_url, transport=transport, sleep=self.rests.append, **_secret(options)
        )

    def __enter__(self) -> "Asker":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the client, not the loop it may need."""
        self._do(lambda client: client.close())

    def submit(self, request: Request, **options: Any) -> SubmitReply:
        """Submit."""
        reply: SubmitReply = self._do(lambda client: client.submit(request, **options))
        return reply

    def upload(self, request: UploadPictures) -> list[str]:
        """Upload."""
        addresses: list[str] = self._do(lambda client: client.upload(request))
        return addresses

    def fetch(self, task_id: str) -> Task:
        """Fetch."""
        task: Task = self._do(lambda client: client.fetch(task_id))
        return task

    def fetch_many(self, ids: list[str]) -> list[Task]:
        """Fetch many."""
        tasks: list[Task] = self._do(lambda client: client.fetch_many(ids))
        return tasks

    def list_by_ids(self, ids: list[str]) -> list[Task]:
        """List by ids."""
        tasks: list[Task] = self._do(lambda client: client.list_by_ids(ids))
        return tasks

    def list_tasks(self) -> list[Task]:
        """List."""
        tasks: list[Task] = self._do(lambda client: client.list_tasks())
        return tasks

    def queue(self) -> list[Task]:
        """Show the queue."""
        tasks: list[Task] = self._do(lambda client: client.queue())
        return tasks

    def image_seed(self, task_id: str) -> str:
        """Ask for the seed."""
        seed: str = self._do(lambda client: client.image_seed(task_id))
        return seed

    def cancel(self, task_id: str) -> None:
        """Cancel."""
        self._do(lambda client: client.cancel(task_id))

    def list_accounts(self) -> list[Account]:
        """List the accounts."""
        accounts: list[Account] = self._do(lambda client: client.list_accounts())
        return accounts

    def account(self, account_id: str) -> Account:
        """Ask for an account."""
        account: Account = self._do(lambda client: client.account(account_id))
        return account

    def offers(self, gap: Gap) -> bool | None:
        """Look whether there is something."""
        found: bool | None = self._do(lambda client: client.offers(gap))
        return found

    def picture(self, url: str, **options: Any) -> bytes:
        """Fetch a picture."""
        content: bytes = self._do(lambda client: client.picture(url, **options))
        return content

    def download(self, url: str, to: Path, **options: Any) -> Any:
        """Fetch a picture into a file."""
        return self._do(lambda client: client.download(url, to, **options))

    def _do(self, ask: Callable[[Any], Any]) -> Any:
        return ask(self.client)


class Async(Sync):
    """The client for event loops, on a loop of its own."""

    name = "async"

    def __init__(self, answering: Answering | None, base_url: str = BASE, **options: Any) -> None:
        self.rests = []
        self._runner = asyncio.Runner()
        transport = httpx.MockTransport(_streaming(answering)) if answering else None

        async def rest(seconds: float) -> None:
            self.rests.append(seconds)

        self.client = AsyncClient(base_url, transport=transport, sleep=rest, **_secret(options))

    def _do(self, ask: Callable[[Any], Any]) -> Any:
        async def wait() -> Any:
            return await ask(self.client)

        return self._runner.run(wait())

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self._runner.close()


Asker = Sync
ASKERS: list[type[Asker]] = [Sync, Async]


def _secret(options: dict[str, Any]) -> dict[str, Any]:
    return {**options, "secret": Secret(options["secret"])} if "secret" in options else options


def answer(
    status: int = 200, json: Any = None, headers: Mapping[str, str] | None = None, **content: Any
) -> httpx.Response:
    """Make an answer; *json* or content=…, text=…, html=…."""
    body = {"json": json} if json is not None else content
    return httpx.Response(status, headers=headers, **body)


def caught(ask: Callable[[], object]) -> MJError:
    """Return the error *ask* raises; anything but one of ours fails the test."""
    try:
        value = ask()
    except MJError as error:
        return error
    raise AssertionError(f"It gave {value!r}.")
