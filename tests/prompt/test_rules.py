"""The rules as data, and what a person changes of them."""

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
        ({"parameters": {"x": {"colour": 1}}}, "no 'colour'"),
        ({"parameters": {"x": {"range": [1]}}}, "can't be read"),
        ({"parameters": {"x": {"kind": "shape"}}}, "no kind 'shape'"),
        ({"parameters": {"x": {"versions": ["99"]}}}, "no version 99"),
        ({"parameters": {"x": 1}}, "can't be read"),
        ({"parameters": "x"}, "parameters are no table"),
    ],
)
def test_changes_that_make_no_sense_are_refused(changes: dict[str, Any], said: str) -> None:
    """In a sentence that names what is wrong."""
    with pytest.raises(SettingsError, match=said):
        rule_book(changes)
