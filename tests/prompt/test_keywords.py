"""Parameters as keywords, in the form they have in a prompt."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mj_notebook.errors import UsageError
from mj_notebook.prompt.keywords import KEYWORDS, with_missing, written_parameters
from mj_notebook.prompt.parameters import living_names, long_name, parameter_table
from mj_notebook.prompt.parse import Prompt


@pytest.mark.parametrize(
    ("given_", "written"),
    [
        ({"ar": "1:1"}, "--ar 1:1"),
        ({"ar": (16, 9)}, "--ar 16:9"),
        ({"s": 250, "seed": 7}, "--s 250 --seed 7"),
        ({"q": 0.5, "v": 6.1}, "--q 0.5 --v 6.1"),
        ({"v": 7.0}, "--v 7"),
        ({"v": "7.0"}, "--v 7.0"),
        ({"raw": True, "tile": False, "hd": None}, "--raw"),
        ({"no": ["text", "people"]}, "--no text, people"),
        ({"no": "t-shirt, red  hat"}, "--no t-shirt, red hat"),
        ({"sref": ["https://x/a.png", 1234]}, "--sref https://x/a.png 1234"),
        ({"sref": [("https://x/a.png", 2), "random"]}, "--sref https://x/a.png::2 random"),
        ({"sref": Path("a.png")}, "--sref a.png"),
        ({"p": True}, "--p"),
        ({"profile": ["abc12", "def34"]}, "--profile abc12 def34"),
        ({"niji": True}, "--niji"),
        ({"s": np.int64(250), "q": np.float64(0.5)}, "--s 250 --q 0.5"),
        ({"seed": np.uint32(4294967295)}, "--seed 4294967295"),
        (
            {"ar": np.array([3, 2]), "no": np.array(["text", "people"])},
            "--ar 3:2 --no text, people",
        ),
        ({"q": Decimal("0.5"), "raw": np.bool_(True), "tile": np.bool_(False)}, "--q 0.5 --raw"),
        ({"no": {"text", "people"}}, "--no people, text"),
        ({"s": [250]}, "--s 250"),
        ({"no": [], "sref": (), "p": set(), "cref": np.array([]), "seed": 7}, "--seed 7"),
    ],
)
def test_each_value_is_written_in_its_form(given_: dict[str, Any], written: str) -> None:
    """Lists with commas or spaces, shapes with a colon, flags without a value."""
    assert str(Prompt(text="a cat").with_(**given_)) == f"a cat {written}"


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"chaoss": 3}, "Did you mean 'chaos'"),
        ({"aspect_ratio": "1:1"}, "Did you mean 'aspect'"),
        ({"s": True}, "takes a whole number"),
        ({"s": [100, 250]}, "takes one value: a whole number"),
        ({"v": []}, "takes one value: a version"),
        ({"oref": ["https://x/a.png", "https://x/b.png"]}, "takes one value: an address"),
        ({"raw": "yes"}, "takes True or False"),
        ({"s": 1, "stylize": 2}, "the same parameter"),
        ({"no": "text --v 5"}, "keyword of its own"),
        ({"no": "text\n--v 5"}, "keyword of its own"),
        ({"sref": ["a b.png"]}, "as a list"),
        ({"seed": float("nan")}, "It takes a whole number"),
        ({"no": ""}, "takes words"),
        ({"ar": (1, 2, 3)}, "width and height"),
        ({"sref": object()}, "It takes addresses, codes"),
        ({"image prompt": "x"}, "no option"),
    ],
)
def test_what_can_not_be_meant_is_refused(given_: dict[str, Any], said: str) -> None:
    """No value brings a parameter of its own along, and nothing is dropped."""
    with pytest.raises(UsageError, match=said):
        Prompt(text="a cat").with_(**given_)


def test_what_was_there_gives_way() -> None:
    """Under whatever name it was written; None takes it out."""
    prompt = Prompt.parse("a cat --stylize 100 --ar 1:1 --s 50 --tile")
    assert str(prompt.with_(s=250, tile=None)) == "a cat --ar 1:1 --s 250"


def test_a_row_may_have_its_own() -> None:
    """What a prompt writes itself is not set from outside."""
    options = {"s": 1, "ar": "1:1", "repeat": 2}
    assert with_missing(options, ["stylize", "repeat"]) == {"ar": "1:1", "repeat": 2}


@example({"self": None})
@given(st.dictionaries(st.text(), st.one_of(st.text(), st.floats(), st.booleans(), st.none())))
def test_any_keywords_are_written_or_refused(given_: dict[str, Any]) -> None:
    """What is written is read as what was given, and nothing else is."""
    try:
        prompt = Prompt(text="a cat").with_(**given_)
    except UsageError:
        return
    assert Prompt.parse(str(prompt)) == prompt


def test_keywords_are_those_of_the_table() -> None:
    """Each living parameter is one, unless it is asked for in another way."""
    asked_otherwise = {spec.name for spec in parameter_table().specs.values() if spec.instead}
    assert {long_name(name) for name in KEYWORDS} == living_names() - asked_otherwise
    shorts = {spec.short for spec in parameter_table().specs.values() if spec.short}
    assert shorts - set(KEYWORDS) == {"r"}


def test_a_number_beyond_all_bounds_is_refused() -> None:
    """As any value that a parameter can't have, in a sentence."""
    with pytest.raises(UsageError):
        written_parameters({"seed": 10**400})
