"""The journal: entries in a file that several servers share."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from mj_notebook.server.engine.ledger import Accepted, Cancelled, Entry, Resized
from mj_notebook.server.tasks.journal import KEPT_FOR, FileJournal, Journal

NOW = 1_760_000_000_000
Opened = Callable[[int], FileJournal]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Return what opens one more journal on the same folder, as a server does at a time."""
    with ExitStack() as stack:

        def open_one(now: int) -> FileJournal:
            return stack.enter_context(closing(FileJournal(tmp_path, now)))

        yield open_one


def entry(number: int, at: int = NOW, parent: int = 0) -> Accepted:
    """Return the entry of a task."""
    named = str(parent) if parent else ""
    return Accepted(
        id=str(number), at=at, kind="imagine", action="IMAGINE", description="", parent=named
    )


def told(journal: FileJournal) -> list[Entry]:
    """Return what is news."""
    return list(journal.read_new().entries)


def written(journal: FileJournal, *entries: Entry) -> None:
    """Write as the register does."""
    with journal.locked():
        journal.read_new()
        for item in entries:
            journal.write(item)


def test_a_new_journal_tells_all_there_is(opened: Opened) -> None:
    """In order, once, and from the start."""
    written(opened(NOW), entry(1), Cancelled(id="1", at=NOW))
    again = opened(NOW)
    news = again.read_new()
    assert news.from_start
    assert list(news.entries) == [entry(1), Cancelled(id="1", at=NOW)]
    assert told(again) == []


def test_two_journals_hear_of_each_other(opened: Opened) -> None:
    """Each is told what the other wrote, and not what it wrote itself."""
    one, other = opened(NOW), opened(NOW)
    written(one, entry(1))
    assert told(other) == [entry(1)]
    written(other, entry(2))
    assert told(other) == []
    assert told(one) == [entry(2)]


def test_a_torn_last_line_is_as_if_never_begun(opened: Opened, tmp_path: Path) -> None:
    """It is ignored, and what is written after it stands on a line of its own."""
    written(opened(NOW), entry(1))
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(b'{"entry":"accepted","id":"2","at":17600')
    one, other = opened(NOW), opened(NOW)
    assert told(one) == told(other) == [entry(1)]
    assert told(one) == []
    written(one, entry(3), entry(4))
    assert told(other) == [entry(3), entry(4)]
    assert told(opened(NOW)) == [entry(1), entry(3), entry(4)]


def test_a_broken_line_in_the_middle_costs_only_itself(opened: Opened, tmp_path: Path) -> None:
    """The entries around it stay."""
    written(opened(NOW), entry(1))
    with (tmp_path / "journal.jsonl").open("ab") as file:
        file.write(b"\x00\xff garbage\n\n")
    written(opened(NOW), entry(2))
    assert told(opened(NOW)) == [entry(1), entry(2)]


def test_what_is_older_than_a_month_is_forgotten(opened: Opened) -> None:
    """Except what younger tasks descend from, and settings."""
    old = NOW - KEPT_FOR - 1
    ancestor, child = entry(2, old), entry(3, NOW, parent=2)
    cancelled = Cancelled(id="1", at=old)
    size = Resized(at=old, cores=7)
    written(opened(old), size, entry(1, old), cancelled, ancestor, child)
    assert told(opened(NOW)) == [size, ancestor, child]


def test_a_server_that_is_running_notices_a_shorter_journal(opened: Opened) -> None:
    """When another one has thrown old entries away, it reads the file from the start."""
    old = NOW - KEPT_FOR - 1
    running = opened(old)
    written(running, entry(1, old), entry(2, NOW))
    written(opened(NOW), entry(3))
    news = running.read_new()
    assert news.from_start
    assert list(news.entries) == [entry(2), entry(3)]
    written(running, entry(4))
    assert told(opened(NOW)) == [entry(2), entry(3), entry(4)]


def test_a_held_journal_keeps_others_waiting(opened: Opened) -> None:
    """Many writers at once lose nothing and tear nothing."""

    def write(first: int) -> None:
        journal = opened(NOW)
        for number in range(first, first + 50):
            written(journal, entry(number))

    threads = [threading.Thread(target=write, args=(first,)) for first in (100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [item.id for item in told(opened(NOW)) if isinstance(item, Accepted)]
    assert sorted(numbers) == [str(n + d) for n in (100, 200, 300) for d in range(50)]


def test_only_its_owner_may_read_it(opened: Opened, tmp_path: Path) -> None:
    """Prompts are private."""
    written(opened(NOW), entry(1))
    assert (tmp_path / "journal.jsonl").stat().st_mode & 0o077 == 0


def test_a_journal_in_memory_has_no_news() -> None:
    """The engine is all there is."""
    journal = Journal()
    with journal.locked():
        journal.write(entry(1))
    assert journal.read_new().entries == ()
