"""What a person's own rows of parameters may say: each field is looked at before it is read."""

import math
import numbers
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from mj_notebook.errors import SettingsError
from mj_notebook.language import marked, translated
from mj_notebook.prompt.parameters import KINDS, ParameterTable, expand

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}")
# Pictures in front have no name, so nobody can define such a parameter.
_OWN_KINDS = tuple(kind for kind in KINDS if kind != "front")
_STATES = ("", "legacy", "deprecated")
Check = Callable[[Any, ParameterTable], bool]


class _Field(NamedTuple):
    """What a field must be, in words, and whether a value is that."""

    words: str
    is_right: Check


def check_row(name: object, row: object, table: ParameterTable) -> None:
    """Check the *row* that a person gives for the parameter *name*."""
    if not isinstance(name, str) or not _NAME.fullmatch(name.removeprefix("--")):
        raise SettingsError(
            translated("{name!r} can't be the name of a parameter.", name=name),
            hint=translated("Letters and digits can."),
        )
    if not isinstance(row, Mapping):
        raise SettingsError(
            translated("The parameter {name} is no table.", name=name),
            hint=translated(
                "Write [parameters.{name}] with kind, range, values or versions.", name=name
            ),
        )
    for field, value in row.items():
        wanted = _FIELDS.get(str(field))
        if wanted is None:
            raise SettingsError(
                translated("A parameter has no {field!r}, as {name} has.", field=field, name=name),
                hint=translated("Known: {known}.", known=", ".join(sorted(_FIELDS))),
            )
        if not wanted.is_right(value, table):
            raise SettingsError(
                translated(
                    "{field} of the parameter {name} can't be {value!r}.",
                    field=field,
                    name=name,
                    value=value,
                ),
                hint=translated(
                    "It is {wanted}.", wanted=translated(wanted.words, kinds=", ".join(_OWN_KINDS))
                ),
            )
    # Two parameters of one short name: which of them a prompt means would depend on their order.
    taken = table.spec(row["short"]) if "short" in row else None
    if taken is not None and taken.name != table.long_name(name.removeprefix("--")):
        raise SettingsError(
            translated(
                "--{row} is --{taken} already, so {name} can't have it.",
                row=row["short"],
                taken=taken.name,
                name=name,
            ),
            hint=translated("Give another short name, or none."),
        )


# -- what is right ---------------------------------------------------------------------------------


def is_text(value: object) -> bool:
    """Tell whether *value* is text with something in it."""
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: object) -> bool:
    is_one = isinstance(value, numbers.Real) and not isinstance(value, bool)
    # TOML writes "inf" and "nan", which are no limits.
    return is_one and math.isfinite(float(value))  # type: ignore[arg-type]


def _is_word(value: object) -> bool:
    return is_text(value) or _is_number(value)


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(map(_is_word, value))


def _is_range(value: object) -> bool:
    is_pair = isinstance(value, list | tuple) and len(value) == 2 and all(map(_is_number, value))
    return is_pair and value[0] <= value[1]  # type: ignore[index]


def _is_span(value: object, table: ParameterTable) -> bool:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        return False
    try:
        expand(value, table.families)
    except ValueError:
        return False
    return True


def _of(check: Callable[[Any], bool], *, more: tuple[str, ...] = ()) -> Check:
    """Return the check for a table from versions to values."""

    def is_right(value: Any, table: ParameterTable) -> bool:
        known = {*table.versions, *more}
        return isinstance(value, Mapping) and all(
            key in known and check(one) for key, one in value.items()
        )

    return is_right


def _plain(check: Callable[[Any], bool]) -> Check:
    return lambda value, _: check(value)


def _table(check: Callable[[Any], bool]) -> Check:
    return lambda value, _: (
        isinstance(value, Mapping) and all(map(is_text, value)) and all(map(check, value.values()))
    )


def _is_known(value: Any, table: ParameterTable) -> bool:
    return isinstance(value, str) and value in table.specs


_TEXT = _Field(marked("a text that is not empty or blank"), _plain(is_text))
_YES_OR_NO = _Field(marked("true or false"), _plain(lambda value: isinstance(value, bool)))
_SPANS = _Field(marked("a list of versions, such as “6+”, “-5.2”, “niji6+” or “7”"), _is_span)
_TEXTS = _Field(marked("a list of words or numbers"), _plain(_is_list))

_FIELDS: dict[str, _Field] = {
    "kind": _Field(marked("one of {kinds}"), _plain(lambda value: value in _OWN_KINDS)),
    "meaning": _TEXT,
    "short": _Field(
        marked("a name of letters"),
        _plain(lambda value: isinstance(value, str) and bool(_NAME.fullmatch(value))),
    ),
    "default": _Field(marked("a text or a number"), _plain(_is_word)),
    "also": _TEXTS,
    "usual": _Field(marked("a table from values to what they mean"), _table(is_text)),
    "values": _TEXTS,
    "range": _Field(
        marked("the least and the greatest number, such as [0, 100]"), _plain(_is_range)
    ),
    "firm": _YES_OR_NO,
    "ranges": _Field(
        marked("a table from versions to their least and greatest number"),
        _of(lambda value: value is None or _is_range(value)),
    ),
    "choices": _Field(marked("a table from versions to lists of values"), _of(_is_list)),
    "steps": _Field(
        marked("a table from versions to a number above 0"),
        _of(lambda value: _is_number(value) and value > 0),
    ),
    "value_versions": _Field(
        marked("a table from values to lists of versions"),
        lambda value, table: (
            isinstance(value, Mapping)
            and all(map(is_text, value))
            and all(_is_span(one, table) for one in value.values())
        ),
    ),
    "free": _YES_OR_NO,
    "bare": _YES_OR_NO,
    "most": _Field(
        marked("a whole number above 0"),
        _plain(lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0),
    ),
    "longest": _Field(
        marked("a table from versions, “all” or “hd” to a number from 1 on"),
        _of(lambda value: value is None or (_is_number(value) and value >= 1), more=("all", "hd")),
    ),
    "removed": _Field(
        marked("a table from values to days"),
        _table(lambda value: is_text(value) or isinstance(value, date)),
    ),
    "versions": _SPANS,
    "refused": _SPANS,
    "unsure": _Field(marked("a table from versions to sentences"), _of(is_text)),
    "drifts": _TEXT,
    "note": _TEXT,
    "needs": _Field(marked("the long name of a parameter"), _is_known),
    "window": _YES_OR_NO,
    "state": _Field(marked("“legacy” or “deprecated”"), _plain(lambda value: value in _STATES)),
    "advice": _TEXT,
}
