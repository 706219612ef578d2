"""The uploader as a model: what it takes, what it refuses, what it says."""

import io
from typing import Any

import pytest
from PIL import Image

from mj_notebook.api.state import close, current_worker
from mj_notebook.errors import UsageError
from mj_notebook.images.data_urls import MAX_BYTES
from mj_notebook.widgets.uploader import Uploader
from tests.images.making import encoded, noise, slope
from tests.widgets.wire import Sent, receive, tell

PNG = encoded(slope(), "PNG")
LARGE = encoded(noise(700, 600), "PNG")
THUMBNAIL = encoded(slope(8, 8), "JPEG")


class Page:
    """The page's side of an uploader."""

    def __init__(self, sent: Sent, most: int = 5, **options: Any) -> None:
        self.uploader = Uploader(most, post=lambda call: call(), **options)
        self._sent, self._turn = sent, 0

    def say(self, kind: str, key: str, *buffers: bytes, **more: Any) -> dict[str, Any] | None:
        """Send a message, and return what was answered to it."""
        self._turn += 1
        before = len(self._sent)
        tell(self.uploader, {"kind": kind, "id": key, "turn": self._turn, **more}, *buffers)
        answers = [
            message["content"]
            for _, message in self._sent[before:]
            if message["method"] == "custom"
        ]
        assert len(answers) <= 1
        if not answers:
            return None
        answer = dict(answers[0])
        told = (answer.pop("kind"), answer.pop("id"), answer.pop("turn"))
        assert told == ("answer", key, self._turn)
        return answer

    def bring(self, key: str, content: bytes, name: str = "a.png", **more: Any) -> Any:
        """Bring a picture as a page does, and return the answer."""
        return self.say("picture", key, content, THUMBNAIL, name=name, **more)


@pytest.fixture
def page(sent: Sent) -> Page:
    """Return a page with an uploader for five pictures."""
    return Page(sent)


def is_at(answer: Any, stand: str) -> bool:
    """Tell whether *answer* says *stand*."""
    return bool(answer["stand"] == stand)


# -- what arrives ----------------------------------------------------------------------------------


def test_pictures_arrive(page: Page) -> None:
    """A picture is one message, and here byte for byte; observers are told."""
    counts: list[int] = []
    page.uploader.observe(lambda change: counts.append(change["new"]), "count")
    assert is_at(page.bring("1", LARGE, "large.png"), "here")
    assert is_at(page.bring("2", PNG, "small.png"), "here")
    assert page.uploader.pictures == [LARGE, PNG]
    assert page.uploader.names == ["large.png", "small.png"]
    assert counts == [1, 2]


def test_a_page_is_shown_what_is_here(page: Page) -> None:
    """Every view, also one that is opened later, gets names, facts, words and thumbnails."""
    page.bring("1", LARGE, "large.png", words="large.png: 9.3 MB, sent smaller")
    assert page.uploader.get_state()["_items"] == [
        {
            "id": "1",
            "name": "large.png",
            "kind": "PNG",
            "bytes": len(LARGE),
            "width": 700,
            "height": 600,
            "words": "large.png: 9.3 MB, sent smaller",
            "thumbnail": THUMBNAIL,
        }
    ]


def test_the_page_knows_before_it_is_answered(page: Page, sent: Sent) -> None:
    """The list is sent before the answer, so that a picture never seems to have vanished."""
    sent.clear()
    page.bring("1", PNG)
    methods = [message["method"] for _, message in sent]
    assert methods == ["update", "custom"]


# -- what goes wrong on the way --------------------------------------------------------------------


def test_a_picture_that_comes_twice_counts_once(page: Page) -> None:
    """After a lost answer the page may send it again, though there is no room for another."""
    for key in "12345":
        page.bring(key, PNG)
    assert is_at(page.bring("1", PNG), "here")
    assert page.uploader.count == 5


def test_a_page_can_ask_where_it_stands(page: Page) -> None:
    """What was lost is found by asking."""
    assert is_at(page.say("ask", "1"), "unknown")
    page.bring("1", LARGE)
    assert is_at(page.say("ask", "1"), "here")
    page.say("remove", "1")
    assert is_at(page.say("ask", "1"), "unknown")


@pytest.mark.parametrize(
    "content",
    [
        encoded(slope(), "AVIF"),
        b"<svg onload='alert(1)'></svg>",
        b"GIF8 and no more",
        encoded(slope(), "BMP"),
        b"MZ" * 99,
    ],
    ids=["AVIF", "markup", "only its beginning", "another kind", "program"],
)
def test_what_is_no_picture_is_refused(page: Page, content: bytes) -> None:
    """The kind is told by the bytes, whatever the name says."""
    answer = page.bring("1", content, "photo.png")
    assert is_at(answer, "refused")
    assert "photo.png is no picture" in answer["words"]
    assert page.uploader.pictures == []


@pytest.mark.parametrize(
    ("buffers", "why"),
    [((), "no bytes"), ((b"",), "no bytes"), ((PNG + bytes(MAX_BYTES),), "more than 4 MB")],
    ids=["nothing", "no bytes", "too many"],
)
def test_what_a_page_never_sends_is_refused(
    page: Page, buffers: tuple[bytes, ...], why: str
) -> None:
    """Our page sends neither nothing nor more than proxies take."""
    answer = page.say("picture", "1", *buffers, name="a.png")
    assert answer == {"stand": "refused", "words": f"a.png has {why}. Choose another one."}
    assert is_at(page.bring("n" * 65, PNG), "refused")
    assert page.uploader.pictures == []


@pytest.mark.parametrize(
    "message",
    [
        "text",
        None,
        7,
        {},
        {"kind": "picture"},
        {"kind": "picture", "id": ["1"]},
        {"kind": "bomb"},
        {"kind": "bomb", "id": "1"},
        {"kind": "move", "id": "1", "place": "up"},
        {"kind": "prompt", "prompt": 7},
    ],
    ids=str,
)
def test_nonsense_changes_nothing(page: Page, sent: Sent, message: object) -> None:
    """A message of no known kind is not answered, and what is here stays."""
    page.bring("1", PNG)
    sent.clear()
    tell(page.uploader, message)
    assert sent == []
    assert page.uploader.pictures == [PNG]


def test_a_page_can_not_say_what_is_here(page: Page) -> None:
    """The list is the kernel's own."""
    page.bring("1", PNG)
    receive(page.uploader, _items=[], _most=99, _start={"can": True}, prompt="x")
    assert len(page.uploader.get_state()["_items"]) == 1
    assert (page.uploader._most, page.uploader._start, page.uploader.prompt) == (5, {}, "")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\a.png", "a.png"),
        ("", "The picture"),
        ("a\nb\x00.png", "a�b�.png"),
        (None, "The picture"),
        (["x"], "The picture"),
        ("<img src=x>.png", "<img src=x>.png"),
        ("n" * 300, f"{'n' * 60}…{'n' * 16}"),
    ],
)
def test_names_are_only_names(page: Page, name: Any, shown: str) -> None:
    """A file's name is one short line, never a path."""
    page.bring("1", PNG, name)
    assert page.uploader.names == [shown]


def test_thumbnails_are_pictures(page: Page) -> None:
    """What is shown in the list is a small PNG or JPEG, or nothing."""
    for key, small in (("1", (b"<svg/>",)), ("2", (THUMBNAIL + bytes(60_000),)), ("3", ())):
        page.say("picture", key, PNG, *small, name="a.png")
    assert [item["thumbnail"] for item in page.uploader._items] == [b"", b"", b""]


# -- room ------------------------------------------------------------------------------------------


def test_there_is_room_for_as_many_as_said(sent: Sent) -> None:
    """One too many is refused in words."""
    page = Page(sent, 2)
    stands = [page.bring(key, PNG)["stand"] for key in "123"]
    assert stands == ["here", "here", "refused"]
    answer = page.bring("4", PNG)
    assert answer["words"] == "There is room for 2 pictures. Remove one first."
    page.uploader.remove(1)
    assert is_at(page.bring("4", PNG), "here")


@pytest.mark.parametrize("most", [0, -1, 21, "5", None, 2.5, True])
def test_a_senseless_room_is_refused(most: Any) -> None:
    """A number of pictures that makes no sense is told, not built."""
    with pytest.raises(UsageError, match="1 to 20 pictures"):
        Uploader(most)


# -- order, and going away -------------------------------------------------------------------------


def test_pictures_can_be_moved(page: Page) -> None:
    """A page moves one to a place, Python one number to another."""
    for key, name in zip("123", ("a.png", "b.png", "c.png"), strict=True):
        page.bring(key, PNG, name)
    page.say("move", "3", place=0)
    assert page.uploader.names == ["c.png", "a.png", "b.png"]
    page.say("move", "3", place=99)
    assert page.uploader.names == ["a.png", "b.png", "c.png"]
    page.uploader.move(2, 1)
    assert page.uploader.names == ["b.png", "a.png", "c.png"]
    assert [item["name"] for item in page.uploader._items] == page.uploader.names
    page.say("move", "unknown", place=0)
    with pytest.raises(UsageError, match="no picture 4"):
        page.uploader.move(4, 1)
    assert page.uploader.names == ["b.png", "a.png", "c.png"]


def test_pictures_go_away(page: Page) -> None:
    """A page takes one away, Python all of them."""
    page.bring("1", LARGE)
    page.bring("2", PNG)
    page.say("remove", "1")
    assert page.uploader.pictures == [PNG]
    page.uploader.clear()
    assert (page.uploader.pictures, page.uploader._items, page.uploader.count) == ([], [], 0)


# -- Python ----------------------------------------------------------------------------------------


def test_pictures_can_be_put_there_from_python(page: Page) -> None:
    """Whatever holds a picture can be added; it is shown in the page like the others."""
    page.uploader.add(slope(), PNG)
    assert page.uploader.count == 2
    first, second = (Image.open(io.BytesIO(one)) for one in page.uploader.pictures)
    assert first.size == second.size == (60, 40)
    assert all(item["thumbnail"] for item in page.uploader._items)
    with pytest.raises(UsageError, match="no picture"):
        page.uploader.add(b"nothing")
    with pytest.raises(UsageError, match="room for 5"):
        page.uploader.add(PNG, PNG, PNG, PNG)
    assert page.uploader.count == 5


def test_an_uploader_is_one_model(sent: Sent) -> None:
    """Beside what all panels share, an uploader opens one model; nothing is fetched by it."""
    Page(sent)
    sent.clear()
    page = Page(sent)
    assert [kind for kind, _ in sent] == ["comm_open"]
    script = page.uploader.get_state()["_esm"]
    assert len(script) < 50_000
    assert not any(word in script for word in ("http:", "https:", "import ", "fetch(", "innerHTML"))


@pytest.mark.usefixtures("sent")
def test_the_worker_writes_by_default() -> None:
    """Without another wish, what a page says is taken on the worker's own thread."""
    uploader = Uploader()
    places: list[bool] = []
    uploader.on_start = lambda: places.append(current_worker().is_current_thread)
    tell(uploader, {"kind": "start", "ids": []})

    async def nothing() -> None:
        """Come after what was handed over before."""

    current_worker().submit(nothing()).result(10)
    close()
    assert places == [True]
    assert repr(uploader) == "(The uploader stood here; it needs a running kernel.)"
