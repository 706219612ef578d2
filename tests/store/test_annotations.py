"""Ratings, tags and notes: what may be said, how it is kept, and how it is taken back."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.store.annotation_values import Annotation, read_note, read_tag
from mj_notebook.store.annotations import Changed
from mj_notebook.store.history import Store
from tests.store.listings import kites
from tests.store.making import SERVER, again

ONE, TWO = (SERVER, "1"), (SERVER, "2")


def test_each_is_kept_beside_the_others(store: Store) -> None:
    """Tags are words without capitals, each once; 0 and "" take away what was said."""
    kites(store)
    notes = store.annotations
    notes.rate([ONE, TWO], 5)
    notes.tag([ONE], " Cover ")
    notes.tag([ONE], "a  b")
    notes.tag([ONE], "COVER")
    notes.note([TWO], "for later\n")
    assert notes.of([ONE, TWO, (SERVER, "99")]) == {
        ONE: Annotation(5, ("a b", "cover")),
        TWO: Annotation(5, (), "for later"),
    }
    assert notes.tags() == ["a b", "cover"]
    notes.rate([TWO], 0)
    notes.note([TWO], "")
    notes.untag([ONE], "cover")
    notes.untag([ONE], "a b")
    notes.untag([ONE], "never there")
    assert notes.of([ONE, TWO]) == {ONE: Annotation(5), TWO: Annotation()}


def test_a_task_that_is_restored_knows_them(store: Store) -> None:
    """The record of a task has them, and its lines in lists."""
    kites(store)
    store.annotations.rate([ONE], 3)
    store.annotations.tag([ONE], "cover")
    stored = store.task("1")
    assert stored is not None
    assert stored.annotation == Annotation(3, ("cover",))
    assert stored.annotation.text == "rated 3 · tagged cover"
    family = store.family("2")
    assert family is not None
    assert family.parent is not None
    assert family.parent.annotation == stored.annotation


def test_what_was_done_last_is_taken_back_first(store: Store) -> None:
    """What was done at once goes at once; what others wrote in another column stays."""
    kites(store)
    notes = store.annotations
    notes.rate([ONE], 2)
    notes.rate([ONE, TWO, ONE], 5)
    notes.tag([ONE], "cover")
    assert notes.undo() == "Took back the tag 'cover'."
    assert notes.undo() == "Took back the rating 5 of 2 tasks."
    assert notes.of([ONE, TWO]) == {ONE: Annotation(2), TWO: Annotation()}
    notes.undo()
    with pytest.raises(UsageError, match="Nothing was rated"):
        notes.undo()


def test_what_was_deleted_is_not_taken_back(store: Store) -> None:
    """Of a task that is no more nothing is said: the change before it is the last one."""
    kites(store)
    notes = store.annotations
    notes.rate([ONE], 2)
    notes.rate([ONE, TWO], 5)
    notes.tag([TWO], "cover")
    store.delete([store.queries.number_of(*TWO) or 0])
    assert notes.undo() == "Took back the rating 5."
    assert notes.of([ONE]) == {ONE: Annotation(2)}


def test_two_that_have_one_history_open_share_what_is_taken_back(
    store: Store, tmp_path: Path
) -> None:
    """So a gallery and a job know of each other; another history is another matter."""
    kites(store)
    told: list[Mapping[tuple[str, str], Annotation | None]] = []
    with again(store) as twice, Store(tmp_path / "other") as other:
        unsubscribe = twice.annotations.log.subscribe(told.append)
        store.annotations.rate([ONE], 4)
        with pytest.raises(UsageError):
            other.annotations.undo()
        twice.annotations.undo()
        unsubscribe()
        store.annotations.rate([ONE], 4)
    assert told == [{ONE: Annotation(4)}, {ONE: Annotation()}]


def test_nothing_is_changed_where_one_task_is_unknown(store: Store) -> None:
    """All of it or none, and that is told to nobody."""
    kites(store)
    told: list[Changed] = []
    store.annotations.log.subscribe(told.append)
    with pytest.raises(UsageError, match="does not know the task '99'"):
        store.annotations.rate([ONE, (SERVER, "99")], 4)
    assert (store.annotations.of([ONE])[ONE], told) == (Annotation(), [])


@pytest.mark.parametrize("rating", [-1, 6, 2.0, True, "4", None])
def test_what_is_no_rating_is_refused(store: Store, rating: object) -> None:
    """A whole number from 0 to 5 is one."""
    with pytest.raises(UsageError, match="no rating"):
        store.annotations.rate([], rating)  # type: ignore[arg-type]


@pytest.mark.parametrize("tag", ["", "  ", "a, b", "x" * 61, 5, None])
def test_what_is_no_tag_is_refused(tag: object) -> None:
    """A comma parts tags, so it is in none."""
    with pytest.raises(UsageError, match="no tag"):
        read_tag(tag)


def test_tags_and_notes_have_limits(store: Store) -> None:
    """Also in number; a note obeys no terminal where it is shown in a line."""
    kites(store)
    for number in range(50):
        store.annotations.tag([ONE], f"tag {number}")
    with pytest.raises(UsageError, match="50 tags at most"):
        store.annotations.tag([ONE], "one more")
    for strange in ("x" * 10_001, 5):
        with pytest.raises(UsageError, match="no note"):
            read_note(strange)
    assert read_tag("red\x1b[2J") == "red␛[2j"
    assert Annotation(notes="a\nb\x1b").text == "“a b␛”"
