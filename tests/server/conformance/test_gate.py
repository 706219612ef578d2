"""Who may come in: secrets, other origins, host names, sizes of bodies."""

import base64

import pytest

from tests.server.conftest import Serve
from tests.server.wire import Wire, refusal

PAGE = "https://a-page.example"


@pytest.mark.parametrize(
    "headers",
    [
        {"mj-api-secret": "s3cret"},
        {"authorization": "Bearer s3cret"},
        {"authorization": "bearer  s3cret"},
        {"authorization": "s3cret"},
        {"authorization": "Bearer wrong", "mj-api-secret": "s3cret"},
    ],
    ids=["header", "bearer", "lower case", "raw", "one of two"],
)
def test_the_secret_is_taken_in_three_forms(serve: Serve, headers: dict[str, str]) -> None:
    """Clients of the family send it as mj-api-secret, as Bearer, or bare in Authorization."""
    assert serve(secret="s3cret").ask("GET", "/mj/task/list", headers=headers).json() == []


@pytest.mark.parametrize(
    "headers",
    [{}, {"mj-api-secret": "wrong"}, {"authorization": "Bearer"}, {"mj-api-secret": "s3cret x"}],
    ids=["none", "wrong", "empty", "longer"],
)
@pytest.mark.parametrize("path", ["/mj/task/list", "/mj-fast/mj/task/list/", "/mj/nothing/here"])
def test_without_the_secret_nothing_is_told(
    serve: Serve, headers: dict[str, str], path: str
) -> None:
    """401 with a JSON body, under every prefix, whether the path exists or not."""
    answer = serve(secret="s3cret").ask("GET", path, headers=headers)
    assert (answer.status_code, answer.json()) == (401, refusal(4, "unauthorized"))


def test_a_secret_may_hold_any_letters(serve: Serve) -> None:
    """The bytes are compared, as UTF-8."""
    headers = {b"mj-api-secret": "schlüssel-钥匙".encode()}
    answer = serve(secret="schlüssel-钥匙").ask("GET", "/mj/task/list", headers=headers)
    assert answer.status_code == 200


def test_pictures_and_health_need_no_secret(serve: Serve) -> None:
    """Whoever has a picture's address may look; whoever asks hears that the server is there."""
    wire = serve(secret="s3cret")
    task = wire.finished(wire.imagine())
    for path in ("/health", f"/mj/image/{task['id']}", f"/mj-relay/mj/image/{task['id']}"):
        assert wire.ask("GET", path, headers={}).status_code == 200


@pytest.mark.parametrize("path", ["/mj/submit/imagine", "/mj-fast/mj/task/1/fetch", "/nothing"])
def test_an_open_server_lets_every_page_ask(serve: Serve, path: str) -> None:
    """A preflight needs no secret and allows the headers that the page asks for."""
    headers = {
        "origin": PAGE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,mj-api-secret",
        "access-control-request-private-network": "true",
    }
    answer = serve(secret="s3cret", is_open=True).ask("OPTIONS", path, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-private-network"] == "true"
    assert answer.headers["access-control-max-age"] == "86400"
    asked = headers["access-control-request-headers"]
    assert answer.headers["access-control-allow-headers"] == asked


@pytest.mark.parametrize(
    ("path", "status"),
    [("/mj/task/list", 401), ("/nothing", 404), ("/mj/image/1", 404), ("/health", 200)],
)
def test_every_answer_of_an_open_server_can_be_read_by_pages(
    serve: Serve, path: str, status: int
) -> None:
    """Errors too, or a page can't tell its user what is wrong."""
    wire = serve(secret="s3cret", is_open=True)
    answer = wire.ask("GET", path, headers={"origin": PAGE, "host": "proxy.example"})
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "proxy.example"},
        {"host": "127.0.0.1.evil.example:80"},
        {"host": "localhost@evil.example"},
        {"origin": PAGE},
        {"origin": "null"},
        {"origin": "http://localhost:8888"},
    ],
    ids=["name", "looks local", "user", "page", "sandbox", "another port"],
)
def test_a_closed_server_answers_only_its_own_machine(
    serve: Serve, headers: dict[str, str]
) -> None:
    """A name that leads here (DNS rebinding) or a page of another origin gets nothing."""
    answer = serve().ask("GET", "/mj/task/list", headers=headers)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1:80", "[::1]:8080"])
def test_a_closed_server_answers_to_loopback_names(serve: Serve, host: str) -> None:
    """These names can't lead to another machine."""
    answer = serve().ask("GET", "/mj/task/list", headers={"host": host})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_picture_addresses_follow_the_name_that_was_asked(serve: Serve) -> None:
    """A client reaches pictures where it reaches tasks, and a mad name is not repeated."""
    wire = serve(is_open=True)
    task_id = wire.finished(wire.imagine())["id"]

    def address(host: str) -> str:
        task = wire.ask("GET", f"/mj/task/{task_id}/fetch", headers={"host": host}).json()
        return str(task["imageUrl"])

    assert address("proxy.example:81") == f"http://proxy.example:81/mj/image/{task_id}"
    assert address("[::1]:81") == f"http://[::1]:81/mj/image/{task_id}"
    for mad in ('a"b', "[", "a/b", "a b"):
        assert address(mad).startswith("http://127.0.0.1")


def test_large_pictures_are_taken(serve: Serve) -> None:
    """Five pictures of 5 MB, as base64, are one body of 35 MB."""
    picture = "data:image/png;base64," + base64.b64encode(bytes(5_200_000)).decode()
    assert serve().imagine(base64Array=[picture] * 5)["code"] == 1


def test_what_is_too_large_is_told(wire: Wire) -> None:
    """40 MB get a JSON answer, and the server goes on."""
    answer = wire.ask("POST", "/mj/submit/imagine", content=b" " * 40_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, 4)
    assert wire.imagine()["code"] == 1
