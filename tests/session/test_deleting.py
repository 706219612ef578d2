"""Deleting is asked once: what the question says, and what the answers do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.session.deleting import delete_tasks
from mj_notebook.store.history import Store
from tests.store.listings import kites
from tests.store.making import SERVER


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty history."""
    with Store(tmp_path / "mj") as opened:
        yield opened


@pytest.mark.parametrize(
    ("answer", "stays"), [("y", False), (" YES ", False), ("", True), ("n", True), ("yep", True)]
)
def test_only_yes_is_a_yes(store: Store, answer: str, *, stays: bool) -> None:
    """The question tells how many, and what comes of it."""
    kites(store)
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return answer

    number = store.queries.number_of(SERVER, "1") or 0
    done = delete_tasks(store, [number], yes=False, ask=ask)
    assert (store.task("1") is not None) is stays
    assert (repr(done) == "Nothing was deleted.") is stays
    (question,) = asked
    assert "Delete 1 task from history" in question
    assert "draws anew" in question


def test_without_a_person_nothing_is_asked(store: Store) -> None:
    """It stops before anything goes, and says how it is done then; nothing is no question."""
    kites(store)
    with pytest.raises(UsageError, match="yes=True"):
        delete_tasks(store, [1], yes=False)
    assert delete_tasks(store, [], yes=False).tasks == 0
