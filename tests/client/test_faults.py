"""The clients against the embedded server's faults: each is told as what it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_notebook.errors import BannedPrompt, MJError, QueueFull, Refused
from mj_notebook.errors import ServerUnreachable as Unreachable
from mj_notebook.protocol.media import MOST_BYTES
from mj_notebook.protocol.requests import Imagine
from mj_notebook.server.config import Config, Timing
from mj_notebook.server.runner import Runner
from tests.client.asking import ASKERS, Asker, caught


@pytest.fixture(scope="module")
def server() -> Iterator[Runner]:
    """Return a server that takes faults, and whose work takes no time."""
    config = Config(faults_on_request=True, picture_side=64, timing=Timing(grid=0, single=0))
    with Runner(config) as runner:
        yield runner


def submit(client: Asker, fault: str) -> str:
    """Submit with a fault, and return the id."""
    return client.submit(Imagine(prompt=f"a kite [mj-fault: {fault}]")).results[0]


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.name)
@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("refuse=9:out of paint", Refused, "out of paint"),
        ("full", QueueFull, "队列已满"),
        ("busy=7", QueueFull, "in 7 s"),
        ("banned=kite", BannedPrompt, "kite"),
        ("html=502", Unreachable, "HTTP 502"),
        ("html=200", Unreachable, "web page"),
        ("drop", Unreachable, "broke"),
        ("lose", Unreachable, "broke"),
    ],
)
def test_what_becomes_of_a_submit_is_told(
    server: Runner, asker: type[Asker], fault: str, kind: type[MJError], words: str
) -> None:
    """By the kind of the error, and in words; a lost answer is no refusal."""
    with asker(None, server.base_url) as client:
        before = len(client.list_tasks())
        error = caught(lambda: submit(client, fault))
        assert type(error) is kind
        assert words in str(error)
        if isinstance(error, Unreachable):
            assert error.sent
        assert len(client.list_tasks()) - before == (fault == "lose")


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.name)
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("expired=404", "no longer at"),
        ("expired=403", "This content is no longer available"),
        ("huge=256", "larger than 200 MB"),
    ],
)
def test_what_is_wrong_with_a_picture_is_told(
    server: Runner, asker: type[Asker], tmp_path: Path, fault: str, words: str
) -> None:
    """None of these is about the secret, and nothing is left of what was begun."""
    assert MOST_BYTES < 256 * 2**20
    with asker(None, server.base_url) as client:
        task = client.fetch(submit(client, fault))
        error = caught(lambda: client.download(task.image_url or "", tmp_path / "picture"))
    assert isinstance(error, Refused)
    assert words in str(error)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.name)
@pytest.mark.parametrize("fault", ["mime=text/html", "slow-picture=0.1", "late=0.1", "slow=0.1"])
def test_some_faults_are_none_for_these_clients(
    server: Runner, asker: type[Asker], fault: str
) -> None:
    """The bytes say what a picture is, and patience is enough for the rest."""
    with asker(None, server.base_url) as client:
        task = client.fetch(submit(client, fault))
        assert client.picture(task.image_url or "").startswith(b"\x89PNG")


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.name)
def test_a_failure_has_its_reason(server: Runner, asker: type[Asker]) -> None:
    """In the task, as the server has it."""
    with asker(None, server.base_url) as client:
        task = client.fetch(submit(client, "fail=46:out of paint"))
    assert (task.status, task.fail_reason) == ("FAILURE", "out of paint")
