"""What lint found is said in the reader's language; what was typed stays as it was typed."""

import re

import pytest

from mj_notebook.errors import PromptError
from mj_notebook.prompt.lint import check_prompt, require_sound
from mj_notebook.view.findings import in_language, retold

PROMPTS = (
    "",
    "kite --ar",
    "kite --ar=3:2",
    "kite --ar 99:1 --v 7",
    "kite --s 9000 --colour 3",
    "kite --s lots",
    "kite --v 6 --exp 5",
    "kite --sref ./a.png",
    "kite::2 boat --v 7",
    "a {kite",
    "a {red, blue} kite — ar 3:2",
    "/imagine a kite /imagine a boat",
)


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("prompt", PROMPTS)
def test_findings_are_said_in_chinese(prompt: str) -> None:
    """Heading, message and advice, but for what a person is to type."""
    found = in_language(check_prompt(prompt).findings)
    assert found
    for one in found:
        assert re.search(r"[\u4e00-\u9fff]", one.message), one.message
        assert re.search(r"[\u4e00-\u9fff]", one.advice or "无"), one.advice
        assert str(one).startswith(("错误:", "警告:", "提示:"))


@pytest.mark.usefixtures("chinese")
def test_what_stops_a_prompt_is_said_in_chinese() -> None:
    """An error's sentence, what to write, and how it is sent all the same."""
    with pytest.raises(PromptError) as refused:
        require_sound(check_prompt("kite --ar"), retold)
    assert str(refused.value).startswith("--ar 需要一个值。 请写成 --ar 3:2。 加上 force=True")


def test_english_stays_as_lint_says_it() -> None:
    """No catalogue is looked into, and nothing is made anew."""
    found = check_prompt("kite --ar").findings
    assert all(one is other for one, other in zip(in_language(found), found, strict=True))
    assert retold(found[0].message) == found[0].message == "--ar needs a value."
