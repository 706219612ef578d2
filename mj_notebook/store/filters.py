"""Which tasks of history are wanted: what a person says, as one checked record."""

import difflib
import math
import numbers
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.language.misfits import nearest
from mj_notebook.language.sentences import plain
from mj_notebook.prompt.keywords import KEYWORDS, unknown_keyword
from mj_notebook.prompt.parameters import living_names, long_name
from mj_notebook.protocol.vocabulary import Mode, Status, TaskAction, status_of
from mj_notebook.store.annotation_values import read_rating, read_tag
from mj_notebook.store.columns import LOST, NAMES, PARAMETER_TYPES, UNKNOWN, ColumnType
from mj_notebook.store.full_text import SearchTerm, read_search
from mj_notebook.store.timespec import When, end_of, start_of

Words = str | Iterable[str]
# What a column of the database holds.
_LARGEST = 2**63 - 1
_STATUSES = (*map(str, Status), "open", UNKNOWN, LOST)
_ACTIONS = tuple(map(str, TaskAction))
# The words in which a table of history tells them.
_AS_SHOWN = {
    "DONE": Status.SUCCESS,
    "FAILED": Status.FAILURE,
    "CANCELLED": Status.CANCEL,
    "QUEUED": Status.NOT_START,
    "WAITING FOR THE FIRST SKETCH": Status.SUBMITTED,
    "WAITING FOR YOUR ANSWER": Status.MODAL,
    "WAITING": Status.MODAL,
    "DRAWING": Status.IN_PROGRESS,
}
_RATIO = long_name("ar")
# What is told of these: a server's words are taken as well.
_KNOWN_STATUSES = (*(word for word in _AS_SHOWN if " " not in word), "open", UNKNOWN, LOST)


class Filters(NamedTuple):
    """
    What must hold of a task; an empty field holds of all.

    Attributes:
        since: Asked at that time or later, epoch seconds.
        until: Asked before that time.
        rating: This rating or a better one; 0 for what has none.
        tag: One of these tags.
        parameters: By name, what the parameters of the prompt are; "seed" is the one told.
    """

    text: tuple[SearchTerm, ...] = ()
    action: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    since: float | None = None
    until: float | None = None
    server: tuple[str, ...] = ()
    parent: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    user: tuple[str, ...] = ()
    rating: int | None = None
    tag: tuple[str, ...] = ()
    parameters: tuple[tuple[str, tuple[Any, ...]], ...] = ()


def read_filters(
    *,
    now: float,
    text: str | None = None,
    action: Words | None = None,
    status: Words | None = None,
    since: When | None = None,
    until: When | None = None,
    server: Words | None = None,
    parent: Words | None = None,
    mode: Words | None = None,
    user: Words | None = None,
    rating: int | None = None,
    tag: Words | None = None,
    **parameters: Any,
) -> Filters:
    """Check what a person wants to see."""
    begin = None if since is None else start_of(since, now=now)
    end = None if until is None else end_of(until, now=now)
    if begin is not None and end is not None and begin >= end:
        raise UsageError(
            translated("Nothing can be since {since} and until {until}.", since=since, until=until),
            hint=translated("Turn the two round."),
        )
    return Filters(
        text=() if text is None else read_search(text),
        action=_actions(_words("action", action)),
        status=_statuses(_words("status", status)),
        since=begin,
        until=end,
        server=_words("server", server),
        parent=_words("parent", parent),
        mode=_modes(_words("mode", mode)),
        user=_words("user", user),
        rating=None if rating is None else read_rating(rating),
        tag=tuple(read_tag(word) for word in _words("tag", tag)),
        parameters=_parameters(parameters),
    )


def read_limit(limit: object) -> int | None:
    """Check how many are wanted; None is all."""
    if limit is None:
        return None
    if isinstance(limit, bool) or not isinstance(limit, numbers.Integral) or limit < 1:
        raise UsageError(
            translated("{limit!r} is no number of tasks.", limit=limit),
            hint=translated("Give 1 or more."),
        )
    # A column holds no larger number, and nobody has more tasks.
    return min(int(limit), _LARGEST)


def _words(name: str, value: Words | None) -> tuple[str, ...]:
    if value is None:
        return ()
    listed: tuple[Any, ...] = (value,)
    if not isinstance(value, str):
        listed = tuple(value) if isinstance(value, Iterable) else (value,)
    for word in listed:
        # An empty word would be a filter that finds nothing, and says nothing.
        if not isinstance(word, str) or not word.strip():
            raise UsageError(
                translated("{word!r} is no {name}.", word=word, name=name),
                hint=translated("Give the {name} as text, or several in a list.", name=name),
            )
    if not listed:
        raise UsageError(
            translated("The list for {name} is empty.", name=name),
            hint=translated("Leave it out to see all."),
        )
    return tuple(word.strip() for word in listed)


def _statuses(words: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(_status(word) for word in words)
    for given, word in zip(words, found, strict=True):
        if word not in _STATUSES:
            raise _unknown("status", given, _KNOWN_STATUSES)
    if UNKNOWN in found and len(found) > 1:
        raise UsageError(
            translated("What is in doubt is no task yet, and is listed by itself."),
            hint=translated('Ask for status="unknown" alone.'),
        )
    return found


def _status(word: str) -> str:
    loud = word.upper()
    return "open" if loud == "OPEN" else str(_AS_SHOWN.get(loud) or status_of(loud))


def _modes(words: tuple[str, ...]) -> tuple[str, ...]:
    for word in words:
        if word.lower() not in tuple(Mode):
            raise _unknown("mode", word, Mode)
    return tuple(word.lower() for word in words)


def _actions(words: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(word.upper() for word in words)
    for given, word in zip(words, found, strict=True):
        # Servers have words of their own for what they draw, so only a slip of the pen is refused.
        if word not in _ACTIONS and difflib.get_close_matches(word, _ACTIONS, n=1, cutoff=0.8):
            raise _unknown("action", given, _ACTIONS)
    return found


def check_actions(filters: Filters, in_history: Callable[[], Iterable[str]]) -> None:
    """Refuse an action that neither we nor any server of this history knows."""
    strange = [word for word in filters.action if word not in _ACTIONS]
    if strange and (unknown := set(strange).difference(in_history())):
        raise _unknown("action", min(unknown).lower(), _ACTIONS)


def _unknown(name: str, word: str, known: Iterable[str]) -> UsageError:
    shown = [one.lower() for one in known]
    close = nearest(word.lower(), shown)
    hint = (
        translated("Did you mean {close!r}?", close=close)
        if close
        else translated("Known: {known}.", known=", ".join(shown))
    )
    return UsageError(
        translated("There is no {name} {word!r}.", name=name, word=word[:40]), hint=hint
    )


# Nothing is told by the order of hashes.
_SORTABLE = frozenset(PARAMETER_TYPES) - {"sha256", "file", "key"}


class SortKey(NamedTuple):
    """What tasks are put in order by: a column of history or a parameter."""

    name: str
    is_falling: bool


def read_sort(sort: object, said: str = "sorted") -> SortKey | None:
    """Read what tasks are to be sorted by: "seed", "stylize desc", "rating" with the best first."""
    if sort is None:
        return None
    name, _, way = (sort.strip().lower() if isinstance(sort, str) else "").partition(" ")
    # As the filter is called; the column is named for what it holds.
    name = "tags" if name == "tag" else name
    known = name if name in NAMES else long_name(name)
    if known not in _SORTABLE or way.strip() not in {"", "asc", "desc"}:
        close = nearest(name, _SORTABLE)
        meant = (
            translated("Did you mean {close!r}?", close=close) if close and close != known else ""
        )
        raise UsageError(
            translated("Tasks can't be {said} by {sort!r}.", said=said, sort=sort),
            hint=meant
            or translated('Give a column or a parameter, as in "rating", "seed", "stylize desc".'),
        )
    # The best and the newest are looked for first.
    is_falling = known == "rating" or PARAMETER_TYPES[known] is ColumnType.MOMENT
    return SortKey(known, way.strip() == "desc" if way else is_falling)


def _parameters(given: Mapping[str, Any]) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    found: dict[str, tuple[Any, ...]] = {}
    for name, value in given.items():
        known = long_name(name)
        if known not in living_names():
            raise unknown_keyword(name, (*Filters._fields[:-1], *KEYWORDS))
        if value is None:
            continue
        if known in found:
            raise UsageError(
                translated("{known} is asked for twice.", known=known),
                hint=translated("Give a list of its values."),
            )
        listed = tuple(map(plain, value)) if isinstance(value, list | tuple) else (value,)
        if _is_ratio(known, listed):  # one value, where two of another parameter are two
            listed = (listed,)
        if not listed:
            raise UsageError(
                translated("The list for {name} is empty.", name=name),
                hint=translated("Leave it out to see all."),
            )
        found[known] = tuple(_parameter(name, known, one) for one in listed)
    return tuple(found.items())


def _is_ratio(known: str, value: object) -> bool:
    """Tell whether *value* is a shape of pictures in two numbers, as keywords take it."""
    is_pair = isinstance(value, list | tuple) and len(value) == 2
    return known == _RATIO and is_pair and all(isinstance(one, int) for one in value)  # type: ignore[attr-defined]


def _parameter(name: str, known: str, value: Any) -> Any:
    """Return what the parameter *known* is where it has *value*; False for where it is not."""
    if _is_ratio(known, value):
        value = ":".join(map(str, value))
    kind = PARAMETER_TYPES[known]
    # Before numbers: True is 1 to Python.
    if isinstance(value, bool):
        return value
    if kind in {ColumnType.WHOLE, ColumnType.NUMBER}:
        number = _number(value)
        if number is None:
            raise UsageError(
                translated("{value!r} is no value of {name}.", value=value, name=name),
                hint=translated("Give a number, True or False."),
            )
        return number
    if kind is ColumnType.FLAG or not isinstance(value, str | int | float):
        raise UsageError(
            translated("{value!r} is no value of {name}.", value=value, name=name),
            hint=translated("Give True or False.")
            if kind is ColumnType.FLAG
            else translated("Give a text or a number."),
        )
    text = " ".join(str(value).split()).lower()
    if known == "version" and text != "niji" and not any(map(str.isdigit, text)):
        raise UsageError(
            translated("{value!r} is no version.", value=value),
            hint=translated("Give for instance 7, 8.2 or niji 6."),
        )
    if known == "version" and text.startswith("niji"):
        return f"niji {text.removeprefix('niji').strip()}".strip()
    # History has them so: "7" and "7.0" are one version.
    return text.removesuffix(".0") if known == "version" else text


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
