"""Times as people give them."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.store.timespec import end_of, start_of

NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC).timestamp()


def _read(when: Any) -> tuple[datetime, datetime]:
    begin, end = start_of(when, now=NOW, zone=UTC), end_of(when, now=NOW, zone=UTC)
    return datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)


def _at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # year, month, day, …


@pytest.mark.parametrize(
    ("when", "begin", "end"),
    [
        ("2026", _at(2026, 1, 1), _at(2027, 1, 1)),
        ("2026-01", _at(2026, 1, 1), _at(2026, 2, 1)),
        ("2025-12", _at(2025, 12, 1), _at(2026, 1, 1)),
        ("2026-02-28", _at(2026, 2, 28), _at(2026, 3, 1)),
        (date(2026, 1, 5), _at(2026, 1, 5), _at(2026, 1, 6)),
        ("today", _at(2026, 3, 15), _at(2026, 3, 16)),
        ("Yesterday", _at(2026, 3, 14), _at(2026, 3, 15)),
    ],
)
def test_a_part_of_the_calendar_has_a_begin_and_an_end(
    when: Any, begin: datetime, end: datetime
) -> None:
    """So that until="2026-01" means all of January."""
    assert _read(when) == (begin, end)


@pytest.mark.parametrize(
    ("when", "moment"),
    [
        ("3 days", _at(2026, 3, 12, 12)),
        ("3 days ago", _at(2026, 3, 12, 12)),
        (" 1  Week ", _at(2026, 3, 8, 12)),
        ("90min", _at(2026, 3, 15, 10, 30)),
        ("1.5 hours", _at(2026, 3, 15, 10, 30)),
        ("2 months", _at(2026, 1, 14, 12)),
        ("now", _at(2026, 3, 15, 12)),
        (timedelta(days=1), _at(2026, 3, 14, 12)),
        ("2026-01-15 14:30", _at(2026, 1, 15, 14, 30)),
        ("2026-01-15T14:30:05Z", _at(2026, 1, 15, 14, 30, 5)),
        ("2026-01-15T14:30+02:00", _at(2026, 1, 15, 12, 30)),
        (datetime(2026, 1, 15, 14, 30), _at(2026, 1, 15, 14, 30)),  # noqa: DTZ001 - people do
        (
            datetime(2026, 1, 15, 14, 30, tzinfo=timezone(timedelta(hours=2))),
            _at(2026, 1, 15, 12, 30),
        ),
        (NOW, _at(2026, 3, 15, 12)),
    ],
)
def test_a_moment_is_one_moment(when: Any, moment: datetime) -> None:
    """Times without a zone are those of the person."""
    assert _read(when) == (moment, moment)


@pytest.mark.parametrize(
    "when",
    [
        "",
        "soon",
        "2026-13",
        "2026-02-30",
        "0000-01",
        "3 fortnights",
        "days",
        True,
        None,
        [],
        b"x",
        float("nan"),
        float("inf"),
        1e300,
        "9999",
        "99999999999 years",
        timedelta.max,
        "-3 days",
    ],
)
def test_what_is_no_time_is_told_with_examples(when: Any) -> None:
    """Never a traceback of the calendar, never another time than was meant."""
    with pytest.raises(UsageError) as raised:
        start_of(when, now=NOW, zone=UTC)
    assert "3 days" in raised.value.hint


def test_without_a_zone_it_is_the_one_of_this_computer() -> None:
    """People mean their own midnight."""
    expected = datetime(2026, 1, 5).astimezone().timestamp()
    assert start_of("2026-01-05", now=NOW) == expected
