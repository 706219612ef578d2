"""What people write for an option, as the value it means."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from mj_notebook.errors import UsageError
from mj_notebook.protocol.requests import AccountFilter
from mj_notebook.protocol.vocabulary import Dimensions, Mode

T = TypeVar("T")


def one_of(value: T | None, known: Sequence[T], what: str) -> T | None:
    """Return *value* when it is *known* or None; else raise `UsageError`."""
    if value is None or value in known:
        return value
    listed = ", ".join(map(str, known))
    raise UsageError(f"{value!r} is no {what}.", hint=f"Known: {listed}.")


def dimensions_of(word: str | None) -> Dimensions | None:
    """Return the shape of a blend that *word* means, in any case."""
    if not word:
        return None
    name = word.strip().upper()
    one_of(name, tuple(Dimensions), "shape of a blend")
    return Dimensions(name)


def link_of(text: str | None) -> str | None:
    """Return *text* when it is the address of something on the web, or None."""
    if text is None:
        return None
    address = text.strip()
    try:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https"} and parts.hostname:
            return address
    except ValueError:
        pass
    raise UsageError(f"{text!r} is no link.", hint="A link begins with http:// or https://.")


def filter_of(accounts: AccountFilter | Mapping[str, Any] | None) -> AccountFilter | None:
    """
    Return which accounts are meant by *accounts*: a record, or its fields by name.

    Names are taken in our spelling and in the wire's ("instance_id", "instanceId").
    """
    if accounts is None or isinstance(accounts, AccountFilter):
        return accounts
    if not isinstance(accounts, Mapping):
        raise UsageError(
            f"Accounts are chosen by their properties, not by {accounts!r}.",
            hint='Give for instance accounts={"modes": ["FAST"]}.',
        )
    names = {field.name: field.encode_name for field in msgspec.structs.fields(AccountFilter)}
    wire = {names.get(name, name): value for name, value in accounts.items()}
    for name in wire:
        one_of(name, (*names.values(), *names), "property to choose accounts by")
    if "modes" in wire:
        wire["modes"] = _modes(wire["modes"])
    try:
        return msgspec.convert(wire, AccountFilter)
    except msgspec.ValidationError as error:
        raise UsageError(
            f"These accounts can't be chosen: {error}.", hint=f"Known: {', '.join(names)}."
        ) from None


def _modes(value: object) -> list[str]:
    """Return the speeds as the wire spells them."""
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, Sequence):
        raise UsageError(f"{value!r} are no speeds.", hint=f"Known: {', '.join(Mode)}.")
    for word in words:
        one_of(str(word).lower(), tuple(Mode), "speed")
    return [str(word).upper() for word in words]
