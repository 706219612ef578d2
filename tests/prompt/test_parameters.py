"""The table of parameters, and what each of its rows takes."""

from collections.abc import Iterator

import pytest

from mj_notebook.prompt.findings import Finding
from mj_notebook.prompt.lint import check_prompt
from mj_notebook.prompt.lint_case import Place
from mj_notebook.prompt.parameters import (
    expand,
    living_names,
    long_name,
    parameter_table,
    with_parameters,
)
from mj_notebook.prompt.rules import shipped_rules
from tests.prompt.parameter_cases import CASES, URL, Case

_PLACE = Place(default_version="8.2")
# What can't be right alone in the words of an imagine: in front, a film, a window, or gone.
_NEVER_RIGHT = {
    *("preview", "image prompt", "iw", "edit", "repeat", "video", "motion", "loop", "end", "bs"),
    *("zoom", "deprecated"),
}


def _findings(text: str, place: Place = _PLACE) -> list[Finding]:
    return list(check_prompt(text, place).findings)


def _rules(text: str, place: Place = _PLACE) -> set[str]:
    return {finding.rule for finding in _findings(text, place)}


def _all(kind: str) -> Iterator[Case]:
    for cases in CASES.values():
        for case in getattr(cases, kind):
            yield (case, "") if isinstance(case, str) else case


def test_every_row_has_right_wrong_and_border_cases() -> None:
    """A row that is added without any is found here; what stands in front is tried below."""
    assert tuple(CASES) == parameter_table().rows
    assert {name for name, cases in CASES.items() if not cases.right} == _NEVER_RIGHT
    for name, cases in CASES.items():
        assert (cases.wrong and cases.border) or name == "image prompt", name


@pytest.mark.parametrize("text", [text for text, _ in _all("right")])
def test_nothing_is_found_in_what_is_right(text: str) -> None:
    """Each is what the version that it names is documented to take."""
    assert _findings(f"a kite {text}") == []


@pytest.mark.parametrize(("text", "rule"), list(_all("wrong")))
def test_what_is_wrong_is_found(text: str, rule: str) -> None:
    """The rule says what, the sentence how, and the place is that of the parameter."""
    prompt = f"a kite {text}"
    found = [finding for finding in _findings(prompt) if finding.rule == rule]
    assert found
    assert prompt[found[0].start : found[0].end] == found[0].words
    assert found[0].words
    assert found[0].message.endswith((".", ".”"))


@pytest.mark.parametrize(("text", "rule"), list(_all("border")))
def test_borders_are_where_they_are_documented(text: str, rule: str) -> None:
    """The last that is taken, and the first that is not."""
    rules = _rules(f"a kite {text}")
    assert rule in rules if rule else rules == set()


@pytest.mark.parametrize(
    ("text", "place", "rules"),
    [
        (f"{URL} a kite", _PLACE, set()),
        (f"{URL} {URL}", _PLACE, set()),
        (URL, _PLACE, {"image-alone"}),
        ("sketch.png a kite", _PLACE, {"local-path"}),
        (f"{URL} a kite --iw 2 --v 6", _PLACE, set()),
        (f"{URL} a kite --iw 0 --v 7", _PLACE, set()),
        (f"{URL} a kite --iw 3 --v 7", _PLACE, set()),
        (f"{URL} a kite --iw 2 --niji 7", _PLACE, set()),
        (f"{URL} a kite --iw 0.5 --v 5", _PLACE, set()),
        (f"{URL} a kite --iw 9 --v 3", _PLACE, set()),
        (f"{URL} a kite --iw 1 --niji 4", _PLACE, {"other-version"}),
        ("a kite --iw 2 --v 7", _PLACE._replace(images=1), set()),
        (f"{URL} it flies --video --motion low --raw --bs 4", _PLACE, set()),
        (f"{URL} it flies --video --loop", _PLACE, set()),
        (f"{URL} it flies --video --end {URL}", _PLACE, set()),
        ("it flies --motion high --bs 1", _PLACE._replace(is_film=True), set()),
        ("a kite --zoom 1", _PLACE._replace(is_window=True), set()),
        ("a kite --zoom 2", _PLACE._replace(is_window=True), set()),
        ("a kite --s 50", _PLACE._replace(is_niji=True), set()),
        (f"a kite --cref {URL}", _PLACE._replace(is_niji=True), {"other-version"}),
    ],
)
def test_what_is_right_depends_on_the_place(text: str, place: Place, rules: set[str]) -> None:
    """Pictures in front or beside, films, the window of a zoom, the other bot."""
    assert _rules(text, place) == rules


def _versioned(version: str) -> str:
    if version.startswith("niji"):
        return f"--niji {version[4:]}"
    return f"--{version}" if version.startswith("test") else f"--v {version}"


def _tried_numbers(version: str) -> Iterator[tuple[str, str, bool]]:
    """Return parameters with a number at their borders in *version*, and whether it is taken."""
    for spec in parameter_table().specs.values():
        limits = spec.range_of(version)
        if spec.kind not in {"int", "number"} or limits is None or spec.name == "zoom":
            continue
        step = 1.0 if spec.kind == "int" else spec.steps.get(version, 0.5)
        for number in limits:
            yield spec.name, f"{number:.12g}", True
        for number in (limits[0] - step, limits[1] + step):
            yield spec.name, f"{number:.12g}", False


@pytest.mark.parametrize("version", parameter_table().versions)
def test_numbers_have_their_borders_in_each_version(version: str) -> None:
    """The least and the greatest are taken, and the next ones are told with the nearest that is."""
    table = parameter_table()
    for name, number, is_taken in _tried_numbers(version):
        spec = table.specs[name]
        found = {one.rule: one for one in _findings(f"a --{name} {number} {_versioned(version)}")}
        assert {"not-a-number", "words-after"}.isdisjoint(found)
        rule = "out-of-range" if spec.firm else "doubtful-number"
        assert (rule in found) != is_taken, (name, number)
        if not is_taken:
            assert found[rule].advice.startswith(f"Write --{name} ")


@pytest.mark.parametrize("version", parameter_table().versions)
def test_each_version_knows_its_own_parameters(version: str) -> None:
    """What it does not know is told, and stops where it is known to be refused; both or neither."""
    for spec in parameter_table().specs.values():
        if spec.kind in {"front", "version"} or spec.state == "deprecated":
            continue
        if spec.name in {"test", "testp"}:
            continue  # a model itself, of which two are told otherwise
        rules = _rules(f"a {_versioned(version)} --{spec.name}")
        is_known = not spec.versions or version in spec.versions or version in spec.unsure
        told = rules & {"other-version", "refused-by-version"}
        assert bool(told) != is_known, (spec.name, rules)
        assert ("refused-by-version" in told) == (not is_known and version in spec.refused)
        if version in spec.unsure:
            assert spec.unsure_rule in rules


def test_every_rule_is_tried() -> None:
    """Each rule of the file finds something somewhere in these tests and those of `test_lint`."""
    tried = {rule for kind in ("wrong", "border") for _, rule in _all(kind)}
    elsewhere = {
        *("empty", "image-alone", "unknown-parameter", "weights-sum", "weights-unread"),
        *("unbalanced-braces", "no-space", "permutations", "expiring-address", "no-version"),
        *(
            "banned-word",
            "repaired",
            "second-prompt",
            "address-in-words",
            "foreign-weight",
            "spaced-weight",
            "lone-choice",
        ),
    }
    assert tried - {""} | elsewhere == set(shipped_rules().severities)


def test_the_table_is_whole() -> None:
    """Names lead to rows, short names to long ones, and each row says where it is known from."""
    table = parameter_table()
    assert long_name("AR") == "aspect"
    assert long_name("nothing") == "nothing"
    assert table.spec("v") is table.specs["version"]
    assert [spec.name for spec in table.row("speed")] == ["fast", "relax", "turbo"]
    assert "test" not in living_names()
    for spec in table.specs.values():
        assert set(spec.sources.split()) <= set(table.sources)
        assert spec.meaning
        assert spec.versions | spec.refused <= set(table.versions)
    for conflict in table.conflicts:
        assert {term.partition("=")[0] for term in conflict.of} <= set(table.specs)


def test_versions_are_written_in_short() -> None:
    """From one on, up to one, or one alone; of each family."""
    families = parameter_table().families
    assert expand(["7+"], families) == {"7", "8.1", "8.2"}
    assert expand(["-2", "niji-5"], families) == {"1", "2", "niji4", "niji5"}
    assert expand(["test", "niji7"], families) == {"test", "niji7"}
    with pytest.raises(ValueError, match="no version 99"):
        expand(["99"], families)


def test_rows_are_added_and_changed() -> None:
    """What is not said of a row stays as it was; a new one may be anything."""
    table = with_parameters(
        parameter_table(), {"--stop": {"refused": []}, "mine": {"kind": "int", "range": [1, 3]}}
    )
    assert table.specs["stop"].refused == frozenset()
    assert table.specs["stop"].range == (10, 100)
    assert table.specs["mine"].range == (1, 3)
    with pytest.raises(ValueError, match="no 'colour'"):
        with_parameters(table, {"mine": {"colour": "red"}})
