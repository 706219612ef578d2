"""What describe and shorten say, read into records and written again."""

import pytest

from mj_notebook.protocol.breakdown import (
    Bar,
    Breakdown,
    Description,
    NumberedPrompt,
    Token,
    TokenMark,
    bars_of,
    keycap,
    numbered_prompt,
    read_breakdown,
    read_description,
    write_breakdown,
    write_description,
)
from tests.protocol.samples import task_values

DESCRIBES = ["published_describe", "plus_describe_success"]
BREAKDOWNS = ["published_shorten", "published_details"]
TWINS = ["finalPrompt", "finalZhPrompt"]


def said(name: str, twin: str = "finalPrompt") -> str:
    """Return the text of a recorded describe or shorten."""
    text: str = task_values(name)["properties"][twin]
    return text


def broken_down(name: str, twin: str = "finalPrompt") -> Breakdown:
    """Return what a recorded shorten says."""
    breakdown = read_breakdown(said(name, twin))
    assert breakdown is not None
    return breakdown


@pytest.mark.parametrize("twin", TWINS)
@pytest.mark.parametrize("name", DESCRIBES)
def test_a_description_is_written_as_it_was_read(name: str, twin: str) -> None:
    """Not a letter of a recorded one changes, whatever its language."""
    description = read_description(said(name, twin))
    assert description is not None
    assert [item.number for item in description.items] == [1, 2, 3, 4]
    assert write_description(description) == said(name, twin)
    assert read_breakdown(said(name, twin)) is None


def test_a_description_has_numbers_texts_and_shapes() -> None:
    """As in the published sample."""
    assert read_description(said("published_describe")) == Description(
        (
            NumberedPrompt(1, "Cat", "5:4"),
            NumberedPrompt(2, "Cat2", "5:4"),
            NumberedPrompt(3, "Cat3", "5:4"),
            NumberedPrompt(4, "Cat4", "5:4"),
        )
    )


FOUR = Description(
    (
        NumberedPrompt(1, "a"),
        NumberedPrompt(2, "b", "3:2"),
        NumberedPrompt(3, "c d"),
        NumberedPrompt(4, "e --ar 1:1 f"),
    )
)


@pytest.mark.parametrize(
    "text",
    [
        "1️⃣ a\n\n2️⃣ b --ar 3:2\n\n3️⃣ c d\n\n4️⃣ e --ar 1:1 f",
        "1️⃣ a  \r\n2️⃣ b --ar  3:2 \r\n3️⃣ c d\r\n4️⃣ e --ar 1:1 f\r\n",
        "1\u20e3 a\n2\u20e3 b --ar 3:2\n3\u20e3 c\nd\n4\u20e3 e --ar 1:1 f",
        "1️⃣a\n2️⃣b --ar 3:2\n3️⃣c d\n4️⃣e --ar 1:1 f\n5️",
        "a\r\nb --ar 3:2\r\nc d\r\ne --ar 1:1 f",
    ],
    ids=["grammar", "crlf", "no variation sign", "half a keycap", "no numbers"],
)
def test_a_description_is_read_however_it_is_spelled(text: str) -> None:
    """Line ends, lost signs and missing numbers change nothing."""
    assert read_description(text) == FOUR


@pytest.mark.parametrize(
    "text",
    ["", "a red kite", "a\nb", "a\nb\nc\nd\ne", "3️⃣ rockets", "1️⃣ a\n3️⃣ c", "## a\nb\nc\nd", "1. a"],
)
def test_other_texts_are_no_description(text: str) -> None:
    """They are shown as they are."""
    assert read_description(text) is None


def test_the_published_breakdown_is_read() -> None:
    """Bold words are kept, struck ones dropped, and the pieces make the prompt again."""
    found = broken_down("published_shorten")
    assert found.prompt == (
        "appdash appdash, in the style of expert draftsmanship, commission for, ethereal, "
        "dreamlike quality, dadaistic, toonami"
    )
    marked = {mark: [t.text for t in found.tokens if t.mark is mark] for mark in TokenMark}
    assert marked[TokenMark.KEPT] == ["appdash", "appdash", "draftsmanship", "toonami"]
    assert marked[TokenMark.DROPPED] == ["style", "expert", "dadaistic"]
    assert [option.text for option in found.options][3:] == [
        "appdash appdash, toonami",
        "appdash appdash",
    ]
    assert found.bars == ()
    assert found.headings == ("Important tokens", "Shortened prompts")


def test_the_published_details_are_read() -> None:
    """Weights stand with their words, bars are blocks of ten, the cut option stays as it came."""
    found = broken_down("published_details")
    weighed = [(t.text, t.weight) for t in found.tokens if t.weight is not None]
    assert weighed[:4] == [("appdash", 1.0), ("appdash", 0.79), ("style", 0.01), ("expert", 0.0)]
    assert weighed[-1] == ("toonami", 0.19)
    assert found.bars[1:3] == (Bar("appdash", 8), Bar("toonami", 2))
    assert found.options[4] == NumberedPrompt(5, "appdash app")
    assert found.prompt == broken_down("published_shorten").prompt


@pytest.mark.parametrize(
    ("name", "twin"),
    [
        ("published_shorten", "finalPrompt"),
        ("published_shorten", "finalZhPrompt"),
        ("published_details", "finalPrompt"),
    ],
)
def test_a_breakdown_is_written_as_it_was_read(name: str, twin: str) -> None:
    """Not a letter changes, and the headings keep their language."""
    assert write_breakdown(broken_down(name, twin)) == said(name, twin)
    assert read_description(said(name, twin)) is None


def test_chinese_details_differ_in_spaces_only() -> None:
    """There a weight may follow its word without one."""
    found = broken_down("published_details", "finalZhPrompt")
    written = write_breakdown(found)
    assert read_breakdown(written) == found
    assert written.replace(" ", "") == said("published_details", "finalZhPrompt").replace(" ", "")
    assert Token("委托", TokenMark.NEUTRAL, 0.08) in found.tokens
    assert found.headings == ("重要的词语", "简化的提示")


@pytest.mark.parametrize("twin", TWINS)
def test_bars_follow_from_the_weights(twin: str) -> None:
    """The published bars are those of the tokens above 0.02, the heaviest first."""
    found = broken_down("published_details", twin)
    drawn = [bar.filled for bar in bars_of(found.tokens)]
    assert drawn == [bar.filled for bar in found.bars]
    assert bars_of(broken_down("published_details").tokens) == broken_down("published_details").bars
    assert bars_of([Token("a", weight=0.03), Token("b"), Token("c", weight=0.02)]) == (Bar("a", 1),)


@pytest.mark.parametrize("name", BREAKDOWNS)
def test_a_breakdown_is_read_however_it_is_spelled(name: str) -> None:
    """Carriage returns, doubled line ends and lost signs change nothing."""
    found = broken_down(name)
    text = said(name)
    assert read_breakdown(text.replace("\n", "\r\n")) == found
    assert read_breakdown(text.replace("\n", "\n\n")) == found
    assert read_breakdown(text.replace("\ufe0f", "")) == found
    assert read_breakdown(text + "\n\n6") == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a red kite",
        "## one heading\n1️⃣ a",
        "a\n## two\n## headings\n1️⃣ a",
        "## a\nb\n## c\nd",
        "## a\nb\n## c",
        "## a\nb\n## c\n2️⃣ d",
        "## a\n## b\n## c\n1️⃣ d",
    ],
)
def test_other_texts_are_no_breakdown(text: str) -> None:
    """They are shown as they are."""
    assert read_breakdown(text) is None


def test_unclosed_marks_are_letters() -> None:
    """A prompt's own stars stay in it."""
    found = read_breakdown("## a\n**big** (1.0), 2 ** 3 ~~is\n████░ big\n## b\n1️⃣ x")
    assert found is not None
    assert found.prompt == "big (1.0), 2 ** 3 ~~is"
    assert found.bars == (Bar("big", 8),)


@pytest.mark.parametrize(
    ("name", "number", "prompt"),
    [
        ("published_describe", 2, "Cat2 --ar 5:4"),
        (
            "plus_describe_success",
            1,
            "A red kite above dunes, in the style of Hiroshi Yoshida --ar 3:2",
        ),
        ("published_shorten", 4, "appdash appdash, toonami"),
        ("published_details", 5, "appdash app"),
        ("published_shorten", 6, None),
        ("published_describe", 5, None),
    ],
)
def test_the_line_of_a_button_is_a_prompt(name: str, number: int, prompt: str | None) -> None:
    """Its keycap is gone, its links are names, its shape is a parameter."""
    assert numbered_prompt(said(name), number) == prompt


@pytest.mark.parametrize(
    ("text", "number", "prompt"),
    [
        ("a\n\nb", 2, "b"),
        ("2️⃣ b", 1, "b"),
        ("## Shortened prompts\r\n1️⃣ a\r\n2️⃣ b", 2, "b"),
        ("## a\nb\n## c", 1, None),
        ("", 1, None),
        ("a", 0, None),
    ],
)
def test_a_line_of_another_text_is_counted(text: str, number: int, prompt: str | None) -> None:
    """Below the last heading, as the servers themselves do."""
    assert numbered_prompt(text, number) == prompt


def test_a_keycap_is_written_as_the_bots_do() -> None:
    """A digit and two combining signs."""
    assert keycap(3) == "3️⃣"


@pytest.mark.parametrize("noise", ["[", "**", "~~", "a" * 3, "(0.5", " ", "█", "1️⃣", "--ar "])
def test_endless_noise_is_read_in_no_time(noise: str) -> None:
    """A hostile text costs no more than its length."""
    text = noise * 50_000
    for found in (text, f"## a\n{text}x\n## b\n1️⃣ {text}x"):
        read_description(found)
        read_breakdown(found)
        numbered_prompt(found, 1)
