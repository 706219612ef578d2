"""The rules as data, and what a person changes of them."""

from datetime import date
from typing import Any

import pytest

from mj_notebook.errors import SettingsError
from mj_notebook.prompt.rules import Severity, rule_book, shipped_rules


def test_the_rules_have_a_date_and_say_what_they_find() -> None:
    """So that a person knows how old they are, and what to switch off."""
    book = shipped_rules()
    assert book.date == book.table.date == "2026-11-21"
    assert set(book.about) == set(book.severities)
    assert all(book.about.values())
    assert rule_book(None) is rule_book({}) is book


def test_changes_have_a_date_of_their_own() -> None:
    """A study's rules are older or newer than those of the package."""
    book = rule_book({"date": "2027-01-02", "repeated": "ERROR"})
    assert book.date == "2027-01-02"
    assert book.severities["repeated"] is Severity.ERROR


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"repeatd": "off"}, "Rules have no 'repeatd'. Did you mean 'repeated'"),
        ({"rules": {"repeatd": "off"}}, "Did you mean 'repeated'"),
        ({"repeated": "loud"}, "can't be 'loud'"),
        ({"rules": ["repeated"]}, "rules are no table"),
        ({"rules": {"x": {"pattern": "("}}}, "can't be read"),
        ({"rules": {"x": {"patern": "a"}}}, "Did you mean 'pattern'"),
        ({"rules": {"x": {"severity": "warn"}}}, "Rules have no 'x'"),
        ({"rules": {"x": {"pattern": 5}}}, "pattern of the rule 'x' can't be 5. It is a text that"),
        ({"rules": {"x": {"pattern": ""}}}, "can't be ''. It is a text that is not empty"),
        ({"rules": {"x": {"pattern": " "}}}, "can't be ' '. It is a text that is not empty"),
        ({"rules": {"x": {"pattern": "a", "message": {}}}}, "message of the rule 'x'"),
        ({"rules": {"x": {"pattern": "a", "advice": None}}}, "advice of the rule 'x'"),
        ({"rules": {"": {"pattern": "a"}}}, "no name"),
        ({"repeated": {"pattern": "a"}}, "Give your own rule another name"),
        ({"parametrs": {}}, "Did you mean 'parameters'"),
        ({"default_version": "99"}, "default_version can't be '99'. Known: 1, 2"),
        ({"default_version": [7]}, "default_version can't be"),
        ({"default_niji": True}, "default_niji can't be True"),
        ({"date": 5}, "date can't be 5"),
        ({"parameters": {"x": 1}}, "The parameter x is no table"),
        ({"parameters": {5: {}}}, "5 can't be the name of a parameter"),
        ({"parameters": {"x y": {}}}, "'x y' can't be the name"),
        ({"parameters": {"x": {"colour": 1}}}, "no 'colour'"),
        ({"parameters": {"x": {"short": "v"}}}, "--v is --version already"),
        ({"parameters": {"x": {"short": "seed"}}}, "--seed is --seed already"),
        ({"parameters": {"x": {"versions": ["99"]}}}, "versions of the parameter x can't be"),
        ({"parameters": "x"}, "parameters are no table"),
    ],
)
def test_changes_that_make_no_sense_are_refused(changes: dict[str, Any], said: str) -> None:
    """In a sentence that names what is wrong."""
    with pytest.raises(SettingsError, match=said):
        rule_book(changes)


# What is no value of each field of a row.
_WRONG: dict[str, tuple[object, ...]] = {
    "kind": ("shape", 5, ["int"], "front"),
    "meaning": (5, None, ""),
    "short": (5, "a b", ""),
    "default": (True, None, []),
    "also": ("size", [], [None]),
    "usual": (["a"], {"a": 5}, {1: "a"}),
    "values": ("abc", 5, {}, [], [None]),
    "range": (5, None, [1], [3, 1], ["a", "b"], [1, float("nan")], [0, True]),
    "firm": ("yes", 1, None),
    "ranges": ([1, 2], {"99": [1, 2]}, {"7": 5}),
    "choices": ({"7": "ab"}, {"7": []}, ["a"]),
    "steps": (0.5, {"7": 0}, {"7": "a"}),
    "value_versions": (["a"], {"a": "7"}, {"a": ["99"]}),
    "free": ("yes",),
    "bare": (1,),
    "most": ("4", -1, True, 1.5),
    "longest": (5, {"all": "a"}, {"7": 0.5}),
    "removed": (["8"], {"8": 5}),
    "versions": ("7+", 7, [7], ["oops"]),
    "refused": ("7", None),
    "unsure": ("maybe", {"7": 5}, {"99": "a"}),
    "drifts": (True,),
    "note": (5,),
    "needs": ("nobody", 5),
    "window": ("yes",),
    "state": ("dead", 1),
    "advice": ([],),
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in _WRONG.items() for value in values]
)
def test_each_field_of_a_row_is_looked_at(field: str, value: object) -> None:
    """Before a prompt is: the sentence names field, parameter and value, the hint what it takes."""
    with pytest.raises(SettingsError, match=f"{field} of the parameter x can't be") as caught:
        rule_book({"parameters": {"x": {field: value}}})
    assert caught.value.hint.startswith("It is ")


def test_every_field_that_can_be_set_is_tried() -> None:
    """A field that is added without its wrong values is found here."""
    with pytest.raises(SettingsError) as caught:
        rule_book({"parameters": {"x": {"colour": 1}}})
    known = caught.value.hint.removeprefix("Known: ").removesuffix(".").split(", ")
    assert set(known) == set(_WRONG)


def test_what_a_row_may_say_is_taken() -> None:
    """Each field with a value that makes sense, as TOML has them."""
    row = {
        "kind": "int", "meaning": "ours", "short": "mi", "default": 5, "also": ["ours"],
        "usual": {"5": "mild"}, "values": [1, "2"], "range": [0, 10], "firm": True,
        "ranges": {"7": [0, 5], "6": None}, "choices": {"7": ["1"]}, "steps": {"7": 0.5},
        "value_versions": {"1": ["6+"]}, "free": False, "bare": True, "most": 2,
        "longest": {"all": 3, "7": None}, "removed": {"3": date(2026, 1, 2)},
        "versions": ["6+", "niji7"], "refused": [], "unsure": {"7": "Nobody knows."},
        "drifts": "It moves.", "note": "It is new.", "needs": "sref", "window": False,
        "state": "legacy", "advice": "Leave it out.",
    }  # fmt: skip
    assert set(row) == set(_WRONG)
    book = rule_book({"parameters": {"--mine": row}, "default_version": 7, "default_niji": 6.0})
    assert book.table.specs["mine"].default == "5"
    assert book.table.spec("MI") is book.table.specs["mine"]
    assert (book.table.default_version, book.table.default_niji) == ("7", "6")
