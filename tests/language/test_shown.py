"""What stands at the end of a cell is said in the reader's language, whole."""

import errno
import re
from pathlib import Path

import pytest

from mj_notebook.api.bundle.manifest import Gap, describe_counts
from mj_notebook.api.overview import help as overview
from mj_notebook.experiments.study import StudyPlot
from mj_notebook.experiments.study_merge import Merged
from mj_notebook.experiments.study_results import Strength, rater_checks
from mj_notebook.store.database_errors import store_error
from mj_notebook.store.judgements import Judgement
from mj_notebook.store.moving import Moved

pytestmark = pytest.mark.usefixtures("chinese")
_WORD = re.compile(r"[A-Za-z]{4,}")


def test_the_overview_says_in_chinese_what_each_function_does() -> None:
    """Each heading and each line; names of functions stay."""
    for line in repr(overview()).splitlines():
        assert re.search("[\u4e00-\u9fff]", line), line


def test_a_study_is_told_in_chinese() -> None:
    """Its drawing, its lines, what is noted of raters, and what was merged."""
    said = [Judgement("s", "Bo", str(n), "x", "one", is_swapped=False, at=n) for n in range(20)]
    plot = StudyPlot("s", [Strength("250", 1.0, 0.5, 1.5, 3, 1, 0)], rater_checks(said))
    shown = [repr(plot), re.sub("<[^>]*>", " ", plot._repr_html_())]
    for words in (*shown, repr(Merged({"Bo": 3}, 2, 1))):
        assert _WORD.findall(words) == []


def test_a_bundle_is_told_in_chinese() -> None:
    """What it holds, and what it lacks."""
    gap = Gap("17", "", "U2", "", "history has no picture of it")
    assert _WORD.findall(str(gap)) == []
    assert describe_counts({"tasks": 2, "notebooks": 1}) == "2 个任务，1 个笔记本"


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_a_history_that_can_t_be_kept_says_why_in_chinese(code: int) -> None:
    """The cause, and what to do."""
    told = str(store_error(OSError(code, "no"), Path("/mj")))
    assert _WORD.findall(told.replace("MJ_STORE", "")) == []


def test_a_copy_of_history_is_told_in_chinese() -> None:
    """But for the names of its tables."""
    moved = Moved({"tasks": 4}, {"tasks": 1}, {"tasks": 2}, 3, ("a",), ("b",))
    assert set(_WORD.findall(str(moved))) == {"tasks", "pictures"}
