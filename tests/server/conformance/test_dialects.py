"""What all dialects share, and which endpoints each has: the table of protocol/README.md §1.1."""

import json
from typing import Any

import httpx
import pytest

from mj_notebook.errors import UsageError
from mj_notebook.protocol.routes import ROUTE
from mj_notebook.server.config import Config
from mj_notebook.server.http.app import create_app
from tests.server.conftest import Serve
from tests.server.wire import Json, Wire

DIALECTS = ("plus", "open", "trueai", "new-api")
_BASE = {"imagine", "blend", "describe", "fetch", "list_by_condition"}
_OPEN = {"image", "health"}
_NEWER = {"shorten", "action", "modal", "upload", "swap_face", "image_seed"}
_CHANGES = {"change", "simple_change"}
HAS = {
    "plus": {
        *_BASE,
        *_OPEN,
        *_NEWER,
        *_CHANGES,
        "cancel",
        "list_by_ids",
        "task_list",
        "task_queue",
    },
    "open": {*_BASE, *_CHANGES, "task_list", "task_queue"},
    "trueai": {*_BASE, *_OPEN, *_NEWER, "cancel", "list_by_ids", "task_list"},
    "new-api": {*_BASE, "image", *_NEWER, *_CHANGES},
}
DESCRIBED = [dialect for dialect in DIALECTS if dialect != "open"]
"""Those that have this server's document; of the open proxy only its own paths are there."""
EVERYTHING = sorted(HAS["plus"])


def is_missing(dialect: str, answer: httpx.Response) -> bool:
    """Tell whether *answer* is what that server says of a path it hasn't got."""
    if dialect == "new-api":
        return answer.headers["content-type"].startswith("text/html")
    if dialect == "trueai":
        return answer.status_code == 404 and not answer.content
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    return answer.status_code == 404 and (b'"timestamp"' in answer.content or is_page)


def ask(wire: Wire, name: str) -> httpx.Response:
    """Ask *name* about a task that isn't there."""
    route = ROUTE[name]
    return wire.ask(route.method, route.path.format(id="1"), json={"taskId": "1"})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_has_its_endpoints_and_no_others(serve: Serve, dialect: str) -> None:
    """A client that asks for one that isn't there hears that server's own words for it."""
    wire = serve(dialect=dialect)
    assert is_missing(dialect, wire.ask("GET", "/mj/nothing"))
    there = {name for name in EVERYTHING if not is_missing(dialect, ask(wire, name))}
    assert there == HAS[dialect]


@pytest.mark.parametrize("dialect", DESCRIBED)
def test_the_document_has_the_same_endpoints(serve: Serve, dialect: str) -> None:
    """What is written down is there, and needs no secret to be read."""
    answer = serve(dialect=dialect, secret="s3cret").ask("GET", "/openapi.json", headers={})
    document = answer.json()
    operations = [item for path in document["paths"].values() for item in path.values()]
    assert document["openapi"] == "3.1.0"
    assert {item["operationId"] for item in operations} & set(EVERYTHING) == HAS[dialect]
    guarded = {item["operationId"] for item in operations if item["security"]}
    assert guarded & set(EVERYTHING) == HAS[dialect] - {"image", "health"}


def test_the_document_resolves_and_tells_shapes_of_errors(serve: Serve) -> None:
    """No reference leads nowhere, and each guarded endpoint says what a wrong secret gets."""
    text = serve(secret="s3cret").ask("GET", "/openapi.json").text
    document = json.loads(text)
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(_references(document)) <= known
    imagine = document["paths"]["/mj/submit/imagine"]["post"]
    assert imagine["requestBody"]["content"]["application/json"]["schema"]["$ref"] in known
    assert {"200", "400", "401", "413"} <= set(imagine["responses"])
    assert set(document["components"]["securitySchemes"]) == {"secret", "bearer", "bare"}


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for item in value for found in _references(item)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if "$ref" in value else []
    return [*own, *(found for item in value.values() for found in _references(item))]


@pytest.mark.parametrize(
    ("dialect", "taken", "refused"),
    [
        ("plus", ("", "-fast", "-turbo-relay", "-proxy"), ("-slow",)),
        ("open", ("",), ("-fast", "-relay")),
        ("trueai", ("", "-fast", "-relax"), ("-relay", "-fast-relay")),
        ("new-api", ("", "-fast", "-whatever"), ()),
    ],
)
def test_prefixes(
    serve: Serve, dialect: str, taken: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    """1.0: which speeds and ways of handing out pictures a path may ask for."""
    wire = serve(dialect=dialect)
    for words in (*taken, *refused):
        path = f"/mj{words}/mj/submit/imagine" if words else "/mj/submit/imagine"
        answer = wire.ask("POST", path, json={"prompt": "a kite"})
        assert is_missing(dialect, answer) == (words in refused), words


@pytest.mark.parametrize(
    ("dialect", "forms"),
    [
        ("plus", {"own", "bare", "bearer"}),
        ("open", {"own"}),
        ("trueai", {"own", "bare"}),
        ("new-api", {"own", "bare", "bearer", "key"}),
    ],
)
def test_forms_of_the_secret(serve: Serve, dialect: str, forms: set[str]) -> None:
    """7.1: the header of the family is taken by all, Authorization not."""
    wire = serve(dialect=dialect, secret="s3cret")
    headers = {
        "own": {"mj-api-secret": "s3cret"},
        "bare": {"authorization": "s3cret"},
        "bearer": {"authorization": "Bearer s3cret"},
        "key": {"authorization": "Bearer sk-s3cret"},
    }
    body: Json = {"ids": []}
    answers = {
        form: wire.ask("POST", "/mj/task/list-by-condition", headers=sent, json=body)
        for form, sent in headers.items()
    }
    assert {form for form, answer in answers.items() if answer.status_code == 200} == forms


@pytest.mark.parametrize("dialect", DESCRIBED)
def test_pages_may_ask_and_read_every_answer(serve: Serve, dialect: str) -> None:
    """
    OPTIONS needs no secret; errors in any words can be read by pages of other origins.

    But for the open proxy, which knows no pages.
    """
    wire = serve(dialect=dialect, secret="s3cret", is_open=True)
    origin = {"origin": "https://a-page.example"}
    asked = {**origin, "access-control-request-method": "POST"}
    answer = wire.ask("OPTIONS", "/mj/submit/imagine", headers=asked)
    assert answer.status_code == 200
    for path in ("/mj/task/1/fetch", "/nothing", "/mj/image/1"):
        answer = wire.ask("GET", path, headers=origin)
        assert answer.headers["access-control-allow-origin"] == "*"
    told = wire.ask("POST", "/mj/submit/change", headers=origin, json={"action": "x"})
    assert told.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("body", [b"{}", b"null"])
def test_a_get_with_a_body_is_a_get_everywhere(serve: Serve, dialect: str, body: bytes) -> None:
    """Real clients send one; HEAD is answered where the framework does so by itself."""
    wire = serve(dialect=dialect)
    task_id = wire.imagine()["result"]
    answer = wire.ask("GET", f"/mj/task/{task_id}/fetch", content=body)
    assert answer.json()["id"] == task_id
    head = wire.ask("HEAD", f"/mj/task/{task_id}/fetch")
    assert head.status_code == (405 if dialect == "trueai" else 200)
    assert is_missing(dialect, head) is (dialect == "new-api")


@pytest.mark.parametrize("dialect", ["plus", "open", "trueai"])
def test_ids_may_be_numbers(serve: Serve, dialect: str) -> None:
    """A gallery of the family sends them so; only the gateway refuses that."""
    wire = serve(dialect=dialect)
    task_id = wire.imagine()["result"]
    tasks = wire.post("/mj/task/list-by-condition", {"ids": [int(task_id), "1"]})
    assert [task["id"] for task in tasks] == [task_id]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_pictures_and_banned_words_are_the_same_everywhere(serve: Serve, dialect: str) -> None:
    """What is drawn and what isn't stays; one takes the submit, and lets the task fail."""
    wire = serve(dialect=dialect)
    banned = wire.imagine("a nude")
    if dialect == "trueai":
        wire.clock.advance(100)
        assert wire.task(banned["result"])["failReason"] == "可能包含敏感词"
    else:
        assert (banned["code"], banned["properties"]["bannedWord"]) == (24, "nude")
    reply = wire.imagine("a kite")
    wire.clock.advance(100)
    assert wire.picture(wire.task(reply["result"])).startswith(b"\x89PNG")


def test_an_unknown_dialect_is_told() -> None:
    """With the names that there are."""
    with pytest.raises(UsageError, match="no dialect 'minus'") as caught:
        create_app(Config(dialect="minus"))
    assert "new-api" in str(caught.value)
