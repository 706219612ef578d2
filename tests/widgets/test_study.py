"""What a page is sent of a blind study, and what it may say."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mj_notebook.experiments.study import Study
from mj_notebook.experiments.study_pairs import Entry
from mj_notebook.session.worker import Worker
from mj_notebook.store.history import Store
from mj_notebook.widgets.study import LiveStudy, PairPictures
from tests.support.eventually import eventually
from tests.view.samples import encoded
from tests.widgets.galleries import picture
from tests.widgets.wire import tell

CONDITIONS = ("version 7", "version 8.2")


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    """Return a study of four pairs."""
    worker = Worker()
    with Store(tmp_path / "history") as store:
        entries = [
            Entry(
                store.pictures.put(encoded(picture(2 * group + at, 64))).sha256,
                condition,
                f"a secret prompt {group}",
                f"17600000000{group}{at}",
            )
            for group in range(4)
            for at, condition in enumerate(CONDITIONS)
        ]
        yield Study(
            entries,
            by="version",
            raters=["1"],
            name="v",
            seed=0,
            most=None,
            store=store,
            worker=worker,
        )
    worker.stop()


class Page:
    """A page: it says things, and keeps what it is sent."""

    def __init__(self, study: Study) -> None:
        self.rating = study.rating("1")
        pairs = PairPictures(self.rating)
        self.begin = pairs.view()
        self.sent: list[tuple[Any, list[bytes]]] = []

        async def build() -> Any:
            return LiveStudy(self.rating, pairs, self.begin)

        self.live = study.worker.submit(build()).result(10)
        self.live.send = lambda content, buffers=None: self.sent.append((content, buffers or []))

    def say(self, content: object) -> None:
        """Send a message, as a page does."""
        tell(self.live, content)

    def until(self, count: int) -> tuple[Any, list[bytes]]:
        """Wait for the message number *count*."""
        eventually(lambda: len(self.sent), lambda sent: sent >= count)
        return self.sent[count - 1]


def test_nothing_that_is_sent_tells_the_condition(study: Study) -> None:
    """No prompt, hash, task, file or condition; pictures of one size without metadata."""
    page = Page(study)
    page.say({"kind": "answer", "number": page.begin["pairs"][0]["number"], "choice": "left"})
    content, buffers = page.until(1)
    told = json.dumps([{**page.begin, "pairs": len(page.begin["pairs"])}, content])
    hidden = [*CONDITIONS, "secret prompt", "version", "17600000000", ".png"]
    hidden += [entry.sha256 for pair in study.pairs for entry in pair]
    assert [word for word in hidden if word in told] == []
    assert re.search("[0-9a-f]{16}", told) is None
    for made in buffers:
        (folder := study.store.folder / "seen.jpg").write_bytes(made)
        with Image.open(folder) as image:
            assert image.size == (64, 64)
            assert not image.getexif()
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_an_answer_is_kept_before_the_next_pair_is_sent(study: Study) -> None:
    """Two pairs are there from the beginning, so that nobody waits for the next one."""
    page = Page(study)
    first, second = page.begin["pairs"]
    page.say({"kind": "answer", "number": first["number"], "choice": "right"})
    content, buffers = page.until(1)
    assert [one.side for one in page.rating.said] == ["right"]
    assert (content["done"], content["total"]) == (1, 4)
    assert content["pairs"][0]["number"] == second["number"]
    assert buffers[:2] == [second["left"], second["right"]]
    page.say({"kind": "undo"})
    content, _ = page.until(2)
    assert (content["done"], page.rating.done) == (0, 0)


@pytest.mark.parametrize(
    "said",
    [
        None,
        {"kind": "answer", "number": 999, "choice": "left"},
        {"kind": "answer", "number": [], "choice": "left"},
        {"kind": "answer", "number": 0, "choice": "<b>"},
        {"kind": "eval"},
    ],
)
def test_a_page_that_says_anything_else_changes_nothing(study: Study, said: object) -> None:
    """Pages are hostile: no answer is kept, and what is open stays open."""
    page = Page(study)
    page.say(said)
    page.say({"kind": "undo"})
    eventually(lambda: page.sent, bool)
    assert page.rating.said == []


def test_a_pair_without_its_pictures_is_not_asked(study: Study) -> None:
    """Nobody can judge it; it is open again when its picture is back."""
    left = study.rating().open_questions()[0].left
    path = study.store.pictures.path_of(left.sha256)
    content = path.read_bytes()
    path.unlink()
    page = Page(study)
    assert [pair["number"] for pair in page.begin["pairs"]] == [1, 2]
    for number in (1, 0):
        page.say({"kind": "answer", "number": number, "choice": "left"})
    content_sent, _ = page.until(2)
    assert content_sent["done"] == 1
    path.write_bytes(content)
    assert Page(study).begin["pairs"][0]["number"] == 0


def test_messages_of_a_quick_rater_are_taken_in_their_order(study: Study) -> None:
    """Also where one is taken back before it was kept; each view is later than the one before."""
    page = Page(study)
    first, second = (pair["number"] for pair in page.begin["pairs"])
    page.say({"kind": "answer", "number": first, "choice": "left"})
    page.say({"kind": "answer", "number": second, "choice": "right"})
    page.say({"kind": "undo"})
    page.say({"kind": "answer", "number": second, "choice": "tie"})
    page.until(4)
    assert [content["done"] for content, _ in page.sent] == [1, 2, 1, 2]
    assert [one.side for one in page.rating.said] == ["left", "tie"]


def test_an_answer_that_is_not_kept_is_asked_again(study: Study) -> None:
    """The page is sent what is open, then the reason."""
    page = Page(study)
    study.store.close()
    page.say({"kind": "answer", "number": 0, "choice": "left"})
    content, _ = page.until(1)
    assert content["kind"] == "said"
