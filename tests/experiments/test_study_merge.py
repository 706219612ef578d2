"""Answers from several machines: each once, and two people with one name are told apart."""

from pathlib import Path

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.experiments.study_merge import Merged, Merging, named, of_this_study
from mj_notebook.store.judgement_files import read_answers, write_answers
from mj_notebook.store.judgements import Judgement

A, B, C = ("a" * 64, "b" * 64, "c" * 64)
SAID = [
    Judgement("light", "Zo\u00eb", A, B, "one", True, 1.25),
    Judgement("light", "=1+1", A, C, "tie", False, 1_700_000_000.123456),
    Judgement("light", '\'quoted, "twice"', B, C, "other", False, 3.0),
]


def test_a_file_holds_what_was_said(tmp_path: Path) -> None:
    """To the last digit, also names that a spreadsheet would run; columns beside are left out."""
    path = write_answers(SAID, tmp_path / "answers.csv")
    assert read_answers(path) == SAID
    assert "'=1+1" in path.read_text("utf-8")
    rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(f"{row},mine" for row in rows), "utf-8-sig")
    assert read_answers(path) == SAID


GOOD = f"light,Ann,{A},{B},one,true,1.5"


@pytest.mark.parametrize(
    "line",
    [
        GOOD.replace("one,", "left,"),
        GOOD.replace(A, "../../etc"),
        GOOD.replace("true", "perhaps"),
        GOOD.replace("1.5", "nan"),
        GOOD.replace("1.5", "1e999"),
        GOOD.replace("Ann", ""),
        GOOD.replace("Ann", "A" * 2000),
        f"light,Ann,{B},{A},one,true,1.5",
    ],
)
def test_a_line_that_makes_no_sense_is_named(tmp_path: Path, line: str) -> None:
    """Nothing of that file is taken."""
    path = tmp_path / "answers.csv"
    path.write_text(f"study,rater,one,other,answer,is_swapped,at\n{GOOD}\n{line}\n")
    with pytest.raises(UsageError, match=r"Line 3 of answers\.csv makes no sense"):
        read_answers(path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a,b\n1\n", b"task,prompt\n1,kite\n"])
def test_another_file_holds_no_answers(tmp_path: Path, content: bytes) -> None:
    """One sentence, whatever it is; so is a file that is not there."""
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"answers\.csv holds no answers of a study"):
        read_answers(path)
    with pytest.raises(UsageError, match="can't be read"):
        read_answers(tmp_path / "gone.csv")


def test_each_answer_is_there_once() -> None:
    """However often it is told, and wherever it stands."""
    merging = Merging(SAID[:1])
    merging.add(SAID, "one.csv", is_later_better=False)
    merging.add(SAID, "two.csv", is_later_better=False)
    assert list(merging.new.values()) == SAID[1:]
    assert (merging.known, sum(merging.merged.values())) == (4, 2)


def test_two_people_of_one_name_are_no_doubles() -> None:
    """It is refused until it is said whose they are; of one rater's two the later counts."""
    other = SAID[0]._replace(answer="tie", at=9.0)
    with pytest.raises(UsageError, match="at another time; nothing was merged") as refused:
        Merging(SAID).add([other], "bo.csv", is_later_better=False)
    assert "study.merge('bo.csv', rater=…)" in str(refused.value)
    for later, kept in ((other, [other]), (other._replace(at=0.5), [])):
        merging = Merging(SAID)
        merging.add([later], "bo.csv", is_later_better=True)
        assert list(merging.new.values()) == kept
    assert {one.rater for one in named([other], "Bo", "bo.csv")} == {"Bo"}
    with pytest.raises(UsageError, match="of 3 raters"):
        named(SAID, "Bo", "bo.csv")


def test_answers_of_other_studies_stay_there() -> None:
    """A bundle may hold several; a rater's name is one, however its letters are written."""
    decomposed = SAID[0]._replace(rater="Zoe\u0308 ")
    other = SAID[1]._replace(study="taste")
    assert of_this_study([decomposed, other], "light", "x.zip") == [SAID[0]]
    with pytest.raises(UsageError, match=r"no answers of the study 'by', but of 'light', 'taste'"):
        of_this_study([decomposed, other], "by", "x.zip")


def test_what_came_of_it_is_a_line() -> None:
    """With what is new by rater, and what was left alone."""
    assert repr(Merged({"Ann": 2, "Bo": 1}, 3, 1)) == (
        "3 answers merged (Ann 2, Bo 1) · 3 known before · 1 of other pairs left out"
    )
    assert repr(Merged({}, 0, 0)) == "0 answers merged"
