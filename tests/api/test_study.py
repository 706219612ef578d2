"""A study of a sweep in the demo server's pictures, and its answers tomorrow."""

import inspect
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.errors import TaskFailed, UsageError
from mj_notebook.experiments.study import Question, Study
from mj_notebook.experiments.sweep import Sweep
from tests.support.rig import QUICK, SECRET, TIMEOUT, Rig


@pytest.fixture
def sweep(proxy: Rig) -> Sweep:
    """Return a drawn sweep: two animals, three values of s."""
    del proxy
    return mj.sweep("a {{animal}} in fog", animal=["fox", "hare"], s=[0, 250, 1000], run=True).wait(
        TIMEOUT
    )


def keys(questions: list[Question]) -> list[tuple[str, str]]:
    """Return the pairs of some questions, and nothing of where these come from."""
    return [one.pair.key for one in questions]


def test_a_sweep_is_compared_by_an_axis(proxy: Rig, sweep: Sweep) -> None:
    """Pictures of one animal are paired; tomorrow, in a new kernel, it goes on where it was."""
    study = mj.compare(sweep, by="s", raters=["Ann", "Bo"], seed=3)
    assert (study.conditions, len(study.pairs)) == (("0", "250", "1000"), 6)
    ann = study.rating("Ann")
    asked = ann.open_questions()
    for choice in ("left", "tie", "right"):
        ann.answer(choice)
    assert study.summary.endswith("rater Ann: 3/6 · rater Bo: 0/6")
    state.close()
    mj.configure(base_url=proxy.relay.base_url, secret=SECRET, pacing=QUICK)
    again = mj.compare(mj.history(), by="s", raters=["Ann", "Bo"], seed=3, name="s")
    assert keys(again.rating("Ann").open_questions()) == keys(asked[3:])
    assert again.rating("Ann").undo()
    assert keys(again.rating("Ann").open_questions()) == keys(asked[2:])
    for question in again.rating("Bo").open_questions():
        again.rating("Bo").answer("left" if question.left.condition == "250" else "right")
    results = again.results()
    assert results.index.name == "s"
    assert results.index[0] == "250"
    assert results.loc["250", "won"] >= 4
    assert -1 <= results.attrs["agreement"] <= 1
    assert list(again.checks()["rater"]) == ["Ann", "Bo"]
    assert again.rating().rater == "Ann"
    drawn = again.plot()
    assert "<svg" in drawn._repr_html_()
    assert "won" in repr(drawn)


def test_jobs_a_column_and_a_function_compare_too(sweep: Sweep) -> None:
    """A parameter by its short name, a column, or whatever a function makes of a record."""
    jobs = [cell.job for cell in sweep if cell.job]
    assert mj.compare(jobs, by="stylize").conditions == ("0", "250", "1000")
    assert len(mj.compare(jobs, by="s").pairs) == 6
    by_animal = mj.compare(jobs, by=lambda record: "fox" in record["prompt"])
    assert sorted(by_animal.conditions) == ["no", "yes"]
    by_cell = mj.compare(sweep, by=lambda cell: cell.s > 0)
    assert sorted(by_cell.conditions) == ["no", "yes"]
    assert len(mj.compare(jobs, by="s", pairs=2).pairs) == 2


def test_words_are_compared_where_all_else_is_the_same(sweep: Sweep) -> None:
    """By the prompt without its parameters, as history groups; long texts stay apart."""
    study = mj.compare(mj.history(), by="prompt", raters=np.int64(2))
    assert sorted(study.conditions) == ["a fox in fog", "a hare in fog"]
    assert len(study.pairs) == 3
    long = mj.compare(sweep, by=lambda cell: "x" * 300 + cell.animal)
    assert len(long.conditions) == 2


def test_what_failed_or_was_forgotten_is_left_out(proxy: Rig, sweep: Sweep) -> None:
    """The rest is compared; where nothing has a picture, the reason is said."""
    del proxy
    jobs = [cell.job for cell in sweep if cell.job]
    failed = mj.imagine("a kite --ar 16x9", force=True)
    mj.delete(jobs[0], yes=True)
    assert len(mj.compare([*jobs, failed], by="s").pairs) == 4
    assert len(mj.compare(sweep, by="s").pairs) == 4
    assert len(mj.measure(sweep, measures="hash").records) == 5
    with pytest.raises(UsageError, match=r"knows no task"):
        mj.compare(jobs[0], by="s")
    with pytest.raises(TaskFailed):
        mj.compare(failed, by="s")


def test_what_tells_most_is_asked_next(sweep: Sweep) -> None:
    """Of conditions that are close, and pairs that were asked seldom; None when all is said."""
    study = mj.compare(sweep, by="s")
    rating = study.rating()
    for question in rating.open_questions():
        told = (question.left.condition, question.right.condition)
        if "1000" in told and len(rating.open_questions()) > 2:
            rating.answer("left" if told[0] == "1000" else "right", question)
    following = study.next()
    assert following is not None
    assert {following.left.condition, following.right.condition} == {"0", "250"}
    while (left := study.next()) is not None:
        rating.answer("tie", left)
    assert rating.is_done
    with pytest.raises(UsageError, match="All is answered"):
        rating.answer("left")


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"by": "chaos"}, "no axis 'chaos'"),
    ({"by": "animal", "raters": 0}, "gives 0 names"),
    ({"by": "animal", "raters": -1}, "gives 0 names"),
    ({"by": "animal", "raters": ["a", "a"]}, "of which 1 differ"),
    ({"by": "animal", "raters": ["Zo\u00eb", "Zoe\u0308"]}, "of which 1 differ"),
    ({"by": "animal", "raters": itertools.repeat("a")}, "gives 101 names"),
    ({"by": "animal", "raters": 10**9}, "gives 101 names"),
    ({"by": "animal", "raters": True}, "True is no rater"),
    ({"by": "animal", "raters": [["a"]]}, "is no rater"),
    ({"by": "animal", "raters": [" "]}, "' ' is no rater"),
    ({"by": "animal", "raters": ["half \ud800"]}, "is no rater"),
    ({"by": "animal", "raters": ["two\nlines"]}, "is no rater"),
    ({"by": "animal", "pairs": 0}, "asks nothing"),
    ({"by": 5}, "by"),
    ({"by": lambda _: "same"}, "two conditions"),
    ({"by": lambda cell: {cell.s}}, "gives set, which has no name"),
)


def test_what_makes_no_sense_is_refused(sweep: Sweep) -> None:
    """Each in a sentence that names it; so is what has no pictures, and what no picture has."""
    for given, what in REFUSED:
        with pytest.raises(UsageError, match=what):
            mj.compare(sweep, **given)
    for other in (None, 5, "kite", [], ["kite"]):
        with pytest.raises(UsageError, match="pictures"):
            mj.compare(other, by="s")
    with pytest.raises(UsageError, match="weather"):
        mj.compare(mj.history(), by="weather")


def test_answers_and_raters_are_looked_at(sweep: Sweep) -> None:
    """An answer is one of three, a rater one of those that were named, a question its own."""
    study = mj.compare(sweep, by="s")
    (question, *_) = study.questions(1)
    with pytest.raises(UsageError, match="no rater 'Zoe'"):
        study.answer("Zoe", question, "left")
    for strange in (mj.compare(sweep, by="animal").next(),):
        with pytest.raises(UsageError, match="no question of this study"):
            study.answer("1", strange, "left")  # type: ignore[arg-type]
    assert study.judgements == []
    with pytest.raises(UsageError, match="'best' is no answer"):
        study.rating().answer("best")
    with pytest.raises(UsageError, match="no rater 'Zoe'"):
        study.rating("Zoe")


def test_nothing_public_lacks_words() -> None:
    """Whoever asks for help of a study finds it."""
    public = [name for name in dir(Study) if not name.startswith("_")]
    assert all(inspect.getdoc(getattr(Study, name)) for name in public)


def test_answers_of_several_machines_are_merged(proxy: Rig, sweep: Sweep, tmp_path: Path) -> None:
    """By file or by bundle, each once; two people who both were rater 1 are told apart."""
    study = mj.compare(sweep, by="s", raters=["Ann"])
    assert repr(study.merge(study.to_csv(tmp_path / "none.csv"))) == "0 answers merged"
    for question in study.questions("Ann"):
        study.answer("Ann", question, "left")
    study.to_csv(tmp_path / "ann.csv")
    mj.bundle(tmp_path / "study.zip")
    # Another machine: the same pictures, and none of the answers.
    state.close()
    mj.offline(tmp_path / "study.zip")
    here = mj.compare(mj.history(), by="s", raters=1, name="s")
    store = mj.history().store
    assert store is not None
    store.judgements.remove(here.judgements)
    assert [one.rater for one in here.judgements] == []
    here.answer(1, here.questions(1)[0], "tie")
    assert here.merge(tmp_path / "ann.csv", tmp_path / "study.zip").added == {"Ann": 6}
    assert here.merge(tmp_path / "study.zip").known == 6
    assert here.raters == ("1", "Ann")
    assert here.summary.endswith("rater 1: 1/6 · rater Ann: 6/6")
    assert here.merge(tmp_path / "ann.csv", rater="Bo").added == {"Bo": 6}
    assert list(here.checks()["rater"]) == ["1", "Ann", "Bo"]
    clash = tmp_path / "ann.csv"
    clash.write_text(clash.read_text().replace(",Ann,", ",1,"))
    with pytest.raises(UsageError, match="rater '1' to pairs that this rater has answered"):
        here.merge(clash)
    with pytest.raises(UsageError, match="given no file"):
        here.merge()
    with pytest.raises(UsageError, match="is no rater"):
        here.merge(clash, rater=" ")
    mj.configure(base_url=proxy.relay.base_url, secret=SECRET, pacing=QUICK)
