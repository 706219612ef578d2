"""A history copied into another one: whole, again without harm, and compared at the end."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from mj_notebook.__main__ import main
from mj_notebook.errors import StoreError
from mj_notebook.store.history import Store
from mj_notebook.store.moving import KEYED, NUMBERED, REQUESTS, TASKS, move
from mj_notebook.store.query import Query
from tests.store.listings import drawn
from tests.store.making import PNG, SERVER, accepted, intend, task
from tests.support.postgres import PostgresServer
from tests.support.rig import PLANTED_SECRET

# What a history gives its rows by itself, and what is made anew.
_OWN = {"tasks": {"is_indexed"}, "migrations": {"name"}, "replies": {"task", "reply"}}


def filled(store: Store, mark: str = "a") -> Store:
    """Write something of everything into a history."""
    store.user, store.notebook = "ada", "/home/ada/one.ipynb"
    for number in range(3):
        accepted(store, f"{mark}{number}", tag=f"mj-{mark}{number}", prompt=f"{mark} kite {number}")
    store.save_tasks([(SERVER, drawn(f"{mark}{number}")) for number in range(2)])
    store.save_tasks([("elsewhere", task(f"{mark}9"))])
    store.mark_unknown(intend(store, tag=f"mj-{mark}x"), "lost", 1002.0)
    store.save_picture(SERVER, f"{mark}0", PNG + mark.encode(), url="http://x/1.png", at=1003.0)
    store.annotate(SERVER, f"{mark}0", rating=4, notes="a note", tags=("cover",))
    store.choose(SERVER, f"{mark}0", 1004.0)
    store.record_replay(SERVER, f"{mark}0", 1005.0)
    store.gaps.note(SERVER, "route", mark, "said\0so", at=1006.0)
    store.thumbnails.save({mark * 64: b"\xff\xd8\xff small"})
    store.given.keep_all("data:image/png;base64,iVBORw0KGgo=")
    return store


def listed(store: Store) -> list[tuple[object, ...]]:
    """Return what lists tell of a history, without the numbers of its rows."""
    return sorted((row[:-1] for row in store.queries.rows(Query())), key=repr)


def columns_of(store: Store) -> dict[str, set[str]]:
    """Return all tables of a file with their columns."""
    tables = store.database.read("SELECT name FROM sqlite_master WHERE type = 'table'")
    names = [name for (name,) in tables if not name.startswith(("sqlite_", "task_words"))]
    return {
        name: {row[1] for row in store.database.read(f"PRAGMA table_info({name})")}
        for name in names
    }


def test_every_column_is_copied(file_store: Store) -> None:
    """A migration that adds one adds it here too."""
    copied = {table.name: set(table.all_columns) for table in (REQUESTS, TASKS, *KEYED, *NUMBERED)}
    for name, columns in columns_of(file_store).items():
        assert copied.get(name, set()) | _OWN.get(name, set()) == columns, name


@pytest.mark.parametrize("way", ["up", "down"])
def test_what_is_moved_is_the_same(
    file_store: Store, team_store: Store, tmp_path: Path, way: str
) -> None:
    """Rows, pictures and what was given, from a file to a database and back; twice is once."""
    with Store(tmp_path / "other") as other:
        source, target = (file_store, team_store) if way == "up" else (team_store, other)
        filled(source)
        first, second = move(source, target), move(source, target)
        assert first.is_whole, first
        assert first.rows == first.copied, first
        assert (first.rows["requests"], first.rows["tasks"], first.pictures) == (4, 4, 1)
        assert (second.is_whole, second.rows) == (True, first.rows)
        assert not any(second.copied.values()), second
        assert listed(target) == listed(source)
        assert target.charges.read() == source.charges.read()
        (lost,) = target.unsettled(SERVER)
        assert (lost.tag, lost.user) == ("mj-ax", "ada")
        kept = target.picture(SERVER, "a0")
        assert kept is not None
        assert target.pictures.read(kept.sha256) == PNG + b"a"
        assert len(list((target.folder / "given").iterdir())) == 1


def test_two_histories_become_one(file_store: Store, team_store: Store, tmp_path: Path) -> None:
    """Numbers that both gave do not matter; what the target had stays as it is."""
    with Store(tmp_path / "other") as other:
        filled(file_store)
        filled(other, "b")
        team_store.gaps.note(SERVER, "route", "a", "said otherwise", at=1.0)
        assert move(file_store, team_store).other["gaps"] == 1
        moved = move(other, team_store)
        assert moved.is_whole, moved
        assert len(listed(team_store)) == 8
        assert [one.tag for one in team_store.unsettled(SERVER)] == ["mj-ax", "mj-bx"]
        by_tag = {one.tag: one.intent for one in team_store.open_tasks(SERVER)}
        assert len(set(by_tag.values())) == len(by_tag) == 2
        assert set(by_tag) == {"mj-a2", "mj-b2"}


def test_what_has_ended_since_is_brought_up(file_store: Store, team_store: Store) -> None:
    """A history that was used on after it was copied is copied once more."""
    filled(file_store)
    move(file_store, team_store)
    team_store.annotate(SERVER, "a2", rating=5)
    file_store.save_tasks([(SERVER, drawn("a2"))])
    file_store.mark_refused(file_store.unsettled(SERVER)[0].intent, "no", 1010.0)
    move(file_store, team_store)
    assert team_store.open_tasks(SERVER) == []
    assert team_store.unsettled(SERVER) == []
    found = team_store.task("a2", SERVER)
    assert found is not None
    assert found.annotation.rating == 5


def test_what_is_interrupted_goes_on(file_store: Store, team_store: Store) -> None:
    """Wherever it stopped: the same command again leads to the same end."""
    filled(file_store)
    for stop in count(1):
        steps = iter(range(stop))

        def say(_: str, steps: Callable[[], int] = steps.__next__) -> None:
            try:
                steps()
            except StopIteration:
                raise KeyboardInterrupt from None

        try:
            moved = move(file_store, team_store, say)
        except KeyboardInterrupt:
            continue
        break
    assert moved.is_whole
    assert listed(team_store) == listed(file_store)


def test_pictures_are_compared_by_their_bytes(file_store: Store, tmp_path: Path) -> None:
    """One that is damaged here can't be copied; one that is damaged there is told."""
    filled(file_store)
    gone = file_store.save_picture(SERVER, "a1", PNG + b"gone", url="", at=1.0)
    gone.path.write_bytes(b"damaged")
    with Store(tmp_path / "other") as other:
        moved = move(file_store, other)
        assert (moved.lost, moved.pictures, moved.is_whole) == ((gone.sha256,), 1, True)
        assert "1 pictures were gone" in str(moved)
        kept = other.picture(SERVER, "a0")
        assert kept is not None
        kept.path.write_bytes(bytes(kept.path.stat().st_size))
        again = move(file_store, other)
        assert again.wrong == (kept.sha256,)
        assert not again.is_whole
        with pytest.raises(StoreError):
            other.pictures.read(kept.sha256)


def test_a_line_of_the_command_moves_a_history(
    file_store: Store,
    postgres: PostgresServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """From a folder into a database with a place for pictures; what is no history is refused."""
    filled(file_store)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MJ_STORE_PASSWORD", PLANTED_SECRET)
    address, shared = str(postgres.emptied()), f"file://{tmp_path / 'shared'}"
    line = ["move", str(file_store.folder), address, "--target-pictures", shared]
    assert main(line) == 0
    assert "requests: 4 rows, 4 new" in capsys.readouterr().out
    assert len(list((tmp_path / "shared").rglob("*.png"))) == 1
    assert main(line) == 0
    assert "requests: 4 rows, 0 new" in capsys.readouterr().out
    assert main(["move", address, address]) == 1
    assert "into itself" in capsys.readouterr().err
    assert main(["move", str(tmp_path / "nowhere"), address]) == 1
    assert "There is no history in nowhere." in capsys.readouterr().err
