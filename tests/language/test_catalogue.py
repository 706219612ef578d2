"""The catalogue: nothing is untranslated, stale or lost on the way, and English has no cost."""

import html
import re
import subprocess
import sys
from collections.abc import Sequence

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from mj_notebook.api.doctor import format_results
from mj_notebook.api.server_checks import CheckResult
from mj_notebook.errors import BannedPrompt, TaskFailed
from mj_notebook.language import gettext, ngettext, speak, spoken
from mj_notebook.language.catalogue import known_language
from mj_notebook.magic.command_table import SPECS
from mj_notebook.protocol.buttons import (
    BUTTON_KIND,
    BUTTONS,
    accessible_name,
    button_of,
    find_button,
)
from mj_notebook.protocol.causes import CAUSES
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.server_words import failure_text
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.view import panel
from mj_notebook.view.facts import Facts
from mj_notebook.view.task_view import task_view
from mj_notebook.view.text import plain_text
from mj_notebook.view.window import OpenWindow, title_html
from tests.language.messages import CATALOGUE, in_code, messages, read, renewed, rows
from tests.view.samples import ASKED_AT, facts, finished_grid, finished_upscale, task

KNOWN = read(CATALOGUE)
# What is the same in all languages: servers' own words, names, units and code.
_SAME = re.compile(
    r"(?:U|V)\d|--\w+[ :\d]*|a red kite over dunes|no|Paused|REVIEW|PNG|JPEG|[⤢🔄]|"
    r"(?:Vary|Upscale|Zoom Out|Custom Zoom|Make Square|Animate) ?(?:\([\w ]+\))?|default|"
    r"kite-\w+\.png|title|aria-label|mj\.job\(\S+|\.answer\(.*?\)|mj|[\d.]+x?"
)


def said(catalogue: Catalog) -> dict[str, str]:
    """Return what a catalogue says, by the first form of what it is in English."""
    return {_first(one.id): _first(one.string) for one in catalogue if one.id}


def _first(forms: str | Sequence[str] | None) -> str:
    return forms if isinstance(forms, str) else (forms or ("",))[0]


def test_the_catalogue_is_of_today() -> None:
    """``python -m tests.language`` would change nothing: no row is missing, stale or elsewhere."""
    assert rows(renewed(CATALOGUE, messages())) == rows(KNOWN)


def test_every_row_is_translated() -> None:
    """There is no row without words, and none whose translation waits to be looked at."""
    assert [text for text, words in said(KNOWN).items() if not words.strip()] == []
    assert not [one.id for one in KNOWN if one.id and one.fuzzy]


def test_gaps_are_the_same() -> None:
    """A translation has the gaps of its English, but for those of its grammar; and no others."""

    def gaps(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)(?:![rs])?(?::[^{}]*)?}", text)) - {"plural", "verb"}

    odd = {text: words for text, words in said(KNOWN).items() if gaps(text) != gaps(words)}
    assert odd == {}


def test_code_and_commands_are_left_as_they_are() -> None:
    """What a person is to type stands in the translation as it stands in English."""
    commands = rf"%mj (?:{'|'.join(SPECS)})\b"
    calls = r"\bmj\.\w+\([^)]*\)|\bjob\.\w+(?:\(\))?|MJ_[A-Z_]+|accounts=…"
    code = re.compile(f"{commands}|{calls}", re.ASCII)
    odd = {
        text: words
        for text, words in said(KNOWN).items()
        if sorted(code.findall(text)) != sorted(code.findall(words))
    }
    assert odd == {}


def test_what_programs_read_is_what_is_written() -> None:
    """The compiled catalogue says the same as the one that people edit."""
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        assert said(read_mo(file)) == said(KNOWN)


def test_a_text_that_is_made_on_the_way_is_found() -> None:
    """Nothing is looked up that no catalogue can have."""
    with pytest.raises(ValueError, match="made before"):
        list(in_code('gettext(f"{count} jobs")', "here.py"))


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh_CN.UTF-8", "zh"),
        ("ZH-Hans", "zh"),
        ("en_GB", "en"),
        ("fr", None),
        ("default", None),
        ("", None),
    ],
)
def test_languages_are_known_by_their_tags(tag: str, language: str | None) -> None:
    """A tag may name a region, a script and an encoding."""
    assert known_language(tag) == language


def test_what_is_counted_has_its_form() -> None:
    """English tells one from many, Chinese does not."""
    one, many = "{count} job: {states}", "{count} jobs: {states}"
    assert [ngettext(one, many, count) for count in (1, 2)] == [one, many]
    speak("zh")
    try:
        assert {ngettext(one, many, count) for count in (1, 2)} == {"{count} 个任务：{states}"}
        assert (spoken(), gettext(""), gettext("nobody wrote this")) == (
            "zh",
            "",
            "nobody wrote this",
        )
    finally:
        speak("en")


MS = int(ASKED_AT * 1000)
FAILED = task(status="FAILURE", start_time=MS, finish_time=MS + 72_000)
STATES = [
    facts(),
    facts(task=task(status="NOT_START"), queued=2, queue_position=2),
    facts(task=task(status="SUBMITTED")),
    facts(task=task(status="MODAL")),
    facts(task=task(progress="46%"), typical_seconds=60),
    facts(task=task(progress="Paused"), moved_at=ASKED_AT - 300),
    facts(task=task(status="REVIEW")),
    facts(task=task(status="SUCCESS")),
    finished_grid(seed="7", is_demo=True, is_replayed=True, place=(2, 3)),
    finished_upscale(trail=("imagine", "U2")),
    facts(task=FAILED, error=TaskFailed("no"), ended_at=ASKED_AT + 99),
    facts(task=task(status="CANCEL"), error=TaskFailed("no"), ended_at=ASKED_AT + 9),
    facts(error=BannedPrompt("no")),
    facts(waits_for="imagine"),
]


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("given", STATES, ids=lambda given: given.task and given.task.status)
def test_no_english_is_left_in_a_panel(given: Facts) -> None:
    """Words, buttons, hints, bar, what is read aloud: only what is the server's is not Chinese."""
    view = task_view(given, ASKED_AT + 30)
    pieces = (
        panel.head_html(view),
        panel.words_html(view),
        panel.line_html(view),
        panel.legend_html(view),
        panel.picture_html(view),
    )
    shown = re.sub(r"<(?!/?[a-z]*\b[^>]*(?:title|aria-label)=)[^>]*>", " ", " ".join(pieces))
    shown = re.sub(r'<[^>]*?((?:title|aria-label)="[^"]*")[^>]*>', r" \1 ", shown)
    names = [button.accessible_name for row in view.rows for button in row.buttons]
    assert _english(shown) == []
    assert _english(" ".join(names)) == []
    assert _english(plain_text(given, ASKED_AT + 30)) == []


def _english(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]{2,}", _SAME.sub(" ", html.unescape(text)))


@pytest.mark.usefixtures("chinese")
def test_causes_are_told_in_chinese() -> None:
    """What a server says is explained in Chinese, beside its own words."""
    english = []
    for cause in (one for one in CAUSES if one.words):
        what, hint = failure_text(cause.words[0])
        english += [text for text in (what, hint) if not re.search(r"[\u4e00-\u9fff]", text)]
    assert english == []
    assert failure_text("该令牌额度已用尽")[0].startswith("代理未能完成任务：令牌额度已用完")
    assert Task(id="1", status=Status.FAILURE, fail_reason="x").fail_reason == "x"


@pytest.mark.usefixtures("chinese")
def test_buttons_and_windows_are_told_in_chinese() -> None:
    """Names of buttons for hints and screen readers, and to press by, in English still as well."""
    names = [accessible_name(button_of(kind, "", 2), gettext) for kind in BUTTONS]
    assert [name for name in names if not re.search(r"[\u4e00-\u9fff]", name)] == []
    assert "放大第 2 张" in names
    upscale = button_of(BUTTON_KIND["upscale"], "", 2)
    for name in ("放大第 2 张", "Upscale image 2", "U2"):
        assert find_button([upscale], name, is_open=False, translate=gettext) is upscale
    assert "涂出要修改的区域" in str(title_html(OpenWindow("vary_region", "Vary (Region)", "a")))


@pytest.mark.usefixtures("chinese")
def test_the_doctor_speaks_chinese() -> None:
    """What is well and what is not is told apart in Chinese too."""
    found = [CheckResult(True, "一"), CheckResult(False, "二", "三")]
    assert list(format_results(found)) == ["正常  一", "异常  二", "     三"]


def test_english_reads_no_catalogue() -> None:
    """Neither the package nor English opens one, and Chinese only at its first word."""
    code = """
import mj_notebook, builtins, io
from mj_notebook.language import catalogue
opened = []
was = io.open
builtins.open = lambda path, *rest, **more: opened.append(str(path)) or was(path, *rest, **more)
mj_notebook.configure(lang=None)
assert catalogue.gettext("done") == "done"
mj_notebook.configure(lang="zh")
assert not [path for path in opened if path.endswith(".mo")]
assert catalogue.gettext("done") == "\\u5b8c\\u6210"
assert [path for path in opened if path.endswith(".mo")]
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
