"""Permutations: which prompts braces stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mj_notebook.errors import PromptError
from mj_notebook.prompt.parse import Prompt
from mj_notebook.prompt.permutations import (
    Wanted,
    as_one_prompt,
    count_permutations,
    expand_permutations,
    wanted_prompts,
)


@pytest.mark.parametrize(
    ("text", "prompts"),
    [
        ("a kite", ["a kite"]),
        ("a {red, blue} kite", ["a red kite", "a blue kite"]),
        ("{a, b} {1, 2}", ["a 1", "a 2", "b 1", "b 2"]),
        ("{red, {dark, light} blue} kite", ["red kite", "dark blue kite", "light blue kite"]),
        (r"{red\, white, blue} kite", ["red, white kite", "blue kite"]),
        (r"a \{sign\}", [r"a \{sign\}"]),
        ("kite --ar {1:1, 2:3}", ["kite --ar 1:1", "kite --ar 2:3"]),
        ("kite {--v 6, --niji 6}", ["kite --v 6", "kite --niji 6"]),
        ("{alone}", ["alone"]),
        ("a {, b}", ["a", "a b"]),
    ],
)
def test_each_choice_is_a_prompt(text: str, prompts: list[str]) -> None:
    """Choices multiply, nest, and stand among words and values; a backslash keeps a sign."""
    assert expand_permutations(text) == prompts
    assert count_permutations(text) == len(prompts)
    assert list(map(str, Prompt.parse(text).permutations())) == prompts


@pytest.mark.parametrize(
    ("text", "position"), [("a {b", 2), ("a} b", 1), ("{a, {b}", 0), ("x" + "{" * 30, 21)]
)
def test_a_brace_without_its_partner_is_told_with_its_place(text: str, position: int) -> None:
    """So are braces that stand too deep in each other."""
    with pytest.raises(PromptError) as caught:
        expand_permutations(text)
    assert caught.value.position == position


def test_nobody_means_a_million_prompts() -> None:
    """They are counted, and not made."""
    text = "{a, b}" * 40
    assert count_permutations(text) == 2**40
    with pytest.raises(PromptError, match="more than 1,000 prompts"):
        expand_permutations(text)


@given(st.text("ab,{}\\ "))
def test_any_braces_are_read_or_refused_with_their_place(text: str) -> None:
    """Nothing else comes of them than prompts, or a prompt error."""
    place = 0
    try:
        assert len(expand_permutations(text)) == count_permutations(text)
    except PromptError as error:
        place = error.position
    assert 0 <= place <= len(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (r"\{a, b\} kite", [r"\{a, b\} kite"]),
        (r"{\{a\, b\}, c} kite", [r"\{a, b\} kite", "c kite"]),
        (r"{a, b} \{c, d\}", [r"a \{c, d\}", r"b \{c, d\}"]),
        (r"{a\, b, c}", ["a, b", "c"]),
    ],
)
def test_signs_stay_signs_where_the_prompt_is_read_again(text: str, wanted: list[str]) -> None:
    """By a server, by `job.code()` or by a person who copies it: each stands for itself."""
    assert [one.prompt for one in wanted_prompts(text)] == wanted
    assert [wanted_prompts(one) for one in wanted] == [[Wanted(one)] for one in wanted]


@given(st.text("ab,{}\\ "))
def test_any_prompt_can_be_written_as_one(text: str) -> None:
    """Its braces become signs where they would stand for several."""
    assert len(wanted_prompts(as_one_prompt(text))) == 1
