"""Calls that don't fit, told in our words: values too many or too few, and names that are near."""

import functools
import inspect
from collections.abc import Callable, Collection, Sequence
from typing import Any, ParamSpec, TypeVar

from mj_notebook.errors import UsageError
from mj_notebook.language.sentences import shown, translated

_P = ParamSpec("_P")
_R = TypeVar("_R")
_T = TypeVar("_T")
_NEAR = 2 / 3


def nearest(name: str, known: Collection[str]) -> str | None:
    """Return which of *known* was meant by *name*; None where none is near enough."""
    from difflib import get_close_matches  # only for who misspelt

    # A third of the letters may be wrong at most: "search" is no way to write "stealth".
    close = get_close_matches(name, known, cutoff=_NEAR)
    # A short name is the beginning of much that means something else: "no" is not "nope".
    return next((one for one in close if len(one) > 3 or len(name) < len(one) + 2), None)


def unknown_option(name: str, known: Collection[str]) -> UsageError:
    """Return the error for an option *name* that is none of *known*, with what was meant."""
    close = nearest(name, known)
    listed = (
        translated("Known: {known}.", known=", ".join(known))
        if known
        else translated("Leave it out.")
    )
    hint = translated("Did you mean {close!r}?", close=close) if close else listed
    return UsageError(translated("There is no option {name!r}.", name=name), hint=hint)


def misfit(
    name: str, signature: inspect.Signature, args: Sequence[object], given: Collection[str]
) -> UsageError | None:
    """
    Return the error for a call of *name* that its *signature* does not take; None where it does.

    Asked only where Python has said so: binding each call would take longer than most of them.

    Args:
        name: As people write it.
        signature: What it takes.
        args: What was given by place, without the object whose method it is.
        given: The names of what was given by name.
    """
    # By their names, as no option is called so: the first of a method is its object.
    taken = [one for key, one in signature.parameters.items() if key not in _OWN]
    known = [one.name for one in taken if one.kind not in _MANY]
    wrong = next((each for each in given if each not in known), None)
    if wrong is not None and all(one.kind is not one.VAR_KEYWORD for one in taken):
        return unknown_option(wrong, known)
    places = [one for one in taken if one.kind is one.POSITIONAL_OR_KEYWORD]
    named = [one.name for one in taken if one.kind is one.KEYWORD_ONLY]
    needed = [one.name for one in taken if one.default is one.empty and one.kind not in _MANY]
    if len(args) > len(places) and all(one.kind is not one.VAR_POSITIONAL for one in taken):
        likely = next((each for each in named if each in needed), next(iter(named), ""))
        most = ", ".join(one.name for one in places)
        sentence = (
            translated("{name} takes {most} without a name; what is {more}?")
            if most
            else translated("{name} takes nothing without a name; what is {more}?")
        )
        return UsageError(
            sentence.format(name=name, most=most, more=shown(args[len(places)])),
            hint=translated("Name it, as in {likely}=….", likely=likely)
            if named
            else translated("Leave it out."),
        )
    for one in places[: len(args)]:
        if one.name in given:
            return UsageError(
                translated("{name} was given {one} twice.", name=name, one=one.name),
                hint=translated("Leave one out."),
            )
    by_place = {one.name for one in places[: len(args)]}
    missing = [each for each in needed if each not in by_place and each not in given]
    if not missing:
        return None
    written = ", ".join(f"{each}=…" if each in named else each for each in needed)
    return UsageError(
        translated("{name} needs {missing}.", name=name, missing=" and ".join(missing)),
        hint=translated("Write {name}({written}).", name=name, written=written),
    )


_OWN = {"self", "cls", "_cls"}
_MANY = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}


def fitting(
    function: Callable[_P, _R],
    name: str = "",
    door: Callable[[], Callable[[Any, Any], tuple[Any, Any]]] | None = None,
) -> Callable[_P, _R]:
    """
    Say in our words what *function* can't be called with: values too many, or too few.

    Args:
        function: The function.
        name: As people write it, where that is another one than its own.
        door: Gives what looks at values first, by place and by name, and returns what is meant.
    """

    @functools.wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        by_place, named = (args, kwargs) if door is None else door()(args, kwargs)
        try:
            return function(*by_place, **named)
        except TypeError:
            signature = inspect.signature(function)
            given = args[next(iter(signature.parameters), "") in _OWN :]
            error = misfit(name or function.__name__, signature, given, kwargs)
            if error is None:
                raise
        raise error

    if not inspect.iscoroutinefunction(function):
        return call

    @functools.wraps(function)
    async def awaited(*args: _P.args, **kwargs: _P.kwargs) -> Any:
        return await call(*args, **kwargs)  # type: ignore[misc]  # it is awaitable, as we asked

    return awaited  # type: ignore[return-value]


def names_checked(
    cls: type[_T], look: Callable[..., Any] = fitting, names: Collection[str] = ()
) -> type[_T]:
    """
    Let *look* refuse what the constructor and the methods of *cls* can't be called with.

    Where there are *names*, only those methods are for people.
    """
    for name, one in list(vars(cls).items()):
        if names and name not in names:
            continue
        if isinstance(one, classmethod):
            setattr(cls, name, classmethod(look(one.__func__)))
        elif inspect.isfunction(one) and not name.startswith("_"):
            setattr(cls, name, look(one))
    name = "__new__" if cls.__init__ is object.__init__ else "__init__"
    made = look(getattr(cls, name), cls.__name__)
    setattr(cls, name, staticmethod(made) if name == "__new__" else made)
    return cls
