"""The table of parameters as people read it."""

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.language import speak
from mj_notebook.prompt.parameters import parameter_table
from mj_notebook.prompt.rules import rule_book
from mj_notebook.view.parameters import parameter_lines, parameters_bundle


def test_all_rows_are_shown_with_their_date() -> None:
    """In a terminal and in a notebook."""
    bundle = parameters_bundle(rule_book(None))
    assert len(bundle["text/plain"].splitlines()) == len(parameter_table().rows) + 2
    assert "As of 2026-11-21" in bundle["text/plain"]
    assert bundle["text/html"].count("<tr>") == len(parameter_table().rows) + 1


@pytest.mark.parametrize("word", ["ar", "--ar", "AR", "aspect", "width to"])
def test_a_word_finds_its_parameter(word: str) -> None:
    """By any of its names, or by what it does."""
    ((name, takes, usual, versions, meaning),) = parameter_lines(parameter_table(), word)
    assert (name, takes, usual, versions) == ("--aspect --ar", "W:H", "1:1", "")
    assert meaning == "width to height"


def test_what_is_usual_is_told_in_the_language_of_the_reader() -> None:
    """Values that are written in a prompt stay as they are."""
    speak("zh")
    try:
        lines = {line[0]: line[2] for line in parameter_lines(parameter_table())}
    finally:
        speak("en")
    assert (lines["--version --v"], lines["--aspect --ar"]) == ("以账户设置为准，目前为 8.2", "1:1")
    assert "image prompt" not in lines


def test_one_alone_is_told_whole() -> None:
    """What it takes by version, what it goes without and with, and where that is known from."""
    said = parameters_bundle(rule_book(None), "q")["text/plain"]
    assert "With version 6.1: 0.5, 1, 2." in said
    assert "Not together with --draft, --oref." in said
    assert "The sources disagree on --quality for 8.2." in said
    assert "Midjourney's article Version" in said
    assert "Only with --sref." in parameters_bundle(rule_book(None), "sw")["text/plain"]


def test_a_parameter_of_ones_own_is_shown_too() -> None:
    """With the date of the rules that have it."""
    book = rule_book({"parameters": {"mystyle": {"meaning": "ours"}}, "date": "2027-01-02"})
    said = parameters_bundle(book, "mystyle")["text/plain"]
    assert "--mystyle" in said
    assert "As of 2027-01-02" in said


def test_what_nobody_knows_is_told() -> None:
    """With what was probably meant."""
    with pytest.raises(UsageError, match="Did you mean 'chaos'"):
        parameter_lines(parameter_table(), "chaoss")


@pytest.mark.parametrize(
    ("name", "versions"),
    [
        ("stop", "1–6.1, niji4–niji6, test–testp"),
        ("tile", "1–3, 5+, niji5"),
        ("oref", "7"),
        ("seed", ""),
    ],
)
def test_versions_are_told_in_short(name: str, versions: str) -> None:
    """Runs of them by their ends; nothing where all know it."""
    assert parameter_lines(parameter_table(), name)[0][3] == versions


def test_the_rules_are_shown_with_what_was_set_of_them() -> None:
    """Each with how bad it is, and what it finds."""
    said = parameters_bundle(rule_book({"repeated": "off"}), "rules")["text/plain"]
    (line,) = [each for each in said.splitlines() if each.startswith("repeated ")]
    assert line.split()[:2] == ["repeated", "off"]
    assert "switches one off" in said
