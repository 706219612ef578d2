"""Answers on demand are in the dialect of the server, with its headers."""

import pytest

from mj_notebook.server.faults import read_fault
from tests.server.conformance.rows import shows
from tests.server.conftest import Serve
from tests.server.wire import Json, Wire

IMAGINE = "/mj/submit/imagine"
DIALECTS = ("plus", "open", "trueai", "new-api")


def faulty(serve: Serve, dialect: str, spec: str) -> Wire:
    """Return a line to a server with a fault."""
    return serve(dialect=dialect, faults=(read_fault(spec),))


@shows("plus", "answers on demand")
@pytest.mark.parametrize(
    ("dialect", "keys", "has_pause"),
    [
        ("plus", ["code", "description", "result", "properties"], True),
        ("open", ["timestamp", "status", "error", "path"], True),
        ("trueai", None, True),
        ("new-api", ["description", "type", "code"], False),
    ],
)
def test_busy_is_told_in_four_ways(
    serve: Serve, dialect: str, keys: list[str] | None, *, has_pause: bool
) -> None:
    """One of them says nothing, and one not for how long."""
    answer = faulty(serve, dialect, "busy=7").ask("POST", IMAGINE, json={"prompt": "a kite"})
    assert answer.status_code == 429
    assert (list(answer.json()) if answer.content else None) == keys
    assert ("retry-after" in answer.headers) == has_pause


@shows("plus", "answers on demand")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_word_is_banned_where_it_stands(serve: Serve, dialect: str) -> None:
    """Other prompts are drawn; of one with it everything is said, at once or at the end."""
    wire = faulty(serve, dialect, "banned=kite x2")
    assert wire.imagine("a bird")["code"] == 1
    assert wire.imagine("a kitesurfer")["code"] == 1
    told = wire.imagine("a Red KITE at sea")
    if dialect == "trueai":
        wire.clock.advance(100)
        task = wire.task(told["result"])
        assert (task["status"], task["failReason"]) == ("FAILURE", "可能包含敏感词")
    else:
        found: Json = {"promptEn": "a Red KITE at sea", "bannedWord": "KITE"}
        assert (told["code"], told["properties"]) == (24, found)
    assert wire.imagine("a kite")["code"] == told["code"]
    wire.clock.advance(100)
    assert wire.imagine("a kite")["code"] == 1


@shows("plus", "answers on demand")
@pytest.mark.parametrize(
    ("dialect", "shape"),
    [("plus", "json"), ("open", "empty"), ("trueai", "text"), ("new-api", "json")],
)
def test_a_denial_is_told_as_the_dialect_does(serve: Serve, dialect: str, shape: str) -> None:
    """As for a wrong secret."""
    answer = faulty(serve, dialect, "denied=401@fetch").ask("GET", "/mj/task/1/fetch")
    assert answer.status_code == 401
    media = answer.headers.get("content-type", "")
    kinds = {"json": media.startswith("application/json"), "text": media.startswith("text/plain")}
    assert kinds.get(shape, not answer.content)


@shows("plus", "answers on demand")
@pytest.mark.parametrize("dialect", DIALECTS)
def test_who_asks_too_often_is_told_nothing(serve: Serve, dialect: str) -> None:
    """By whatever counts requests before the server."""
    answer = faulty(serve, dialect, "limited=5").ask("GET", "/mj/task/1/fetch")
    assert (answer.status_code, answer.content) == (429, b"")
    assert answer.headers.get("retry-after") == (None if dialect == "new-api" else "5")
