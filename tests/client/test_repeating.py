"""What is asked again by itself, and what never is."""

from collections.abc import Callable

import httpx
import pytest

from mj_notebook.client.retry import PAUSES
from mj_notebook.errors import MJError, ServerUnreachable, TaskUnknown
from mj_notebook.protocol.requests import Action, Imagine, Modal
from tests.client.asking import Answers, Asker, answer, caught

TASK = answer(json={"id": "1", "status": "SUCCESS"})
PNG = answer(content=b"\x89PNG\r\n\x1a\n")
Asking = Callable[[Asker], object]

PASSING: list[httpx.Response | type[httpx.RequestError]] = [
    answer(502),
    answer(503),
    answer(504),
    httpx.ConnectError,
    httpx.ReadError,
    httpx.RemoteProtocolError,
    httpx.WriteError,
]


@pytest.mark.parametrize("trouble", PASSING)
@pytest.mark.parametrize(
    ("ask", "good"),
    [
        (lambda client: client.fetch("1"), TASK),
        (lambda client: client.fetch_many(["1"]), answer(json=[])),
        (lambda client: client.picture("http://cdn.test/x.png"), PNG),
    ],
    ids=["fetch", "list", "picture"],
)
def test_a_read_is_asked_again_after_a_passing_fault(
    asker: type[Asker],
    ask: Asking,
    good: httpx.Response,
    trouble: httpx.Response | type[httpx.RequestError],
) -> None:
    """Broken lines and gateways that gave up are worth a second question, after a pause."""
    answers = Answers(trouble, good)
    with asker(answers) as client:
        ask(client)
        assert client.rests == [PAUSES[0]]
    assert len(answers.asked) == 2


@pytest.mark.parametrize("trouble", PASSING)
def test_it_is_asked_only_a_few_times(
    asker: type[Asker], trouble: httpx.Response | type[httpx.RequestError]
) -> None:
    """After the last pause the error is told; the poller goes on from there."""
    answers = Answers(trouble)
    with asker(answers) as client:
        assert isinstance(caught(lambda: client.fetch("1")), ServerUnreachable)
        assert client.rests == list(PAUSES)
    assert len(answers.asked) == 1 + len(PAUSES)


@pytest.mark.parametrize("trouble", [httpx.ReadTimeout, httpx.ConnectTimeout, answer(500)])
def test_a_slow_or_broken_server_is_not_asked_at_once(
    asker: type[Asker], trouble: httpx.Response | type[httpx.RequestError]
) -> None:
    """After a timeout another one would only double the wait."""
    answers = Answers(trouble)
    with asker(answers) as client:
        caught(lambda: client.fetch("1"))
        assert client.rests == []
    assert len(answers.asked) == 1


ONCE: dict[str, Asking] = {
    "imagine": lambda client: client.submit(Imagine(prompt="p")),
    "action": lambda client: client.submit(Action(task_id="1", custom_id="c")),
    "modal": lambda client: client.submit(Modal(task_id="1", prompt="p")),
    "seed": lambda client: client.image_seed("1"),
    "cancel": lambda client: client.cancel("1"),
}


@pytest.mark.parametrize("ask", ONCE.values(), ids=ONCE)
@pytest.mark.parametrize(
    "trouble",
    [
        *PASSING,
        httpx.ReadTimeout,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        answer(500),
        answer(429),
        answer(json={"code": 23, "description": "full"}),
        answer(302),
        answer(307),
    ],
)
def test_a_submit_is_never_sent_twice(
    asker: type[Asker], ask: Asking, trouble: httpx.Response | type[httpx.RequestError]
) -> None:
    """Whatever goes wrong, one call is one request: a task is money."""
    answers = Answers(trouble)
    with asker(answers) as client:
        assert isinstance(caught(lambda: ask(client)), MJError)
        assert client.rests == []
    assert len(answers.asked) == 1


@pytest.mark.parametrize(
    ("trouble", "sent"),
    [
        (httpx.ConnectError, False),
        (httpx.ConnectTimeout, False),
        (httpx.PoolTimeout, False),
        (httpx.ProxyError, False),
        (httpx.UnsupportedProtocol, False),
        (httpx.LocalProtocolError, False),
        (httpx.ReadError, True),
        (httpx.ReadTimeout, True),
        (httpx.WriteError, True),
        (httpx.WriteTimeout, True),
        (httpx.RemoteProtocolError, True),
        (httpx.DecodingError, True),
        (httpx.CloseError, True),
    ],
)
def test_the_error_tells_whether_the_submit_may_have_arrived(
    asker: type[Asker], trouble: type[httpx.RequestError], *, sent: bool
) -> None:
    """Before a connection stands nothing was sent; after it, nobody knows."""
    with asker(Answers(trouble)) as client:
        error = caught(lambda: client.submit(Imagine(prompt="p")))
    assert isinstance(error, ServerUnreachable)
    assert error.sent is sent
    assert "proxy.test" in str(error)
    assert error.hint


def test_an_answer_that_is_clear_is_not_doubted(asker: type[Asker]) -> None:
    """An unknown task is told at once."""
    answers = Answers(answer(404))
    with asker(answers) as client:
        assert isinstance(caught(lambda: client.fetch("1")), TaskUnknown)
    assert len(answers.asked) == 1


def test_the_number_of_questions_is_a_setting(asker: type[Asker]) -> None:
    """No pauses, no repeating."""
    answers = Answers(httpx.ConnectError)
    with asker(answers, pauses=()) as client:
        caught(lambda: client.fetch("1"))
    assert len(answers.asked) == 1


def test_a_closed_client_says_so(asker: type[Asker]) -> None:
    """What comes after closing is told in our words, and was not sent."""
    answers = Answers(TASK)
    with asker(answers) as client:
        client.close()
        error = caught(lambda: client.fetch("1"))
    assert isinstance(error, ServerUnreachable)
    assert not error.sent
    assert answers.asked == []
