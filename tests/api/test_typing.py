"""What a type checker knows of the functions: `mypy` reads this file, and so does pytest."""

from typing import Any, assert_type

import pytest

import mj_notebook as mj
from mj_notebook.errors import UsageError
from mj_notebook.experiments.plan import Plan
from mj_notebook.prompt.parse import Prompt
from mj_notebook.session.board import Board
from mj_notebook.session.job import Job


def never_run(words: str, prompt: Prompt) -> None:
    """Asks for one picture, and for several, in each way that a notebook has."""
    assert_type(mj.imagine(words, ar="3:2", no=["text", "people"], seed=7, fresh=True), Job)
    assert_type(mj.imagine(prompt).wait(), Job)
    assert_type(mj.imagine([words, words], images=["a.png"]), Board | Plan)
    assert_type(mj.imagine(prompt.permutations(), s=250), Board | Plan)
    assert_type(mj.imagine((words, prompt)), Board | Plan)
    mj.imagine(words, ar=3)  # type: ignore[call-overload]
    mj.imagine(words, bugdet=1)  # type: ignore[call-overload]
    mj.imagine(7)  # type: ignore[call-overload]


@pytest.mark.usefixtures("proxy")
def test_it_is_at_run_time_as_the_checker_says() -> None:
    """One prompt is a job, however it is given; a list is a board, also of one, or a plan."""
    kite: Any = "a kite"
    assert isinstance(mj.imagine(kite), Job)
    assert isinstance(mj.imagine(Prompt.parse(kite)), Job)
    one = mj.imagine([kite])
    assert isinstance(one, Board)
    assert [job.prompt for job in one.jobs] == ["a kite"]
    two = mj.imagine(Prompt.parse("{red, blue} kite").permutations(), s=250)
    assert isinstance(two, Board)
    assert [job.prompt for job in two.jobs] == ["red kite --s 250", "blue kite --s 250"]
    assert isinstance(mj.imagine([f"{number} kites" for number in range(9)]), Plan)
    with pytest.raises(UsageError, match="no prompts"):
        mj.imagine([])
    wrong: Any
    for wrong in (7, [7], None, b"kite"):
        with pytest.raises(UsageError, match="it is a text"):
            mj.imagine(wrong)
