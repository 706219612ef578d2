"""The axes of a sweep: what varies, how its values are called, and which cells they span; pure."""

import itertools
import math
import numbers
import os
from collections import Counter
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    Sequence,
    ValuesView,
)
from collections.abc import Set as AbstractSet
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.language.sentences import plain, shown
from mj_notebook.prompt.keywords import KEYWORDS, unknown_keyword
from mj_notebook.prompt.parameters import parameter_table
from mj_notebook.protocol.addresses import holds_content
from mj_notebook.settings.argument_types import is_whole, public
from mj_notebook.view.text import truncate

# Rows, columns, pages, and one to choose: a grid shows no more.
MOST_AXES = 4
MOST_CELLS = 100_000
# What a request may carry and a picture differs by.
_OPTIONS = ("bot", "mode", "repeat")
# A tuple is one value of these: width and height, several words, several addresses.
_TUPLES = frozenset({"ratio", "text", "addresses", "style", "profile", "any"})
_LABEL = 200


class AxisKind(StrEnum):
    """What an axis varies."""

    PROMPT = "prompt"
    FIELD = "field"
    """A ``{{name}}`` of the prompt."""
    PARAMETER = "parameter"
    IMAGES = "images"
    OPTION = "option"


@public
class Axis(NamedTuple):
    """
    One thing that varies.

    Attributes:
        name: As it was given: "s", "animal", "prompt".
        values: What it takes, in the order it was given.
        labels: How these are called, each by another name.
    """

    name: str
    kind: AxisKind
    values: tuple[Any, ...]
    labels: tuple[str, ...]

    def place_of(self, value: object) -> int:
        """Return the place of *value*, given as it is or as its label."""
        for at, (known, label) in enumerate(zip(self.values, self.labels, strict=True)):
            if _is_same(known, value) or label == label_of(value):
                return at
        listed = ", ".join(self.labels[:12])
        raise UsageError(
            translated("{name} is never {value!r} in this sweep.", name=self.name, value=value),
            hint=translated(
                "It is: {listed}{what}.", listed=listed, what="…" if len(self.labels) > 12 else ""
            ),
        )


class Point(dict[str, Any]):
    """The values of one cell by the names of the axes: ``cell["s"]``, or ``cell.s``."""

    def __getattribute__(self, name: str) -> Any:
        # An axis may be called as a method of mappings is: then the axis is meant.
        return self[name] if name in self else super().__getattribute__(name)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            translated(
                "There is no axis {name!r}; the axes: {names}.", name=name, names=", ".join(self)
            )
        )

    def __repr__(self) -> str:
        pairs = dict.items(self)
        return ", ".join(f"{name}={shown(value)}" for name, value in pairs)


class Span(NamedTuple):
    """
    The axes of a sweep, and what is the same in each cell.

    Attributes:
        fixed: Options and parameters that do not vary.
        fields: The ``{{name}}`` of the prompt that do not vary.
    """

    axes: tuple[Axis, ...]
    fixed: Mapping[str, Any]
    fields: Mapping[str, Any]

    @property
    def size(self) -> int:
        """How many cells the axes span."""
        return math.prod(len(axis.values) for axis in self.axes)

    def point(self, at: Sequence[int]) -> Point:
        """Return the values of the cell at these places."""
        pairs = zip(self.axes, at, strict=True)
        return Point((axis.name, axis.values[place]) for axis, place in pairs)


# -- reading ---------------------------------------------------------------------------------------


def read_span(
    given: Mapping[str, Any],
    fields: Collection[str],
    options: Collection[str],
    others: Collection[str] = (),
) -> Span:
    """
    Read what a person gives by name: several values are an axis, one is the same in each cell.

    Args:
        given: By name: parameters, names of the prompt, "prompt", "images", options.
        fields: The ``{{name}}`` that prompts use.
        options: What else may be given, as one value alone.
        others: What is given elsewhere, and so may have been meant by a name that is none.

    Raises:
        UsageError: A name is none of these, or the axes make no sense.
    """
    axes, fixed, filled = [], {}, {}
    for name, value in given.items():
        kind = _kind_of(name, fields)
        if kind is None and name not in options:
            error = unknown_keyword(
                name, (*others, *fields, "prompt", "images", *options, *KEYWORDS)
            )
            hint = translated(
                "{hint} A word that varies is {{{{{name}}}}} in the prompt.",
                hint=error.hint,
                name=name,
            )
            raise UsageError(error.args[0], hint=hint)
        several = values_of(name, kind, value) if kind is not None else None
        if several is not None and kind is not None:
            axes.append(_axis(name, kind, several))
        elif kind is AxisKind.FIELD:
            filled[name] = value
        else:
            fixed[name] = value
    if not axes:
        raise _nothing_varies({**filled, **fixed}, fields)
    if len(axes) > MOST_AXES:
        raise UsageError(
            translated(
                "A sweep has up to {most_axes} axes, and these are {count}: {axes}.",
                most_axes=MOST_AXES,
                count=len(axes),
                axes=", ".join(axis.name for axis in axes),
            ),
            hint=translated("Give one value for some of them."),
        )
    span = Span(tuple(axes), fixed, filled)
    if span.size > MOST_CELLS:
        raise UsageError(
            translated(
                "These axes span {size:,} cells; {most_cells:,} are the most.",
                size=span.size,
                most_cells=MOST_CELLS,
            ),
            hint=translated("Give fewer values."),
        )
    return span


def _nothing_varies(given: Mapping[str, Any], fields: Collection[str]) -> UsageError:
    """Return the error for a sweep whose names are all *given* one value."""
    if not given and fields:
        name = next(iter(fields))
        return UsageError(
            translated("{{{{{name}}}}} of the prompt has no values.", name=name),
            hint=translated("Give several: {name}=[…, …].", name=name),
        )
    if not given:
        return UsageError(
            translated("Nothing varies: a sweep has an axis at least."),
            hint=translated('Give several values: mj.sweep("a fox", s=[0, 250, 1000]).'),
        )
    name, value = next(iter(given.items()))
    each = translated("each has") if len(given) > 1 else translated("has")
    return UsageError(
        translated(
            "Nothing varies: {given} {verb} one value, the same in each cell.",
            given=" and ".join(given),
            verb=each,
        ),
        hint=translated("Give a list of several: {name}=[{value!r}, …].", name=name, value=value),
    )


def _kind_of(name: str, fields: Collection[str]) -> AxisKind | None:
    if name in fields:
        return AxisKind.FIELD
    if name in {"prompt", "images"}:
        return AxisKind(name)
    if name in _OPTIONS:
        return AxisKind.OPTION
    return AxisKind.PARAMETER if name in KEYWORDS else None


def values_of(name: str, kind: AxisKind, value: Any) -> tuple[Any, ...] | None:
    """Return the values of an axis; None where *value* is one alone."""
    # Keys of a mapping are a set as well, but in the order in which they were written.
    is_unordered = isinstance(value, AbstractSet) and not isinstance(value, KeysView)
    is_one = (is_unordered or isinstance(value, tuple)) and _is_one(name, kind)
    if is_one or not _is_several(value):
        return None
    if is_unordered:
        raise UsageError(
            translated(
                "{name} is a {kind}, whose values have no order.",
                name=name,
                kind=type(value).__name__,
            ),
            hint=translated("Give a list: {name}=sorted(…).", name=name),
        )
    listed = value.tolist() if _is_array(value) else value
    # One more than may be, and no further: `itertools.count()` has no end.
    found = tuple(map(plain, itertools.islice(listed, MOST_CELLS + 1)))
    if len(found) > MOST_CELLS:
        raise UsageError(
            translated(
                "{name} has more than {most_cells:,} values; a sweep has no more cells.",
                name=name,
                most_cells=MOST_CELLS,
            ),
            hint=translated("Give fewer values."),
        )
    return found


def _is_array(value: Any) -> bool:
    """Tell whether *value* is a row of values of numpy or pandas."""
    return getattr(value, "ndim", None) == 1 and hasattr(value, "tolist")


def _is_several(value: object) -> bool:
    if isinstance(value, str | bytes | bytearray | memoryview):
        return False
    return isinstance(value, Sequence | Iterator | AbstractSet | ValuesView) or _is_array(value)


def _is_one(name: str, kind: AxisKind) -> bool:
    """Tell whether a tuple is one value of that name."""
    if kind is AxisKind.PARAMETER:
        spec = parameter_table().spec(name)
        return spec is not None and spec.kind in _TUPLES
    return kind is AxisKind.IMAGES


def _axis(name: str, kind: AxisKind, values: tuple[Any, ...]) -> Axis:
    if not values:
        raise UsageError(
            translated("{name} has no values.", name=name),
            hint=translated("Give one or more, or leave it out."),
        )
    labels = tuple(label_of(value, at) for at, value in enumerate(values, 1))
    # A cell is asked for by labels, and figures have nothing else to tell two values apart.
    twice = next((one for one, count in Counter(labels).items() if count > 1), None)
    if twice is not None:
        raise UsageError(
            translated("{name} has {twice!r} twice.", name=name, twice=twice),
            hint=translated("Give each value once."),
        )
    return Axis(name, kind, values, labels)


def label_of(value: object, number: int = 0) -> str:
    """Return how *value* is called; one without words is the *number* of a picture."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    if isinstance(value, tuple | list):
        return truncate(" + ".join(label_of(one, number) for one in value), _LABEL)
    told = ""
    if isinstance(value, os.PathLike):
        told = Path(os.fsdecode(value)).name
    elif isinstance(value, float):
        # What was reckoned ends in noise: 0.1 + 0.2 is called 0.3.
        told = f"{value:.12g}"
    elif isinstance(value, str | numbers.Number | date | time):
        told = str(value) or '""'
    return truncate(told, _LABEL) if told and not holds_content(told) else f"picture {number}"


def _is_same(known: object, value: object) -> bool:
    """Compare two values, of which either may be an array."""
    return known is value or (type(known) is type(value) and bool(_is_equal(known, value)))


def _is_equal(known: object, value: object) -> object:
    try:
        return bool(known == value)
    except ValueError:  # arrays have no one answer
        return False


# -- which cells -----------------------------------------------------------------------------------


def chosen_cells(
    span: Span,
    *,
    where: Callable[[Point], object] | None = None,
    skip: object = None,
    sample: int | None = None,
) -> list[tuple[int, ...]]:
    """
    Return the places of the cells that are wanted, in their order.

    Args:
        span: The axes.
        where: Says of a `Point` whether it is wanted.
        skip: What is left out: one mapping of names to a value or a list of them, or several.
        sample: So many of what is left, spread over all axes; of two numbers the larger one
            includes what the smaller one chose.

    Raises:
        UsageError: Something makes no sense, or nothing is left.
    """
    left_out = [_skipped(span, one) for one in _listed(skip)]
    cells = [
        at
        for at in itertools.product(*(range(len(axis.values)) for axis in span.axes))
        if not any(all(at[axis] in places for axis, places in one.items()) for one in left_out)
        and (where is None or where(span.point(at)))
    ]
    if not cells:
        raise UsageError(
            translated("No cell is left."), hint=translated("Look at where= and skip=.")
        )
    return cells if sample is None else _sampled(span, cells, sample)


def _listed(skip: object) -> list[Mapping[str, Any]]:
    if skip is None:
        return []
    is_one = isinstance(skip, Mapping) or not isinstance(skip, Iterable)
    given: list[Any] = [skip] if is_one else list(skip)  # type: ignore[call-overload]
    if not all(isinstance(one, Mapping) and one for one in given):
        raise UsageError(
            translated("What is skipped is told by the values of axes."),
            hint=translated('Write for instance skip={"s": 0, "chaos": [25, 50]}.'),
        )
    return given


def _skipped(span: Span, values: Mapping[str, Any]) -> dict[int, frozenset[int]]:
    """Return the places that are left out, by the numbers of axes."""
    names = [axis.name for axis in span.axes]
    found = {}
    for name, value in values.items():
        at = axis_number(names, name)
        axis = span.axes[at]
        is_one = isinstance(value, tuple) and _is_one(name, axis.kind)
        several = value if _is_several(value) and not is_one else [value]
        found[at] = frozenset(map(axis.place_of, several))
    return found


def axis_number(names: Sequence[str], name: object) -> int:
    """Return which axis is called *name*; raise `UsageError` for none."""
    if name in names:
        return names.index(str(name))
    raise UsageError(
        translated("There is no axis {name!r}.", name=name),
        hint=translated("The axes: {known}.", known=", ".join(names)),
    )


def _sampled(span: Span, cells: list[tuple[int, ...]], count: int) -> list[tuple[int, ...]]:
    """
    Choose *count* of *cells*, so that few of them say something of each axis.

    They follow an additive recurrence (each axis with a root of the generalised golden ratio): it
    needs no randomness, so the same are chosen the next time, and more go on from these.
    """
    if not is_whole(count) or count < 1:
        raise UsageError(
            translated("{count!r} cells can't be sampled.", count=count),
            hint=translated("Give a number from 1 on."),
        )
    if count >= len(cells):
        return cells
    ratio = 2.0
    for _ in range(32):  # the root of x ** (axes + 1) = x + 1
        ratio = (1 + ratio) ** (1 / (len(span.axes) + 1))
    steps = [ratio ** -(number + 1) for number in range(len(span.axes))]
    sizes = [len(axis.values) for axis in span.axes]
    left = dict.fromkeys(cells)
    found: list[tuple[int, ...]] = []
    # It comes to cells that are taken, or were left out, again and again: after so many tries the
    # rest is filled up in order.
    for number in range(8 * len(cells)):
        if len(found) == count:
            break
        places = (
            int((0.5 + number * step) % 1 * size) for step, size in zip(steps, sizes, strict=True)
        )
        at = tuple(places)
        if at in left:
            del left[at]
            found.append(at)
    found += itertools.islice(left, count - len(found))
    return sorted(found)
