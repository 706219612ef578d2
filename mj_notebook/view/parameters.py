"""The table of parameters as people read it: in a cell, in a terminal, and in the README."""

from typing import Any

from mj_notebook.errors import UsageError
from mj_notebook.language import gettext, marked, translated
from mj_notebook.language.misfits import nearest
from mj_notebook.prompt.parameters import ParameterSpec, ParameterTable
from mj_notebook.prompt.rules import RuleBook
from mj_notebook.view.table import Column, Kind, table_html, table_text

RULES = "rules"
_RULE_COLUMNS = (
    Column(marked("rule")),
    Column(marked("severity")),
    Column(marked("what it finds")),
)
HEADS = (
    marked("parameter"),
    marked("takes"),
    marked("usual"),
    marked("versions"),
    marked("what it does"),
)
_COLUMNS = (
    Column(HEADS[0]),
    *(Column(head, Kind.FACT) for head in HEADS[1:4]),
    Column(HEADS[4]),
)


def parameters_bundle(book: RuleBook, word: str = "") -> dict[str, Any]:
    """
    Return the table as an output of a cell.

    Args:
        book: The rules that are set.
        word: A name, or a word about it; all without one. `RULES` gives the rules instead.

    Raises:
        UsageError: Nothing is called that, or is about it.
    """
    if word == RULES:
        return _rules_bundle(book)
    lines = parameter_lines(book.table, word)
    note = translated(
        "As of {date}; %mj params NAME tells of one, %mj params rules what is looked for.",
        date=book.date,
    )
    if word and len(lines) == 1:
        note = "\n".join((*_details(book, word), note))
    return {
        "text/plain": table_text(_COLUMNS, lines, note=note),
        "text/html": str(table_html(_COLUMNS, lines, note=note)),
    }


def _rules_bundle(book: RuleBook) -> dict[str, Any]:
    """Return what is looked for in prompts, and how bad each of it is."""
    lines = [
        (name, str(book.severities[name]), gettext(about)) for name, about in book.about.items()
    ]
    note = translated(
        "As of {date}; mj.configure(rules={{'NAME': 'off'}}) switches one off.", date=book.date
    )
    return {
        "text/plain": table_text(_RULE_COLUMNS, lines, note=note),
        "text/html": str(table_html(_RULE_COLUMNS, lines, note=note)),
    }


def parameter_lines(table: ParameterTable, word: str = "") -> list[tuple[str, ...]]:
    """Return a line for each row of *table* that *word* names or is about."""
    sought = table.long_name(word.strip().lstrip("-"))
    rows = [(name, table.row(name)) for name in table.rows]
    # Rows join names that are read together; a parameter without a row must still be found.
    own = [spec.name for spec in table.specs.values() if not _is_in(rows, spec)]
    rows += [(name, table.row(name)) for name in own]
    chosen = [specs for _, specs in rows if any(spec.name == sought for spec in specs)]
    # An exact name first: "ar" is also a part of many words.
    if not chosen:
        chosen = [specs for _, specs in rows if any(_is_about(spec, sought) for spec in specs)]
    if not chosen:
        names = (*table.specs, *table.aliases)
        close = nearest(sought, names)
        raise UsageError(
            translated("No parameter is called {word!r}, or is about it.", word=word),
            hint=translated("Did you mean {close!r}?", close=close)
            if close
            else translated("%mj params lists all."),
        )
    return [_line(specs, table) for specs in chosen]


def _is_in(rows: list[tuple[str, list[ParameterSpec]]], spec: ParameterSpec) -> bool:
    return any(spec in specs for _, specs in rows)


def _is_about(spec: ParameterSpec, word: str) -> bool:
    about = f"{spec.meaning} {gettext(spec.meaning)}"
    return word in spec.name or word.lower() in about.lower()


def _line(specs: list[ParameterSpec], table: ParameterTable) -> tuple[str, ...]:
    first = specs[0]
    names = [
        " ".join(filter(None, (f"--{spec.name}", f"--{spec.short}" if spec.short else "")))
        for spec in specs
    ]
    name = gettext(first.name) if first.kind == "front" else ", ".join(names)
    return (name, takes(first), usual(first), versions_of(first, table), gettext(first.meaning))


def usual(spec: ParameterSpec) -> str:
    """Return what holds where *spec* is not written: a value of it, or in words."""
    return gettext(spec.default) if has_words(spec) else spec.default


def has_words(spec: ParameterSpec) -> bool:
    """Tell whether what is usual for *spec* is said in words."""
    return spec.default not in spec.values and any(map(str.isalpha, spec.default))


def takes(spec: ParameterSpec) -> str:
    """Return in a few words what may stand behind *spec*."""
    if spec.kind in {"flag", "any"}:
        return ""
    if spec.range is not None:
        least, most = spec.range
        return translated("{least:.12g} to {most:.12g}", least=least, most=most)
    if spec.values and spec.kind != "word":
        # "7" and "7.0" are the same version; people write the shorter.
        plain = [value for value in spec.values if not value.endswith(".0")]
        return ", ".join(plain)
    return gettext(_TAKES[spec.kind])


_TAKES = {
    "ratio": "W:H",
    "word": marked("a word"),
    "text": marked("words, with commas"),
    "address": marked("an address"),
    "addresses": marked("addresses"),
    "front": marked("addresses"),
    "style": marked("addresses, codes, random"),
    "profile": marked("nothing, or codes"),
    "int": marked("a whole number"),
    "number": marked("a number"),
    "version": marked("a version"),
    "choice": marked("a word"),
}


def versions_of(spec: ParameterSpec, table: ParameterTable) -> str:
    """Return which versions know *spec*, in short: "6+, niji6+"; "" for all."""
    if not spec.versions or spec.kind == "any":
        return ""
    return ", ".join(filter(None, (_span(family, spec.versions) for family in table.families)))


def _span(family: tuple[str, ...], versions: frozenset[str]) -> str:
    """Return those of *family* that are among *versions*; runs of them by their ends."""
    runs: list[list[str]] = []
    for key in family:
        if key not in versions:
            runs.append([])
        elif not runs:
            runs.append([key])
        else:
            runs[-1].append(key)
    return ", ".join(_run(run, family) for run in runs if run)


def _run(run: list[str], family: tuple[str, ...]) -> str:
    if len(run) == 1:
        return run[0]
    # A run to the newest goes on with the next version; test models are followed by nothing.
    if run[-1] == family[-1] and not run[-1].startswith("test"):
        return f"{run[0]}+"
    return f"{run[0]}–{run[-1]}"


def _details(book: RuleBook, word: str) -> list[str]:
    """Return what else is known of the parameter *word*: what it goes without, and its sources."""
    table = book.table
    spec = table.spec(word.strip().lstrip("-"))
    if spec is None:
        return []
    conflicts = [
        other
        for conflict in table.conflicts
        # The table writes each pair once; both ask for it.
        for this, other in (conflict.of, conflict.of[::-1])
        if this.partition("=")[0] == spec.name
    ]
    without = ", ".join(f"--{one.replace('=', ' ')}" for one in conflicts)
    sources = [table.sources[key] for key in spec.sources.split() if key in table.sources]
    by_version = {
        key: translated("{least:.12g} to {most:.12g}", least=pair[0], most=pair[1])
        if pair
        else translated("any")
        for key, pair in spec.ranges.items()
    } | {key: ", ".join(values) for key, values in spec.choices.items()}
    return list(
        filter(
            None,
            (
                *(
                    translated("With version {key}: {told}.", key=key, told=told)
                    for key, told in by_version.items()
                ),
                translated("Not together with {without}.", without=without) if without else "",
                translated("Only with {needs}.", needs=f"--{spec.needs}") if spec.needs else "",
                *(
                    gettext(text)
                    for text in (*spec.unsure.values(), spec.drifts, spec.note, spec.advice)
                    if text
                ),
                translated("From {sources}.", sources="; ".join(sources)) if sources else "",
            ),
        )
    )
