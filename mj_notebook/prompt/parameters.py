"""The table of Midjourney's parameters: facts with sources and a date, read from `parameters.json`.

A version is named by its key: "8.2", "niji6", "test". The file is read on first use.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

DEMO_VERSION = "7"
"""What the demo server draws with where no version is written; it never moves."""

FILE = Path(__file__).with_name("parameters.json")
_EMPTY: Mapping[str, Any] = MappingProxyType({})
Range = tuple[float, float]
Families = tuple[tuple[str, ...], ...]


KINDS = (
    *("flag", "int", "number", "ratio", "version", "choice", "word", "text", "address"),
    *("addresses", "style", "profile", "front", "any"),
)
"""How a value may be written."""


class ParameterSpec(NamedTuple):
    """
    What is known of one parameter.

    Attributes:
        name: Its long name, without hyphens.
        kind: What a value is: flag, int, number, ratio, version, choice, word, text, address,
            addresses, style (addresses, codes or "random"), profile; "any" for what nobody reads
            any more.
        short: A shorter name, "" for none.
        default: What holds without it, in words.
        also: What other programs, or people, call it.
        usual: What is often written, and in a word what it means.
        range: The least and the greatest number.
        firm: Whether a number outside is refused for sure.
        ranges: Ranges of single versions; None where any number goes.
        choices: The values of single versions.
        steps: The step between values, of single versions.
        value_versions: The versions of single values.
        free: Whether other words than the known ones may be values.
        bare: Whether it may stand without a value.
        most: How many addresses it takes.
        longest: The greatest ratio of the long side to the short one, by version; None for any.
        removed: Values that were there once, and the day they went.
        versions: The versions that know it; all when empty.
        refused: The versions that refuse it for sure.
        unsure: What the sources disagree on, by version.
        unsure_rule: The rule by which that is said.
        drifts: Why the same prompt may draw something else tomorrow.
        note: What should be known besides.
        needs: What must stand beside it.
        window: Whether it belongs in the window of a Custom Zoom alone.
        state: "" for a living one, "legacy" or "deprecated".
        instead: How it is asked for here, where it is not to be given by keyword.
        advice: What to write in its place.
        group: The row it shares with others, such as "speed".
    """

    name: str
    kind: str
    meaning: str
    short: str = ""
    default: str = ""
    also: frozenset[str] = frozenset()
    usual: Mapping[str, str] = _EMPTY
    values: tuple[str, ...] = ()
    range: Range | None = None
    firm: bool = False
    ranges: Mapping[str, Range | None] = _EMPTY
    choices: Mapping[str, tuple[str, ...]] = _EMPTY
    steps: Mapping[str, float] = _EMPTY
    value_versions: Mapping[str, frozenset[str]] = _EMPTY
    free: bool = False
    bare: bool = False
    most: int | None = None
    longest: Mapping[str, float | None] = _EMPTY
    removed: Mapping[str, str] = _EMPTY
    versions: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    unsure: Mapping[str, str] = _EMPTY
    unsure_rule: str = "unsure"
    drifts: str = ""
    note: str = ""
    needs: str = ""
    window: bool = False
    state: str = ""
    instead: str = ""
    advice: str = ""
    group: str = ""
    sources: str = ""

    @property
    def written(self) -> str:
        """How people write it: with its short name, where it has one."""
        return f"--{self.short or self.name}"

    def range_of(self, version: str) -> Range | None:
        """Return the range for *version*; None where any number goes, or none is known."""
        return self.ranges.get(version, self.range)

    def values_of(self, version: str) -> tuple[str, ...]:
        """Return the values for *version*."""
        return self.choices.get(version, self.values)


class Conflict(NamedTuple):
    """
    Two parameters that don't go together; *rule* says how bad that is.

    Attributes:
        of: Their long names, or one with the value that it is of: ``quality=4``.
        names: The names alone.
    """

    of: tuple[str, str]
    names: frozenset[str]
    rule: str


class ParameterTable(NamedTuple):
    """
    All parameters as of *date*.

    Attributes:
        specs: By long name.
        rows: The names of the rows in their order; some stand for several parameters.
        aliases: From short names to long ones.
        families: The keys of all versions, oldest first in each family.
        weights: The versions that read the weights of parts (``sky::2``).
        conflicts: What does not go together.
        with_video: The parameters that a film reads.
    """

    date: str
    default_version: str
    default_niji: str
    specs: Mapping[str, ParameterSpec]
    rows: tuple[str, ...]
    aliases: Mapping[str, str]
    families: Families
    weights: frozenset[str]
    conflicts: tuple[Conflict, ...]
    with_video: frozenset[str]
    sources: Mapping[str, str]

    @property
    def versions(self) -> tuple[str, ...]:
        """The keys of all versions."""
        return tuple(key for family in self.families for key in family)

    def long_name(self, name: str) -> str:
        """Return the long name of a parameter: ``ar`` → ``aspect``."""
        # Midjourney reads names in any case.
        lowered = name.lower()
        return self.aliases.get(lowered, lowered)

    def spec(self, name: str) -> ParameterSpec | None:
        """Return what is known of the parameter *name*, long or short, in any case."""
        return self.specs.get(self.long_name(name))

    def row(self, name: str) -> list[ParameterSpec]:
        """Return the parameters of the row *name*."""
        return [one for one in self.specs.values() if name in {one.name, one.group}]


@cache
def parameter_table() -> ParameterTable:
    """Return the table of this package; the file is read with the first call."""
    return read_table(json.loads(FILE.read_text("utf-8")))


@cache
def living_names() -> frozenset[str]:
    """Return the long names of the parameters that some version in use knows."""
    specs = parameter_table().specs.values()
    return frozenset(one.name for one in specs if not one.state and one.kind != "front")


def long_name(name: str) -> str:
    """Return the long name of a parameter: ``ar`` → ``aspect``."""
    return parameter_table().long_name(name)


# -- reading ---------------------------------------------------------------------------------------


def read_table(content: Mapping[str, Any]) -> ParameterTable:
    """Read a table."""
    families = tuple(map(tuple, content["families"].values()))
    rows = content["parameters"]
    specs = {spec.name: spec for row in rows for spec in _specs(row, families)}
    return ParameterTable(
        date=content["date"],
        default_version=content["default_version"],
        default_niji=content["default_niji"],
        specs=specs,
        rows=tuple(row["name"] for row in rows),
        aliases={spec.short: spec.name for spec in specs.values() if spec.short},
        families=families,
        weights=expand(content["weights"], families),
        conflicts=tuple(_conflict(row) for row in content["conflicts"]),
        with_video=frozenset(content["with_video"]),
        sources=content["sources"],
    )


def with_parameters(table: ParameterTable, given: Mapping[str, Any]) -> ParameterTable:
    """Return *table* with the rows *given* by name added, or changed where there is such a row."""
    specs = dict(table.specs)
    for written, row in given.items():
        name = table.long_name(written.lstrip("-"))
        # Only what is given: the rest of a known row stays as this package has it.
        read = _fields({**row, "name": name}, table.families)
        known = specs.get(name)
        specs[name] = known._replace(**read) if known else ParameterSpec(**{**_BLANK, **read})
    aliases = {spec.short: spec.name for spec in specs.values() if spec.short}
    return table._replace(specs=specs, aliases=aliases)


# "any", as a parameter that is only named may take whatever it likes.
_BLANK = {"kind": "any", "meaning": "a parameter of your own"}


def expand(written: Iterable[str], families: Families) -> frozenset[str]:
    """Return the keys of the versions that ``6+``, ``-6.1``, ``niji6``, ``niji-5`` mean."""
    return frozenset(key for text in written for key in _expanded(text, families))


def _expanded(text: str, families: Families) -> tuple[str, ...]:
    key = text.removesuffix("+").replace("-", "")
    family = next((one for one in families if key in one), None)
    if family is None:
        raise ValueError(f"There is no version {key}")
    at = family.index(key)
    if text.endswith("+"):
        return family[at:]
    return family[: at + 1] if "-" in text else (key,)


def _conflict(row: Mapping[str, Any]) -> Conflict:
    first, second = row["of"]
    names = frozenset(one.partition("=")[0] for one in (first, second))
    return Conflict((first, second), names, row.get("rule", "conflict"))


def _specs(row: Mapping[str, Any], families: Families) -> list[ParameterSpec]:
    """Return the parameters of one row of the file."""
    members = row.get("members", (row["name"],))
    advice, unsure = row.get("advice", {}), row.get("unsure_member", {})
    own = {key: value for key, value in row.items() if key not in _OF_ROWS}
    fields = _fields(own, families)
    found = []
    for name in members:
        more: dict[str, Any] = {"name": name}
        if len(members) > 1:
            more["group"] = row["name"]
        if name in advice:
            more["advice"] = advice[name]
        if name in unsure:
            more["unsure"] = unsure[name]
        found.append(ParameterSpec(**{**fields, **more}))
    return found


_OF_ROWS = ("members", "advice", "unsure_member")


def _fields(row: Mapping[str, Any], families: Families) -> dict[str, Any]:
    """Return the fields of a spec as *row* has them, in the types that it keeps."""
    # A misspelt field would be a rule that silently does nothing.
    unknown = set(row) - set(ParameterSpec._fields)
    if unknown:
        raise ValueError(f"A parameter has no {min(unknown)!r}")
    if row.get("kind", "any") not in KINDS:
        raise ValueError(f"A parameter has no kind {row['kind']!r}")
    return {
        name: _READERS[name](value, families) if name in _READERS else value
        for name, value in row.items()
    }


def _range(pair: Any) -> Range:
    least, most = pair
    return (float(least), float(most))


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(map(str, values))


_READERS: dict[str, Callable[[Any, Families], Any]] = {
    "also": lambda value, _: frozenset(_texts(value)),
    "default": lambda value, _: str(value),
    "removed": lambda value, _: {key: str(day) for key, day in value.items()},
    "values": lambda value, _: _texts(value),
    "range": lambda value, _: _range(value),
    "ranges": lambda value, _: {key: one and _range(one) for key, one in value.items()},
    "choices": lambda value, _: {key: _texts(one) for key, one in value.items()},
    "versions": expand,
    "refused": expand,
    "value_versions": lambda value, families: {
        key: expand(one, families) for key, one in value.items()
    },
}
