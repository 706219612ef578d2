"""Times as people give them: "2026-01", "3 days", dates; pure, the time now is given."""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from mj_notebook.errors import UsageError
from mj_notebook.language import marked, translated

When = str | float | date | timedelta

_HINT = marked('Write for instance "2026-01", "2026-01-15 14:30", "today" or "3 days".')
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)(?:\s+ago)?")
_UNITS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), timedelta(seconds=1)),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks"), timedelta(weeks=1)),
    # Roughly: "3 months ago" is said by people who mean a season, and a date says the rest.
    **dict.fromkeys(("month", "months"), timedelta(days=30)),
    **dict.fromkeys(("y", "year", "years"), timedelta(days=365)),
}


def start_of(when: When, *, now: float, zone: tzinfo | None = None) -> float:
    """
    Return the first moment of *when*, in epoch seconds.

    Args:
        when: A date or a time, or a part of one ("2026-01"); how long ago ("3 days", a
            `timedelta`); epoch seconds.
        now: Epoch seconds.
        zone: Where a time without a zone is meant; None is the zone of this computer.

    Raises:
        UsageError: Nobody can tell which time is meant.
    """
    return _span(when, now, zone)[0]


def end_of(when: When, *, now: float, zone: tzinfo | None = None) -> float:
    """Return the moment after *when*: the end of January for "2026-01"; else as `start_of`."""
    return _span(when, now, zone)[1]


def _span(when: When, now: float, zone: tzinfo | None) -> tuple[float, float]:
    try:
        return _spans(when, now, zone)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            translated("{when!r} is no time there could be.", when=when), hint=translated(_HINT)
        ) from error


def _spans(when: When, now: float, zone: tzinfo | None) -> tuple[float, float]:
    given: Any = when
    if hasattr(given, "dtype"):  # numpy's own: a day or a month is the whole of it
        when = str(given)[:26] if given.dtype.kind == "M" else given.tolist()
    if isinstance(when, bool) or not isinstance(when, str | int | float | date | timedelta):
        raise UsageError(translated("{when!r} is no time.", when=when), hint=translated(_HINT))
    if isinstance(when, str):
        return _read(" ".join(when.lower().split()), when, now, zone)
    if isinstance(when, timedelta):
        return _point(now - when.total_seconds())
    # Before `date`, of which it is one too.
    if isinstance(when, datetime):
        return _point(_epoch(when, zone))
    if isinstance(when, date):
        return _days(when, when + timedelta(days=1), zone)
    return _point(float(when))


def _read(text: str, said: str, now: float, zone: tzinfo | None) -> tuple[float, float]:
    today = datetime.fromtimestamp(now, zone).date()
    if text in {"today", "yesterday"}:
        day = today - timedelta(days=text == "yesterday")
        return _days(day, day + timedelta(days=1), zone)
    if text == "now":
        return _point(now)
    if found := _DAY.fullmatch(text):
        return _days(*_period(*(int(part) if part else None for part in found.groups())), zone)
    ago = _AGO.fullmatch(text)
    if ago and ago[2] in _UNITS:
        return _point(now - float(ago[1]) * _UNITS[ago[2]].total_seconds())
    try:
        return _point(_epoch(datetime.fromisoformat(said.strip()), zone))
    except ValueError:
        raise UsageError(
            translated("{said!r} is no time.", said=said[:80]), hint=translated(_HINT)
        ) from None


def _period(year: int | None, month: int | None, day: int | None) -> tuple[date, date]:
    """Return the first day of a year, month or day, and the first one after it."""
    first = date(year or 0, month or 1, day or 1)
    if day:
        return first, first + timedelta(days=1)
    if month:
        return first, (first + timedelta(days=31)).replace(day=1)
    return first, first.replace(year=first.year + 1)


def _days(first: date, after: date, zone: tzinfo | None) -> tuple[float, float]:
    begin, end = (datetime.combine(day, time.min) for day in (first, after))
    return _epoch(begin, zone), _epoch(end, zone)


def _epoch(moment: datetime, zone: tzinfo | None) -> float:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()


def _point(seconds: float) -> tuple[float, float]:
    # Not a number, and times no calendar has.
    datetime.fromtimestamp(seconds)  # noqa: DTZ006 - only asked whether there is such a time
    return seconds, seconds
