"""What somebody types who has read README once, and what is right; one proxy serves all."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mj_notebook as mj
from mj_notebook.errors import MJError, UsageError
from mj_notebook.magic.arguments import parse_line
from mj_notebook.view.task_view import task_view
from tests.support.rig import TIMEOUT, Rig, until


def test_ordinary_values_mean_what_they_are(proxy: Rig, tmp_path: Path) -> None:
    """Arrays of texts are texts, one path is one picture, several prompts are a board."""
    kite = mj.imagine(np.str_("a red kite"))
    assert kite.prompt == "a red kite"
    batch = mj.batch(np.array(["a red kite", "a boat"]), say=lambda _: None)
    assert [row.prompt for row in batch] == ["a red kite", "a boat"]
    assert len(mj.imagine(["a red kite", "a boat"]).jobs) == 2
    path = kite.save(tmp_path / "a.png")
    mj.imagine("a hut", images=str(path)).accepted(TIMEOUT)
    bodies = [json.loads(asked.body) for asked in proxy.relay.requests if asked.is_submit]
    assert len(bodies[-1]["base64Array"]) == 1


def test_what_needs_a_result_waits_wherever_it_is_asked(proxy: Rig) -> None:
    """In a list, in a comparison, and at the end of a chain that has only just begun."""
    assert proxy.relay.submits == 0
    jobs = [mj.imagine("a red kite"), mj.imagine("a blue kite")]
    assert len({job.image.size for job in jobs}) == 1
    assert mj.diff(mj.imagine("a hut"), mj.imagine("a boat"))
    upscaled = mj.imagine("an owl").press("U2")
    assert upscaled.image.size == upscaled.parents[0][2].size
    assert not any(job.is_open for job in jobs)


def test_a_doubtful_question_to_history_is_no_empty_answer(proxy: Rig) -> None:
    """Nothing found looks like nothing drawn; a word that is close is named."""
    mj.imagine("a red kite").wait(TIMEOUT)
    asked: list[tuple[dict[str, Any], str]] = [
        ({"action": "imagin"}, "Did you mean 'imagine'"),
        ({"status": "won"}, "status"),
        ({"rating": 10**30}, "rating"),
    ]
    for options, said in asked:
        with pytest.raises(MJError, match=said):
            mj.history(**options)
    assert proxy.relay.submits == 1


def test_one_task_is_told_alike_wherever_it_stands(proxy: Rig) -> None:
    """History knows a window at once, and the seconds of drawing without those spent at it."""
    window = mj.imagine("a red kite").press("U1").press("Custom Zoom")
    until(window, lambda job: job.window)
    (row,) = mj.history(status="waiting")
    assert row["task"] == window.id
    proxy.clock.advance(500)
    window.answer("a red kite --zoom 1.5").wait(TIMEOUT)
    (row,) = [one for one in mj.history() if one["task"] == window.id]
    told = task_view(window.facts(), window.now())
    assert row["ran"].total_seconds() < 400
    assert told.words == f"done in {row['ran'].total_seconds():.0f} s"


def test_words_lead_where_they_say(proxy: Rig) -> None:
    """A command that is none is not taken for one far off; describe speaks one language."""
    with pytest.raises(UsageError) as caught:
        parse_line("rat 5")
    assert "%mj rate" in caught.value.hint
    assert "ablate" not in caught.value.hint
    told = mj.describe(mj.imagine("a red kite")).breakdown
    assert told is not None
    assert all(str(prompt).isascii() for prompt in told.prompts)
    del proxy


def test_a_job_is_a_job_wherever_one_is_meant(proxy: Rig) -> None:
    """It is a sequence of pictures too, but not where jobs are listed; ids may be numbers."""
    kite = mj.imagine("a red kite").wait(TIMEOUT)
    upscaled = kite.press("U2").wait(TIMEOUT)
    number = int(str(kite.id))
    assert mj.job(kite) is mj.job(number) is mj.job(np.int64(number)) is kite
    assert [row["task"] for row in mj.history(parent=kite)] == [upscaled.id]
    assert [row["task"] for row in mj.history(parent=[kite, "none"])] == [upscaled.id]
    assert mj.board(kite).jobs == (kite,)
    assert mj.diff(number, kite)
    asking: list[Any] = [mj.job, mj.lineage, mj.similar, mj.delete]
    for asked in asking:
        with pytest.raises(UsageError, match="None is no task"):
            asked(None)
    with pytest.raises(UsageError, match="can't be a Job: it is a text"):
        mj.edit("a.png", kite)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"What was asked there is its \.prompt"):
        mj.shorten(kite)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="-1 can't be a repeat"):
        mj.imagine("a red kite", repeat=-1)
    assert proxy.relay.submits == 2


def test_history_reads_values_as_prompts_do(proxy: Rig) -> None:
    """A shape in two numbers, and days of numpy; a speed that is none is no empty answer."""
    kite = mj.imagine("a red kite", ar=(3, 2)).wait(TIMEOUT)
    asked: list[dict[str, Any]] = [
        {"ar": (3, 2)},
        {"ar": [(1, 1), (3, 2)]},
        {"since": np.datetime64("2026-01")},
    ]
    for options in asked:
        assert [row["task"] for row in mj.history(**options)] == [kite.id]
    assert not mj.history(until=np.datetime64("2000-01-01"))
    with pytest.raises(UsageError, match="Did you mean 'fast'"):
        mj.history(mode="fst")
    del proxy
