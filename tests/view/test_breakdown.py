"""What describe and shorten say, as values."""

import pytest

from mj_notebook.protocol.breakdown import TokenMark
from mj_notebook.protocol.vocabulary import TaskAction
from mj_notebook.view.breakdown import BreakdownView
from mj_notebook.view.breakdown_text import breakdown_lines
from mj_notebook.view.task_view import task_view
from mj_notebook.view.word_diff import WordChange
from tests.view.samples import ASKED_AT
from tests.view.told import CHINESE, DESCRIBED, published, shorten, told, view_of


def shortened(name: str) -> BreakdownView:
    """Return a recorded shorten as it is shown."""
    found = task_view(published(name), ASKED_AT).breakdown
    assert found is not None
    return found


def test_cards_have_words_chips_and_chinese() -> None:
    """A card parts words from parameters, and has the Chinese of the same number."""
    view = view_of(DESCRIBED, CHINESE)
    first = view.cards[0]
    assert [card.number for card in view.cards] == [1, 2, 3, 4]
    assert first.prompt == "A red kite above golden dunes, soft light --ar 3:2 --v 7"
    assert "".join(span.text for span in first.words) == "A red kite above golden dunes, soft light"
    assert first.chips == ("--ar 3:2", "--v 7")
    assert first.chinese == "金色沙丘上的红风筝"


def test_cards_mark_what_they_share() -> None:
    """The words that two cards hold are marked in each of them."""
    view = view_of(DESCRIBED)
    assert view.shared == ("kite", "red", "golden", "dunes", "light")
    marked = [[span.text for span in card.words if span.is_marked] for card in view.cards]
    assert marked == [
        ["red", "kite", "golden", "dunes", "light"],
        ["Kite", "golden", "dunes"],
        ["kite"],
        ["Red", "light"],
    ]


def test_links_are_their_names() -> None:
    """A link in a description is shown by its name; its address is no part of the prompt."""
    view = view_of(DESCRIBED.replace("soft light", "by [Hokusai](javascript:alert(1))"))
    assert "javascript" in view.cards[0].prompt  # no address as links have them: left as text
    view = view_of(DESCRIBED.replace("soft light", "by [Hokusai](https://goo.gl/search?a%20b)"))
    assert view.cards[0].prompt.startswith("A red kite above golden dunes, by Hokusai --ar")


def test_the_same_twice_is_no_chinese() -> None:
    """A server without a translator repeats its words: that is shown once."""
    assert {card.chinese for card in view_of(DESCRIBED, DESCRIBED).cards} == {""}


def test_weights_make_depths() -> None:
    """The recorded details: ten steps of depth, none where nothing weighs."""
    view = shortened("published_details")
    depths = [(word.text, word.depth) for word in view.words if word.weight is not None]
    assert depths == [
        ("appdash", 10),
        ("appdash", 8),
        ("style", 0),
        ("expert", 0),
        ("draftsmanship", 1),
        ("commission", 1),
        ("ethereal", 1),
        ("dreamlike", 0),
        ("quality", 0),
        ("dadaistic", 0),
        ("toonami", 2),
    ]
    assert [word.text for word in view.heavy] == [
        "appdash",
        "appdash",
        "toonami",
        "draftsmanship",
        "commission",
        "ethereal",
    ]
    assert view.has_weights


def test_without_details_words_are_kept_or_dropped() -> None:
    """The recorded shorten has no weights and no bars, only marks, all kept ones alike."""
    view = shortened("published_shorten")
    assert not view.has_weights
    assert view.heavy == ()
    assert [word.text for word in view.words if word.mark is TokenMark.DROPPED] == [
        "style",
        "expert",
        "dadaistic",
    ]
    assert {word.depth for word in view.words if word.mark is TokenMark.KEPT} == {3}


def test_bars_alone_give_weights_in_tenths() -> None:
    """Where tokens have no numbers, the blocks of the bars are the weights."""
    text = shorten("**kite** sky", "kite", bars="\n\n█████████░ kite")
    (word,) = view_of(text, kind=TaskAction.SHORTEN).heavy
    assert (word.text, word.weight, word.depth) == ("kite", 0.9, 9)


def test_options_tell_what_they_lost() -> None:
    """Each shorter prompt is told as what it kept and lost of the original."""
    option = shortened("published_shorten").options[3]
    lost = [found.text for found in option.changes if found.change is WordChange.LOST]
    assert option.prompt == "appdash appdash, toonami"
    assert option.kept == 3
    assert "".join(lost).startswith("in the style of expert draftsmanship")
    assert WordChange.ADDED not in {found.change for found in option.changes}


def test_what_was_added_is_not_kept() -> None:
    """The recorded details end with a prompt that was cut off: half a word is a new word."""
    option = shortened("published_details").options[4]
    assert [(str(found.change), found.text) for found in option.changes][-1] == ("added", "app ")
    assert option.kept == 1


def test_chinese_of_shorter_prompts() -> None:
    """The shorter prompts have their Chinese, where it differs."""
    options = shortened("published_details").options
    assert options[3].chinese == "appdash appdash,toonami"
    assert options[4].chinese == "appdash appdash"


@pytest.mark.parametrize("kind", [TaskAction.DESCRIBE, TaskAction.SHORTEN])
def test_another_shape_is_no_breakdown(kind: TaskAction) -> None:
    """A text without the grammar has neither cards nor options, and is still there."""
    view = view_of("I can't\n  say.", kind=kind)
    assert (view.cards, view.options) == ((), ())
    assert breakdown_lines(view) == ["I can't", "  say."]


def test_a_describe_has_no_prompt_of_its_own() -> None:
    """Servers put the answer where a prompt would stand; it is not shown as one."""
    view = task_view(told(DESCRIBED, prompt=DESCRIBED), ASKED_AT)
    assert (view.prompt, view.text, view.chips) == ("", "", ())


def test_a_prompt_that_is_analysed_stands_once() -> None:
    """The words of a shorten are the prompt: the head keeps its parameters only."""
    text = shorten("a ~~very~~ red **kite**", "red kite")
    view = task_view(told(text, action="SHORTEN", prompt="a very red kite --v 7"), ASKED_AT)
    assert (view.text, view.chips) == ("", ("--v 7",))
    view = task_view(told(text, action="SHORTEN", prompt="another one --v 7"), ASKED_AT)
    assert view.text == "another one"


def test_lines_of_a_describe() -> None:
    """A terminal gets the prompts by number, their Chinese, and what they share."""
    lines = breakdown_lines(view_of(DESCRIBED, CHINESE))
    assert lines[:2] == [
        "1. A red kite above golden dunes, soft light --ar 3:2 --v 7",
        "   金色沙丘上的红风筝",
    ]
    assert lines[-1] == "several say: kite, red, golden, dunes, light"


def test_lines_of_a_shorten() -> None:
    """A terminal gets bars, the kept and the dropped words, and the shorter prompts."""
    lines = breakdown_lines(shortened("published_details"))
    assert lines[0] == "██████████ 1.00 appdash"
    assert "kept: appdash, appdash, draftsmanship, toonami" in lines
    assert "dropped: style, expert, dadaistic" in breakdown_lines(shortened("published_shorten"))
    assert "5. appdash app" in lines


def test_lines_hold_no_control_signs() -> None:
    """What a server says can't steer the terminal."""
    assert breakdown_lines(view_of("\x1b[31mred\x07")) == ["[31mred"]
