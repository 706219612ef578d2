"""The options of requests: their names, and what people write for them."""

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ParamSpec, TypedDict, TypeVar, cast
from urllib.parse import urlsplit

import msgspec

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.language.misfits import fitting
from mj_notebook.language.sentences import plain, refuse_half
from mj_notebook.prompt.keywords import PromptParameters, unknown_keyword
from mj_notebook.prompt.parameters import living_names, long_name
from mj_notebook.protocol import requests
from mj_notebook.protocol.requests import AccountFilter, Request
from mj_notebook.protocol.vocabulary import BotType, Dimensions, Mode
from mj_notebook.settings.argument_types import meant_values
from mj_notebook.settings.readers import is_unset, mode_of

_P = ParamSpec("_P")
_R = TypeVar("_R")
# What the sizes of films are called on the wire (protocol/README.md §1.11).
_FILMS = {480: "vid_1.1_i2v_480", 720: "vid_1.1_i2v_720"}


class CommonOptions(TypedDict, total=False):
    """
    What every request may carry.

    Attributes:
        bot: "mj" or "niji".
        mode: "fast", "turbo" or "relax".
        state: A word of one's own that the proxy echoes in the task.
        notify: An address the proxy should call on each change.
        accounts: Which of the proxy's accounts may take it: an `AccountFilter`, or its fields.
        fresh: Draw it, and pay for it, even though it was drawn already.
        force: Send a prompt in which lint found errors, as it is.
        repeat: 0 for the usual picture; 1, 2, … for each one wanted beside it.
    """

    bot: str | BotType | None
    mode: str | Mode | None
    state: str | None
    notify: str | None
    accounts: AccountFilter | Mapping[str, Any] | None
    fresh: bool
    force: bool
    repeat: int


class ImagineOptions(CommonOptions, PromptParameters, total=False):
    """What an imagine may carry: `CommonOptions`, and parameters of the prompt by keyword."""


# The others are read in words of their own: "mj", "fast", the properties of accounts.
_KINDS = {
    name: CommonOptions.__annotations__[name]
    for name in ("state", "notify", "fresh", "force", "repeat")
}
COMMON = tuple(CommonOptions.__annotations__)
"""The names of the options that every request may carry."""


def only_known(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """
    Refuse a keyword that the signature of *function* does not show, before anything is read.

    What is a parameter of prompts the function looks at itself: it may know a better way.

    Raises:
        UsageError: Of the call: it says what was probably meant, among all that is there.
    """
    # Read once, when the module is: calls look only at names.
    known = [
        name
        for name, one in inspect.signature(function).parameters.items()
        if one.kind in {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
    ]

    called = cast("Any", fitting(function))

    @functools.wraps(function)
    def at_the_door(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        for name in kwargs:
            if name not in known and long_name(name) not in living_names():
                raise unknown_keyword(name, known)
        result: _R = called(*map(plain, args), **meant_common(kwargs))
        return result

    return at_the_door


def meant_common(given: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return what is meant by the options *given*, of which some are common to all requests.

    One of these that is None is not given.
    """
    there = {name: one for name, one in given.items() if one is not None or name not in COMMON}
    return meant_values(_KINDS, there)


def refuse_unknown(common: Iterable[str], *own: str) -> None:
    """
    Refuse what nobody would read: an option that is swallowed is one that is paid for.

    Args:
        common: The names that were given beside the options that a request knows.
        own: Those options, which may have been meant.
    """
    for name in common:
        if name not in COMMON:
            raise unknown_keyword(name, (*own, *COMMON))


# What nobody would read: an upload makes no task, and in these no prompt is looked at.
_USELESS: dict[type[Request], tuple[str, ...]] = {
    requests.UploadPictures: ("mode", "fresh", "repeat", "state", "notify", "force"),
    **dict.fromkeys(
        (requests.Blend, requests.Describe, requests.SwapFace, requests.Shorten), ("force",)
    ),
}


def refuse_useless(request: Request, common: CommonOptions) -> None:
    """Refuse options that every request may carry but this one has no place for."""
    useless = _USELESS.get(type(request), ())
    if "bot_type" not in request.__struct_fields__:
        # By its fields: a record without one would drop the bot in silence.
        useless += ("bot",)
    for name in useless:
        if not is_unset(common.get(name)):
            raise UsageError(
                translated(
                    "{kind} has no place for the option {name!r}.",
                    kind=type(request).__name__,
                    name=name,
                ),
                hint=translated("Leave it out: nobody would read it."),
            )


def wire_mode(common: CommonOptions) -> str | None:
    """Return the speed as a film's request spells it, beside the prefix of the path."""
    mode = mode_of(common.get("mode"))
    # As gateways want it in the body, in capitals.
    return mode.upper() if mode else None


def video_model(height: int | None) -> str | None:
    """Return what a film of *height* pixels is called."""
    if height is None:
        return None
    one_of(height, tuple(_FILMS), translated("height of a film"))
    return _FILMS[height]


def film_index(number: int) -> int:
    """Return how the wire counts film *number*: from 0."""
    one_of(number, (1, 2, 3, 4), translated("number of a film"))
    return number - 1


T = TypeVar("T")


def one_of(value: T | None, known: Sequence[T], what: str) -> T | None:
    """Return *value* when it is *known* or None; else raise `UsageError`."""
    if value is None or value in known:
        return value
    listed = ", ".join(map(str, known))
    raise UsageError(
        translated("{value!r} is no {what}.", value=value, what=what),
        hint=translated("Known: {known}.", known=listed),
    )


def dimensions_of(word: str | None) -> Dimensions | None:
    """Return the shape of a blend that *word* means, in any case."""
    if not word:
        return None
    known = tuple(Dimensions)
    name = word.strip().upper()
    # What is refused is told as it was typed.
    one_of(name if name in known else word, known, translated("shape of a blend"))
    return Dimensions(name)


def link_of(text: str | None) -> str | None:
    """Return *text* when it is the address of something on the web, or None."""
    if text is None or _is_on_the_web(text.strip()):
        return text and text.strip()
    raise UsageError(
        translated("{text!r} is no link.", text=text),
        hint=translated("A link begins with http:// or https://."),
    )


def notify_of(address: str | None) -> str | None:
    """
    Return the address that the proxy should call on each change; "" means that it calls nobody.

    Raises:
        UsageError: It can't be called: the proxy would draw, and tell nobody.
    """
    if not address or _is_on_the_web(address):
        return address
    raise UsageError(
        translated("{address!r} is no address that a proxy can call.", address=address[:80]),
        hint=translated("Give one that begins with http:// or https://, or leave notify out."),
    )


def _is_on_the_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def filter_of(accounts: AccountFilter | Mapping[str, Any] | None) -> AccountFilter | None:
    """
    Return which accounts are meant by *accounts*: a record, or its fields by name.

    Names are taken in our spelling and in the wire's ("instance_id", "instanceId").
    """
    if accounts is None or isinstance(accounts, AccountFilter):
        return accounts
    if not isinstance(accounts, Mapping):
        raise UsageError(
            translated(
                "Accounts are chosen by their properties, not by {accounts!r}.", accounts=accounts
            ),
            hint=translated('Give for instance accounts={"modes": ["FAST"]}.'),
        )
    names = {field.name: field.encode_name for field in msgspec.structs.fields(AccountFilter)}
    # Both spellings become the wire's, so that no property is given twice.
    wire = {names.get(name, name): one for name, one in meant_values({}, accounts).items()}
    for name, value in wire.items():
        one_of(name, tuple(names.values()), translated("property to choose accounts by"))
        refuse_half(name, str(value))
    if "modes" in wire:
        wire["modes"] = _modes(wire["modes"])
    try:
        return msgspec.convert(wire, AccountFilter)
    except msgspec.ValidationError as error:
        raise UsageError(
            translated("These accounts can't be chosen: {error}.", error=error),
            hint=translated("Known: {known}.", known=", ".join(names)),
        ) from None


def _modes(value: object) -> list[str]:
    """Return the speeds as the wire spells them."""
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, Sequence):
        raise UsageError(
            translated("{value!r} are no speeds.", value=value),
            hint=translated("Known: {known}.", known=", ".join(Mode)),
        )
    for word in words:
        name = str(word).lower()
        one_of(name if name in tuple(Mode) else str(word), tuple(Mode), translated("speed"))
    return [str(word).upper() for word in words]
