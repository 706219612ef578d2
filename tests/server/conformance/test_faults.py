"""Faults on demand, over HTTP: what was asked to go wrong does, and nothing else."""

import json
import time
import tracemalloc
from itertools import cycle
from pathlib import Path

import httpx
import pytest

from mj_notebook.server.config import Config
from mj_notebook.server.faults import read_fault
from tests.server.clock import Clock
from tests.server.conftest import SMALL, Serve
from tests.server.wire import OnSocket, Wire, refusal

IMAGINE = "/mj/submit/imagine"
KITE = {"prompt": "a red kite"}


def faulty(serve: Serve, *specs: str, **options: object) -> Wire:
    """Return a line to a server with faults."""
    return serve(faults=tuple(map(read_fault, specs)), faults_on_request=True, **options)


def asked(wire: Wire, spec: str, path: str = IMAGINE) -> httpx.Response:
    """Submit with a fault of its own."""
    return wire.ask("POST", path, json=KITE, headers={"mj-fault": spec})


def test_a_refusal_has_the_code_and_words_that_were_asked_for(serve: Serve) -> None:
    """And nothing was accepted."""
    wire = faulty(serve)
    assert asked(wire, "refuse=3:not here").json() == refusal(3, "not here")
    assert asked(wire, "refuse").json() == refusal(9, "提交失败，系统异常")
    header = {b"mj-fault": "refuse=4:没有".encode()}
    assert wire.ask("POST", IMAGINE, json=KITE, headers=header).json() == refusal(4, "没有")
    assert asked(wire, "full").json()["description"] == "队列已满，请稍后尝试"
    assert asked(wire, "banned=kite").json()["properties"]["bannedWord"] == "kite"
    busy = asked(wire, "busy=7")
    assert (busy.status_code, busy.headers["retry-after"]) == (429, "7")
    assert busy.json()["code"] == 30
    page = asked(wire, "html=504")
    assert (page.status_code, page.headers["content-type"]) == (504, "text/html; charset=utf-8")
    assert page.text.startswith("<html>")
    assert wire.get("/mj/task/list") == []


def test_a_task_fails_where_it_should(serve: Serve) -> None:
    """Percentages up to there, then FAILURE with the reason, and the core is free."""
    wire = faulty(serve, core_size=1)
    task_id = asked(wire, "fail=50:out of paint").json()["result"]
    after = wire.imagine()["result"]
    seen = []
    for _ in range(100):
        task = wire.task(task_id)
        if (step := (task["status"], task["progress"])) not in seen:
            seen.append(step)
        if task["status"] == "FAILURE":
            break
        wire.clock.advance(0.1)
    running = [("IN_PROGRESS", f"{n}%") for n in (0, 15, 31, 46, 50)]
    assert seen == [("NOT_START", None), ("SUBMITTED", "0%"), *running, ("FAILURE", "")]
    assert task["failReason"] == "out of paint"
    wire.clock.advance(0.4)
    assert wire.task(after)["status"] == "SUBMITTED"


def test_a_task_hangs_until_it_is_cancelled(serve: Serve) -> None:
    """In the queue and IN_PROGRESS for ever, with its preview; others go on."""
    wire = faulty(serve, core_size=1)
    task_id = asked(wire, "hang=46").json()["result"]
    other = wire.imagine()
    wire.clock.advance(100_000)
    task = wire.task(task_id)
    assert (task["status"], task["progress"], task["finishTime"]) == ("IN_PROGRESS", "46%", None)
    assert wire.ask("GET", task["imageUrl"]).headers["content-type"] == "image/webp"
    assert wire.task(other["result"])["status"] == "SUCCESS"
    assert [task["id"] for task in wire.get("/mj/task/queue")] == [task_id]
    assert wire.post(f"/mj/task/{task_id}/cancel", {})["code"] == 1
    assert wire.task(task_id)["status"] == "CANCEL"


def test_a_window_keeps_the_fault_of_its_press(serve: Serve) -> None:
    """The task goes on under the same id, and so does what goes wrong with it."""
    wire = faulty(serve)
    single = wire.single()
    buttons = wire.task(single)["buttons"]
    zoom = next(b["customId"] for b in buttons if b["label"] == "Custom Zoom")
    body = {"taskId": single, "customId": zoom}
    headers = {"mj-fault": "fail=31:no"}
    window = wire.ask("POST", "/mj/submit/action", json=body, headers=headers).json()
    assert window["code"] == 21
    reply = wire.post("/mj/submit/modal", {"taskId": window["result"], "prompt": "x --zoom 2"})
    assert wire.finished(reply)["failReason"] == "no"
    clean = wire.press(single, "Custom Zoom")["result"]
    prompt = "x --zoom 2 [mj-fault: fail=0:never]"
    reply = wire.post("/mj/submit/modal", {"taskId": clean, "prompt": prompt})
    task = wire.finished(reply)
    assert (task["failReason"], task["prompt"]) == ("never", "x --zoom 2")


def test_a_marker_works_and_is_gone(serve: Serve) -> None:
    """What is left is the prompt, as if the marker had never stood there; its child is healthy."""
    wire = faulty(serve)
    task = wire.finished(wire.imagine("a red kite [mj-fault: mime=text/plain] --ar 1:1"))
    assert task["prompt"] == "a red kite --ar 1:1"
    assert task["description"] == "/imagine a red kite --ar 1:1"
    picture = wire.ask("GET", task["imageUrl"])
    assert picture.headers["content-type"].startswith("text/plain")
    child = wire.finished(wire.press(task["id"], "U1"))
    assert wire.ask("GET", child["imageUrl"]).headers["content-type"] == "image/png"
    assert wire.imagine("[mj-fault: hang]")["description"] == "prompt不能为空"


@pytest.mark.parametrize("dialect", ["plus", "open", "trueai", "new-api"])
def test_a_wrong_fault_is_told(serve: Serve, dialect: str) -> None:
    """422 with what is wrong, whichever way it was asked for; nothing was accepted."""
    wire = faulty(serve, dialect=dialect)
    answers = [
        asked(wire, "explode"),
        wire.ask("POST", IMAGINE, json={"prompt": "a [mj-fault: fail=x]"}),
    ]
    for answer, words in zip(answers, ("'explode' is no fault", "is no value"), strict=True):
        assert (answer.status_code, answer.json()["code"]) == (422, 4)
        assert words in answer.json()["description"]
    if dialect == "plus":
        assert wire.get("/mj/task/list") == []


def test_a_server_that_was_not_told_so_takes_no_faults(serve: Serve) -> None:
    """A marker is words of the prompt, and the header means nothing."""
    wire = serve()
    prompt = "a [mj-fault: refuse] kite"
    body = {"prompt": prompt}
    answer = wire.ask("POST", IMAGINE, json=body, headers={"mj-fault": "explode"}).json()
    assert answer["code"] == 1
    assert wire.task(answer["result"])["prompt"] == prompt


def test_a_servers_own_faults_are_counted(serve: Serve) -> None:
    """With xN it happens N times, and only where it is meant."""
    wire = faulty(serve, "refuse=9:later@imagine x2", "html@fetch x1")
    assert wire.post("/mj/submit/shorten", KITE)["code"] == 1
    replies = [wire.imagine() for _ in range(3)]
    assert [reply["code"] for reply in replies] == [9, 9, 1]
    path = f"/mj/task/{replies[2]['result']}/fetch"
    assert [wire.ask("GET", path).status_code for _ in range(2)] == [502, 200]


def test_a_servers_own_faults_happen_by_chance(serve: Serve) -> None:
    """N% compares with the chance that is given."""
    chances = cycle((0.29, 0.3, 0.9))
    wire = faulty(serve, "html=503@task_list 30%", chance=lambda: next(chances))
    statuses = [wire.ask("GET", "/mj/task/list").status_code for _ in range(6)]
    assert statuses == [503, 200, 200] * 2


def test_pictures_go_wrong_as_asked(serve: Serve) -> None:
    """The address dies when its time is over, the type is wrong, the file is huge."""
    wire = faulty(serve)
    task = wire.finished(asked(wire, "expired=403:60").json())
    assert wire.picture(task)
    wire.clock.advance(60)
    gone = wire.ask("GET", task["imageUrl"])
    assert (gone.status_code, gone.text) == (403, "This content is no longer available.")
    assert wire.task(task["id"])["status"] == "SUCCESS"
    now = wire.finished(asked(wire, "expired").json())
    assert wire.ask("GET", now["imageUrl"]).status_code == 404
    mistyped = wire.finished(asked(wire, "mime=application/json").json())
    assert wire.ask("GET", mistyped["imageUrl"]).headers["content-type"] == "application/json"
    huge = wire.finished(asked(wire, "huge=3").json())
    answer = wire.ask("GET", huge["imageUrl"])
    assert len(answer.content) == int(answer.headers["content-length"]) == 3 * 2**20
    assert answer.content.startswith(b"\x89PNG")


def test_faults_of_tasks_outlive_the_server(serve: Serve, tmp_path: Path) -> None:
    """They are written in the journal, and a server without faults goes on with them."""
    before = faulty(serve, "hang=31@imagine x1", folder=tmp_path)
    hung = before.imagine()["result"]
    failing = asked(before, "fail=15:no").json()["result"]
    expired = before.finished(asked(before, "expired=404").json())["id"]
    after = serve(folder=tmp_path)
    after.clock.advance(1000)
    assert after.task(hung)["progress"] == "31%"
    assert after.task(failing)["failReason"] == "no"
    assert after.ask("GET", after.task(expired)["imageUrl"]).status_code == 404


@pytest.fixture
def socket_wire(clock: Clock) -> Wire:
    """Return a line on a socket to a server that takes faults."""
    return Wire(OnSocket(Config(picture_side=SMALL, clock=clock, faults_on_request=True)), clock)


def test_a_connection_breaks_before_or_after(
    socket_wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    """No byte comes back; afterwards there is a task or there is none, and others are served."""
    with socket_wire as wire:
        for spec, tasks in (("drop", 0), ("lose", 1)):
            # As from behind a proxy: the connection is the one that asks, whoever it asks for.
            headers = {"mj-fault": spec, "x-forwarded-for": "10.1.1.1"}
            with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
                wire.ask("POST", IMAGINE, json=KITE, headers=headers)
            assert len(wire.get("/mj/task/list")) == tasks
    assert caplog.records == []


def test_a_huge_picture_takes_no_memory(
    socket_wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    """It is sent piece by piece, and who goes away in the middle leaves no noise."""
    with socket_wire as wire:
        task = wire.finished(asked(wire, "huge=64").json())
        wire.picture(wire.finished(wire.imagine()))
        tracemalloc.start()
        with httpx.stream("GET", task["imageUrl"]) as answer:
            size = sum(map(len, answer.iter_raw()))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size == 64 * 2**20
        assert peak < 8 * 2**20
        with httpx.stream("GET", task["imageUrl"]) as answer:
            next(answer.iter_raw())
        assert wire.get("/mj/task/list")
    assert [record for record in caplog.records if record.name == "asyncio"] == []


def test_answers_take_their_time(socket_wire: Wire) -> None:
    """Late as a whole, or in pieces; complete in the end."""
    with socket_wire as wire:
        for spec in ("late=0.3", "slow=0.3"):
            begun = time.monotonic()
            answer = asked(wire, spec)
            assert time.monotonic() - begun >= 0.25
            assert json.loads(answer.content)["code"] == 1
        task = wire.finished(asked(wire, "slow-picture=0.3").json())
        begun = time.monotonic()
        assert wire.picture(task).startswith(b"\x89PNG")
        assert time.monotonic() - begun >= 0.25


def test_a_task_is_forgotten(serve: Serve) -> None:
    """As by a server whose memory is gone: neither fetched nor listed, and others are."""
    wire = faulty(serve)
    forgotten, other = asked(wire, "forget=1").json()["result"], wire.imagine()["result"]
    assert wire.task(forgotten)["id"] == forgotten
    wire.clock.advance(1)
    assert wire.ask("GET", f"/mj/task/{forgotten}/fetch").status_code == 404
    assert [task["id"] for task in wire.get("/mj/task/list")] == [other]


def test_an_address_comes_late(serve: Serve) -> None:
    """SUCCESS without a picture, which is told some seconds later."""
    wire = faulty(serve)
    task_id = asked(wire, "late-address=5").json()["result"]
    wire.clock.advance(100)
    finished = wire.task(task_id)["finishTime"]
    wire.clock.advance(-100)
    while (task := wire.task(task_id))["status"] != "SUCCESS":
        wire.clock.advance(0.1)
    assert task["imageUrl"] is None
    (listed,) = wire.ask("POST", "/mj/task/list-by-condition", json={"ids": [task_id]}).json()
    assert listed["imageUrl"] is None
    wire.clock.advance(5)
    late = wire.task(task_id)
    assert (late["status"], late["finishTime"]) == ("SUCCESS", finished)
    assert late["imageUrl"]


def test_half_a_picture_comes(serve: Serve) -> None:
    """Without a length, so that nothing but the picture itself tells."""
    wire = faulty(serve)
    whole, half = (
        asked(wire, spec).json()["result"] for spec in ("mime=image/png", "half-picture")
    )
    wire.clock.advance(100)
    answers = [wire.ask("GET", f"/mj/image/{task_id}") for task_id in (whole, half)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "content-length" not in answers[1].headers
    assert 0 < len(answers[1].content) < 0.8 * len(answers[0].content)


def test_any_request_may_be_limited(serve: Serve) -> None:
    """Also a look at tasks, and for a time that nobody waits for."""
    wire = faulty(serve)
    answer = wire.ask("GET", "/mj/task/list", headers={"mj-fault": "limited=999999"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "999999")


def test_an_answer_comes_byte_by_byte(serve: Serve) -> None:
    """All of it, after as many pauses."""
    wire = faulty(serve)
    began = time.monotonic()
    answer = wire.ask("GET", "/mj/task/list", headers={"mj-fault": "drip=0.2"})
    assert answer.json() == []
    assert time.monotonic() - began >= 0.2


def test_an_answer_is_a_bomb(serve: Serve) -> None:
    """Packed twice: some hundred bytes of a megabyte."""
    wire = faulty(serve)
    answer = wire.ask("GET", "/mj/task/list", headers={"mj-fault": "bomb=1"})
    assert answer.headers["content-encoding"] == "gzip, gzip"
    assert int(answer.headers["content-length"]) < 2000
    assert len(answer.content) == 2**20


@pytest.mark.parametrize("way", ["far-time", "endless-time", "deep"])
def test_one_task_of_a_list_is_poisoned(serve: Serve, way: str) -> None:
    """The others are as they were."""
    wire = faulty(serve)
    for _ in range(2):
        wire.imagine()
    plain = wire.ask("GET", "/mj/task/list").content
    answer = wire.ask("GET", "/mj/task/list", headers={"mj-fault": f"spoil={way}"})
    assert answer.content != plain
    assert answer.content[-500:] == plain[-500:]
