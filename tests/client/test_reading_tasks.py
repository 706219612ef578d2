"""Fetching, listing, seeds and cancelling."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mj_notebook.client.calls import CHUNK
from mj_notebook.errors import (
    MJError,
    NotAProxy,
    OutOfCredit,
    Refused,
    ServerUnreachable,
    TaskUnknown,
    Unauthorized,
    Unsupported,
)
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.vocabulary import Status
from tests.client.asking import BASE, Answers, Asker, answer, caught
from tests.protocol.samples import REPLIES, TASKS, task_bytes, task_values


def _task(task_id: str, **values: Any) -> dict[str, Any]:
    return {"id": task_id, "status": "IN_PROGRESS", **values}


@pytest.mark.parametrize("name", TASKS)
def test_every_recorded_task_is_fetched(asker: type[Asker], name: str) -> None:
    """The task of any server comes back with its untouched reply."""
    answers, task_id = Answers(answer(content=task_bytes(name))), str(task_values(name)["id"])
    with asker(answers) as client:
        task = client.fetch(task_id)
    assert task.id == task_id
    assert bytes(task.reply) == task_bytes(name)
    assert answers.urls == [f"{BASE}/mj/task/{task_id}/fetch"]
    assert answers.asked[0].content == b""


def test_another_task_is_no_answer(asker: type[Asker]) -> None:
    """A proxy that mixes its tasks up shows nobody else's picture."""
    with asker(Answers(answer(json=_task("18")))) as client:
        error = caught(lambda: client.fetch("17"))
    assert isinstance(error, Refused)
    assert "another one" in str(error)


MISSING = [
    answer(200),
    answer(204),
    answer(404),
    answer(200, content=b"null"),
    answer(200, content=b' ""'),
    answer(200, content=b"{}"),
    answer(200, json=REPLIES["unknown_task"]),
    answer(404, json=REPLIES["unknown_task"]),
    answer(404, json={"code": 4, "description": "no such task"}),
    answer(400, json=REPLIES["unknown_task_gateway"]),
]


@pytest.mark.parametrize("given", MISSING)
def test_an_unknown_task_is_told_in_every_dialect(
    asker: type[Asker], given: httpx.Response
) -> None:
    """Empty 200, 204, 404, code 3, and a gateway's 400 all mean that there is no such task."""
    with asker(Answers(given)) as client:
        error = caught(lambda: client.fetch("17"))
    assert isinstance(error, TaskUnknown)
    assert "no task 17" in str(error)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (answer(404, html="<html>nginx"), NotAProxy),
        (answer(404, json=REPLIES["spring"]), NotAProxy),
        (answer(200, html="<html>app"), NotAProxy),
        (answer(401), Unauthorized),
        (answer(200, json=REPLIES["daily_limit"]), OutOfCredit),
        (answer(400, json={"description": "quota_not_enough ", "code": 4}), OutOfCredit),
    ],
)
def test_a_wrong_address_is_not_a_lost_task(
    asker: type[Asker], given: httpx.Response, kind: type[MJError]
) -> None:
    """A page or a web framework's own 404 speaks of the path, so the task is not given up."""
    with asker(Answers(given)) as client:
        error = caught(lambda: client.fetch("17"))
    assert type(error) is kind


def test_many_tasks_are_one_request(asker: type[Asker]) -> None:
    """All ids go as strings in one POST; order and gaps are the server's."""
    answers = Answers(answer(json=[_task("3"), _task("1")]))
    with asker(answers) as client:
        assert [task.id for task in client.fetch_many(["1", "2", "3"])] == ["3", "1"]
        assert client.client.has_list is True
    assert answers.urls == [f"{BASE}/mj/task/list-by-condition"]
    assert json.loads(answers.asked[0].content) == {"ids": ["1", "2", "3"]}


def test_very_many_tasks_are_cut_into_questions(asker: type[Asker]) -> None:
    """No question asks for more than a chunk, and no id is lost."""
    answers = Answers(answer(json=[]))
    ids = [str(number) for number in range(2 * CHUNK + 1)]
    with asker(answers) as client:
        assert client.fetch_many(ids) == []
    asked = [json.loads(request.content)["ids"] for request in answers.asked]
    assert [len(some) for some in asked] == [CHUNK, CHUNK, 1]
    assert [task_id for some in asked for task_id in some] == ids


def test_no_ids_are_no_request(asker: type[Asker]) -> None:
    """Nothing to ask for asks nothing."""
    answers = Answers(answer(500))
    with asker(answers) as client:
        assert client.fetch_many([]) == []
    assert answers.asked == []


class _WithoutList:
    """A server of the family that knows no list-by-condition."""

    def __init__(self, refusal: httpx.Response) -> None:
        self.refusal = refusal
        self.paths: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Refuse the list; know every task but one."""
        self.paths.append(request.url.path)
        if request.url.path.endswith("list-by-condition"):
            return httpx.Response(self.refusal.status_code, content=self.refusal.content)
        task_id = request.url.path.split("/")[-2]
        return httpx.Response(404) if task_id == "2" else httpx.Response(200, json=_task(task_id))


@pytest.mark.parametrize(
    "refusal", [answer(404), answer(405), answer(404, html="<html>"), answer(200)]
)
def test_where_there_is_no_list_each_task_is_fetched(
    asker: type[Asker], refusal: httpx.Response
) -> None:
    """The list is tried once; unknown tasks are left out as a list would leave them out."""
    server = _WithoutList(refusal)
    with asker(server) as client:
        assert sorted(task.id for task in client.fetch_many(["1", "2", "3"])) == ["1", "3"]
        assert client.client.has_list is False
        client.fetch_many(["4"])
    assert len([path for path in server.paths if path.endswith("list-by-condition")]) == 1


def test_a_list_that_is_missing_with_everything_else_is_tried_again(asker: type[Asker]) -> None:
    """A wrong answer to both ways proves nothing about the list."""
    answers = Answers(answer(404, html="<html>"))
    with asker(answers) as client:
        assert isinstance(caught(lambda: client.fetch_many(["1"])), NotAProxy)
        assert client.client.has_list is None


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (answer(401), Unauthorized),
        (answer(200, html="<html>"), NotAProxy),
        (answer(200, text="hello"), NotAProxy),
        (answer(200, json=REPLIES["daily_limit"]), OutOfCredit),
        (answer(400, json={"description": "do_request_failed ", "code": 5}), ServerUnreachable),
        (answer(502), ServerUnreachable),
    ],
)
def test_a_list_that_fails_is_no_empty_list(
    asker: type[Asker], given: httpx.Response, kind: type[MJError]
) -> None:
    """An error object under status 200 must not look like tasks that vanished."""
    with asker(Answers(given)) as client:
        assert type(caught(lambda: client.fetch_many(["1"]))) is kind


def test_a_page_of_tasks_is_a_list(asker: type[Asker]) -> None:
    """Plus answers some lists with a page object."""
    with asker(Answers(answer(json={"content": [_task("1")], "totalElements": 1}))) as client:
        assert [task.status for task in client.fetch_many(["1"])] == [Status.IN_PROGRESS]


LISTS: dict[str, Callable[[Asker], list[Task]]] = {
    "GET /mj/task/list": lambda client: client.list_tasks(),
    "GET /mj/task/queue": lambda client: client.queue(),
    "POST /mj/task/list-by-ids": lambda client: client.list_by_ids(["2", "1"]),
}


@pytest.mark.parametrize("where", LISTS)
def test_the_other_lists_are_read_alike(asker: type[Asker], where: str) -> None:
    """All tasks, the waiting ones, and those of a proxy's own pages, with what these show."""
    shown = _task("2", displays={"status": "执行中"})
    answers = Answers(answer(json=[shown, _task("1")]), answer(json=[]))
    with asker(answers) as client:
        second, first = LISTS[where](client)
        assert (second.id, first.id) == ("2", "1")
        assert json.loads(bytes(second.reply))["displays"] == {"status": "执行中"}
        assert LISTS[where](client) == []
    asked = answers.asked[0]
    assert f"{asked.method} {asked.url.path}" == where
    assert asked.content == (b'{"ids":["2","1"]}' if asked.method == "POST" else b"")


@pytest.mark.parametrize("where", LISTS)
@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (answer(404), NotAProxy),
        (answer(405, json=REPLIES["spring"]), NotAProxy),
        (answer(200, html="<html>"), NotAProxy),
        (answer(204), NotAProxy),
        (answer(401), Unauthorized),
        (answer(200, json=REPLIES["daily_limit"]), OutOfCredit),
    ],
)
def test_a_list_that_a_proxy_does_not_have_is_told(
    asker: type[Asker], where: str, given: httpx.Response, kind: type[MJError]
) -> None:
    """There is no other way to these, so a missing list is an error."""
    with asker(Answers(given)) as client:
        assert type(caught(lambda: LISTS[where](client))) is kind


@pytest.mark.parametrize("result", ["636646138", 636646138])
def test_a_seed_is_a_string_of_digits(asker: type[Asker], result: object) -> None:
    """Servers write it as string or number."""
    body = {"code": 1, "description": "成功", "result": result}
    answers = Answers(answer(json=body))
    with asker(answers) as client:
        assert client.image_seed("17") == "636646138"
    assert answers.urls == [f"{BASE}/mj/task/17/image-seed"]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (answer(json={"code": 1, "description": "成功", "result": ""}), Refused),
        (answer(400, json={"code": 4, "description": "关联任务状态错误"}), Refused),
        (answer(404, json=REPLIES["unknown_task"]), TaskUnknown),
        (answer(200, json={"code": 4, "description": "请配置私聊频道"}), Unsupported),
        (answer(404, html="<html>"), NotAProxy),
    ],
)
def test_a_seed_that_can_not_be_had_is_told(
    asker: type[Asker], given: httpx.Response, kind: type[MJError]
) -> None:
    """An empty seed is no seed, and asking for it is not repeated."""
    answers = Answers(given)
    with asker(answers) as client:
        assert type(caught(lambda: client.image_seed("17"))) is kind
    assert answers.urls.count(f"{BASE}/mj/task/17/image-seed") == 1


@pytest.mark.parametrize(
    "given", [answer(200), answer(204), answer(json={"code": 1, "description": "ok"})]
)
def test_cancelling_succeeds_quietly(asker: type[Asker], given: httpx.Response) -> None:
    """An empty answer is a yes as well; what came of it, the next fetch shows."""
    answers = Answers(given)
    with asker(answers) as client:
        client.cancel("17")
    assert (answers.asked[0].method, answers.urls) == ("POST", [f"{BASE}/mj/task/17/cancel"])


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (answer(400, text="演示模式，禁止操作"), Unsupported),
        (answer(json=REPLIES["unknown_task"]), TaskUnknown),
        (answer(404), NotAProxy),
        (answer(html="<html>"), NotAProxy),
    ],
)
def test_a_refused_cancel_is_told(
    asker: type[Asker], given: httpx.Response, kind: type[MJError]
) -> None:
    """Servers that don't offer it, or not to everyone, say so."""
    with asker(Answers(given)) as client:
        assert type(caught(lambda: client.cancel("17"))) is kind


def test_a_line_that_breaks_for_the_list_alone_is_gone_round(asker: type[Asker]) -> None:
    """Twice it is a broken line, which is waited for; the third time each task is asked for."""

    def answered(request: httpx.Request) -> httpx.Response:
        if "list-by-condition" in str(request.url):
            raise httpx.ReadError("hung up", request=request)
        return answer(200, json={"id": "17", "status": "SUCCESS"})

    with asker(answered) as client:
        for _ in range(2):
            assert isinstance(caught(lambda: client.fetch_many(["17"])), ServerUnreachable)
        assert [task.id for task in client.fetch_many(["17"])] == ["17"]


def test_what_fails_everywhere_is_asked_for_a_few_times(asker: type[Asker]) -> None:
    """A thousand tasks of a server that answers nothing good are no thousand questions."""
    answers = Answers(answer(500, json={"error": "x"}))
    with asker(answers) as client:
        assert isinstance(caught(lambda: client.fetch_many(list(map(str, range(1000))))), MJError)
    assert len(answers.asked) < 20


def test_one_bad_task_spoils_itself_alone(asker: type[Asker]) -> None:
    """Without a list, and with one that is refused, the others come all the same."""

    def answered(request: httpx.Request) -> httpx.Response:
        number = str(request.url).split("/")[-2]
        if "list-by-condition" in str(request.url):
            return answer(403, json={"error": {"message": "no"}})
        if number == "1":
            return answer(500, text="junk")
        return answer(200, json={"id": number, "status": "SUCCESS"})

    with asker(answered) as client:
        assert {task.id for task in client.fetch_many(["1", "2", "3"])} == {"2", "3"}
