"""The grammar of faults."""

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.protocol.routes import ROUTE
from mj_notebook.server.faults import (
    FAULTS,
    fault_table,
    read_fault,
    read_header,
    read_markers,
    read_recorded_faults,
)


@pytest.mark.parametrize(
    ("spec", "read"),
    [
        ("full", ("full", 0, "", "", None, 100)),
        ("refuse", ("refuse", 9, "提交失败，系统异常", "", None, 100)),
        ("refuse=4:no, not today", ("refuse", 4, "no, not today", "", None, 100)),
        ("refuse=4:a=b:c@imagine x2", ("refuse", 4, "a=b:c", "imagine", 2, 100)),
        ("fail=62 30%", ("fail", 62, "任务超时", "", None, 30)),
        ("html=503@fetch", ("html", 503, "", "fetch", None, 100)),
        ("drop@list-by-condition", ("drop", 0, "", "list_by_condition", None, 100)),
        ("slow=0.5", ("slow", 0.5, "", "", None, 100)),
        ("banned=kite", ("banned", 0, "kite", "", None, 100)),
        ("expired=403:60", ("expired", 403, "60", "", None, 100)),
        (" mime=image/gif  x1 ", ("mime", 0, "image/gif", "", 1, 100)),
    ],
)
def test_a_fault_is_read_in_all_its_parts(spec: str, read: tuple[object, ...]) -> None:
    """Name, value, route, and how often; what is left out has a sensible value."""
    fault = read_fault(spec)
    told = (fault.name, fault.number, fault.words, fault.route, fault.times, fault.chance)
    assert told == read


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("", "is no fault"),
        ("explode", "NAMEs: refuse, full"),
        ("fail=", "Write fail=PERCENT[:WORDS]"),
        ("fail=101", "'101' is no value of the fault fail"),
        ("fail=46:", "is no value"),
        ("full=3", "Write full alone"),
        ("banned=", "Write banned=WORD"),
        ("busy=-1", "is no value"),
        ("busy=3:words", "is no value"),
        ("expired=404:soon", "is no value"),
        ("html=9999999", "is no value"),
        ("drop@nowhere", "no route 'nowhere'"),
        ("fail@fetch", "happens to submits, and fetch is none"),
        ("drop 101%", "more than always"),
        ("drop x", "is no fault"),
    ],
)
def test_what_is_wrong_with_a_fault_is_told(spec: str, told: str) -> None:
    """Which part, and how it is written."""
    with pytest.raises(UsageError) as caught:
        read_fault(spec)
    assert told in str(caught.value)


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.name)
def test_every_fault_has_defaults_and_comes_back_from_its_spec(kind: object) -> None:
    """So that the journal can hold it; and the table for people shows it."""
    name = getattr(kind, "name", "")
    fault = read_fault(name)
    assert read_fault(fault.spec) == fault
    assert f"\n  {name}" in f"\n{fault_table()}"


def test_a_marker_is_taken_out_of_the_prompt() -> None:
    """Wherever it stands, several of them, and nothing else changes."""
    prompt, faults = read_markers("a [mj-fault: hang=46] red [mj-fault:mime] kite  --ar 2:1")
    assert prompt == "a red kite  --ar 2:1"
    assert [fault.name for fault in faults] == ["hang", "mime"]
    assert read_markers("[mj-fault: drop]")[0] == ""


@pytest.mark.parametrize(
    "prompt", ["a fault in a rock", "[fault: full]", "mj-fault: full", " [mj-fault full] ", "{}"]
)
def test_other_words_are_no_marker(prompt: str) -> None:
    """A prompt without the whole sign stays as it is, to the last space."""
    assert read_markers(prompt) == (prompt, ())


def test_one_request_has_its_faults_once() -> None:
    """Several with semicolons; a count or a chance belongs to the server."""
    assert [fault.name for fault in read_header("late=1; fail=0:no;")] == ["late", "fail"]
    assert read_header("") == ()
    for text in ("drop x2", "drop 50%"):
        with pytest.raises(UsageError, match="serve --fault"):
            read_header(text)


def test_what_another_version_wrote_is_passed_over() -> None:
    """A journal may be shared with a newer server."""
    assert [fault.name for fault in read_recorded_faults(("novelty=1", "hang=46"))] == ["hang"]


def test_a_fault_fits_where_it_can_happen() -> None:
    """Faults of submits only at submits, others anywhere but at health."""
    places = ("imagine", "fetch", "image", "health")
    for spec, fits in {
        "full": [True, False, False, False],
        "drop": [True, True, True, False],
        "drop@fetch": [False, True, False, False],
        "fail@blend": [False] * 4,
    }.items():
        fault = read_fault(spec)
        assert [fault.happens_at(ROUTE[name]) for name in places] == fits
