"""History and lineage as a notebook shows them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.errors import UsageError
from mj_notebook.images.thumbnails import open_picture
from mj_notebook.protocol.vocabulary import Mode
from mj_notebook.session.history import History, Lineage, small_pictures, thumbnails
from mj_notebook.store.database import FILE
from mj_notebook.store.history import Store
from tests.store.listings import kites
from tests.store.making import SERVER, accepted, intend
from tests.support.rig import Rig
from tests.view.samples import encoded, grid_picture, noise


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A history of four tasks, one with a picture that can be shown."""
    with Store(tmp_path / "mj") as opened:
        kites(opened)
        grid = encoded(grid_picture(512))
        opened.save_picture(SERVER, "1", grid, url="https://a.example/1.png", at=1.0)
        yield opened


@pytest.fixture
def _here(store: Store) -> Iterator[None]:
    """Make that history the current one."""
    before = state.current_settings()
    mj.configure(store=store.folder, base_url="http://127.0.0.1:9")
    yield
    state.close()
    state.configure(store=before.store, base_url=before.base_url)


@pytest.mark.parametrize("index", ["x", "1760000000123456", None, 1.5])
def test_what_is_no_place_in_the_list_is_one_sentence(store: Store, index: object) -> None:
    """A number behind the end is an IndexError, so that Python's own loops end."""
    with pytest.raises(UsageError, match="is no place in this list"):
        History.of(store)[index]  # type: ignore[call-overload]
    with pytest.raises(UsageError, match="is no place in this list"):
        History.of(store).picked([index])  # type: ignore[list-item]
    with pytest.raises(IndexError, match="no row 99"):
        History.of(store)[99]


def test_history_shows_itself_as_a_table(store: Store) -> None:
    """The newest lines with small pictures, the rest as a number, as text and as markup."""
    for number in range(30):
        accepted(store, f"n{number}", prompt=f"kite {number}", asked_at=5000.0 + number)
    shown = History.of(store)._repr_mimebundle_()
    assert shown["text/html"].count("<tr>") == 21
    assert "and 14 more" in shown["text/html"]
    assert shown["text/plain"] == repr(History.of(store))
    assert shown["text/plain"].count("\n") == 20
    old = History.of(store).where(until=4000)._repr_mimebundle_()["text/html"]
    assert old.count("data:image/jpeg") == 1


def test_a_table_is_small_in_the_notebook_file(store: Store) -> None:
    """Twenty pictures of the worst kind stay below what one grid may take."""
    for number in range(20):
        accepted(store, f"n{number}", asked_at=5000.0 + number)
        content = encoded(noise(256 + number))
        store.save_picture(SERVER, f"n{number}", content, url="", at=1.0)
    shown = History.of(store)._repr_mimebundle_()["text/html"]
    assert shown.count("data:image/jpeg") == 20
    assert len(shown) < 150_000


def test_thumbnails_are_made_once_and_small(store: Store) -> None:
    """256 px at most; the second time they are only read."""
    (record,) = History.of(store).where(action="imagine", status="success")
    made = thumbnails(store, [record["sha256"]])
    assert open_picture(made[record["sha256"]]).size == (256, 256)
    (store.folder / record["file"]).unlink()
    assert thumbnails(store, [record["sha256"]]) == made
    assert open_picture(small_pictures(store, [record])[record["sha256"]]).size == (96, 96)


def test_a_picture_that_is_gone_leaves_its_line(store: Store) -> None:
    """Never a broken picture, never an error."""
    (record,) = History.of(store).where(action="imagine", status="success")
    (store.folder / record["file"]).unlink()
    shown = History.of(store)._repr_mimebundle_()["text/html"]
    assert "<img" not in shown
    assert "a red kite" in shown


def test_a_history_of_a_file_shows_itself_too(store: Store, tmp_path: Path) -> None:
    """Without pictures, as they are not in it."""
    read = History.read(History.of(store).to_csv(tmp_path / "h.csv"))
    assert repr(read) == repr(History.of(store))
    assert "<img" not in read.search("kite")._repr_mimebundle_()["text/html"]


def test_a_lineage_shows_itself_and_answers(store: Store) -> None:
    """A tree, the same as text, and the records of both directions."""
    lineage = Lineage.of(store, "2")
    shown = lineage._repr_mimebundle_()
    assert shown["text/html"].count("<li") == 2
    assert shown["text/plain"] == repr(lineage)
    assert [record["task"] for record in lineage.parents()] == ["1"]
    assert lineage.children() == []
    assert [record["task"] for record in lineage.children("1")] == ["2"]
    assert Lineage.of(store, "1").parents() == []


@pytest.mark.usefixtures("_here")
def test_the_current_history_is_read_without_a_session() -> None:
    """Looking back starts no server, asks no proxy and opens no session."""
    assert [record["task"] for record in mj.history("kite", status="success")] == ["2", "1"]
    assert len(mj.history(limit=3)) == 3
    assert [record["task"] for record in mj.lineage("2").parents()] == ["1"]
    assert state._state.session is None
    with pytest.raises(UsageError):
        mj.lineage("none")
    with pytest.raises(UsageError):
        mj.history(since="soon")


def test_jobs_of_a_session_are_in_its_history(tmp_path: Path) -> None:
    """From prompt to picture and thumbnail, with mode, parent and button."""
    with Rig(tmp_path) as rig:
        session = rig.open(mode=Mode.FAST)
        grid = rig.drawn(session, "a red kite --s 50")
        upscale = rig.finish(grid.press("U2"))
        found = History.of(session.store)
        assert [record["task"] for record in found] == [upscale.id, grid.id]
        first, second = found[1], found[0]
        assert (first["mode"], second["mode"]) == ("fast", "fast")
        assert (first["status"], first["stylize"], first["tiles"]) == ("SUCCESS", 50, 4)
        assert (second["parent"], second["button"], second["tiles"]) == (grid.id, "U2", 1)
        assert (session.store.folder / first["file"]).read_bytes()
        assert len(session.store.thumbnails.of([first["sha256"], second["sha256"]])) == 2
        state.use(session)
        lineage = mj.lineage(upscale)
        state.close()
        assert [record["task"] for record in lineage.parents()] == [grid.id]


def test_what_is_unknown_can_be_shown(store: Store) -> None:
    """As a table, in one line, and as a gallery: it is where people look for what they paid."""
    doubt = intend(store, prompt="a lost kite")
    store.mark_unknown(doubt, "the line broke", 1501.0)
    found = History.of(store).where(status="unknown")
    shown = found._repr_mimebundle_()
    assert "a lost kite" in shown["text/html"]
    assert "the line broke" in repr(found)


def test_what_is_in_doubt_is_told_below_the_tasks(store: Store) -> None:
    """It may have been paid, so a look at history must not end as if there were nothing else."""
    history = History.of(store, now=lambda: 1550.0)
    assert "in doubt" not in repr(history)
    doubt = intend(store, prompt="a lost kite", asked_at=1500.0)
    assert "in doubt" not in repr(history)  # it is being sent
    assert "in doubt" in repr(History.of(store, now=lambda: 1591.0))
    store.mark_unknown(doubt, "the line broke", 1501.0)
    note = "1 request in doubt: mj.resume() looks for what came of them"
    assert repr(history).endswith(f"4 tasks · {note}")
    assert note in history._repr_mimebundle_()["text/html"]
    assert note in repr(history.search("lost"))
    assert "in doubt" not in repr(history.search("nothing like it"))
    assert "in doubt" not in repr(history.where(status="failed"))


@pytest.mark.parametrize("junk", [b"junk", "text", 5, b"\xff\xd8\xff junk"], ids=repr)
def test_a_row_that_is_no_thumbnail_is_as_good_as_none(store: Store, junk: object) -> None:
    """Tables, galleries and lineages are shown with a picture that is made anew."""
    (record,) = History.of(store).where(action="imagine", status="success")
    sha256 = record["sha256"]
    history = History.of(store)
    assert history._repr_mimebundle_()["text/html"].count("<img") == 1
    with closing(sqlite3.connect(store.folder / FILE)) as other, other:
        other.execute("UPDATE thumbnails SET jpeg = ?", (junk,))
    assert history._repr_mimebundle_()["text/html"].count("<img") == 1
    assert "data:image/jpeg" in Lineage.of(store, "1")._repr_mimebundle_()["text/html"]
    assert open_picture(store.thumbnails.of([sha256])[sha256]).size == (256, 256)
