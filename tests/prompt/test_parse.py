"""A prompt in its parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mj_notebook.errors import UsageError
from mj_notebook.prompt.parameters import long_name
from mj_notebook.prompt.parse import (
    Parameter,
    Prompt,
    aspect_of,
    parameters_start,
    seed_of,
    version_of,
)


@pytest.mark.parametrize(
    ("text", "images", "words", "parameters"),
    [
        ("a red kite", (), "a red kite", ()),
        ("a red kite --ar 16:9 --tile", (), "a red kite", (("ar", "16:9"), ("tile", ""))),
        ("kite ::2 sky::1 --no birds, planes", (), "kite ::2 sky::1", (("no", "birds, planes"),)),
        ("https://x/a.png http://y/b a kite", ("https://x/a.png", "http://y/b"), "a kite", ()),
        ("HTTPS://x/a.png a kite", ("HTTPS://x/a.png",), "a kite", ()),
        ("<https://x/a.png> <HTTP://y/b>a kite", ("https://x/a.png", "HTTP://y/b"), "a kite", ()),
        ("<https://x/a.png a kite", (), "<https://x/a.png a kite", ()),
        ("a kite https://x/a.png", (), "a kite https://x/a.png", ()),
        ("a kite —ar 3:2 –v 7", (), "a kite", (("ar", "3:2"), ("v", "7"))),
        ("well-known --sref https://x/s.png", (), "well-known", (("sref", "https://x/s.png"),)),
        ("a -- b --- c", (), "a -- b --- c", ()),
        ("{braces} 'quotes' \"and\" $x", (), "{braces} 'quotes' \"and\" $x", ()),
        ("--ar 1:1", (), "", (("ar", "1:1"),)),
        ("", (), "", ()),
        ("line one\nline two\n--ar   2 : 3", (), "line one\nline two", (("ar", "2 : 3"),)),
    ],
)
def test_any_text_has_parts(
    text: str,
    images: tuple[str, ...],
    words: str,
    parameters: tuple[tuple[str, str], ...],
) -> None:
    """Addresses stand first, parameters begin at two hyphens, everything between is words."""
    prompt = Prompt.parse(text)
    assert prompt.images == images
    assert prompt.text == words
    assert tuple((p.name, p.value) for p in prompt.parameters) == parameters


def test_the_last_of_several_counts() -> None:
    """A parameter given twice has its last value, under its short or its long name."""
    prompt = Prompt.parse("x --ar 1:1 --aspect 3:2 --v 6 --AR 2:3")
    assert prompt.value("aspect") == "2:3"
    assert prompt.value("version") == "6"
    assert prompt.value("chaos") is None
    assert long_name("S") == "stylize"
    assert str(Parameter("ar", "16:9")) == "--ar 16:9"
    assert str(Parameter("tile", "")) == "--tile"


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("x --ar 16:9", (16, 9)),
        ("x --ar 2 : 3", (2, 3)),
        ("x", (1, 1)),
        ("x --ar 0:5", (1, 1)),
        ("x --ar wide", (1, 1)),
        ("x --ar 1234567:1", (1, 1)),
    ],
)
def test_a_shape_that_makes_no_sense_is_square(text: str, shape: tuple[int, int]) -> None:
    """Only two whole numbers above zero make a shape."""
    assert aspect_of(Prompt.parse(text)) == shape


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("x", "7"),
        ("x --v 6.1", "6.1"),
        ("x --v 6.0", "6"),
        ("x --niji 6", "niji 6"),
        ("x --niji", "niji"),
        ("x --v 6 --niji 7", "niji 7"),
    ],
)
def test_the_version_is_the_prompts_or_the_default(text: str, version: str) -> None:
    """A niji wins over a version; 6.0 is 6."""
    assert version_of(Prompt.parse(text), "7") == version


@pytest.mark.parametrize(
    ("text", "seed"),
    [
        ("x --seed 0", 0),
        ("x --seed 4294967295", 4294967295),
        ("x --seed 4294967296", None),
        ("x --seed -1", None),
        ("x --seed ٣", None),
        ("x --seed", None),
        ("x", None),
    ],
)
def test_a_seed_is_a_whole_number_that_fits(text: str, seed: int | None) -> None:
    """Anything that is no number of 32 bits is no seed."""
    assert seed_of(Prompt.parse(text)) == seed


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("http://x  http://y a\nb —ar   2 : 3 --hd", "http://x http://y a\nb --ar 2 : 3 --hd"),
        ("--ar 1:1", "--ar 1:1"),
        ("", ""),
    ],
)
def test_parts_are_written_as_they_were_read(text: str, written: str) -> None:
    """Writing is the way back from reading, with one space between the parts."""
    assert str(Prompt.parse(text)) == written
    assert Prompt.parse(written) == Prompt.parse(text)


def test_the_parameters_begin_somewhere() -> None:
    """What stands before them are addresses and words; without any that is all."""
    assert parameters_start("a kite --ar 1:1 --tile") == 7
    assert parameters_start("a -- kite") == 9


# Pieces that prompts are made of, and those that break readers.
_PIECES = st.sampled_from(
    [
        *("a kite", "--ar", "3:2", "--no", "t-shirt, red hat", "--sref", "https://x/a--b-c.png"),
        *("--tile", "::2", "::-0.5", '"SALE --now"', "{red, blue}", "{", "}", "\\,", "--", "---"),
        *(
            "—ar",
            "–v",
            "７",
            "-v",
            "\n",
            "\t",
            " ",
            "\u200e",
            "\u200d",
            "\ud83d",
            "，",
            "--V",
            "https://",
        ),
    ]
)
_TEXTS = st.one_of(st.text(), st.lists(_PIECES).map(" ".join), st.lists(_PIECES).map("".join))


@given(_TEXTS)
def test_what_is_written_reads_the_same(text: str) -> None:
    """Any text has parts, and these written are read as the same parts."""
    prompt = Prompt.parse(text)
    assert Prompt.parse(str(prompt)) == prompt
    assert str(Prompt.parse(str(prompt))) == str(prompt)


_WORDS = st.text("abc,.'\"{}:éß猫", min_size=1, max_size=12).filter(
    lambda text: text.strip() == text
)


@given(
    st.lists(st.sampled_from(["https://x/a.png", "http://y/b-c--d?e=1"])),
    st.lists(_WORDS, max_size=6).map(" ".join).filter(lambda text: not text.startswith("http")),
    st.lists(
        st.tuples(
            st.sampled_from(["ar", "stylize", "no", "sref", "new1"]),
            st.lists(_WORDS, max_size=3).map(" ".join),
        )
    ),
)
def test_parts_that_are_written_are_the_parts_that_are_read(
    images: list[str], text: str, parameters: list[tuple[str, str]]
) -> None:
    """The other way round: no part gets lost or changes its place."""
    prompt = Prompt(tuple(images), text, tuple(Parameter(*one) for one in parameters))
    assert Prompt.parse(str(prompt)) == prompt


def test_a_parameter_is_asked_for_by_any_of_its_names() -> None:
    """What it was given last, True for one without a value, None for one that is not there."""
    prompt = Prompt.parse("a kite --ar 3:2 --tile --no t-shirt, red hat --AR 1:1")
    assert prompt["ar"] == prompt["aspect"] == prompt["--ar"] == "1:1"
    assert prompt["tile"] is True
    assert prompt["no"] == "t-shirt, red hat"
    assert prompt["seed"] is None


def test_a_prompt_is_a_text() -> None:
    """Anything else is refused in a sentence."""
    with pytest.raises(UsageError, match="list is no prompt"):
        Prompt.parse(["a kite"])  # type: ignore[arg-type]
