"""Fetching pictures: from the proxy, from elsewhere, and from where they are not."""

from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from mj_notebook.errors import MJError, NotAProxy, Refused, SettingsError, Unauthorized
from tests.client.asking import BASE, Answers, Asker, answer, caught

PNG = b"\x89PNG\r\n\x1a\n" + b"p" * 5000
CDN = "https://cdn.example/attachments/1/2/kite.png?ex=1&is=2&hm=3&"


def test_a_picture_comes_as_it_was_served(asker: type[Asker]) -> None:
    """Bytes for bytes, from the very address, query and all."""
    answers = Answers(answer(content=PNG))
    with asker(answers) as client:
        assert client.picture(CDN) == PNG
    assert answers.urls == [CDN]


def test_a_picture_goes_into_a_file_and_is_hashed_on_the_way(
    asker: type[Asker], tmp_path: Path
) -> None:
    """The file is complete, and its hash need not be made by reading it again."""
    target = tmp_path / "kite.part"
    with asker(Answers(answer(content=PNG))) as client:
        got = client.download(CDN, target)
    assert target.read_bytes() == PNG
    assert got == (target, sha256(PNG).hexdigest(), len(PNG))


NOT_THERE: list[tuple[httpx.Response, type[MJError], str]] = [
    (answer(404, text="This content is no longer available."), Refused, "no longer at cdn.example"),
    (answer(403, html="<html>denied"), Refused, "denied"),
    (answer(200, html="<!doctype html>log in"), NotAProxy, "a web page instead of the picture"),
    (answer(200, text="no"), NotAProxy, "text instead of the picture"),
    (answer(200, json={"error": "x"}), NotAProxy, "text instead of the picture"),
    (answer(200), Refused, "an empty picture"),
]


@pytest.mark.parametrize(("given", "kind", "said"), NOT_THERE)
def test_what_is_no_picture_is_not_taken_for_one(
    asker: type[Asker], tmp_path: Path, given: httpx.Response, kind: type[MJError], said: str
) -> None:
    """The sentence names the host and what came, and no file is left behind."""
    target = tmp_path / "kite.part"
    with asker(Answers(given)) as client:
        error = caught(lambda: client.download(CDN, target))
        assert type(caught(lambda: client.picture(CDN))) is kind
    assert type(error) is kind
    assert said in str(error)
    assert not target.exists()


def test_a_picture_that_is_too_large_is_not_taken(asker: type[Asker], tmp_path: Path) -> None:
    """A limit ends the download; nothing stays."""
    target = tmp_path / "kite.part"
    with asker(Answers(answer(content=PNG))) as client:
        assert "larger" in str(caught(lambda: client.picture(CDN, limit=1000)))
        assert "larger" in str(caught(lambda: client.download(CDN, target, limit=1000)))
    assert not target.exists()


def test_a_folder_that_can_not_be_written_is_told(asker: type[Asker], tmp_path: Path) -> None:
    """The sentence names the folder and what to do."""
    with asker(Answers(answer(content=PNG))) as client:
        error = caught(lambda: client.download(CDN, tmp_path / "missing" / "kite.part"))
    assert str(tmp_path / "missing") in error.hint


def test_a_relay_with_a_wrong_host_is_asked_at_the_proxy(asker: type[Asker]) -> None:
    """Gateways whose own address is set wrongly hand out http://localhost:3000."""
    answers = Answers(answer(content=PNG))
    with asker(answers) as client:
        assert client.picture("http://localhost:3000/mj/image/17?rand=5") == PNG
        assert client.rests == []
    assert answers.urls == [f"{BASE}/mj/image/17?rand=5"]


def test_something_else_at_the_wrong_host_does_not_stop_it(asker: type[Asker]) -> None:
    """Whatever lives on that port here gives a page, not the picture."""
    answers = Answers(answer(html="<html>my own app"), answer(content=PNG))
    with asker(answers, "http://127.0.0.1:8080") as client:
        assert client.picture("http://localhost:3000/mj/image/17") == PNG


def test_a_path_alone_is_the_proxys(asker: type[Asker]) -> None:
    """A relative address is resolved at the proxy's origin."""
    answers = Answers(answer(content=PNG))
    with asker(answers, f"{BASE}/mj-fast") as client:
        assert client.picture("/mj/image/17") == PNG
    assert answers.urls == [f"{BASE}/mj/image/17"]


def test_only_web_addresses_are_opened(asker: type[Asker]) -> None:
    """A server can't make this machine read its own files."""
    answers = Answers(answer(content=PNG))
    with asker(answers) as client:
        for url in ("file:///etc/passwd", "ftp://h/x.png", "http://[::1"):
            assert isinstance(caught(lambda: client.picture(url)), SettingsError)  # noqa: B023
    assert answers.asked == []


def test_redirects_of_a_picture_are_followed_a_few_times(asker: type[Asker]) -> None:
    """From host to host, relative or absolute; a circle ends with an error."""
    answers = Answers(
        answer(302, headers={"location": "https://two.example/x"}),
        answer(307, headers={"location": "/y?z"}),
        answer(content=PNG),
    )
    with asker(answers) as client:
        assert client.picture(CDN) == PNG
    assert answers.urls[1:] == ["https://two.example/x", "https://two.example/y?z"]
    circle = Answers(
        answer(302, headers={"location": CDN + "1"}),
        answer(302, headers={"location": CDN + "2"}),
        answer(302, headers={"location": CDN + "3"}),
        answer(302, headers={"location": CDN + "4"}),
        answer(302, headers={"location": CDN + "5"}),
        answer(302, headers={"location": CDN + "6"}),
    )
    with asker(circle) as client:
        caught(lambda: client.picture(CDN))
    assert len(circle.asked) == 6


def test_a_proxy_that_wants_a_secret_for_its_pictures_says_so(asker: type[Asker]) -> None:
    """An unauthorised relay is told as such, not as a lost picture."""
    with asker(Answers(answer(401))) as client:
        assert isinstance(caught(lambda: client.picture(f"{BASE}/mj/image/17")), Unauthorized)
