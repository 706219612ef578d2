"""What can follow at the cursor in a prompt: parameters of the version in force, and values."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mj_notebook.prompt.canonical import ODD_DASHES
from mj_notebook.prompt.lint_case import Place, version_in_force
from mj_notebook.prompt.parameters import ParameterSpec, ParameterTable
from mj_notebook.prompt.parse import Prompt, scan

_TOKEN = re.compile(r"\S*$")
_HYPHENS = f"-{ODD_DASHES}"
_FILES = {"address", "addresses", "style"}
# What takes one value; a second one would be words behind it.
_SINGLE = {"int", "number", "ratio", "version", "choice", "word", "address"}
_PATH = re.compile(r"\.{0,2}/|~|[A-Za-z]:[\\/]")


class Suggestion(NamedTuple):
    """What may be written, and in a word what it means."""

    text: str
    meaning: str


class Suggested(NamedTuple):
    """
    What can stand at the cursor.

    Attributes:
        token: What is written of it already.
        offers: What can take its place.
        is_file: Whether the file of a picture can, too.
    """

    token: str
    offers: tuple[Suggestion, ...] = ()
    is_file: bool = False


def suggest(text: str, cursor: int, place: Place, table: ParameterTable) -> Suggested:
    """Return what can stand in the prompt *text* at *cursor*; among its words that is nothing."""
    before = text[:cursor]
    found = _TOKEN.search(before)
    token = found[0] if found else ""
    head = before[: len(before) - len(token)]
    if head.count('"') % 2:
        return Suggested(token)  # a text that is drawn as it is
    # What stands before the cursor tells where it is; the whole prompt tells which version is in
    # force.
    written = scan(head)
    rest = Prompt.parse(f"{head} {text[cursor:]}")
    version, _ = version_in_force(rest, place, table)
    if token[:1] and token[0] in _HYPHENS:
        return Suggested(token, _starting(token, _parameters(rest, version, place, table)))
    # Among words anything may follow, so only a path that was begun is completed.
    if not written:
        return Suggested(token, is_file=_PATH.match(token) is not None)
    last = written[-1].parameter
    spec = table.spec(last.name)
    if spec is None or (last.value and spec.kind in _SINGLE) or spec.kind == "flag":
        offers = () if token else _parameters(rest, version, place, table)
        return Suggested(token, tuple(offers))
    return Suggested(token, _starting(token, _values(spec, version)), spec.kind in _FILES)


def _starting(token: str, offers: Iterator[Suggestion]) -> tuple[Suggestion, ...]:
    begun = token.lstrip(_HYPHENS).lower()
    return tuple(one for one in offers if one.text.lstrip("-").lower().startswith(begun))


# -- parameters ------------------------------------------------------------------------------------


def _parameters(
    prompt: Prompt, version: str, place: Place, table: ParameterTable
) -> Iterator[Suggestion]:
    there = {table.long_name(one.name) for one in prompt.parameters}
    is_film = place.is_film or "video" in there
    # What is there already, or can't stand beside it, would be refused by lint right after.
    excluded = there | _partners(there, table)
    for spec in table.specs.values():
        if spec.name in excluded or not _is_for(spec, version, place, table, is_film=is_film):
            continue
        for name in filter(None, (spec.short, spec.name)):
            yield Suggestion(f"--{name}", spec.meaning)


def _partners(there: set[str], table: ParameterTable) -> set[str]:
    """Return what can't stand beside those that are *there*."""
    pairs = [one.of for one in table.conflicts]
    return {two for pair in pairs for one, two in (pair, pair[::-1]) if one in there}


def _is_for(
    spec: ParameterSpec, version: str, place: Place, table: ParameterTable, *, is_film: bool
) -> bool:
    # Nothing is offered that lint warns of.
    if spec.kind == "front" or spec.state == "deprecated" or spec.drifts:
        return False
    if is_film:
        return spec.name in table.with_video and not (spec.name == "video" and place.is_film)
    if spec.window or spec.name == "video" or spec.needs == "video" or spec.name == "repeat":
        return spec.window and place.is_window  # what has a better way here is not offered
    takes = spec.value_versions.values()
    if version and takes and not any(version in versions for versions in takes):
        return False
    return not (spec.versions and version) or version in spec.versions


# -- values ----------------------------------------------------------------------------------------


def _values(spec: ParameterSpec, version: str) -> Iterator[Suggestion]:
    if spec.kind == "version":
        newest = spec.values[-1] if spec.values else ""
        # The newest first: it is what most people look for.
        for value in reversed(spec.values):
            if not value.endswith(".0"):
                yield Suggestion(value, "the newest" if value == newest else spec.meaning)
        return
    usual = [
        (value, meaning) for value, meaning in spec.usual.items() if _fits(spec, value, version)
    ]
    yield from (Suggestion(*one) for one in usual)
    if spec.values:
        for value in spec.values_of(version):
            takes = spec.value_versions.get(value)
            if not version or takes is None or version in takes:
                yield Suggestion(value, _told(spec, value, spec.meaning))
    elif (limits := spec.range_of(version)) is not None:
        texts = [f"{limit:.12g}" for limit in limits]
        is_within = spec.default.isdecimal() and limits[0] <= int(spec.default) <= limits[1]
        # A range offers its ends and what is usual between them; all numbers would be no help.
        middle = [spec.default] if is_within else []
        for value in dict.fromkeys((texts[0], *middle, texts[1])):
            if value not in spec.usual:
                edge = "the least" if value == texts[0] else "the most"
                yield Suggestion(value, _told(spec, value, edge))


def _told(spec: ParameterSpec, value: str, otherwise: str) -> str:
    return "usual" if value == spec.default else otherwise


def _fits(spec: ParameterSpec, value: str, version: str) -> bool:
    """Tell whether a shape is one that *version* draws; any other value is."""
    most = spec.longest.get(version, spec.longest.get("all"))
    sides = value.split(":")
    if most is None or len(sides) != 2:
        return True
    return max(map(int, sides)) <= most * min(map(int, sides))
