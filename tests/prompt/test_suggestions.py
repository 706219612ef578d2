"""What is offered at the cursor of a prompt: what the version in force takes, and nothing else."""

import pytest

from mj_notebook.prompt.lint import check_prompt
from mj_notebook.prompt.lint_case import Place
from mj_notebook.prompt.parameters import parameter_table, with_parameters
from mj_notebook.prompt.suggestions import Suggested, suggest

_TABLE = parameter_table()
_PLACE = Place(default_version="8.2")


def _suggested(text: str, place: Place = _PLACE) -> Suggested:
    cursor = text.index("|")
    return suggest(text.replace("|", "", 1), cursor, place, _TABLE)


def _texts(text: str, place: Place = _PLACE) -> list[str]:
    return [one.text for one in _suggested(text, place).offers]


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        ("a kite --a|", ["--ar", "--aspect"]),
        ("a kite —ST|", ["--stylize", "--style", "--stealth"]),
        ("a kite -se|", ["--seed"]),
        ("a kite --cr| --v 6", ["--cref"]),
        ("a kite --cr|", []),
        ("a kite --niji 5 --style |", ["raw", "cute", "expressive", "original", "scenic"]),
        ("a kite --ar |", ["1:1", "3:2", "2:3", "4:3", "4:5", "16:9", "9:16", "21:9"]),
        ("a kite --v 4 --ar 1|", ["1:1", "16:9"]),
        ("a kite --v 4 --ar 2|", ["2:3"]),
        ("a kite --s |", ["0", "100", "1000"]),
        ("a kite --v 3 --s |", ["625", "60000"]),
        ("a kite --v 8|", ["8.2", "8.1"]),
        ("a kite --v 6 --q |", ["0.5", "1", "2"]),
        ("a kite --fast --tu|", []),
        ("a kite --ar 3:2 --a|", []),
        ("a kite --ar 3:2 1|", []),
        ("a kite --tile w|", []),
        ("a kite --no |", []),
        ("a kite|", []),
        ("a |", []),
        ("--|", []),
        ('a sign "SALE --a|', []),
    ],
)
def test_what_can_stand_there_is_offered(text: str, offers: list[str]) -> None:
    """Parameters that begin so, values of the one before; among words that is nothing."""
    if text == "--|":
        assert "--ar" in _texts(text)
    else:
        assert _texts(text) == offers


def test_the_place_counts() -> None:
    """A film, a window and the bot for anime take what others don't."""
    assert _texts("it flies --m|", Place(is_film=True)) == ["--motion"]
    assert _texts("it flies --motion |", Place(is_film=True)) == ["low", "high"]
    assert _texts("a kite --z|") == []
    assert _texts("a kite --z|", Place(is_window=True)) == ["--zoom"]
    assert _texts("a kite --cr|", Place(is_niji=True)) == []
    assert _texts("a kite --or|", Place(default_version="7")) == ["--oref"]


def test_each_has_a_word_of_meaning() -> None:
    """So that a person knows which one to take."""
    meanings = {one.text: one.meaning for one in _suggested("a --|").offers}
    assert all(meanings.values())
    assert meanings["--ar"] == "width to height"
    assert dict(_suggested("a --s |").offers)["100"] == "usual"


def test_pictures_stand_where_addresses_do() -> None:
    """Behind parameters that take them, and in front where a path is begun."""
    assert _suggested("a --sref |").is_file
    assert _suggested("./|").is_file
    assert _suggested("~/Pic|").is_file
    assert not _suggested("a kite|").is_file
    assert not _suggested("a --ar |").is_file


def test_what_is_complete_is_followed_by_the_next() -> None:
    """Behind a flag or a value comes another parameter, and none that stands there already."""
    assert _texts("a --tile |")[:2] == ["--v", "--version"]
    offers = _texts("a --v 7 --ar 3:2 |")
    assert "--s" in offers
    assert not {"--v", "--niji", "--ar", "--aspect"} & set(offers)


def test_a_persons_own_parameters_are_offered() -> None:
    """With the values they say are usual."""
    table = with_parameters(_TABLE, {"mine": {"kind": "word", "usual": {"red": "hot"}}})
    assert [one.text for one in suggest("a --mi", 6, _PLACE, table).offers] == ["--mine"]
    assert suggest("a --mine ", 9, _PLACE, table).offers == (("red", "hot"),)


@pytest.mark.parametrize("version", [*_TABLE.versions])
def test_nothing_wrong_is_offered(version: str) -> None:
    """Each parameter with each value that is offered is what lint takes of that version."""
    family = next(name for name in ("niji", "test", "") if version.startswith(name))
    head = f"--niji {version[4:]}" if family == "niji" else f"--{version}"
    head = head if family else f"--v {version}"
    for name in _texts(f"a kite {head} --|"):
        before = f"https://x/a.png a kite {head} {_needed(name)}{name}"
        values = _texts(f"{before} |") if _takes(name) else []
        for text in [f"{before} {value}" for value in values] or [f"{before} {_any(name)}"]:
            rules = {one.rule for one in check_prompt(text, _PLACE).findings}
            assert rules <= _SAID_ANYWAY, (text, rules)


# What is said of values that are right as well: they drift, or the sources disagree.
_SAID_ANYWAY = {"unsure", "unconfirmed", "moving-target", "new-parameter", "style-raw"}


def _takes(name: str) -> bool:
    spec = _TABLE.spec(name.lstrip("-"))
    return spec is not None and spec.kind not in {"flag", "any"}


def _needed(name: str) -> str:
    needs = {"sw": "--sref 1", "sv": "--sref 1", "cw": "--cref https://x", "ow": "--oref https://x"}
    return f"{needs[name[2:]]} " if name[2:] in needs else ""


def _any(name: str) -> str:
    spec = _TABLE.spec(name.lstrip("-"))
    assert spec is not None
    return {
        "int": "1",
        "number": "1",
        "text": "text",
        "address": "https://x",
        "addresses": "https://x",
        "profile": "abc1",
    }.get(spec.kind, "")
