"""Entries as lines."""

import json

import pytest

from mj_notebook.server.engine.ledger import (
    Accepted,
    Answered,
    Cancelled,
    Entry,
    Notified,
    Resized,
    read_entry,
    write_entry,
)

ACCEPTED = Accepted(
    id="1760000000000000",
    at=1_760_000_000_000,
    kind="imagine",
    action="IMAGINE",
    description="/imagine 风筝",
    prompt='a "kite"\n💥',
    pictures=("a1", "b2"),
    faults=("hang=46", "mime=a/b"),
    state="",
)


@pytest.mark.parametrize(
    "entry",
    [
        ACCEPTED,
        Answered(id="1", at=2, prompt="x", duration=3, fail_reason="no", mask="c3"),
        Cancelled(id="1", at=2),
        Notified(id="1", at=2),
        Resized(at=2, cores=1000),
    ],
    ids=lambda entry: type(entry).__name__,
)
def test_an_entry_comes_back_from_its_line(entry: Entry) -> None:
    """Whatever its texts hold, it is one line."""
    line = write_entry(entry)
    assert "\n" not in line
    assert read_entry(line) == entry
    assert read_entry(line.encode()) == entry


def test_what_a_newer_server_writes_is_passed_over() -> None:
    """Unknown keys are dropped; unknown kinds are no entry."""
    record = json.loads(write_entry(ACCEPTED))
    assert read_entry(json.dumps({**record, "novelty": 1})) == ACCEPTED
    assert read_entry(json.dumps({**record, "entry": "renamed"})) is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "null",
        "[]",
        "1",
        '{"entry":"cancelled"}',
        '{"entry":"cancelled","id":"1","at":"x"}',
        '{"entry":"accepted","id":"1","at":1}',
        '{"entry":[],"at":1}',
        "[" * 100_000,
    ],
)
def test_a_broken_line_is_no_entry(line: str) -> None:
    """It is passed over, and the journal goes on behind it."""
    assert read_entry(line) is None


def test_a_line_that_is_no_text_is_no_entry() -> None:
    """A disk may give back anything."""
    assert read_entry(b"\xff\xfe\x00") is None
