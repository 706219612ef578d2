"""Words that scripts say in a page: each is looked up, and travels with its widget."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mj_notebook.language.page_words import translations
from mj_notebook.widgets.form_keys import FormKeys
from tests.language.messages import PAGE_WORDS
from tests.support.pages import ROOT

SCRIPTS = ROOT / "mj_notebook" / "widgets" / "js"
WORDS = json.loads(PAGE_WORDS.read_text("utf-8"))
_LITERAL = re.compile(
    r'(gettext\(\s*|marked\(\s*|case |[!=]== ?)?("(?:[^"\\]|\\.)*"|`[^`]*`)|//[^\n]*|/\*.*?\*/',
    re.DOTALL,
)
# Two words, or one with a capital: what people read. Names of keys, events and classes are neither.
_READ = re.compile(r"^[^\w]*[A-Z][a-z]+\b|\b[a-z]{2,} [a-z]{2,}\b|[a-z]: §|§ [a-z]{3}")
_NONE = re.compile(
    r"^asked asc$|^[a-z-]+: §(?:%|px)|"
    r"^Ctrl\+V?$|^§Shift|mj-|^:scope|^\[|^\.{1,2}/|\bdisplay: none|translate\(|inset\(|"
    r"^(?:Arrow\w+|Enter|Escape|Backspace|Delete|Control|Files|Shift)\b"
)


def told_outright(source: str) -> Iterator[str]:
    """Find what is shown without having been looked up."""
    for around, literal in _LITERAL.findall(source):
        text = re.sub(r"\$\{[^{}]*\}", "§", literal[1:-1])
        if not around and _READ.search(text) and not _NONE.search(text):
            yield text


def sources() -> list[Path]:
    """Return what is written for pages, without tests."""
    found = (path for path in SCRIPTS.rglob("*.js") if "node_modules" not in path.parts)
    return [p for p in found if not re.search(r"test\.js$|testing\.js$|build\.js$", p.name)]


def test_all_words_of_a_page_are_looked_up() -> None:
    """No script shows a text that is no argument of ``gettext`` or ``marked``."""
    outright = {
        str(path.relative_to(SCRIPTS)): list(told_outright(path.read_text("utf-8")))
        for path in sources()
    }
    assert {name: texts for name, texts in outright.items() if texts} == {}


@pytest.mark.parametrize(
    "source",
    ['text: "Compare"', 'say(it, "not sent yet")', "title: `Key ${key}`", "`${count} tasks left`"],
)
def test_a_text_that_is_not_looked_up_is_found(source: str) -> None:
    """Whole texts, and texts with values in them."""
    assert len(list(told_outright(source))) == 1
    assert list(told_outright(f"gettext({source.partition('(')[2] or source})")) != [source]


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("script", WORDS)
def test_every_script_has_its_words_in_chinese(script: str) -> None:
    """Each text of a script has Chinese signs, but for those that are no words."""
    said = translations(script)
    assert list(said) == WORDS[script]
    assert [text for text, words in said.items() if not re.search("[\u3000-\uffef]", words)] in (
        [],
        [text for text in said if text.startswith("{done} / ")],
    )


def test_english_pages_are_sent_none() -> None:
    """What stands in the script is English already."""
    assert translations("gallery") == {}


@pytest.mark.usefixtures("chinese")
def test_they_travel_with_the_widget() -> None:
    """A page knows them before it draws anything."""
    keys = FormKeys(enter=lambda _: None, escape=lambda: None, label="x")
    assert keys.get_state()["_translations"] == {"Prompt": "提示词", "Zoom": "缩放"}
    keys.close()
