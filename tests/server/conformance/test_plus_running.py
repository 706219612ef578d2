"""Plus, and what all dialects share, as clients need it (protocol/README.md §16.6)."""

import pytest
from PIL import Image

from tests.server.conformance.rows import shows
from tests.server.conftest import Serve
from tests.server.pictures import sent
from tests.server.wire import Json, Wire

PICTURE, OTHER = (sent(Image.new("RGB", (8, 8), tone)) for tone in ("red", "blue"))
DRAWING = ("plus", "trueai", "new-api")


@shows("plus", "pages of tasks")
@pytest.mark.parametrize("path", ["/mj/task/query", "/mj/task-admin/query"])
def test_pages_of_tasks(wire: Wire, path: str) -> None:
    """The newest first, filtered, and counted as the framework counts pages."""
    ids = []
    for number in range(12):
        ids.append(wire.imagine(f"kite {number}")["result"])
        wire.clock.advance(1)
    first = wire.post(path, {"pageNumber": 0, "pageSize": 10})
    assert [task["id"] for task in first["content"]] == sorted(ids, reverse=True)[:10]
    counted = {key: first[key] for key in ("totalElements", "totalPages", "number", "size")}
    assert counted == {"totalElements": 12, "totalPages": 2, "number": 0, "size": 10}
    last = wire.post(path, {"pageNumber": 1, "sort": "submitTime,asc"})
    assert [task["id"] for task in last["content"]] == ids[10:]
    assert (last["last"], last["first"], last["numberOfElements"]) == (True, False, 2)
    found = wire.post(path, {"prompt": "kite 7", "statusSet": ["SUCCESS", "SUBMITTED"]})
    assert found["content"] == [] or found["content"][0]["id"] == ids[7]
    wire.clock.advance(100)
    found = wire.post(path, {"prompt": "kite 7", "status": "SUCCESS", "ids": None})
    assert [task["id"] for task in found["content"]] == [ids[7]]
    assert wire.ask("POST", path, json=[1]).status_code == 400


@shows("plus", "messageContent")
def test_what_is_written_has_no_message(wire: Wire) -> None:
    """The text is finalPrompt; a picture has both."""
    for name, body in (("describe", {"base64": PICTURE}), ("shorten", {"prompt": "a red kite"})):
        done = wire.finished(wire.post(f"/mj/submit/{name}", body))
        assert done["properties"]["finalPrompt"]
        assert "messageContent" not in done["properties"]
    drawn = wire.finished(wire.imagine())["properties"]
    assert drawn["messageContent"].startswith(f"**{drawn['finalPrompt']}** - <@")


@shows("plus", "pictures that were sent")
@pytest.mark.parametrize("dialect", DRAWING)
def test_sent_pictures_stand_in_front_of_the_prompt(serve: Serve, dialect: str) -> None:
    """In every dialect; a gateway keeps the prompt of the submit, and tells links in promptEn."""
    wire = serve(dialect=dialect)
    reply = wire.imagine("a red kite", base64Array=[PICTURE])
    wire.clock.advance(100)
    done = wire.task(reply["result"])
    link, words = done["promptEn"].split(" ", 1)
    assert words == "a red kite"
    assert wire.ask("GET", link, headers={}).status_code == 200
    assert done["prompt"] == (words if dialect == "new-api" else done["promptEn"])
    final = done["properties"]["finalPrompt"]
    assert final.startswith("<https://s.mj.run/")
    assert final.endswith("> a red kite --v 7.0")
    child = wire.press(done["id"], "V1")
    wire.clock.advance(100)
    assert wire.task(child["result"])["promptEn"] == done["promptEn"]


@shows("plus", "pictures that were sent")
def test_a_blend_is_called_by_its_links(wire: Wire) -> None:
    """And not by its shape alone."""
    blended = wire.finished(wire.post("/mj/submit/blend", {"base64Array": [PICTURE, OTHER]}))
    assert blended["prompt"].startswith("<https://s.mj.run/")
    assert blended["prompt"].endswith("--ar 1:1 --v 7.0")


@shows("plus", "texts under way")
@pytest.mark.parametrize("dialect", DRAWING)
@pytest.mark.parametrize("name", ["describe", "shorten"])
def test_a_text_is_told_at_its_end(serve: Serve, dialect: str, name: str) -> None:
    """Until then a shorten has two empty ones; a client stays blank without them."""
    wire = serve(dialect=dialect)
    bodies: dict[str, Json] = {"describe": {"base64": PICTURE}, "shorten": {"prompt": "a kite"}}
    reply = wire.post(f"/mj/submit/{name}", bodies[name])
    while (task := wire.task(reply["result"]))["status"] != "SUCCESS":
        told = [(task["properties"] or {}).get(key) for key in ("finalPrompt", "finalZhPrompt")]
        is_awaited = name == "shorten" and task["status"] == "SUBMITTED"
        assert not any(told)
        assert not is_awaited or told == ["", ""]
        wire.clock.advance(0.2)
    assert task["properties"]["finalPrompt"]


@shows("plus", "preflights")
@pytest.mark.parametrize("dialect", DRAWING)
def test_a_preflight_may_ask_for_any_header(serve: Serve, dialect: str) -> None:
    """It is told those it asked for."""
    wire = serve(dialect=dialect, is_open=True, secret="s3cret")
    headers = {
        "origin": "https://a-page.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-one-more",
    }
    answer = wire.ask("OPTIONS", "/mj/submit/imagine", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-headers"] == "content-type,x-one-more"
