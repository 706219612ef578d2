r"""The rules of lint as dated facts: what is found, how bad it is, and what a person changes of it.

A person's own rules come as a mapping, or as a TOML file with the same names::

    default_version = "7"

    [rules]
    repeated = "off"
    words-after = "warn"

    [rules.no-cats]
    pattern = "\\bcats?\\b"
    severity = "warn"
    message = "This study has no cats."

    [parameters.mystyle]
    kind = "flag"
    meaning = "our option of /prefer"
"""

import difflib
import json
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from mj_notebook.errors import SettingsError
from mj_notebook.prompt.parameters import ParameterTable, parameter_table, with_parameters

FILE = Path(__file__).with_name("rules.json")


class Severity(StrEnum):
    """How bad it is: an error stops, warnings and hints are shown, and what is off is not told."""

    ERROR = "error"
    WARN = "warn"
    HINT = "hint"
    OFF = "off"


class OwnRule(NamedTuple):
    """A rule that a person added: what it looks for, and what it says."""

    name: str
    pattern: "re.Pattern[str]"
    message: str
    advice: str


class RuleBook(NamedTuple):
    """
    All that lint goes by.

    Attributes:
        date: The day the rules are of.
        severities: By the name of the rule.
        about: What each rule finds.
        table: The parameters.
        own: The rules that a person added.
    """

    date: str
    severities: Mapping[str, Severity]
    about: Mapping[str, str]
    table: ParameterTable
    own: tuple[OwnRule, ...] = ()


@cache
def shipped_rules() -> RuleBook:
    """Return the rules of this package; the file is read with the first call."""
    content = json.loads(FILE.read_text("utf-8"))
    return RuleBook(
        date=content["date"],
        severities={name: Severity(row["severity"]) for name, row in content["rules"].items()},
        about={name: row["about"] for name, row in content["rules"].items()},
        table=parameter_table(),
    )


def rule_book(changes: Mapping[str, Any] | None) -> RuleBook:
    """
    Return the rules of this package with a person's *changes*.

    Raises:
        SettingsError: A change makes no sense; it says which.
    """
    book = shipped_rules()
    if not changes:
        return book
    known = ("rules", "parameters", "default_version", "default_niji", "date")
    for name in changes:
        if name not in known and not _is_rule(name, changes[name], book):
            _refuse_name(str(name), (*known, *book.severities))
    # Rules may stand at the top as well, where there is nothing else to say.
    rules = {name: one for name, one in changes.items() if name not in known}
    rules |= _mapping(changes.get("rules", {}), "rules")
    book = _with_parameters(book, changes)
    for name, rule in rules.items():
        book = _with_rule(book, str(name), rule)
    return book._replace(date=str(changes.get("date", book.date)))


def _is_rule(name: object, value: object, book: RuleBook) -> bool:
    return isinstance(name, str) and (name in book.severities or isinstance(value, Mapping))


def _with_parameters(book: RuleBook, changes: Mapping[str, Any]) -> RuleBook:
    table = book.table
    rows = _mapping(changes.get("parameters", {}), "parameters")
    try:
        table = with_parameters(table, rows)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SettingsError(
            f"The parameters of your rules can't be read: {error}.",
            hint="Write them as [parameters.NAME] with kind, range, values or versions.",
        ) from None
    table = table._replace(
        default_version=str(changes.get("default_version", table.default_version)),
        default_niji=str(changes.get("default_niji", table.default_niji)),
    )
    return book._replace(table=table)


def _with_rule(book: RuleBook, name: str, rule: object) -> RuleBook:
    if not isinstance(rule, Mapping):
        rule = {"severity": rule}
    unknown = set(rule) - {"severity", "pattern", "message", "advice"}
    if unknown:
        _refuse_name(min(map(str, unknown)), ("severity", "pattern", "message", "advice"))
    if name not in book.severities and "pattern" not in rule:
        _refuse_name(name, tuple(book.severities))
    severity = _severity(name, rule.get("severity", book.severities.get(name, Severity.WARN)))
    book = book._replace(severities={**book.severities, name: severity})
    if "pattern" not in rule:
        return book
    try:
        pattern = re.compile(str(rule["pattern"]), re.IGNORECASE)
    except re.error as error:
        raise SettingsError(
            f"The pattern of the rule {name!r} can't be read: {error}.",
            hint="Write a regular expression, such as \\bcats?\\b.",
        ) from None
    message = str(rule.get("message") or f"Your rule {name!r} finds this.")
    own = OwnRule(name, pattern, message, str(rule.get("advice", "")))
    return book._replace(own=(*book.own, own), about={**book.about, name: message})


def _severity(name: str, word: object) -> Severity:
    try:
        return Severity(str(word).lower())
    except ValueError:
        raise SettingsError(
            f"The rule {name!r} can't be {word!r}.", hint=f"Known: {', '.join(Severity)}."
        ) from None


def _mapping(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise SettingsError(
            f"{name} are no table of names.", hint=f"Write [{name}] with a line for each."
        )
    return dict(value)


def _refuse_name(name: str, known: tuple[str, ...]) -> NoReturn:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(known[:8])}, …"
    raise SettingsError(f"Rules have no {name!r}.", hint=hint)
