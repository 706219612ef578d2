"""What people give to public functions, looked at once, at the door: text where text is due."""

import collections.abc
import functools
import inspect
import numbers
import re
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Any, ParamSpec, TypeVar, Union, get_args, get_origin

from mj_notebook.errors import UsageError, marked, misfit, translated, unknown_option
from mj_notebook.settings.secret_cleaning import without_keys

_P = ParamSpec("_P")
_R = TypeVar("_R")
# What was given may be a whole file; its beginning tells which mistake it was.
_SHOWN = 60
_PLAIN = (str, bytes, numbers.Number, NoneType, list, tuple, dict, set)
# Half of a sign has no bytes: it would break much later, where it is sent or written.
_HALF = re.compile("[\ud800-\udfff]")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_yes_or_no(value: object) -> bool:
    # numpy has its own, of either name by its version; a word may mean the opposite of what it says
    return isinstance(value, bool) or type(value).__name__ in {"bool_", "bool"}


def is_whole(value: object) -> bool:
    """Tell whether *value* is a whole number, Python's own or numpy's; yes and no are none."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Tell whether *value* is a number of any kind; yes and no are none."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


_CHECKS: Mapping[Any, tuple[str, Callable[[object], bool]]] = {
    str: (marked("a text"), _is_text),
    bool: (marked("True or False"), _is_yes_or_no),
    int: (marked("a whole number"), is_whole),
    float: (marked("a number"), is_number),
    collections.abc.Callable: (marked("a function"), callable),
}


def fitting(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """
    Say in our words what *function* can't be called with: values too many, or too few.

    Raises:
        UsageError: Of the call: it says what is missing, or too much.
    """
    signature = inspect.signature(function)
    is_method = int(next(iter(signature.parameters), "") in {"self", "cls"})

    @functools.wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return function(*args, **kwargs)
        except TypeError:
            error = misfit(function.__name__, signature, args[is_method:], kwargs)
            if error is None:
                raise
        raise error

    return call


def checked(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """
    Refuse what can't be meant, before *function* begins.

    Parameters that are annotated as text, number, yes and no or a function, or None beside these,
    are looked at; the function itself looks at all others.

    Raises:
        UsageError: Of the call: a keyword is none of its parameters, or a parameter has a value of
            another kind; it says which and what.
    """
    signature = inspect.signature(function)
    parameters = signature.parameters
    takes_any = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values())
    wanted = {
        name: kinds
        for name, one in parameters.items()
        if (kinds := _kinds(one.annotation)) is not None
    }
    places = [
        name
        for name, one in parameters.items()
        if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    ]

    called = fitting(function)

    @functools.wraps(function)
    def at_the_door(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        if kwargs and not takes_any:
            _refuse_unknown(kwargs, signature)
        # By hand, since `Signature.bind` takes longer than most of the functions.
        _look_at({**dict(zip(places, args, strict=False)), **kwargs}, wanted)
        return called(*args, **kwargs)

    return at_the_door


def _refuse_unknown(given: Mapping[str, object], signature: inspect.Signature) -> None:
    known = [
        name
        for name, one in signature.parameters.items()
        if name != "self" and one.kind is not inspect.Parameter.VAR_POSITIONAL
    ]
    for name in given:
        if name not in known:
            raise unknown_option(name, known)


# What an option is that is not given.
_USUAL: Mapping[Any, object] = {bool: False, int: 0}


def spelled_out(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let the signature of *function* show by name what its ``**options: Unpack[…]`` may be."""
    (options,) = (
        get_args(one.annotation)[0]
        for one in inspect.signature(function).parameters.values()
        if one.kind is inspect.Parameter.VAR_KEYWORD
    )
    return _spelled(
        function,
        {name: (kind, _USUAL.get(kind)) for name, kind in options.__annotations__.items()},
    )


def spelled_by(options: type) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Let a signature show the names of *options* for its ``**values``; these may be anything."""
    names: dict[str, tuple[Any, object]] = dict.fromkeys(options.__annotations__, (Any, None))
    return lambda function: _spelled(function, names)


def spelled_like(other: Callable[..., object]) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Let the signature of a function show the parameters of *other* for its ``**values``."""
    told = inspect.signature(other).parameters.values()
    names = {one.name: (one.annotation, None) for one in told}
    return lambda function: _spelled(function, names)


def _spelled(
    function: Callable[_P, _R],
    names: Mapping[str, tuple[Any, object]],
) -> Callable[_P, _R]:
    signature = inspect.signature(function)
    own = [
        one
        for one in signature.parameters.values()
        if one.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    shown = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=usual, annotation=kind)
        for name, (kind, usual) in names.items()
        if name not in signature.parameters
    ]
    function.__signature__ = signature.replace(parameters=[*own, *shown])  # type: ignore[attr-defined]
    return function


def check_values(annotations: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse the values among *given* that are not what *annotations* say."""
    _look_at(given, {name: _kinds(one) or () for name, one in annotations.items()})


def _look_at(given: Mapping[str, Any], wanted: Mapping[str, tuple[Any, ...]]) -> None:
    for name, value in given.items():
        kinds = wanted.get(name)
        if kinds is None:
            continue
        if not _fits(value, kinds):
            raise _refused(name, value, kinds)
        if isinstance(value, str) and _HALF.search(value):
            raise UsageError(
                translated("{name} holds half of a sign, which can't be sent or kept.", name=name),
                hint=translated("Write it again."),
            )


@functools.cache
def _kinds(annotation: Any) -> tuple[Any, ...] | None:
    """Return the kinds that *annotation* allows; None where they are not for this module."""
    is_union = get_origin(annotation) in {Union, UnionType}
    kinds = tuple(
        collections.abc.Callable if get_origin(kind) is collections.abc.Callable else kind
        for kind in (get_args(annotation) if is_union else (annotation,))
    )
    return kinds if all(kind is NoneType or kind in _CHECKS for kind in kinds) else None


def _fits(value: object, kinds: tuple[Any, ...]) -> bool:
    return any(value is None if kind is NoneType else _CHECKS[kind][1](value) for kind in kinds)


def _refused(name: str, value: object, kinds: tuple[Any, ...]) -> UsageError:
    checked = [_CHECKS[kind] for kind in kinds if kind is not NoneType]
    words = translated(" or ").join(translated(each) for each, _ in checked)
    # What a job or a table says of itself is long, and no Python.
    shown = (
        repr(value)
        if isinstance(value, _PLAIN)
        else translated("a {type}", type=type(value).__name__)
    )
    shown = without_keys(shown)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
    return UsageError(
        translated(
            "{name} can't be {shown}: it is {words}.",
            name=name,
            shown=shown,
            words=words,
        ),
        hint=translated(
            "Give {words}{what}.",
            words=words,
            what=translated(", or None") if NoneType in kinds else "",
        ),
    )


def check_takes_one(name: str, function: object, what: str) -> None:
    """Refuse a *function* that can't be called with one value."""
    try:
        signature = inspect.signature(function)  # type: ignore[arg-type]  # looked at, not called
    except (TypeError, ValueError):  # it can't be known, as of some that are written in C
        return
    try:
        signature.bind(None)
    except TypeError:
        raise UsageError(
            translated(
                "{name} is a function that can't be called with {what} alone.", name=name, what=what
            ),
            hint=translated("Give a function of one argument, {what}.", what=what),
        ) from None
