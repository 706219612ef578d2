"""Galleries: what is found, in parts, and never a picture that is broken without a reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.errors import UsageError
from mj_notebook.images.thumbnails import open_picture
from mj_notebook.session.gallery import Gallery
from mj_notebook.session.history import History
from mj_notebook.store.history import Store
from tests.store.making import intend
from tests.view.samples import encoded, noise
from tests.widgets.galleries import SERVER, fill

NOTHING = {"text": "", "action": "", "status": "", "since": ""}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a history of 40 tasks."""
    fill(tmp_path / "mj", 40)
    return tmp_path / "mj"


@pytest.fixture
def _here(folder: Path) -> Iterator[None]:
    """Make that history the current one."""
    before = state.current_settings()
    mj.configure(store=folder, base_url="http://127.0.0.1:9")
    yield
    state.close()
    state.configure(store=before.store, base_url=before.base_url)


@pytest.fixture
def gallery(_here: None) -> Gallery:
    """Return a gallery of that history."""
    return mj.gallery()


def test_rows_come_in_parts(gallery: Gallery) -> None:
    """Any part can be had, the newest first, and the end is the end."""
    found = gallery.found
    assert len(found) == 40
    assert [row.cell.label.split("number")[1][:2] for row in gallery.rows(found, 10, 13)] == [
        "10",
        "11",
        "12",
    ]
    assert len(gallery.rows(found, 38, 60)) == 2
    assert gallery.rows(found, 50, 60) == []
    assert gallery.choices() == {
        "actions": ["DESCRIBE", "IMAGINE", "UPSCALE"],
        "tags": [],
        "servers": [SERVER],
    }


def test_what_is_asked_narrows(gallery: Gallery) -> None:
    """Each field is read as `mj.history` reads it; an empty one asks for nothing."""
    count = {
        name: len(gallery.find({**NOTHING, name: value}))
        for name, value in [("text", "ship"), ("action", "upscale"), ("status", "failure")]
    }
    assert count == {"text": 9, "action": 4, "status": 4}
    assert len(gallery.find({**NOTHING, "text": " "})) == 40
    with pytest.raises(UsageError):
        gallery.find({**NOTHING, "since": "soon"})


def test_what_is_asked_in_words_may_have_parameters(gallery: Gallery) -> None:
    """As in a prompt; ratings, tags, order and server are asked for beside them."""
    records = gallery.history[:3]
    keys = [(SERVER, record["task"]) for record in records]
    gallery.store.annotations.rate(keys[1:], 4)
    gallery.store.annotations.tag(keys[:2], "cover")
    count = {
        f"{name}={value}": len(gallery.find({name: value}))
        for name, value in [
            ("text", "ship --s 450"),
            ("text", "--ar 1:1"),
            ("text", "ship --s 0"),
            ("rating", "4"),
            ("rating", "0"),
            ("tag", "cover"),
            ("server", SERVER),
        ]
    }
    assert list(count.values()) == [1, 33, 0, 2, 38, 2, 40]
    found = gallery.find({"sort": "rating"})
    assert [row.cell.rating for row in gallery.rows(found, 0, 3)] == [4, 4, 0]
    assert gallery.choices()["tags"] == ["cover"]
    for wrong in ({"text": "kite --s much"}, {"rating": "x"}, {"group": "colour"}):
        with pytest.raises(UsageError):
            gallery.find(wrong)


@pytest.mark.usefixtures("_here")
def test_the_same_prompt_is_stacked_with_what_differs() -> None:
    """A group is called by its words; its tasks by the parameters in which they differ."""
    with Store(state.current_store().folder) as store:
        for number, text in enumerate(("--s 0 --raw", "--s 250 --raw", "--s 250 --raw --c 10")):
            at = 2_000_000_000.0 + number
            intent = intend(store, prompt=f"a fox in fog {text}", asked_at=at, tag=f"mj-f{number}")
            store.mark_accepted(intent, f"19{number}", at)
        gallery = mj.gallery("fox", group="prompt")
        found = gallery.found
        assert found.groups == [("a fox in fog", 3)]
        rows = gallery.rows(found)
        assert [row.cell.label for row in rows] == ["--c 10 --s 250", "--s 250", "--s 0"]
        assert {row.group for row in rows} == {"a fox in fog"}
        by_value = gallery.find({"text": "fox", "group": "c"})
        assert [row.group for row in gallery.rows(by_value)] == ["chaos 10", "no chaos", "no chaos"]
        assert gallery.rows(by_value)[0].cell.label.startswith("a fox")


def test_headings_are_said_in_chinese(gallery: Gallery, chinese: None) -> None:
    """What tasks are grouped by, and that they have none of it; parameters as they are written."""
    del chinese
    assert gallery.rows(gallery.find({"group": "rating"}))[0].group == "无评分"
    assert gallery.rows(gallery.find({"group": "server"}))[0].group == f"服务器 {SERVER}"
    by_value = gallery.rows(gallery.find({"group": "s"}))
    assert {"无stylize", "stylize 150"} <= {row.group for row in by_value}


def test_every_task_without_a_picture_says_why(gallery: Gallery) -> None:
    """Failed, answered in words, open, or its file gone: a sentence stands in its place."""
    rows = gallery.rows(gallery.found, 0, 10)
    small = gallery.cached_thumbnails([row.sha256 for row in rows if row.sha256])
    why = {
        number: row.cell.reason or gallery.make_thumbnail(row.sha256)[1]
        for number, row in enumerate(rows)
        if row.sha256 not in small
    }
    assert why == {
        3: "Banned prompt: <img src=x onerror=\"document.title='hurt'\">",
        5: "Answered in words: open it to read them.",
        6: "",
        7: "The file of the picture is gone; opening the task asks for it again.",
        8: "Not finished when it was last seen.",
    }


def test_a_small_picture_is_made_once(gallery: Gallery) -> None:
    """It is kept for the next time; a broken file and a film are told."""
    sha256 = gallery.rows(gallery.found, 6, 7)[0].sha256
    assert gallery.cached_thumbnails([sha256]) == {}
    made, why = gallery.make_thumbnail(sha256)
    assert (open_picture(made).size, why) == ((64, 64), "")
    assert gallery.cached_thumbnails([sha256]) == {sha256: made}
    broken = gallery.store.pictures.put(b"\x89PNG\r\n\x1a\n and nothing more")
    film = gallery.store.pictures.put(b"\x00\x00\x00\x18ftypisom and so on")
    assert gallery.make_thumbnail(broken.sha256) == (b"", "The file of the picture can't be read.")
    assert gallery.large(film.sha256)[1] == "A film: open the task to watch it."


def test_a_large_picture_is_a_jpeg(gallery: Gallery) -> None:
    """What is compared is as large as the file is."""
    made, why = gallery.large(gallery.rows(gallery.found, 0, 1)[0].sha256)
    assert (made[:3], why, open_picture(made).size) == (b"\xff\xd8\xff", "", (64, 64))
    assert gallery.large("0" * 64)[1].startswith("The file of the picture is gone")
    assert gallery.large("../secret")[1].startswith("The file of the picture is gone")


@pytest.mark.usefixtures("_here")
def test_what_can_be_asked_there_and_what_holds_for_all() -> None:
    """Words in one piece can be changed in the gallery; lists and other filters stay."""
    gallery = mj.gallery("ship", action=["imagine", "describe"], status="success", limit=20)
    assert {name: asked for name, asked in gallery.filters.items() if asked} == {
        "text": "ship",
        "status": "success",
    }
    assert len(gallery.find(NOTHING)) == 20
    for row in gallery.rows(gallery.find(NOTHING)):
        assert "Upscale" not in row.cell.details
    with pytest.raises(UsageError):
        mj.gallery(since="soon")
    with pytest.raises(UsageError, match="group can't be 5"):
        mj.gallery(group=5)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        mj.gallery(until="soon")
    assert state._state.session is None


def test_a_history_of_a_file_is_no_gallery(gallery: Gallery, tmp_path: Path) -> None:
    """Its pictures are not in it."""
    read = History.read(gallery.history.to_csv(tmp_path / "h.csv"))
    with pytest.raises(UsageError, match="no pictures"):
        Gallery(read, {}, worker=gallery.worker, find_job=gallery.find_job)


def test_what_stays_in_the_file_is_the_table(gallery: Gallery) -> None:
    """The newest tasks as `mj.history` shows them, marked to give way to the live gallery."""
    shown = gallery._repr_mimebundle_()
    assert shown["text/html"].startswith('<div class="mj-static"><div class="mj-history">')
    assert "and 20 more" in shown["text/plain"] == repr(gallery)
    assert "<img src=x" not in shown["text/html"]


def test_the_store_may_be_written_meanwhile(gallery: Gallery, folder: Path) -> None:
    """A gallery that was opened keeps its numbers; asked again, it finds what is new."""
    found = gallery.found
    assert len(found) == 40
    with Store(folder) as other:
        new = other.record_intent(
            {}, kind="Imagine", prompt="new", tag="t", server="s", asked_at=9e9
        )
        other.mark_accepted(new, "77", 9e9)
    assert len(found) == 40
    assert len(gallery.found) == 41


def test_what_is_unknown_is_a_cell_too(gallery: Gallery) -> None:
    """A request of unknown fate has no task to be opened, and says so."""
    doubt = intend(gallery.store, prompt="a lost kite", server="127.0.0.1:9")
    gallery.store.mark_unknown(doubt, "the line broke", 1501.0)
    (row,) = gallery.rows(gallery.find({**NOTHING, "status": "unknown"}))
    assert (row.task, row.cell.label, row.cell.reason) == ("", "a lost kite", "the line broke")
    assert "a lost kite" in repr(mj.gallery(status="unknown"))


def test_a_damaged_picture_is_not_shown(gallery: Gallery) -> None:
    """Another file in its place is no picture of the task."""
    sha256 = next(row.sha256 for row in gallery.rows(gallery.found) if row.sha256)
    path = gallery.store.pictures.path_of(sha256)
    path.write_bytes(encoded(noise(64)))
    assert "damaged" in gallery.large(sha256)[1]
    assert "damaged" in gallery.make_thumbnail(sha256)[1]
