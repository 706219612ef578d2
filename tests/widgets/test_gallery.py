"""The live gallery: what a page asks, and what it is told."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.api.measure import near_duplicates
from mj_notebook.errors import TaskUnknown
from mj_notebook.session.gallery import Gallery
from mj_notebook.session.history import History
from mj_notebook.session.job import Job
from mj_notebook.session.worker import Worker
from mj_notebook.store.query import Query
from mj_notebook.widgets.gallery import LiveGallery, first_page
from tests.support.many import finish, flush, running
from tests.widgets.galleries import fill
from tests.widgets.wire import tell

PATIENCE = 10.0


class Page:
    """A page: it asks, and keeps what it is told."""

    def __init__(self, gallery: Gallery) -> None:
        self.told: list[tuple[dict[str, Any], list[bytes]]] = []
        self._came = threading.Condition()
        worker = gallery.worker
        begin = first_page(gallery)

        async def build() -> LiveGallery:
            return LiveGallery(gallery, begin)

        self.live: Any = worker.submit(build()).result(PATIENCE)
        self.live.send = self._take

    def _take(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        with self._came:
            self.told.append((content, buffers or []))
            self._came.notify_all()

    def ask(self, **content: Any) -> None:
        """Send a message, as a page does."""
        tell(self.live, content)

    def until(self, kind: str, holds: Callable[[Any], object] = bool) -> Any:
        """Wait for a message of *kind* that *holds* is true of."""

        def found() -> Any:
            return next(
                (one for one in self.told if one[0]["kind"] == kind and holds(one[0])), None
            )

        with self._came:
            assert self._came.wait_for(found, PATIENCE), [one[0] for one in self.told]
            return found()


@pytest.fixture
def worker() -> Iterator[Worker]:
    """Give a worker and stop it afterwards."""
    made = Worker()
    yield made
    made.stop()


@pytest.fixture
def jobs(worker: Worker) -> dict[str, Job]:
    """Return what can be opened: one finished job."""
    (job,) = running(worker, 1)
    worker.post(finish, job)
    return {str(job.id): job}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a history of 300 tasks, to be copied."""
    folder = tmp_path_factory.mktemp("filled") / "mj"
    fill(folder, 300)
    return folder


@pytest.fixture
def page(
    filled: Path, tmp_path: Path, worker: Worker, jobs: dict[str, Job], sent: object
) -> Iterator[Page]:
    """Return a page that shows a history of 300 tasks."""
    del sent
    shutil.copytree(filled, tmp_path / "mj")
    before = state.current_settings()
    mj.configure(store=tmp_path / "mj", base_url="http://127.0.0.1:9")

    def find(task_id: str) -> Job:
        if task_id not in jobs:
            raise TaskUnknown(f"Nobody knows the task {task_id}.")
        return jobs[task_id]

    def near(among: History, task: str, server: str | None, progress: object) -> History:
        return near_duplicates(among, task, server, progress=progress)  # type: ignore[arg-type]

    yield Page(Gallery(mj.history(), {}, worker=worker, find_job=find, find_similar=near))
    state.close()
    state.configure(store=before.store, base_url=before.base_url)


def test_it_begins_with_what_a_page_shows_first(page: Page) -> None:
    """60 tasks, the pictures of the first 24, and how many there are."""
    begin = page.live.get_state("_begin")["_begin"]
    assert (begin["total"], len(begin["rows"]), begin["query"]) == (300, 60, 0)
    assert len(begin["pictures"]) <= 24
    assert begin["actions"] == ["DESCRIBE", "IMAGINE", "UPSCALE"]
    assert {"key", "label", "words", "reason", "task", "sha256"} <= set(begin["rows"][0])


def test_only_what_is_in_view_is_sent(page: Page) -> None:
    """One message for a look, with the pictures at hand; those to be made come one by one."""
    page.ask(kind="look", query=0, first=100, last=120)
    rows, buffers = page.until("rows")
    assert (rows["first"], len(rows["rows"])) == (100, 20)
    assert len(buffers) == len(rows["pictures"]) == 10
    assert {buffer[:2] for buffer in buffers} == {b"\xff\xd8"}
    made = [
        page.until("picture", lambda one: one["why"] == ""),
        page.until("picture", lambda one: one["why"]),
    ]
    assert "gone" in made[1][0]["why"]
    assert made[0][1][0][:2] == b"\xff\xd8"


def test_a_look_is_limited(page: Page) -> None:
    """A page that asks for all, or for nonsense, gets a part, or nothing."""
    page.ask(kind="look", query=0, first=-5, last=10**9)
    rows, _ = page.until("rows")
    assert (rows["first"], len(rows["rows"])) == (0, 200)
    page.ask(kind="look", query=0, first="x", last=None)
    assert page.until("rows", lambda one: not one["rows"])


def test_no_search_waits_for_the_index_of_words(page: Page, worker: Worker) -> None:
    """It is brought up to date while the page is looked at, and not with the first search."""
    store = page.live._gallery.store
    left = "SELECT count(*) FROM tasks WHERE NOT is_indexed"
    assert store.database.read(left) == [(300,)]
    worker.post(page.live.prepare_search)
    deadline = time.monotonic() + PATIENCE
    while store.database.read(left) != [(0,)]:
        assert time.monotonic() < deadline
        flush(worker)
    assert store.queries.index_some() is False


def test_a_new_question_makes_old_looks_void(page: Page) -> None:
    """What belongs to the list before is not sent."""
    page.ask(kind="ask", query=1, text="ship", action="", status="", since="")
    found, _ = page.until("found")
    assert (found["query"], found["total"], found["asked"]["text"]) == (1, 74, "ship")
    page.ask(kind="look", query=0, first=0, last=10)
    page.ask(kind="look", query=1, first=10, last=12)
    rows, _ = page.until("rows")
    assert [message["query"] for message, _ in page.told if message["kind"] == "rows"] == [1]
    assert "ship" in rows["rows"][0]["label"]
    assert page.live.get_state("_begin")["_begin"]["query"] == 1


def test_what_is_rated_is_told_to_all_that_show_it(page: Page) -> None:
    """Ratings and tags of several at once, the last taken back; nonsense changes nothing."""
    rows = page.live.page.message["rows"][:2]
    tasks = [[row["server"], row["task"]] for row in rows]
    page.ask(kind="annotate", act="rate", value=4, tasks=tasks)
    told, _ = page.until("annotated")
    assert told["tasks"] == [[row["key"], 4, ""] for row in rows]
    page.ask(kind="annotate", act="tag", value="Cover", tasks=tasks[:1])
    assert page.until("noted", lambda one: one.get("tags"))[0]["tags"] == ["cover"]
    mj.history().store.annotations.note([tuple(tasks[0])], "elsewhere")  # type: ignore[union-attr]
    page.until("annotated", lambda one: one["tasks"][0][2] == "cover")
    page.ask(kind="annotate", act="undo")
    page.until("noted", lambda one: one["text"] == "Took back the note.")
    page.ask(kind="annotate", act="rate", value=9, tasks=tasks)
    assert "no rating" in page.until("said")[0]["text"]
    page.told.clear()
    for wrong in ({"act": "run", "tasks": tasks}, {"act": "rate", "tasks": [[1], "x", None]}):
        page.ask(kind="annotate", value=1, **wrong)
    page.ask(kind="ask", query=1, rating="4")
    assert page.until("found")[0]["total"] == 2
    assert [message["kind"] for message, _ in page.told] == ["found"]
    mj.history().store.annotations.log.changes.clear()  # type: ignore[union-attr]


def test_groups_travel_as_their_sizes(page: Page) -> None:
    """Their names come with the rows that are in view."""
    page.ask(kind="ask", query=1, group="version", text="ship")
    found, _ = page.until("found")
    assert sum(found["groups"]) == found["total"] == len(found["rows"]) + 14
    assert found["rows"][0]["group"] == "no version"


def test_what_makes_no_sense_is_said(page: Page) -> None:
    """The page gets the sentence and keeps what it shows."""
    page.ask(kind="ask", query=1, since="soon")
    said, _ = page.until("said")
    assert "soon" in said["text"]
    assert page.live.page.message["query"] == 0


def test_large_pictures_one_message_each(page: Page) -> None:
    """What is compared comes as JPEGs; one that is gone comes as a reason."""
    rows = page.live.page.message["rows"]
    wanted = [rows[number]["sha256"] for number in (0, 7)]
    page.ask(kind="compare", pictures=wanted)
    good, buffers = page.until("large", lambda one: one["sha256"] == wanted[0])
    assert (good["why"], buffers[0][:2]) == ("", b"\xff\xd8")
    gone, _ = page.until("large", lambda one: one["sha256"] == wanted[1])
    assert "gone" in gone["why"]
    page.ask(kind="compare", pictures="nonsense")
    page.ask(kind="compare", pictures=["../../etc/passwd"])
    assert page.until("large", lambda one: one["sha256"].startswith(".."))[1] == [b""]


def test_a_panel_opens_below(page: Page, jobs: dict[str, Job]) -> None:
    """The job's own panel; opened again it is the same one; an unknown task is said."""
    (task_id,) = jobs
    page.ask(kind="open", task=task_id)
    page.until("opened")
    below = page.live.frame.children[1]
    (stack,) = below.children
    assert "mj-panel" in stack.children[0]._dom_classes
    page.told.clear()
    page.ask(kind="open", task=task_id)
    page.until("opened")
    assert below.children == (stack,)
    page.ask(kind="open", task="nobody")
    assert "Nobody knows" in page.until("said")[0]["text"]
    assert below.children == (stack,)


@pytest.mark.parametrize("content", ["ask", None, 7, {}, {"kind": []}, {"kind": "run", "x": 1}])
def test_nonsense_from_a_page_is_no_error(page: Page, content: object) -> None:
    """It is left alone, and the next question is answered."""
    tell(page.live, content)
    page.ask(kind="ask", query=4)
    assert page.until("found")[0]["total"] == 300
    assert len(page.told) == 1


def test_a_closed_session_is_said(page: Page, worker: Worker) -> None:
    """A page that is still open gets a sentence instead of silence."""
    worker.stop()
    page.ask(kind="ask", query=1)
    assert "closed" in page.until("said")[0]["text"]


def test_what_nobody_expected_is_said(
    page: Page, jobs: dict[str, Job], caplog: pytest.LogCaptureFixture
) -> None:
    """An error of ours goes to the log, and the page is told that it did not work."""
    jobs["7"] = None  # type: ignore[assignment]
    page.ask(kind="open", task="7")
    assert "did not work" in page.until("said")[0]["text"]
    assert "What a page asked for failed." in caplog.text


def test_what_is_deleted_goes_and_is_said(page: Page) -> None:
    """An open gallery finds anew what is left, in one message for all that went at once."""
    store = mj.history().store
    assert store is not None
    rows = page.live.page.message["rows"][:2]
    store.delete([store.queries.ids(Query())[number] for number in (0, 1)])
    found, buffers = page.until("found")
    assert (found["total"], found["query"]) == (298, 0)
    assert found["text"] == "2 tasks deleted from history."
    assert (found["gone"], found["removed"]) == (sorted(row["key"] for row in rows), [0, 1])
    assert len(found["pictures"]) == len(buffers)


def test_a_list_that_loses_tasks_keeps_its_order(page: Page) -> None:
    """In the order of ratings, what was rated meanwhile stays where it is; groups get smaller."""
    store = mj.history().store
    assert store is not None
    page.ask(kind="ask", query=1, sort="rating", group="version")
    before = page.until("found")[0]["rows"]
    last = before[-1]
    store.annotations.rate([(last["server"], last["task"])], 5)
    store.delete([page.live.page.found.history.numbers[3]])
    found, _ = page.until("found", lambda one: "gone" in one)
    keys = [row["key"] for row in before]
    assert [row["key"] for row in found["rows"]][:59] == keys[:3] + keys[4:]
    assert (found["rows"][58]["rating"], found["groups"], found["removed"]) == (5, [299], [3])
    store.annotations.log.changes.clear()


def test_keys_that_come_faster_than_the_disk_count_in_their_order(page: Page) -> None:
    """The last rating stays, and what is taken back is what was done last; each is answered."""
    row = page.live.page.message["rows"][0]
    tasks = [[row["server"], row["task"]]]
    for turn in range(40):
        page.ask(kind="annotate", act="rate", value=1 + turn % 5, tasks=tasks, turn=turn)
    page.ask(kind="annotate", act="rate", value=9, tasks=tasks, turn=40)
    page.ask(kind="annotate", act="undo", turn=41)
    page.until("noted", lambda one: one["turn"] == 41)
    turns = [one["turn"] for one, _ in page.told if one["kind"] in ("noted", "said")]
    rated = [one["tasks"][0][1] for one, _ in page.told if one["kind"] == "annotated"]
    assert (turns, rated) == (list(range(42)), [*[1, 2, 3, 4, 5] * 8, 4])
    # A page that is loaded anew begins with it.
    assert page.live.get_state("_begin")["_begin"]["rows"][0]["rating"] == 4
    mj.history().store.annotations.log.changes.clear()  # type: ignore[union-attr]


def test_what_is_rated_while_rows_are_read_is_in_them(page: Page) -> None:
    """What was read before and is told afterwards would else take the stars away again."""
    annotations = mj.history().store.annotations  # type: ignore[union-attr]
    row = page.live.page.message["rows"][0]
    key = (row["server"], row["task"])
    with page.live._reading() as changed:
        annotations.rate([key], 3)
        with page.live._reading() as other:
            annotations.tag([key], "cover")
        assert changed == other == {row["key"]: (3, "cover")}
    with page.live._reading() as changed:
        assert changed == {}
    annotations.log.changes.clear()


def test_rows_to_be_chosen_come_without_pictures(page: Page) -> None:
    """Who chooses a thousand at once does not look at them."""
    page.ask(kind="look", query=0, first=0, last=200, bare=True)
    rows, buffers = page.until("rows")
    assert (len(rows["rows"]), buffers) == (200, [])


def test_near_duplicates_of_one_are_shown(page: Page) -> None:
    """The one itself first; what has to be looked at first is said; one without a picture too."""
    rows = page.live.page.message["rows"]
    page.ask(kind="ask", query=1, like=f"{rows[1]['task']} {rows[1]['server']}")
    found, _ = page.until("found")
    assert (found["asked"]["like"], found["rows"][0]["key"]) == (
        f"{rows[1]['task']} {rows[1]['server']}",
        rows[1]["key"],
    )
    assert found["total"] == 180  # those are all alike; the rest has no picture, or a lost one
    page.ask(kind="ask", query=2, like="nobody")
    assert "no picture of the task 'nobody'" in page.until("said")[0]["text"]
