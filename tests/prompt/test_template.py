"""``{{name}}`` takes a Python value, and nothing is evaluated."""

from types import SimpleNamespace
from typing import Any

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.prompt.template import fill_template

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
