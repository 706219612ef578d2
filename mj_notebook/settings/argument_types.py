"""What people give to public functions, looked at once, at the door: text where text is due."""

import collections.abc
import functools
import inspect
import numbers
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import NoneType, UnionType
from typing import Any, NoReturn, ParamSpec, TypeVar, Union, get_args, get_origin

from mj_notebook.errors import UsageError
from mj_notebook.language import marked, translated
from mj_notebook.language.misfits import fitting, names_checked, unknown_option
from mj_notebook.language.sentences import a_kind, has_half, plain, refuse_half, shown
from mj_notebook.settings.secret_cleaning import without_keys

_P = ParamSpec("_P")
_R = TypeVar("_R")
_T = TypeVar("_T")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def is_whole(value: object) -> bool:
    """Tell whether *value* is a whole number, Python's own or numpy's; yes and no are none."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Tell whether *value* is a number of any kind; yes and no are none."""
    is_real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return is_real and value == value  # noqa: PLR0124 - "not a number" alone equals nothing


def _is_list(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes)


class _Texts:
    """Stands for a list of texts, such as ``Sequence[str]``."""


def _is_texts(value: object) -> bool:
    # What can be gone through only once is left to the function.
    seen: Any = () if isinstance(value, Iterator) else value
    return _is_list(value) and all(map(_is_text, seen)) and not has_half("".join(seen))


_LIST = (marked("a list"), _is_list)
_CHECKS: Mapping[Any, tuple[str, Callable[[object], bool]]] = {
    str: (marked("a text"), _is_text),
    # A word may mean the opposite of what it says.
    bool: (marked("True or False"), lambda value: isinstance(value, bool)),
    int: (marked("a whole number"), is_whole),
    float: (marked("a number"), is_number),
    collections.abc.Callable: (marked("a function"), callable),
    # What can be gone through; letters of a text are no list.
    _Texts: (marked("a list of texts"), _is_texts),
    **dict.fromkeys((list, tuple, collections.abc.Sequence, collections.abc.Iterable), _LIST),
}


# Python makes no float of a whole number that is larger; of far larger ones it writes no digits.
_MOST_BITS = sys.float_info.max_exp - 1
_MAY_BE_ENDLESS = (int, list, tuple)


class _Door:
    """What one function can be called with; read with its first call, as most have none."""

    def __init__(self, function: Callable[..., Any]) -> None:
        parameters = inspect.signature(function).parameters
        self._known = [
            name
            for name, one in parameters.items()
            if name not in {"self", "cls"} and one.kind is not inspect.Parameter.VAR_POSITIONAL
        ]
        self._takes_any = any(
            one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values()
        )
        self._further = [name for name, one in parameters.items() if one.kind is one.VAR_POSITIONAL]
        self._wanted = {name: _kinds(one.annotation) for name, one in parameters.items()}
        self._places = [
            (name, self._wanted[name])
            for name, one in parameters.items()
            if one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        ]

    def meant(
        self, args: tuple[object, ...], given: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return what is meant by *args* and by what is *given* by name; refuse what can't be."""
        # By hand, since `Signature.bind` takes longer than most of the functions.
        meant = [_meant(*place, value) for place, value in zip(self._places, args, strict=False)]
        if further := args[len(meant) :]:
            taken = [_meant(name, None, one) for name in self._further for one in further]
            meant += taken if self._further else further  # too many, which Python says
        for name, value in given.items():
            if name not in self._known and not self._takes_any:
                raise unknown_option(name, self._known)
            given[name] = _meant(name, self._wanted.get(name), value)
        return tuple(meant), given


def checked(function: Callable[_P, _R], name: str = "") -> Callable[_P, _R]:
    """
    Refuse what can't be meant, before *function* begins, and hand on what is meant.

    numpy's texts and numbers become Python's own. Parameters whose annotation names kinds are
    looked at; where it stands in quotes, or says ``object`` or ``Any``, the function itself looks.

    Raises:
        UsageError: Of the call: values are too many or too few, a keyword is none of its
            parameters, or a parameter has a value of another kind; it says which and what.
    """
    return fitting(function, name, functools.cache(lambda: _Door(function).meant))


def public(cls: type[_T], names: Collection[str] = ()) -> type[_T]:
    """
    Look at what people give to the constructor and the methods of *cls*; see `checked`.

    Where only methods of certain *names* are for people, the others are called as they are.
    """
    return names_checked(cls, checked, names)


def living(cls: type[_T]) -> type[_T]:
    """Say of what *cls* makes that it can't be pickled; a copy of it is itself, as of a job."""

    def refuse(self: object) -> NoReturn:
        # Python would name a lock, or a table, that nobody has seen.
        raise UsageError(
            translated(
                "{kind} can't be pickled: it lives in this kernel.",
                kind=type(self).__name__,
            ),
            hint=translated(
                "Keep jobs, or call again what made it: what was drawn is found again."
            ),
        )

    cls.__getstate__ = refuse  # type: ignore[method-assign]
    cls.__copy__ = lambda self: self  # type: ignore[attr-defined]
    cls.__deepcopy__ = lambda self, _: self  # type: ignore[attr-defined]
    return cls


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


def meant_values(annotations: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is meant by the values *given*; refuse what is not as *annotations* say."""
    kinds = {name: _kinds(annotations.get(name, Any)) for name in given}
    return {name: _meant(name, kinds[name], value) for name, value in given.items()}


def _meant(name: str, kinds: tuple[Any, ...] | None, value: Any) -> Any:
    """Return what *value* means for the parameter *name*, which is of one of *kinds*."""
    _refuse_endless(name, value)
    if kinds is None:
        return plain(value)
    # First, as most are right; any whole number is a number.
    is_meant = (kind := type(value)) in kinds or (kind is int and float in kinds)
    if is_meant and not (kind is float and not is_number(value)):
        if kind is str:
            refuse_half(name, value)
        return value
    value = plain(value)
    # As tables hold whole numbers, once one of a column is missing.
    if isinstance(value, float) and value.is_integer() and int in kinds and float not in kinds:
        value = int(value)
    if not any(_fits(value, kind) for kind in kinds):
        raise _refused(name, value, kinds)
    if isinstance(value, str):
        refuse_half(name, value)
    return value


def _refuse_endless(name: str, value: object) -> None:
    """Refuse a whole number, alone or in a list, that neither a float nor a text can hold."""
    if not isinstance(value, _MAY_BE_ENDLESS):
        return
    for one in (value,) if isinstance(value, int) else value:
        if isinstance(one, int) and one.bit_length() > _MOST_BITS:
            raise UsageError(
                translated("{name} can't be a number of so many digits.", name=name),
                hint=translated("Give a smaller one."),
            )


@functools.cache
def _kinds(annotation: Any) -> tuple[Any, ...] | None:
    """Return the kinds that *annotation* names; None where they are not for this module."""
    is_union = get_origin(annotation) in {Union, UnionType}
    named = get_args(annotation) if is_union else (annotation,)
    kinds = tuple(map(_kind, named))
    # A name in quotes is not known here; of a path `given_path` says more.
    is_known = all(isinstance(one, type) and not issubclass(one, os.PathLike) for one in kinds)
    return kinds if is_known and not {Any, object, inspect.Parameter.empty} & {*kinds} else None


def _kind(annotation: Any) -> Any:
    kind = get_origin(annotation) or annotation
    if _CHECKS.get(kind) is _LIST and get_args(annotation)[:1] == (str,):
        return _Texts
    return NoneType if kind is None else kind


def _fits(value: object, kind: Any) -> bool:
    return _CHECKS[kind][1](value) if kind in _CHECKS else isinstance(value, kind)


def _refused(name: str, value: object, kinds: tuple[Any, ...]) -> UsageError:
    told = [kind for kind in kinds if kind is not NoneType]
    words = translated(" or ").join(
        translated(_CHECKS[kind][0]) if kind in _CHECKS else a_kind(kind) for kind in told
    )
    return UsageError(
        translated(
            "{name} can't be {shown}: it is {words}.",
            name=name,
            shown=a_kind(type(value)) if "secret" in name else without_keys(shown(value)),
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
