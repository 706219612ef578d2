"""Parameters as keywords: ``ar="1:1", raw=True, no=["text", "people"]`` in the form they have."""

import math
import numbers
import os
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypedDict

from mj_notebook.errors import UsageError
from mj_notebook.language import marked, translated
from mj_notebook.language.misfits import nearest
from mj_notebook.language.sentences import refuse_half
from mj_notebook.prompt.parameters import ParameterSpec, long_name, parameter_table
from mj_notebook.prompt.parse import Parameter, scan

Number = int | float


class PromptParameters(TypedDict, total=False):
    """
    The parameters that are given by keyword, under their short names and their long ones.

    ``mj.lint`` and ``%mj params`` tell what each takes. True writes one that has no value; None
    and False leave it out. Several values are a list; a weight stands beside an address as in
    ``("https://…", 2)``.
    """

    v: str | Number | None
    version: str | Number | None
    niji: str | Number | bool | None
    ar: str | tuple[int, int] | None
    aspect: str | tuple[int, int] | None
    s: Number | None
    stylize: Number | None
    c: Number | None
    chaos: Number | None
    w: Number | None
    weird: Number | None
    seed: int | None
    no: str | list[str] | tuple[str, ...] | None
    raw: bool | None
    tile: bool | None
    q: Number | None
    quality: Number | None
    sref: Any
    sw: Number | None
    sv: Number | None
    cref: Any
    cw: Number | None
    oref: Any
    ow: Number | None
    iw: Number | None
    edit: Any
    p: Any
    profile: Any
    exp: Number | None
    hd: bool | None
    sd: bool | None
    draft: bool | None
    stop: Number | None
    style: str | None
    stealth: bool | None
    public: bool | None
    preview: bool | None


KEYWORDS = tuple(PromptParameters.__annotations__)
"""All of them, in the order in which signatures show them."""


FLAGS = frozenset(
    name for name, kind in PromptParameters.__annotations__.items() if kind == bool | None
)
"""Those that have no value."""


def written_parameters(given: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """
    Return the parameters that the keywords *given* mean.

    What is None or False is none, nor is an empty list where several values may stand.

    Raises:
        UsageError: There is no such parameter, it is given twice, or it can't have this value.
    """
    table = parameter_table()
    seen: dict[str, str] = {}
    found = []
    for name, value in given.items():
        spec = table.spec(name)
        # What stands in front of the words has no hyphens, and is given as images=.
        if spec is None or spec.kind == "front":
            raise unknown_keyword(name, (*table.specs, *table.aliases))
        if spec.name in seen:
            raise UsageError(
                translated(
                    "{seen} and {name} are the same parameter.", seen=seen[spec.name], name=name
                ),
                hint=translated("Give one of them."),
            )
        seen[spec.name] = name
        plain = value.tolist() if hasattr(value, "tolist") else value  # numpy's, and of tables
        # So that a keyword can be switched off by a value: tile=is_pattern.
        if plain is None or plain is False or _is_empty_list(spec, plain):
            continue
        found.append(Parameter(name, _written(name, spec, plain)))
    return tuple(found)


def unknown_keyword(name: str, known: Iterable[str]) -> UsageError:
    """Return the error for the keyword *name*, with what was probably meant."""
    spec = parameter_table().spec(name)
    names = tuple(known)
    # It exists, and is asked for otherwise: "did you mean" would lead astray.
    if spec is not None and spec.instead and name not in names:
        return UsageError(
            translated("{name!r} is not given by keyword here.", name=name), hint=spec.instead
        )
    close = nearest(name, names)
    others = list(names)
    if PromptParameters.__annotations__.keys() <= set(names):
        others = [each for each in names if each not in KEYWORDS]
        others.append(translated("parameters such as ar, s and seed (%mj params lists them)"))
    hint = (
        translated("Did you mean {close!r}?", close=close)
        if close
        else translated("Known: {known}.", known=", ".join(others))
    )
    return UsageError(translated("There is no option {name!r}.", name=name), hint=hint)


def with_missing(options: Mapping[str, Any], written: Iterable[str]) -> dict[str, Any]:
    """Return *options* without the parameters among them that are *written* (long names)."""
    there = set(written)
    return {
        name: value
        for name, value in options.items()
        if name not in KEYWORDS or long_name(name) not in there
    }


def _is_empty_list(spec: ParameterSpec, value: object) -> bool:
    takes_several = spec.kind not in {*_SINGLE, "ratio", "flag"}
    return takes_several and isinstance(value, list | tuple | set | frozenset) and not value


def _written(name: str, spec: ParameterSpec, value: Any) -> str:
    """Return *value* as it stands behind the parameter."""
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)  # a set has no order, and a prompt is to be the same again
    if value is True:
        if spec.kind in {"flag", "profile", "any"} or spec.bare:
            return ""
        raise _wrong(name, value, translated("It takes {wanted}.", wanted=_wanted(spec)))
    if spec.kind == "flag":
        raise _wrong(name, value, translated("It takes True or False."))
    # A pair is the usual way in Python; of any other number of values nobody knows the shape.
    if spec.kind == "ratio" and isinstance(value, list | tuple):
        text = ":".join(map(str, value)) if len(value) == 2 else ""
    elif spec.kind == "text" and isinstance(value, list | tuple):
        text = ", ".join(_word(name, one) for one in value)
    elif isinstance(value, list | tuple):
        # A list of seeds is meant as a sweep: writing them behind each other would draw one
        # picture.
        if spec.kind in _SINGLE and len(value) != 1:
            raise _wrong(
                name, value, translated("It takes one value: {wanted}.", wanted=_wanted(spec))
            )
        text = " ".join(_reference(name, one) for one in value)
    else:
        text = _word(name, value)
    if not text.strip():
        raise _wrong(name, value, translated("It takes {wanted}.", wanted=_wanted(spec)))
    return _one_value(name, " ".join(text.split()))


def _reference(name: str, value: Any) -> str:
    """Return one of several values: with its weight, where it has one."""
    if isinstance(value, list | tuple) and len(value) == 2:
        return f"{_unbroken(name, value[0])}::{_word(name, value[1])}"
    return _unbroken(name, value)


def _unbroken(name: str, value: Any) -> str:
    text = _word(name, value)
    if not text or len(text.split()) != 1:
        raise _wrong(
            name, value, translated("Spaces part one value from the next: give them as a list.")
        )
    return text


def _word(name: str, value: Any) -> str:
    if isinstance(value, str | os.PathLike):
        refuse_half(name, str(value))
        return str(value).strip()
    if isinstance(value, numbers.Real | Decimal) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:  # a number beyond all bounds, which no parameter takes
            number = math.inf
        if math.isfinite(number):
            whole: Any = value  # numpy's have no __trunc__
            # Twelve digits: the sum 0.1 + 0.2 is meant as 0.3.
            return str(int(whole)) if number.is_integer() else f"{number:.12g}"
    spec = parameter_table().spec(name)
    raise _wrong(
        name,
        value,
        translated("It takes {wanted}.", wanted=_wanted(spec))
        if spec
        else translated("Give a text or a number."),
    )


def _one_value(name: str, text: str) -> str:
    """Check that *text* is one value, and brings no parameter of its own along."""
    # A value from a table may hold "--seed 7", and would set what nobody sees in the code.
    if len(scan(f"--{name} {text}")) != 1:
        raise _wrong(name, text, translated("Give each parameter by a keyword of its own."))
    return text


_SINGLE = {"int", "number", "version", "choice", "word", "address"}
_KINDS = {
    "int": marked("a whole number"),
    "number": marked("a number"),
    "ratio": marked("width and height, such as “3:2” or (3, 2)"),
    "version": marked("a version, such as 8.2"),
    "text": marked("words"),
    "address": marked("an address"),
    "addresses": marked("addresses"),
    "style": marked("addresses, codes or “random”"),
    "profile": marked("True or codes"),
}


def _wanted(spec: ParameterSpec) -> str:
    if kind := _KINDS.get(spec.kind):
        return translated(kind)
    return translated("one of {kinds}", kinds=", ".join(spec.values))


def _wrong(name: str, value: object, hint: str) -> UsageError:
    return UsageError(translated("{name} can't be {value!r}.", name=name, value=value), hint=hint)
