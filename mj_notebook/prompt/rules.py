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

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from mj_notebook.errors import SettingsError
from mj_notebook.language import translated
from mj_notebook.language.misfits import nearest
from mj_notebook.prompt.own_patterns import OwnPattern
from mj_notebook.prompt.parameters import ParameterTable, parameter_table, with_parameters
from mj_notebook.prompt.row_values import check_row, is_text

FILE = Path(__file__).with_name("rules.json")
_KNOWN = ("rules", "parameters", "default_version", "default_niji", "date")


class Severity(StrEnum):
    """How bad it is: an error stops, warnings and hints are shown, and what is off is not told."""

    ERROR = "error"
    WARN = "warn"
    HINT = "hint"
    OFF = "off"


class OwnRule(NamedTuple):
    """A rule that a person added: what it looks for, and what it says."""

    name: str
    pattern: OwnPattern
    message: str
    advice: str


class RuleBook(NamedTuple):
    """
    All that lint goes by.

    Attributes:
        date: The day the rules are of.
        severities: By the name of the rule.
        own: The rules that a person added.
    """

    date: str
    severities: Mapping[str, Severity]
    about: Mapping[str, str]
    table: ParameterTable
    own: tuple[OwnRule, ...] = ()


# Read once, with the first prompt: importing reads no file.
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
    """Return the rules of this package with a person's *changes*."""
    book = shipped_rules()
    if not changes:
        return book
    for name in changes:
        # A misspelt rule would be one that finds nothing, in silence.
        if name not in _KNOWN and not _is_rule(name, changes[name], book):
            _refuse_name(str(name), (*_KNOWN, *book.severities))
    # Rules may stand at the top as well, where there is nothing else to say.
    rules = {name: one for name, one in changes.items() if name not in _KNOWN}
    rules |= _mapping(changes.get("rules", {}), "rules")
    # Parameters before rules, whatever their order in the file.
    book = _with_parameters(book, changes)
    for name, rule in rules.items():
        book = _with_rule(book, str(name), rule)
    day = changes.get("date", book.date)
    if not (is_text(day) or isinstance(day, date)):
        raise SettingsError(
            translated("date can't be {day!r}.", day=day),
            hint=translated("Write it as 2027-01-31."),
        )
    return book._replace(date=str(day))


def _is_rule(name: object, value: object, book: RuleBook) -> bool:
    return isinstance(name, str) and (name in book.severities or isinstance(value, Mapping))


def _with_parameters(book: RuleBook, changes: Mapping[str, Any]) -> RuleBook:
    rows = _mapping(changes.get("parameters", {}), "parameters")
    for name, row in rows.items():
        check_row(name, row, book.table)
    table = with_parameters(book.table, rows)
    # niji has a default of its own, and test models are nobody's usual one.
    versions = [one for one in table.versions if not one.startswith(("niji", "test"))]
    nijis = [one.removeprefix("niji") for one in table.versions if one.startswith("niji")]
    return book._replace(
        table=table._replace(
            default_version=_version(changes, "default_version", table.default_version, versions),
            default_niji=_version(changes, "default_niji", table.default_niji, nijis),
        )
    )


def _version(changes: Mapping[str, Any], name: str, usual: str, known: list[str]) -> str:
    given = changes.get(name, usual)
    version = str(given).removesuffix(".0")
    if isinstance(given, bool) or version not in known:
        raise SettingsError(
            translated("{name} can't be {given!r}.", name=name, given=given),
            hint=translated("Known: {known}.", known=", ".join(known)),
        )
    return version


def _with_rule(book: RuleBook, name: str, rule: object) -> RuleBook:
    if not isinstance(rule, Mapping):
        rule = {"severity": rule}
    unknown = set(rule) - {"severity", "pattern", "message", "advice"}
    if unknown:
        _refuse_name(min(map(str, unknown)), ("severity", "pattern", "message", "advice"))
    if name not in book.severities and "pattern" not in rule:
        _refuse_name(name, (*_KNOWN, *book.severities))
    # What it finds is decided in code: a pattern here would be passed over.
    if name in book.severities and set(rule) - {"severity"}:
        raise SettingsError(
            translated(
                "{name} is a rule of this package, of which the severity alone can be set.",
                name=name,
            ),
            hint=translated("Give your own rule another name."),
        )
    if not is_text(name):
        raise SettingsError(
            translated("A rule has no name."), hint=translated("Write [rules.NAME] above it.")
        )
    for field in ("pattern", "message", "advice"):
        if not is_text(rule.get(field, "x")):
            raise SettingsError(
                translated(
                    "{field} of the rule {name!r} can't be {rule!r}.",
                    field=field,
                    name=name,
                    rule=rule[field],
                ),
                hint=translated("It is a text that is not empty or blank."),
            )
    severity = _severity(name, rule.get("severity", book.severities.get(name, Severity.WARN)))
    book = book._replace(severities={**book.severities, name: severity})
    if "pattern" not in rule:
        return book
    beside = book.own[-1].pattern if book.own else None
    pattern = OwnPattern(name, str(rule["pattern"]), beside)
    message = str(rule.get("message") or translated("Your rule {name!r} finds this.", name=name))
    own = OwnRule(name, pattern, message, str(rule.get("advice", "")))
    return book._replace(own=(*book.own, own), about={**book.about, name: message})


def _severity(name: str, word: object) -> Severity:
    try:
        return Severity(str(word).lower())
    except ValueError:
        raise SettingsError(
            translated("The rule {name!r} can't be {word!r}.", name=name, word=word),
            hint=translated("Known: {known}.", known=", ".join(Severity)),
        ) from None


def _mapping(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise SettingsError(
            translated("{name} are no table of names.", name=name),
            hint=translated("Write [{name}] with a line for each.", name=name),
        )
    return dict(value)


def _refuse_name(name: str, known: tuple[str, ...]) -> NoReturn:
    close = nearest(name, known)
    hint = (
        translated("Did you mean {close!r}?", close=close)
        if close
        else translated("Known: {known}.", known=", ".join((*known[:8], "…")))
    )
    raise SettingsError(translated("Rules have no {name!r}.", name=name), hint=hint)
