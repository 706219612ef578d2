"""Lint: what is found in a prompt before anything is sent."""

import copy
import pickle
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mj_notebook.errors import PromptError
from mj_notebook.prompt.findings import Finding, Told
from mj_notebook.prompt.lint import check_prompt, require_sound
from mj_notebook.prompt.lint_case import Place
from mj_notebook.prompt.parse import Prompt
from mj_notebook.prompt.rules import Severity, rule_book

_PLACE = Place(default_version="8.2")


def _findings(text: str, place: Place = _PLACE) -> tuple[Finding, ...]:
    return check_prompt(text, place).findings


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_what_is_found_can_be_handed_to_another_process(copied: Callable[[Any], Any]) -> None:
    """A copy says the same, in any language; so does the error that is raised for it."""
    checked = check_prompt("a --ar 16x9", _PLACE)
    (found,) = checked.findings
    again = copied(found)
    assert again == found
    assert isinstance(again.advice, Told)
    assert (again.advice.template, again.advice.values) == (
        "Write {meant}.",
        {"meant": "--ar 16:9"},
    )
    with pytest.raises(PromptError) as caught:
        require_sound(checked)
    error = copied(caught.value)
    assert (str(error), error.findings) == (str(caught.value), checked.findings)


_LONE = "For a Python value write {{…}} in a cell, and an f-string in Python."


@pytest.mark.parametrize(
    ("text", "rule", "severity", "advice"),
    [
        ("a --ar 16x9", "not-a-number", "error", "Write --ar 16:9."),
        ("a --ar 16×9", "not-a-number", "error", "Write --ar 16:9."),
        ("a --ar 16/9", "not-a-number", "error", "Write --ar 16:9."),
        ("a --ar 1.5", "not-a-number", "error", "Write --ar 3:2."),
        ("a --ar 1.39:1", "not-a-number", "error", "Write --ar 139:100."),
        ("a --ar 3:2, --tile", "not-a-number", "error", "Write --ar 3:2."),
        ("a --ar 0:0", "not-a-number", "error", "Write it like --ar 3:2."),
        ("a --ar wide", "not-a-number", "error", "Write it like --ar 3:2."),
        ("a --ar 16-9", "not-a-number", "error", "Write --ar 16:9."),
        ("a --ar 16 9", "not-a-number", "error", "Write --ar 16:9."),
        ("a --ar 16 by 9", "not-a-number", "error", "Write --ar 16:9."),
        ("a --ar 16∶9", "not-a-number", "error", "Write --ar 16:9."),
        ("a --ar 21,9", "not-a-number", "error", "Write --ar 21:9."),
        ("a --ar 2,35", "not-a-number", "error", "Write --ar 47:20."),
        ("a --ar (16:9)", "not-a-number", "error", "Write --ar 16:9."),
        ("a --ar ٣:٢", "not-a-number", "error", "Write --ar 3:2."),
        ("a --ar = 16:9", "glued", "error", "Write --ar 16:9."),
        ("a --ar: 16:9", "glued", "error", "Write --ar 16:9."),
        ("a --raw=true", "glued", "error", "Write --raw."),
        ("a --ar３：２", "glued", "error", "Write --ar 3:2."),
        ("a ar 16:9", "hyphens", "warn", "Write --ar 16:9."),
        ("a (--ar 16:9)", "no-space", "warn", "Write --ar 16:9 behind a space."),
        ("a `--ar 16:9`", "no-space", "warn", "Write --ar 16:9 behind a space."),
        ("https://x/a.png--v 7", "no-space", "warn", "Write --v 7 behind a space."),
        ("a --tile--ar 3:2", "no-space", "warn", "Write --ar 3:2 behind a space."),
        ("a --v7--ar3:2", "glued", "error", "Write --v 7."),
        ('a --v "7"', "not-a-number", "error", "Write --v 7."),
        ("a --v 6,1", "not-a-number", "error", "Write --v 6.1."),
        ("a --v seven", "not-a-number", "error", "Write it like --v 8.2."),
        ("a --seed 1,234,567", "not-a-number", "error", "Write --seed 1234567."),
        ("a --seed #12", "not-a-number", "error", "Write --seed 12."),
        ("a --seed ١٢", "not-a-number", "error", "Write --seed 12."),
        ("a --seed 1e9", "not-a-number", "error", "Write it like --seed 50."),
        ("a --q 0,5 --v 6", "not-a-number", "error", "Write --q 0.5."),
        ("a --sref #1234", "unknown-value", "warn", "Write --sref 1234."),
        ("a --sref www.x.example/a.png", "unknown-value", "warn",
         "Write --sref https://www.x.example/a.png."),
        ("a --sref https:/x/a.png", "unknown-value", "warn", "Write --sref https://x/a.png."),
        ("a --size 3:2", "unknown-parameter", "warn", "Did you mean --ar?"),
        ("a --negative text", "unknown-parameter", "warn", "Did you mean --no?"),
        ("a https://x/a.png", "address-in-words", "warn",
         "Write it in front of them, or behind --sref."),
        ("/imagine a\n/imagine b", "second-prompt", "error", "Give it a cell of its own."),
        ("a {name} b", "lone-choice", "hint", _LONE),
        ("a {{name}} b", "lone-choice", "hint", _LONE),
        ("a ::2 b --v 6", "spaced-weight", "warn", "Leave the space out."),
        ("--", "empty", "error", "Write what should be drawn."),
        ("::2 --v 6", "empty", "error", "Write what should be drawn."),
        ("www.a.b/c.png kite", "address-in-words", "warn", "Write https://www.a.b/c.png."),
        ("a --sref 1, 2::3", "signs-after", "warn", "Write --sref 1 2::3."),
        ("a --tile true", "words-after", "error", "Write --tile alone."),
        ("a --raw false", "words-after", "error", "Leave it out."),
        ("a --v niji", "not-a-number", "error", "Write --niji 7 instead."),
        ("(kite:1.2), a", "foreign-weight", "hint", "Leave the brackets and the number out."),
        ("a --ar=3:2", "glued", "error", "Write --ar 3:2."),
        ("a --ar:3:2", "glued", "error", "Write --ar 3:2."),
        ("a --v7", "glued", "error", "Write --v 7."),
        ("a --niji6", "glued", "error", "Write --niji 6."),
        ("a --ar16:9", "glued", "error", "Write --ar 16:9."),
        ("a -v 7", "hyphens", "warn", "Write --v 7."),
        ("a -ar 3:2", "hyphens", "warn", "Write --ar 3:2."),
        ("a -v7", "hyphens", "warn", "Write --v 7."),
        ("a -- v 7", "hyphens", "warn", "Write --v 7."),
        ("a ---ar 3:2", "hyphens", "warn", "Write --ar 3:2."),
        ("a -tile", "hyphens", "warn", "Write --tile."),
        ("a kite--ar 3:2", "no-space", "warn", "Write --ar 3:2 behind a space."),
        ("a --a 3:2", "unknown-parameter", "warn", "Did you mean --ar?"),
        ("a --stylise 50", "unknown-parameter", "warn", "Did you mean --stylize?"),
        ("a --aspect-ratio 3:2", "unknown-parameter", "warn", "Did you mean --aspect?"),
        ("a --my-look", "unknown-parameter", "warn", ""),
        ("a --s 50%", "not-a-number", "error", "Write --s 50."),
        ("a --v v7", "not-a-number", "error", "Write --v 7."),
        ("a --v 8", "unknown-version", "warn", "Write --v 8.2."),
        ("a --seed -1", "out-of-range", "error", "Write --seed 0."),
        ("a --tile of stone", "words-after", "error", "Words go before the first parameter."),
        ("a --style raw", "style-raw", "hint", "Write --raw."),
        ("a --fast --turbo --v 7", "two-of-a-kind", "error", "Leave one out."),
        ("a {b", "unbalanced-braces", "error", "Close it, or write \\{ for the sign."),
        ("a:: b::-1 --v 6", "weights-sum", "error", "Their sum must be above 0."),
        ("a::2 b --v 7", "weights-unread", "warn", "Version 6.1 reads them: --v 6.1."),
        ("a {red, blue} kite", "permutations", "warn", ""),
        ("a nude", "banned-word", "hint", ""),
        ("--ar 3:2", "empty", "error", "Write what should be drawn."),
        ("a --sref https://cdn.discordapp.com/a/b.png?ex=1", "expiring-address", "warn",
         "Hand the picture over anew with mj.upload(…)."),
    ],
)  # fmt: skip
def test_each_form_has_its_finding(text: str, rule: str, severity: str, advice: str) -> None:
    """What people type is told with what to write instead."""
    found = {finding.rule: finding for finding in _findings(text)}
    assert found[rule].severity == severity
    assert found[rule].advice == advice


@pytest.mark.parametrize(
    ("text", "sent", "said"),
    [
        ("a kite —ar 3:2", "a kite --ar 3:2", "two hyphens"),
        ("a kite –v 7", "a kite --v 7", "two hyphens"),
        ("a kite --ar 3：2", "a kite --ar 3:2", "Full-width"),
        ("a kite －－ａｒ　３：２", "a kite --ar 3:2", "Full-width"),
        ("a kite \u200e--ar 3:2", "a kite --ar 3:2", "can't be seen"),
        ("a kite \u200f—\u202aar 3:2\u202c", "a kite --ar 3:2", "can't be seen"),
        ("a kite \u200b--ar 3:2", "a kite --ar 3:2", "can't be seen"),
        ("a kite --\u200dar 3:2", "a kite --ar 3:2", "can't be seen"),
        ("a &quot;red&quot; kite &mdash;ar 3:2", 'a "red" kite --ar 3:2', "HTML"),
        ("a kite &#45;&#45;ar&nbsp;3:2", "a kite --ar 3:2", "HTML"),
        (r"a kite \-\-ar 3:2 -\-raw", "a kite --ar 3:2 --raw", "Markdown"),
        ("https://x/a.png?a=1&amp;b=2 a", "https://x/a.png?a=1&b=2 a", "HTML"),
        ("a%20red%20kite%20--ar%203:2", "a red kite --ar 3:2", "in an address"),
        ("/imagine prompt: a kite", "a kite", "/imagine"),
        ("/imagine prompt:a kite", "a kite", "/imagine"),
        ("/imagine a kite", "a kite", "/imagine"),
        ("**a kite --v 7** - <@590422081204912129> (fast)", "a kite --v 7", "Discord"),
        ("**a kite --v 7** - Image #1 <@!59>", "a kite --v 7", "Discord"),
        ("**<https://s.mj.run/x1> a kite** - Variations (Strong) by <@59> (relaxed, stealth)",
         "https://s.mj.run/x1 a kite", "Discord"),
        ("a kite --v 7 - <@59> (Waiting to start)", "a kite --v 7", "Discord"),
        ("**a kite** - @somebody (fast)", "a kite", "Discord"),
        ("**a kite --v 7** - Upscaled by @some one (fast)", "a kite --v 7", "Discord"),
        ("**a kite --v 7** - <@59> (fast) https://cdn.discordapp.com/a/b.png", "a kite --v 7",
         "Discord"),
        ("／imagine prompt：a kite", "a kite", "/imagine"),
        ("Prompt: a kite --v 7", "a kite --v 7", "copied from"),
        ("imagine prompt: a kite", "a kite", "copied from"),
        ("> a kite --v 7", "a kite --v 7", "copied from"),
        ("- a kite --v 7", "a kite --v 7", "copied from"),
        ("1️⃣ a kite --v 7", "a kite --v 7", "copied from"),
        ("```\na kite --v 7\n```", "a kite --v 7", "copied from"),
        ("`a kite`", "a kite", "copied from"),
        ("**a kite --v 7**", "a kite --v 7", "copied from"),
        ("«a kite --v 7»", "a kite --v 7", "copied from"),
        ("“a kite --v 7”", "a kite --v 7", "copied from"),
        ("'a kite --v 7'", "a kite --v 7", "copied from"),
        ("https://x/a.png, a kite", "https://x/a.png a kite", "an address"),
        ("<https://x/a.png> a kite", "https://x/a.png a kite", "an address"),
        ("a --sref (https://x/a_(b).png), https://x/c.png",
         "a --sref https://x/a_(b).png https://x/c.png", "an address"),
        ("https://x/a.png,https://x/b.png a", "https://x/a.png https://x/b.png a", "an address"),
        ("a kite ⸺ar 3:2", "a kite --ar 3:2", "two hyphens"),
        ("凧 ーーar 3:2", "凧 --ar 3:2", "two hyphens"),
        ("a kite --ＡＲ 3:2", "a kite --AR 3:2", "Full-width"),
        ("“SALE” — today", '"SALE" -- today', "Curly quotes"),
    ],
)  # fmt: skip
def test_what_is_certain_is_put_right_and_said(text: str, sent: str, said: str) -> None:
    """Nothing of it stops a prompt; spaces and line breaks are not worth a word."""
    checked = check_prompt(text, _PLACE)
    assert checked.text == sent
    assert any(said in one.message for one in checked.findings if one.rule == "repaired")
    assert not checked.errors
    assert _findings(sent) == ()


@pytest.mark.parametrize(
    "text",
    [
        "a well-known t-shirt -- red, non-v 7, e-s 5, A-1, x-ar y",
        "a sum 5 -3, -5 °C, -no- and -n",
        '"SALE now 50% -v 7" on a poster',
        "a kite --no t-shirt, red hat, x-ray --sref https://x/a--b-v7.png",
        "an **important** kite - @home",
        '"SALE"',
        '"SALE" and a sign that says "OPEN"',
        '"A" on the left --no "B"',
        "(a kite) and (a dog)",
        "- 5 degrees",
        "the 21:9 frame of an AR headset, by 9 people, 16 to 9",
        "seed pods, a stylized raw tile, no version of it",
        "コーヒーを飲む猫 スーパーカー",
        "#1 kite, *star*, a_b_c, ~50%, 100%20",
        "Q&A; R&D; salt & pepper; &copy;",
        "https://x/a%20b.png a kite",
        "https://x/a,b(c).png a kite",
        "prompt art: kites",
        "imagine a kite",
        r"a \{sign\} and \{braces\}",
        "line one\n\nline two\t--ar 3:2",
        "红色的风筝，大海 --ar 3:2",
        "نمایش می‌خواهم 👩‍🚀 --v 7",
    ],
)
def test_words_are_left_alone(text: str) -> None:
    """Hyphens, dashes, asterisks and signs of other scripts are words of a prompt."""
    assert _findings(text) == ()


@pytest.mark.parametrize("text", ["a --new 7", "a --mystyle", "a --v 9", "a --v 9.5 --newer x"])
def test_what_is_new_is_never_stopped(text: str) -> None:
    """Servers learn parameters and versions before this table does."""
    assert not check_prompt(text, _PLACE).errors


def test_an_assumed_version_stops_nothing() -> None:
    """An account may have another usual version, so what 8.2 refuses is told as a warning."""
    text = "a --oref https://x/a.png"
    (found,) = _findings(text)
    assert (found.rule, found.severity) == ("other-version", "warn")
    assert "8.2, which holds where no version is written" in found.message
    assert check_prompt(f"{text} --v 8.2", _PLACE).errors


def test_a_version_is_worth_pinning_where_the_usual_one_moves() -> None:
    """The demo server's never does, and a film has none."""
    (found,) = _findings("a kite", Place())
    assert (found.rule, found.severity) == ("no-version", "hint")
    assert found.advice.endswith("write --v 8.2.")
    assert _findings("a kite", Place(is_niji=True))[0].advice.endswith("write --niji 7.")
    assert _findings("a kite --v 7", Place()) == _findings("it flies", Place(is_film=True)) == ()


def test_permutations_are_looked_at_one_by_one() -> None:
    """Each choice is a prompt of its own, and what is found of several is told once."""
    found = {one.rule: one for one in _findings("a {red, blue} kite --ar {1x1, 2:3}")}
    assert set(found) == {"not-a-number", "permutations"}
    assert found["permutations"].message.startswith("The braces stand for 4 prompts")
    assert [one.rule for one in _findings("a kite {--v 6, --niji 6}")] == ["permutations"]


def test_errors_are_raised_together_with_their_place() -> None:
    """The first is where the cursor should go; the way round is told."""
    with pytest.raises(PromptError) as caught:
        require_sound(check_prompt("a kite --ar 16x9 --s 2000", _PLACE))
    error = caught.value
    assert error.position == 7
    assert error.args[0].startswith("16x9 is no shape")
    assert "--s goes from 0 to 1000." in error.args[0]
    assert error.hint.startswith("Write --ar 16:9. Write --s 1000. With force=True")
    assert [one.rule for one in error.findings] == ["not-a-number", "out-of-range"]
    require_sound(check_prompt("a kite --a", _PLACE))


def test_a_finding_reads_as_a_line() -> None:
    """Its severity in a word, what is so, what to write."""
    (found,) = _findings("a kite --a 3:2")
    assert str(found) == ("Warning: --a is no parameter that is known here. Did you mean --ar?")
    assert (found.start, found.end, found.words) == (7, 14, "--a 3:2")


def test_a_person_sets_how_bad_it_is() -> None:
    """A rule may be switched off, or stop what otherwise is a warning."""
    book = rule_book({"unknown-parameter": "error", "rules": {"glued": "off"}})
    assert [one.rule for one in check_prompt("a --a=1 --v7", _PLACE, book).errors] == [
        "unknown-parameter"
    ]


def test_a_person_adds_rules_and_parameters() -> None:
    """A pattern with a sentence, a parameter of one's own, another usual version."""
    book = rule_book(
        {
            "rules": {"no-cats": {"pattern": r"\bcats?\b", "message": "No cats here."}},
            "parameters": {"mystyle": {"kind": "flag"}},
            "default_version": "7",
        }
    )
    checked = check_prompt("a Cat --mystyle --q 4", Place(), book)
    assert [(one.rule, one.severity, one.words) for one in checked.findings] == [
        ("no-cats", Severity.WARN, "Cat"),
        ("no-version", Severity.HINT, ""),
    ]
    assert checked.findings[1].advice.endswith("write --v 7.")


_PIECES = st.sampled_from(
    [
        *("a kite", "--ar", "3:2", "0:0", "--no", "--sref", "https://x/a--b.png", "--tile", "::2"),
        *("::-5", "{red, ", "}", "{", "\\,", "--", "—ar", "–v", "７", "-v", "--v7", "=", "\n", '"'),
        *("\u200e", "\u200d", "\ud83d", "，", "/imagine", "**", " - <@1>", "--q", ".5", "--niji"),
    ]
)


@given(st.one_of(st.text(), st.lists(_PIECES).map(" ".join), st.lists(_PIECES).map("".join)))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    """Findings lie within the prompt that is sent, which is in its normal form."""
    checked = check_prompt(text)
    assert check_prompt(checked.text).text == checked.text
    for one in checked.findings:
        assert 0 <= one.start <= one.end <= len(checked.text)
        assert checked.text[one.start : one.end] == one.words
    assert Prompt.parse(str(Prompt.parse(checked.text))) == Prompt.parse(checked.text)


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("kite::1 boat::-2 --v 6.1", "weights-sum", "::1 boat::-2"),
        ("a:: b --v 7", "weights-unread", "::"),
        ("https://x.org/a::b.png a:: b --v 7", "weights-unread", "::"),
        ("https://x.org/a.png --v 7", "image-alone", "https://x.org/a.png"),
        (
            "a --sref https://cdn.discordapp.com/a.png",
            "expiring-address",
            "https://cdn.discordapp.com/a.png",
        ),
        ("http:/x.org/a.png a", "address-in-words", "http:/x.org/a.png"),
        ("a {name} b", "lone-choice", "{name}"),
    ],
)
def test_a_finding_points_at_its_words(text: str, rule: str, words: str) -> None:
    """What is marked under the prompt is what is wrong, and not its beginning."""
    (found,) = [one for one in check_prompt(text).findings if one.rule == rule]
    assert found.words == words
    assert text[found.start : found.end] == words


@pytest.mark.parametrize("sign", ["a-", "sk-", "--x=", "1️⃣ "])
def test_the_time_grows_with_the_length_alone(sign: str) -> None:
    """A long word that was pasted by mistake is looked at once, not from each of its hyphens."""
    began = time.process_time()
    check_prompt(sign * 50_000)
    assert time.process_time() - began < 20
