"""
The quirks of the family (protocol/README.md §10) that only show on the way through HTTP.

The others are in the protocol's table of the same name; no quirk is in neither.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import pytest

from mj_notebook.client.error_mapping import lacks_button
from mj_notebook.errors import (
    MJError,
    NotAProxy,
    OutOfCredit,
    QueueFull,
    Refused,
    ServerUnreachable,
    TaskUnknown,
    Unauthorized,
    Unsupported,
)
from mj_notebook.protocol.requests import Action, Change, Imagine, SimpleChange
from mj_notebook.protocol.vocabulary import Status
from tests.client.asking import BASE, Answers, Asker, answer, caught
from tests.protocol.samples import QUIRKS
from tests.protocol.test_quirks import QUIRK as READ_ALIKE

KITE = Imagine(prompt="a red kite")
PRESS = Action(task_id="17", custom_id="MJ::Job::PicReader::1")
CDN = "https://cdn.example/attachments/1/2/kite.png?ex=1&is=2&hm=3&"
ELSEWHERE = {"q18", "q31"}  # each has a test of its own

Ask = Callable[[Asker], Any]


def submit(client: Asker) -> object:
    """Ask for a grid."""
    return client.submit(KITE)


def press(client: Asker) -> object:
    """Press a button."""
    return client.submit(PRESS)


def fetch(client: Asker) -> object:
    """Look at a task."""
    return client.fetch("17")


class Quirk(NamedTuple):
    """What is asked, and for each answer of a sample the error it means, with the words in it."""

    ask: Ask
    errors: list[tuple[type[MJError], str]]


QUIRK: dict[str, Quirk] = {
    "q3": Quirk(submit, [(Refused, "State参数过长，最大255字符")]),
    "q4": Quirk(
        submit,
        [
            *[(ServerUnreachable, "“bad”")] * 2,
            (NotAProxy, "“bad”"),  # an object is the form of a gateway's refusals
            *[(ServerUnreachable, "“bad”")] * 3,
            (Refused, "“bad”"),
        ],
    ),
    "q5": Quirk(
        fetch,
        [
            (TaskUnknown, "no task 17"),
            (TaskUnknown, "no task 17"),
            (Unauthorized, "none is set"),
            (Unauthorized, "none is set"),
            (QueueFull, "no room"),
        ],
    ),
    "q6": Quirk(
        submit,
        [
            (
                ServerUnreachable,
                "answered with a web page, as where the base URL is wrong (HTTP 200), which",
            ),
            (NotAProxy, "404 Not Found"),
            (ServerUnreachable, "HTTP 502"),
            (ServerUnreachable, "HTTP 504"),
        ],
    ),
    "q7": Quirk(submit, [(NotAProxy, "does not know this address (HTTP 404): “Not Found”")]),
    "q8": Quirk(
        submit,
        [(OutOfCredit, "“quota_not_enough 1747900000123456”"), (Refused, "“prompt_is_required”")],
    ),
    "q23": Quirk(
        lambda client: client.submit(SimpleChange(content="17 U2")),
        [(Refused, "task_id_is_required")],
    ),
    "q24": Quirk(
        press,
        [
            (Unsupported, "unknown_action:MJ::Job::PicReader::1"),
            (Unsupported, "unknown_action:MJ::Job::PromptAnalyzer::2"),
        ],
    ),
    "q25": Quirk(press, [(Unsupported, "未知的 Action 类型")]),
    "q30": Quirk(fetch, [(TaskUnknown, "the proxy was restarted")]),
    "q39": Quirk(lambda client: client.picture(CDN), [(Refused, "no longer at cdn.example")]),
    "q40": Quirk(
        lambda client: client.submit(Change(task_id="17", action="UPSCALE")),
        [(ServerUnreachable, "Internal Server Error")],
    ),
}
MIXED = {"q27", "q28", "q29", "q42"}


def answers_of(quirk: str) -> list[httpx.Response]:
    """Return the answers of a sample."""
    return [answer(status, content=body) for status, body in QUIRKS[quirk]]


@pytest.mark.parametrize("quirk", QUIRK)
def test_each_quirk_is_told_in_the_servers_own_words(asker: type[Asker], quirk: str) -> None:
    """The kind says what to do, and there is always a hint."""
    given = answers_of(quirk)
    assert len(given) == len(QUIRK[quirk].errors)
    for response, (kind, words) in zip(given, QUIRK[quirk].errors, strict=True):
        with asker(Answers(response)) as client:
            error = caught(lambda: QUIRK[quirk].ask(client))
        assert type(error) is kind
        assert words in str(error)
        assert error.hint


@pytest.mark.parametrize("quirk", QUIRK)
def test_a_button_that_others_take_is_told_from_other_refusals(
    asker: type[Asker], quirk: str
) -> None:
    """Two servers take no number buttons; only that has something to ask instead."""
    for response in answers_of(quirk):
        with asker(Answers(response)) as client:
            error = caught(lambda: QUIRK[quirk].ask(client))
        assert lacks_button(error) is (quirk in {"q24", "q25"})


def test_q18_a_picture_with_a_wrong_host_is_looked_for_at_the_proxy(asker: type[Asker]) -> None:
    """A gateway that doesn't know its own address hands out that of a machine we can't reach."""
    png = b"\x89PNG\r\n\x1a\n"
    answers = Answers(*answers_of("q18"), answer(content=png))
    with asker(answers) as client:
        url = client.fetch("1747900000123456").image_url or ""
        assert client.picture(url) == png
    assert answers.urls[1:] == [f"{BASE}/mj/image/1747900000123456"]


def test_q27_the_body_counts_and_not_the_status(asker: type[Asker]) -> None:
    """A refusal is told as one, and an accepted task is taken, under any status."""
    unknown, refused, accepted = answers_of("q27")
    with asker(Answers(unknown)) as client:
        assert isinstance(caught(lambda: press(client)), TaskUnknown)
    with asker(Answers(refused)) as client:
        assert "关联任务状态错误" in str(caught(lambda: press(client)))
    with asker(Answers(accepted)) as client:
        assert client.submit(KITE).results == ("17",)


def test_q28_a_list_has_its_own_order_and_gaps(asker: type[Asker]) -> None:
    """Ids go as strings; what the server doesn't know is left out."""
    answers = Answers(*answers_of("q28"))
    with asker(answers) as client:
        assert [task.id for task in client.fetch_many(["1", "2", "3"])] == ["3", "1"]
    assert answers.asked[0].content == b'{"ids":["1","2","3"]}'


def test_q29_a_seed_is_digits_or_none(asker: type[Asker]) -> None:
    """An empty one is no seed."""
    with asker(Answers(*answers_of("q29"))) as client:
        assert client.image_seed("17") == "636646138"
        assert "knows no seed" in str(caught(lambda: client.image_seed("17")))


def test_q42_another_kind_of_proxy_is_told_as_one(asker: type[Asker]) -> None:
    """Its answers to a submit are none of ours; what it says of a task can still be read."""
    first, second, task = answers_of("q42")
    for response, words in ((first, "“ok”"), (second, "“success”")):
        with asker(Answers(response)) as client:
            error = caught(lambda: client.submit(KITE))
        assert type(error) is ServerUnreachable
        assert words in str(error)
    with asker(Answers(task)) as client:
        found = client.fetch("17")
    assert (found.status, found.action, found.percent) == (Status.SUCCESS, "PANLEFT", 100)
    assert [(button.custom_id, button.emoji) for button in found.buttons or ()] == [
        ("MJ::JOB::reroll::0::h::SOLO", "🔄")
    ]


def test_no_quirk_is_left_out() -> None:
    """The sheet counts 44, and each has a sample and a test."""
    every = {f"q{number}" for number in range(1, 45)}
    assert set(QUIRKS) == every
    assert set(READ_ALIKE) | set(QUIRK) | MIXED | ELSEWHERE == every
