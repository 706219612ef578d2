"""What comes of a submit, for every answer a server of the family was seen to give."""

import json
from typing import Any

import httpx
import pytest

from mj_notebook.client.download import MAX_TEXT
from mj_notebook.errors import (
    BannedPrompt,
    MJError,
    NotAProxy,
    OutOfCredit,
    QueueFull,
    Refused,
    ServerUnreachable,
    SettingsError,
    TaskUnknown,
    Unauthorized,
    Unavailable,
    Unsupported,
)
from mj_notebook.protocol.requests import (
    Action,
    Blend,
    Change,
    Describe,
    Edits,
    Imagine,
    Modal,
    Request,
    Shorten,
    SimpleChange,
    SwapFace,
    UploadPictures,
    Video,
)
from mj_notebook.protocol.vocabulary import Mode
from tests.client.asking import BASE, Answers, Asker, answer, caught
from tests.protocol.samples import REPLIES

KITE = Imagine(prompt="a red kite", state="nb-1")
PRESS = Action(task_id="17", custom_id="MJ::JOB::upsample::2::h")
PAGE = "<!doctype html><title>Welcome</title>"


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        (KITE, "/mj/submit/imagine"),
        (PRESS, "/mj/submit/action"),
        (Modal(task_id="17", prompt="p"), "/mj/submit/modal"),
        (Blend(base64_array=("a", "b")), "/mj/submit/blend"),
        (Describe(link="https://h/a"), "/mj/submit/describe"),
        (Shorten(prompt="p"), "/mj/submit/shorten"),
        (Change(task_id="17", action="UPSCALE", index=1), "/mj/submit/change"),
        (SimpleChange(content="17 U1"), "/mj/submit/simple-change"),
        (SwapFace(source_base64="a", target_base64="b"), "/mj/insight-face/swap"),
        (Video(prompt="p", image="a"), "/mj/submit/video"),
        (Edits(prompt="p", image="a"), "/mj/submit/edits"),
        (UploadPictures(base64_array=("a",)), "/mj/submit/upload-discord-images"),
    ],
)
def test_a_request_goes_to_its_endpoint_as_json(
    asker: type[Asker], request_: Request, path: str
) -> None:
    """One POST with the request's own body, and nothing added to it."""
    answers = Answers(answer(json=REPLIES["accepted"]))
    with asker(answers) as client:
        assert client.submit(request_).results == ("1760000000123456",)
    (asked,) = answers.asked
    assert (asked.method, str(asked.url)) == ("POST", BASE + path)
    assert asked.headers["content-type"] == "application/json"
    assert json.loads(asked.content)


def test_speed_and_picture_mode_are_a_prefix(asker: type[Asker]) -> None:
    """The client's modes stand in every address; a single submit may have a speed of its own."""
    answers = Answers(answer(json=REPLIES["accepted"]))
    with asker(answers, "https://h.example/mj-relax-proxy/mj", mode=Mode.FAST) as client:
        client.submit(KITE)
        client.submit(KITE, mode=Mode.TURBO)
    assert answers.urls == [
        "https://h.example/mj-fast-proxy/mj/submit/imagine",
        "https://h.example/mj-turbo-proxy/mj/submit/imagine",
    ]


@pytest.mark.parametrize(
    "name", ["accepted", "accepted_number", "accepted_many", "queued", "window", "existed"]
)
@pytest.mark.parametrize("status", [200, 201, 400])
def test_the_body_counts_and_not_the_status(asker: type[Asker], name: str, status: int) -> None:
    """A reply with a task's id is good news under any HTTP status."""
    with asker(Answers(answer(status, REPLIES[name]))) as client:
        assert client.submit(KITE).code == REPLIES[name]["code"]


REFUSALS: list[tuple[Request, int, Any, type[MJError], str]] = [
    (KITE, 200, REPLIES["queue_full"], QueueFull, "队列已满"),
    (KITE, 200, REPLIES["queue_full_trueai"], QueueFull, "队列已满"),
    (KITE, 200, REPLIES["queue_full_trueai_other_shape"], QueueFull, "队列数已达上限"),
    (KITE, 429, REPLIES["overloaded"], QueueFull, "负载已饱和"),
    (KITE, 200, REPLIES["banned"], BannedPrompt, "“rude”"),
    (KITE, 200, REPLIES["invalid"], Refused, "prompt不能为空"),
    (KITE, 200, REPLIES["failed"], Refused, "系统异常"),
    (KITE, 200, REPLIES["daily_limit"], OutOfCredit, "绘图次数已达上限"),
    (KITE, 200, REPLIES["no_account"], Unavailable, "无可用的账号实例"),
    (KITE, 200, REPLIES["unknown_task"], Refused, "关联任务不存在"),
    (PRESS, 200, REPLIES["unknown_task"], TaskUnknown, "no task 17"),
    (PRESS, 404, REPLIES["unknown_task"], TaskUnknown, "no task 17"),
    (PRESS, 400, REPLIES["unknown_task_gateway"], TaskUnknown, "no task 17"),
    (SimpleChange(content="17 U1"), 200, REPLIES["unknown_task"], TaskUnknown, "no task 17"),
    (Video(prompt="p", task_id="17"), 404, REPLIES["unknown_task"], TaskUnknown, "no task 17"),
    (Video(prompt="p"), 200, REPLIES["unknown_task"], Refused, "关联任务不存在"),
    (PRESS, 400, REPLIES["unknown_action"], Unsupported, "unknown_action:MJ::BOOKMARK"),
    (KITE, 503, {"error": {"message": "无可用渠道", "type": "x"}}, Unavailable, "无可用渠道"),
    (KITE, 403, {"error": {"message": "user banned", "type": "x"}}, Unauthorized, "user banned"),
    (KITE, 404, REPLIES["spring"], NotAProxy, "Not Found"),
]


@pytest.mark.parametrize(("request_", "status", "body", "kind", "said"), REFUSALS)
def test_a_refusal_is_told_in_the_servers_own_words(
    asker: type[Asker], request_: Request, *, status: int, body: Any, kind: type[MJError], said: str
) -> None:
    """The kind tells what to do, the sentence what was said and by whom; there is always a hint."""
    with asker(Answers(answer(status, body))) as client:
        error = caught(lambda: client.submit(request_))
    assert type(error) is kind
    assert said in str(error.args[0])
    assert "proxy.test" in str(error.args[0])
    assert error.hint


BARE: list[tuple[httpx.Response, type[MJError], str]] = [
    (answer(401), Unauthorized, "wants a secret, and none is set"),
    (answer(403), Unauthorized, "wants a secret"),
    (answer(403, html=PAGE), NotAProxy, "a web page"),
    (answer(429, headers={"retry-after": "7"}), QueueFull, "no room"),
    (answer(413, html="<html>413 Too Large"), Refused, "413 Too Large"),
    (answer(404, html="<html>404"), NotAProxy, "does not know this address"),
    (answer(405), NotAProxy, "does not know this address"),
    (answer(400, text="演示模式，禁止操作"), Unsupported, "演示模式"),
    (answer(502, html="<html>502"), ServerUnreachable, "HTTP 502"),
    (answer(503), ServerUnreachable, "HTTP 503"),
    (answer(504, json={"error": "upstream timed out"}), ServerUnreachable, "HTTP 504"),
    (answer(524), ServerUnreachable, "HTTP 524"),
]


@pytest.mark.parametrize(("given", "kind", "said"), BARE)
def test_an_answer_that_is_none_of_the_familys_is_still_told(
    asker: type[Asker], given: httpx.Response, kind: type[MJError], said: str
) -> None:
    """Empty bodies, pages and plain text of gateways and web servers make a clear sentence too."""
    with asker(Answers(given)) as client:
        error = caught(lambda: client.submit(KITE))
    assert type(error) is kind
    assert said in str(error.args[0])
    assert error.hint


GOOD = b'{"code":1,"description":"ok","result":"17","properties":{}}'
LOST = (
    "do_request_failed",
    "unmarshal_response_body_failed",
    "read_response_body_failed",
    "empty_response_body",
    "insert_midjourney_task_failed",
)
# Nothing here proves that nothing is drawn.
UNCLEAR: list[tuple[str, httpx.Response]] = [
    ("nothing", answer(200)),
    ("204", answer(204)),
    ("blanks", answer(200, content=b" \r\n ")),
    ("half of it", answer(200, content=GOOD[:30])),
    ("an empty object", answer(200, content=b"{}")),
    ("an empty list", answer(200, content=b"[]")),
    ("a number", answer(200, content=b"[1]")),
    ("null", answer(200, content=b"null")),
    ("code 0", answer(200, json={"code": 0})),
    ("code 1 without an id", answer(200, json={"code": 1, "result": None})),
    ("another kind of reply", answer(200, json={"code": 200, "data": "ok"})),
    ("an unknown code", answer(200, json={"code": 77, "description": "?"})),
    ("words", answer(200, text="hello")),
    ("a page", answer(200, html=PAGE)),
    ("nested beyond reason", answer(200, content=b"[" * 50_000)),
    ("see other", answer(303, headers={"location": "https://other.example/"})),
    ("moved nowhere", answer(302)),
    ("empty 400", answer(400)),
    ("half a 400", answer(400, content=b'{"code":4,"descr')),
    *((str(status), answer(status)) for status in (408, 409, 425, 499, 500, 502, 503, 504, 524)),
    ("a page of 500", answer(500, html="<title>Oops</title><html>")),
    ("JSON of 500", answer(500, json={"timestamp": 1, "status": 500, "error": "Internal"})),
    *(
        (f"it broke down: {said} ({status})", answer(status, json={**shape, key: said}))
        for status in (200, 400, 500, 502)
        for said in ("操作失败", "服务异常", "任务提交超时", "Internal Server Error")
        for key, shape in (
            ("message", {"success": False, "code": -1}),
            ("description", {"code": 9}),
        )
    ),
    ("JSON of 503", answer(503, json={"error": {"message": "try later"}})),
    ("a panic", answer(500, json={"error": {"message": "x", "type": "new_api_panic"}})),
    *((word, answer(400, json={"description": f"{word} ", "code": 5})) for word in LOST),
    ("words without a code", answer(400, json={"error": {"message": LOST[0], "type": "x"}})),
    ("a word as the code", answer(400, json={"error": {"message": "EOF", "code": LOST[0]}})),
    ("plain words", answer(400, text=LOST[0])),
    (
        "a sister of them",
        answer(400, json={"description": "close_response_body_failed", "code": 4}),
    ),
    ("an error in a string", answer(200, json={"error": "upstream timed out"})),
    ("Spring's 500 as 200", answer(200, json={"status": 500, "error": "Internal Server Error"})),
    ("the code true", answer(200, content=b'{"code":true,"result":"17"}')),
    ("half a code", answer(200, content=b'{"code":4.7,"description":"x"}')),
    ("zero as the id", answer(200, content=b'{"code":1,"result":0}')),
    ("true as the id", answer(200, content=b'{"code":1,"result":true}')),
    ("a part of a value", answer(200, content=b'{"data":\n{"code":4,"description":"x"},\n"a":')),
    ("an old gateway", answer(400, json={"description": f"{LOST[0]} ", "code": 4})),
    *(
        (f"lost behind {status}", answer(status, json={"description": LOST[0], "code": 5}))
        for status in (403, 404, 413, 429)
    ),
    *(
        (f"code {code} with a task", answer(200, json={"code": code, "result": "17"}))
        for code in (4, 9, 23, 24)
    ),
    ("a status of its own", answer(460, json={"message": "client closed"})),
    ("a code of lost patience", answer(408, json={"code": 4, "description": "x"})),
    ("a code of a broken server", answer(503, json={"code": 4, "description": "x"})),
    ("an error nobody knows", answer(200, json={"error": {"message": "read: i/o timeout"}})),
    ("another word of code 5", answer(400, json={"description": "something_new ", "code": 5})),
]


@pytest.mark.parametrize("given", [one for _, one in UNCLEAR], ids=[name for name, _ in UNCLEAR])
def test_what_is_no_refusal_proves_nothing(asker: type[Asker], given: httpx.Response) -> None:
    """There may be a task, which is said, and that it should be looked for."""
    with asker(Answers(given)) as client:
        error = caught(lambda: client.submit(KITE))
    assert type(error) is ServerUnreachable
    assert error.sent
    assert "proxy.test" in str(error.args[0])
    assert "Nothing was drawn" not in str(error)
    assert error.hint


UNTIDY: list[tuple[str, bytes]] = [
    ("a byte order mark", b"\xef\xbb\xbf" + GOOD),
    ("UTF-16", GOOD.decode().encode("utf-16")),
    ("a warning before it", b"Warning: x\n" + GOOD),
    ("two lines before it", b"Deprecated: [a] in {b}\nNotice\n" + GOOD),
    ("a warning on its line", b"Warning: x " + GOOD),
    ("a warning in markup", b"<br />\n<b>Warning</b>: x in <b>/a.php</b><br />\n" + GOOD),
    ("a NUL before it", b"\0" + GOOD),
    ("an event", b"data: " + GOOD + b"\n\n"),
    ("a call", b"callback(" + GOOD + b");"),
    ("a NUL behind it", GOOD + b"\0"),
    ("another answer behind it", GOOD + b"\n" + GOOD),
    ("a lone surrogate", GOOD.replace(b"ok", b"\\ud83d")),
    ("a broken letter", GOOD.replace(b"ok", b"\xff\xfe")),
    ("a raw line break", GOOD.replace(b"ok", b"a\nb\tc")),
    ("NaN", GOOD.replace(b"{}", b'{"numberOfQueues":NaN}')),
    ("Infinity", GOOD.replace(b"{}", b'{"numberOfQueues":-Infinity}')),
    ("1e400", GOOD.replace(b"{}", b'{"numberOfQueues":1e400}')),
    ("a very long number", GOOD.replace(b"{}", b'{"flags":' + b"9" * 10_000 + b"}")),
    ("a list round it", b"[" + GOOD + b"]"),
    ("data round it", b'{"code":200,"data":' + GOOD + b"}"),
    ("a list in data", b'{"code":200,"data":[' + GOOD + b"]}"),
    ("data in a list", b'[{"code":200,"data":' + GOOD + b"}]"),
    ("result round it", b'{"success":true,"result":' + GOOD + b"}"),
    ("the code as a word", GOOD.replace(b"1,", b'"1",')),
]


@pytest.mark.parametrize("body", [body for _, body in UNTIDY], ids=[name for name, _ in UNTIDY])
def test_an_untidy_answer_is_read_as_what_it_is(asker: type[Asker], body: bytes) -> None:
    """What stands round and inside it takes nothing from an answer that was paid for."""
    with asker(Answers(answer(200, content=body))) as client:
        assert client.submit(KITE).results == ("17",)


def test_an_answer_above_the_limit_may_be_a_task(asker: type[Asker]) -> None:
    """It is not read to its end, so nobody knows what it says."""
    with asker(Answers(answer(200, content=b" " * (MAX_TEXT + 1) + GOOD))) as client:
        error = caught(lambda: client.submit(KITE))
    assert type(error) is ServerUnreachable
    assert error.sent
    assert "larger than" in str(error)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_that_gave_up_may_have_passed_the_submit_on(
    asker: type[Asker], status: int
) -> None:
    """The error says that it may have arrived, and it was sent once."""
    answers = Answers(answer(status))
    with asker(answers) as client:
        error = caught(lambda: client.submit(KITE))
        assert client.rests == []
    assert isinstance(error, ServerUnreachable)
    assert error.sent
    assert len(answers.asked) == 1


def test_an_acceptance_without_an_id_is_an_unknown_outcome(asker: type[Asker]) -> None:
    """There may be a task, so it is not called a refusal."""
    with asker(Answers(answer(json={"code": 1, "description": "ok", "result": ""}))) as client:
        error = caught(lambda: client.submit(KITE))
    assert isinstance(error, ServerUnreachable)
    assert error.sent


def test_errors_carry_codes_words_and_waits(asker: type[Asker]) -> None:
    """What a program wants to know stands on the error, not only in its sentence."""
    answers = Answers(
        answer(json=REPLIES["banned"]),
        answer(429, REPLIES["overloaded"], headers={"retry-after": "30"}),
        answer(400, REPLIES["invalid"]),
    )
    with asker(answers) as client:
        banned, full, invalid = (caught(lambda: client.submit(KITE)) for _ in range(3))
    assert isinstance(banned, BannedPrompt)
    assert (banned.word, banned.code) == ("rude", 24)
    assert isinstance(full, QueueFull)
    assert (full.retry_after, full.code, full.status) == (30, 30, 429)
    assert "30 s" in full.hint
    assert isinstance(invalid, Refused)
    assert (invalid.code, invalid.status) == (4, 400)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirected_submit_is_not_sent_again(asker: type[Asker], status: int) -> None:
    """It would become a GET or be sent twice; the sentence names where to."""
    answers = Answers(answer(status, headers={"location": "https://other.example/mj?key=canary"}))
    with asker(answers, secret="sk-canary") as client:
        error = caught(lambda: client.submit(KITE))
    assert isinstance(error, SettingsError)
    assert "https://other.example" in str(error)
    assert "canary" not in str(error)
    assert len(answers.asked) == 1


def test_an_echoed_secret_is_not_repeated(asker: type[Asker]) -> None:
    """A server that quotes the key back does not bring it into an output."""
    said = {"error": {"message": "Invalid token: sk-canary (request id: 7)", "type": "x"}}
    for status in (200, 400, 401, 403, 429, 500):
        with asker(Answers(answer(status, said)), secret="sk-canary") as client:
            error = caught(lambda: client.submit(KITE))
        assert "canary" not in str(error)
        assert "request id: 7" in str(error)
