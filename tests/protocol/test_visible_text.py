"""Signs that terminals obey and that turn lines: seen, never obeyed."""

import pytest

from mj_notebook.client.error_mapping import failure_of
from mj_notebook.errors import UsageError
from mj_notebook.protocol.buttons import caption, find_button
from mj_notebook.protocol.models import Button, Task
from mj_notebook.protocol.visible_text import visible
from mj_notebook.view.facts import Facts
from mj_notebook.view.html import el
from mj_notebook.view.text import plain_text

HARMFUL = "a\x1b[2Jb\x07c\x9bd\x00e\x7ff\u202eg\u2066h\u200fi\r"


def test_each_harmful_sign_has_a_mark() -> None:
    """What is said is still there; tabs, lines, emoji and Chinese are text."""
    assert visible(HARMFUL) == ("a␛[2Jb␇c⟨U+009B⟩d␀e␡f⟨U+202E⟩g⟨U+2066⟩h⟨U+200F⟩i␍")
    plain = "a\tb\nc 👩‍🚀 风筝 é"
    assert visible(plain) == plain


@pytest.mark.parametrize("sign", "\x1b\x07\x9b\x00\x7f\u202e\u2066\u2069\u200f")
def test_no_text_for_people_holds_one(sign: str) -> None:
    """Not the lines of a job, and not the reason of its failure."""
    task = Task(id="1", status="FAILURE", fail_reason=f"no{sign}t", prompt="x")
    facts = Facts(prompt=f"a{sign}b", server="s", asked_at=0, task=task, error=failure_of(task))
    assert sign not in plain_text(facts, 1)
    assert sign not in str(failure_of(task))


def test_markup_isolates_what_turns_lines() -> None:
    """The text is as it was written, and what follows is not turned; controls have marks."""
    assert el("p", "a\u202eb") == "<p><bdi>a\u202eb</bdi></p>"
    assert el("p", "a\x1bb\x9c") == "<p>a␛b⟨U+009C⟩</p>"
    assert "\u202e" not in el("img", title="a\u202eb")


EVIL = "\x1b[31mE\x07\u202e\r\nForged: line"


def test_what_stands_on_a_button_is_one_line_that_can_be_seen() -> None:
    """In its repr, in its caption and in the sentence that lists what can be pressed."""
    button = Button(custom_id=EVIL, label=EVIL)
    with pytest.raises(UsageError) as caught:
        find_button([button], "zz", is_open=False)
    for said in (repr(button), caption(button), caption(Button(custom_id=EVIL)), str(caught.value)):
        assert said.isprintable()
        assert "Forged" in said
    assert find_button([button], caption(button), is_open=False) is button
