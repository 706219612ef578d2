"""Which words people are shown that have a translation, and the catalogue that they stand in."""

import ast
import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from mj_notebook.api.overview import GROUPS, first_sentence
from mj_notebook.language.catalogue import DOMAIN, FOLDER
from mj_notebook.prompt.canonical import _RULES
from mj_notebook.prompt.parameters import parameter_table
from mj_notebook.prompt.rules import shipped_rules
from mj_notebook.protocol.buttons import BUTTONS
from mj_notebook.protocol.causes import CAUSES, WITHOUT_CAUSE
from mj_notebook.view.parameters import has_words
from tests.support.pages import ROOT

CATALOGUE = FOLDER / "zh_CN" / "LC_MESSAGES" / f"{DOMAIN}.po"
PAGE_WORDS = ROOT / "mj_notebook" / "widgets" / "static" / "words.json"
"""What the scripts of pages say, by script; `build.js` writes it."""
_CALLS = {"gettext": 1, "marked": 1, "told": 1, "translated": 1, "ngettext": 2}
# Dates would make each look at it a change.
_DATE = datetime(2026, 11, 30, tzinfo=UTC)


class Message(NamedTuple):
    """
    What is shown to people.

    Attributes:
        text: It in English; one and many where it is counted.
        place: The file it stands in.
    """

    text: str | tuple[str, ...]
    place: str


def in_code(source: str, place: str) -> Iterator[Message]:
    """Find what is looked up in a module; what is made on the way has no translation."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        told = node.args[: _CALLS.get(node.func.id, 0)]
        if any(isinstance(one, ast.JoinedStr | ast.BinOp) for one in told):
            raise ValueError(f"{place}:{node.lineno}: this text is made before it is looked up.")
        texts = [str(one.value) for one in told if isinstance(one, ast.Constant)]
        if texts:
            yield Message(texts[0] if len(texts) == 1 else tuple(texts), place)


def messages() -> Iterator[Message]:
    """Find all that a person is shown in their language: in the code, and in the tables."""
    for path in sorted((ROOT / "mj_notebook").rglob("*.py")):
        yield from in_code(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())
    for script, words in json.loads(PAGE_WORDS.read_text("utf-8")).items():
        for text in words:
            yield Message(text, f"mj_notebook/widgets/js/{script}")
    yield from _in_tables()


def _in_tables() -> Iterator[Message]:
    for kind in BUTTONS:
        for text in (kind.accessible_name, kind.row.word):
            yield Message(text, "mj_notebook/protocol/buttons.py")
    for text in (one for head, names in GROUPS for one in (head, *map(first_sentence, names))):
        yield Message(text, "mj_notebook/api/overview.py")
    for note in dict.fromkeys(note for _, note in _RULES if note):
        yield Message(note, "mj_notebook/prompt/canonical.py")
    for spec in parameter_table().specs.values():
        usual = spec.default if has_words(spec) else ""
        named = spec.name if spec.kind == "front" else ""
        said = (spec.meaning, named, usual, spec.advice, spec.instead, spec.drifts, spec.note)
        for text in filter(None, (*said, *spec.unsure.values())):
            yield Message(text, "mj_notebook/prompt/parameters.json")
    for about in shipped_rules().about.values():
        yield Message(about, "mj_notebook/prompt/rules.json")
    table = "mj_notebook/protocol/causes.json"
    for cause in CAUSES:
        yield Message(cause.meaning, table)
        yield Message(cause.advice, table)
    for text in WITHOUT_CAUSE.values():
        yield Message(text, table)


def read(path: Path) -> Catalog:
    """Return the catalogue at *path*."""
    with path.open("rb") as file:
        return read_po(file, locale="zh_CN", domain=DOMAIN, abort_invalid=True)


def renewed(path: Path, wanted: Iterable[Message]) -> Catalog:
    """Return the catalogue at *path* with all that is *wanted*, and nothing else."""
    old = read(path) if path.exists() else Catalog()
    made = Catalog(
        "zh_CN",
        DOMAIN,
        header_comment="# mj_notebook in Chinese; python -m tests.language writes it anew.",
        project="mj_notebook",
        version="1",
        creation_date=_DATE,
        revision_date=_DATE,
        fuzzy=False,
    )
    for message in wanted:
        known = old.get(message.text if isinstance(message.text, str) else message.text[0])
        made.add(message.text, known.string if known else None, [(message.place, 0)])
    return made


def rows(catalogue: Catalog) -> dict[object, tuple[object, list[str]]]:
    """Return what a catalogue holds, and where each of it stands, by what it is in English."""
    return {
        one.id: (one.string, sorted({place for place, _ in one.locations}))
        for one in catalogue
        if one.id
    }


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as it stands in its file."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, include_lineno=False)
    return buffer.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as programs read it."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()
