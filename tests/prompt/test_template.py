"""``{{name}}`` takes a Python value, and nothing is evaluated."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mj_notebook.errors import UsageError
from mj_notebook.prompt.template import choices_of, chosen_texts, fill_template, front_value

NAMES: dict[str, Any] = {
    "colour": "red",
    "size": 3,
    "kite": SimpleNamespace(tail="long"),
    "words": {"key": "value", "with space": "s"},
    "rows": ["first", "second"],
}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("a {{colour}} kite", "a red kite"),
        ("a {{ colour }} kite of {{size}}", "a red kite of 3"),
        ("{{kite.tail}}", "long"),
        ("{{words['key']}} {{words[\"with space\"]}} {{words[key]}}", "value s value"),
        ("{{rows[1]}}", "second"),
        ("{single} {braces} ${x}", "{single} {braces} ${x}"),
        (r"\{{colour}}", "{{colour}}"),
        ("{{colour}}{{colour}}", "redred"),
        ("a kite --ar 16:9 ::2 {a|b}", "a kite --ar 16:9 ::2 {a|b}"),
    ],
)
def test_names_take_their_values_and_the_rest_stays(text: str, filled: str) -> None:
    """Attributes and keys may be named; single braces are the prompt's own."""
    assert fill_template(text, NAMES) == filled


def test_a_value_is_not_filled_again() -> None:
    """Braces that come in with a value stay what they are."""
    assert fill_template("{{a}}", {"a": "{{b}}", "b": "no"}) == "{{b}}"


def test_all_missing_names_are_told_at_once() -> None:
    """The error names each missing value once, and how to keep the braces."""
    with pytest.raises(UsageError) as raised:
        fill_template("{{nobody}} {{colour}} {{words['none']}} {{nobody}} {{rows[9]}}", NAMES)
    said = str(raised.value)
    assert "nobody, words['none'], rows[9]" in said
    assert "colour" not in said


@pytest.mark.parametrize("text", ["{{1+1}}", "{{colour()}}", "{{colour!r}}", "{{colour:>9}}"])
def test_nothing_is_evaluated(text: str) -> None:
    """Calls, sums, conversions and formats are no names."""
    with pytest.raises(UsageError):
        fill_template(text, NAMES)


@pytest.mark.parametrize("value", [None, [1], {"a": 1}, object(), b"x", float("nan"), pd.NaT])
def test_what_is_no_text_does_not_become_words(value: object) -> None:
    """What Python writes of it would be drawn and paid for."""
    with pytest.raises(UsageError, match="can't stand among words"):
        fill_template("a {{thing}} in fog", {"thing": value})


@pytest.mark.parametrize("value", ["red", 3, 2.5, np.int64(4), np.str_("a"), Path("a.png"), True])
def test_text_and_numbers_become_words(value: object) -> None:
    """Also those of numpy, and paths."""
    assert fill_template("a {{thing}} in fog", {"thing": value}) == f"a {value} in fog"


def test_choices_become_fields_and_keep_their_own() -> None:
    """Each pair of braces is one name; names within stay, and one that is taken is another's."""
    text = "a {{{x}} fox, {red, blue} hare} in {{choice}} {fog, } \\{ {one}"
    template, choices = choices_of(text)
    assert template == "a {{choice2}} in {{choice}} {{choice3}} \\{ one"
    assert choices == {"choice2": ["{{x}} fox", "red hare", "blue hare"], "choice3": ["fog", ""]}
    assert chosen_texts("a {red, blue} {{x}}") == ["a red {{x}}", "a blue {{x}}"]
    assert choices_of("a {fox") == ("a {fox", {})


def test_what_stands_at_the_front_may_be_a_picture() -> None:
    """Its value is handed over, with what follows; words there stay words."""
    picture = object()
    names = {"kite": picture, "word": "red"}
    assert front_value(" {{kite}}  in fog", names) == (True, picture, "in fog")
    assert front_value("{{word}} kite", names)[0] is False
    assert front_value("a {{kite}}", names)[0] is False
    assert front_value("{{nothing}} a", names)[0] is False
