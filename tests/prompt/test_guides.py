"""Sixty prompts as guides and chats have them: what is found in each, and what is sent."""

import pytest

from mj_notebook.prompt.lint import check_prompt
from mj_notebook.prompt.lint_case import Place
from tests.prompt.guide_prompts import PROMPTS


@pytest.mark.parametrize(("text", "rules", "sent"), PROMPTS)
def test_what_guides_have_is_read_as_it_is_meant(text: str, rules: set[str], sent: str) -> None:
    """Nothing is found in what is right, and what is wrong is told without its neighbours."""
    checked = check_prompt(text, Place(default_version="7"))
    assert {one.rule for one in checked.findings} == rules, checked.findings
    assert checked.text == (sent or text)


def test_there_are_sixty() -> None:
    """Each of them once."""
    assert len({text for text, _, _ in PROMPTS}) == len(PROMPTS) == 60
