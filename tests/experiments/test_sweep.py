"""A sweep against the embedded server: planned, drawn, stopped, gone on with, edited, labelled."""

import inspect
import json
import re
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.api.generate import plan_of
from mj_notebook.errors import Unsettled, UsageError, WaitInterrupted, WaitTimeout
from mj_notebook.experiments.schedule import RowStatus
from mj_notebook.experiments.sweep import MOST_LOOKED_AT, Sweep
from mj_notebook.experiments.sweep_grid import own_labels, planned_cell
from mj_notebook.view.status import Phase
from tests.support.relay import CannedResponse, Change, ConnectionFate, SeenRequest, submit_reply
from tests.support.rig import QUICK, SECRET, TIMEOUT, Rig


@pytest.fixture
def proxy(rig: Rig, new_kernel: None) -> Iterator[Rig]:
    """Return a proxy that is set, and whose time goes on whenever it is asked."""
    del new_kernel
    restart(rig)

    def go_on(asked: SeenRequest) -> CannedResponse | ConnectionFate | Change:
        if asked.is_list:
            rig.clock.advance(3)
        return ConnectionFate.PASS

    rig.relay.rule = go_on
    yield rig
    state.close()


def restart(rig: Rig) -> None:
    """Begin as a new kernel does: nothing of the one before is left but its history."""
    state.close()
    mj.configure(base_url=rig.relay.base_url, secret=SECRET, pacing=QUICK)


def foxes(**more: Any) -> Sweep:
    """Plan the sweep of these tests: two animals, two values of s."""
    given = {"animal": ["fox", "hare"], "s": [0, 250], "seed": 7, **more}
    return mj.sweep("a {{animal}} in fog --ar 3:2", **given)


def standings(sweep: Sweep) -> list[str]:
    """Return where each cell stands."""
    return [record["standing"] for record in sweep.to_records()]


def await_shown(sweep: Sweep, words: str) -> None:
    """Wait until *words* stand in a cell."""
    seen = threading.Event()

    def look(_: object) -> None:
        if words in repr(sweep):
            seen.set()

    forget = sweep.board.subscribe(look)
    look(None)
    assert seen.wait(TIMEOUT), repr(sweep)
    forget()


def test_a_plan_sends_nothing(proxy: Rig) -> None:
    """It counts cells and credits, has the labelled grid, and tells what lint found in a cell."""
    sweep = foxes(s=[0, 250, 2000])
    assert sweep.plan._asdict() == {
        "cells": 6,
        "looked_at": 6,
        "replayed": 0,
        "credits": 4,
        "refused": 2,
        "in_doubt": 0,
    }
    shown = sweep._repr_mimebundle_()
    assert "6 cells · 4 new for 4 credits · 2 with an error, not sent" in shown["text/plain"]
    assert "Nothing was sent: sweep.run() draws it." in shown["text/html"]
    assert shown["text/html"].count('scope="row"') == 2
    found = sweep.cell(animal="fox", s=2000)
    assert found.is_stopped_by_lint
    assert shown["text/html"].count("goes from 0 to 1000. Write") == 2
    assert proxy.relay.submits == 0
    with pytest.raises(UsageError, match="Nothing of this sweep was drawn"):
        sweep.require_drawn()


def test_each_cell_is_drawn_once_and_found_again(proxy: Rig) -> None:
    """A second run, and one in a new kernel, cost nothing; of more values only the new ones do."""
    sweep = foxes(run=True).wait(TIMEOUT)
    assert standings(sweep) == ["done"] * 4
    assert (proxy.relay.submits, sweep.cost) == (4, 4)
    assert sweep.run().wait(TIMEOUT).cost == 4
    restart(proxy)
    again = foxes(s=[0, 250, 1000])
    assert (again.plan.replayed, again.plan.credits) == (4, 2)
    assert standings(again.run().wait(TIMEOUT)) == ["done"] * 6
    assert (proxy.relay.submits, again.cost) == (6, 2)
    assert [cell.row.is_replayed for cell in again if cell.row] == [True, True, False] * 2


def test_a_budget_is_of_what_is_new(proxy: Rig) -> None:
    """What is found again leaves it untouched; what would exceed it is not started, and told."""
    foxes(run=True).wait(TIMEOUT)
    more = foxes(s=[0, 250, 500, 1000], budget=3).wait(TIMEOUT)
    assert standings(more).count("done") == 7
    assert (proxy.relay.submits, more.cost) == (7, 3)
    assert "1 not started: the next one would exceed the budget" in more.progress
    none = foxes(s=[1000, 250], budget=0).wait(TIMEOUT)
    assert standings(none) == ["done", "done", "pending", "done"]


def test_the_second_of_two_equal_cells_is_free_once_the_first_is_drawn(proxy: Rig) -> None:
    """A budget that does not reach for the first keeps the second back too."""
    same = ["a fox in fog --s 250", "a fox in fog --stylize 250"]
    none = mj.sweep(same, budget=0).wait(TIMEOUT)
    assert (standings(none), proxy.relay.submits) == (["pending", "pending"], 0)
    batch = mj.batch(same, budget=0)
    assert (len(batch.pending), proxy.relay.submits) == (2, 0)
    both = mj.sweep(same, budget=1).wait(TIMEOUT)
    assert (standings(both), both.cost, proxy.relay.submits) == (["done", "done"], 1, 1)


def test_a_cell_in_doubt_is_not_called_new(proxy: Rig) -> None:
    """Its answer was lost: it is looked for, and drawn and paid only where it never arrived."""
    go_on = proxy.relay.rule
    proxy.relay.rule = lambda asked: (
        ConnectionFate.LOSE if asked.is_submit else CannedResponse(404, b"")
    )
    with pytest.raises(Unsettled):
        mj.imagine("a fox in fog").accepted(TIMEOUT)
    proxy.relay.rule = go_on
    sweep = mj.sweep(["a fox in fog", "a hare in fog"])
    assert "1 new for" in sweep.progress
    assert "1 in doubt" in sweep.progress
    assert [planned_cell(cell).words for cell in sweep] == ["in doubt", "planned"]
    plan = plan_of([cell.row.submission for cell in sweep if cell.row])
    assert (plan.new, "1 of them in doubt" in plan.words) == (1, True)


def test_an_interrupt_stops_it_and_a_run_goes_on(proxy: Rig) -> None:
    """Nothing more is started, what runs is not lost, and nothing is sent twice."""
    go_on = proxy.relay.rule
    keys = iter([None, None, signal.SIGINT])

    def interrupt_third(asked: SeenRequest) -> CannedResponse | ConnectionFate | Change:
        if asked.is_submit and (key := next(keys, None)):
            signal.raise_signal(key)
        return go_on(asked)

    proxy.relay.rule = interrupt_third
    sweep = foxes(s=range(9), max_in_flight=1, run=True)
    with pytest.raises(WaitInterrupted, match=r"of 18 are done, and what runs goes on"):
        sweep.wait(TIMEOUT)
    sweep.wait(TIMEOUT)
    assert proxy.relay.submits < 18
    assert sweep.pending
    assert standings(sweep.run().wait(TIMEOUT)) == ["done"] * 18
    assert (proxy.relay.submits, len(proxy.tasks())) == (18, 18)


def test_a_failed_cell_says_why_and_runs_alone(proxy: Rig) -> None:
    """As it is or edited; then its own label says what its record has, and no other cell's."""
    sweep = foxes(animal=["fox", "nude hare"], run=True).wait(TIMEOUT)
    assert standings(sweep) == ["done", "done", "banned", "banned"]
    failed = sweep.cell(animal="nude hare", s=250)
    assert "nude" in failed.why
    assert sweep.failed == (sweep.cell(animal="nude hare", s=0), failed)
    submits = proxy.relay.submits
    sweep.run(failed).wait(TIMEOUT)
    assert (failed.standing, proxy.relay.submits) == ("banned", submits + 1)
    sweep.run(failed, prompt="a hare in fog --ar 3:2 --s 300 --seed 7").wait(TIMEOUT)
    assert (failed.standing, proxy.relay.submits) == ("done", submits + 2)
    assert own_labels(sweep.span, sweep) == {failed.at: ("nude hare (edited)", "300")}
    assert "nude hare (edited) · s 300" in repr(sweep)
    assert sweep.cost == 3
    with pytest.raises(UsageError, match="edited for one cell"):
        sweep.run(prompt="a hare")


def test_what_was_deleted_is_missing(proxy: Rig, tmp_path: Path) -> None:
    """Its cell has no picture any more, says so, and alone is drawn by the next run."""
    sweep = foxes(run=True).wait(TIMEOUT)
    jobs = [cell.job for cell in sweep]
    assert jobs[1] is not None
    jobs[1].delete(yes=True)
    files = [record["file"] for record in sweep.to_records()]
    assert [file is None for file in files] == [False, True, False, False]
    assert standings(sweep) == ["done", "pending", "done", "done"]
    assert "planned" in repr(sweep)
    assert standings(sweep.run().wait(TIMEOUT)) == ["done"] * 4
    assert (proxy.relay.submits, sweep.cost) == (5, 5)
    assert jobs[0] is not None
    kept = jobs[0].pictures.kept
    assert kept is not None
    kept.path.unlink()
    assert b"<image" in sweep.figure(tmp_path / "fig.svg").read_bytes()
    assert kept.path.exists()  # it was fetched again
    kept.path.unlink()
    proxy.relay.rule = lambda _: CannedResponse(404)
    for name in ("fig.svg", "fig.html"):
        write = sweep.to_html if name.endswith("html") else sweep.figure
        # The lines of an SVG are texts of their own.
        told = re.sub(r"<[^>]+>", " ", write(tmp_path / name).read_text())
        assert "The picture is no longer at" in " ".join(told.split())


def test_labels_are_those_of_the_record(proxy: Rig) -> None:
    """Every picture's task says at the server what its cell is labelled with."""
    sweep = foxes(run=True).wait(TIMEOUT)
    prompts = {task["id"]: task["prompt"] for task in proxy.tasks()}
    for cell in sweep:
        assert cell.job is not None
        told = prompts[str(cell.job.id)]
        assert f"a {cell.values.animal} in fog" in told
        assert f"--s {cell.values.s}" in told
    assert own_labels(sweep.span, sweep) == {}


def test_axes_may_be_prompts_pictures_and_repeats(proxy: Rig) -> None:
    """Any `{{name}}`, whole prompts, reference pictures, codes, and several of the same."""
    red, blue = (f"data:image/png;base64,{one}" for one in PIXELS)
    sweep = mj.sweep(
        ["a fox in {{place}}", "a hare"],
        place="fog",
        images=[red, blue],
        repeat=[0, 1],
        sref=["123", ("123", "456")],
        run=True,
    ).wait(3 * TIMEOUT)
    assert standings(sweep) == ["done"] * 16
    assert proxy.relay.submits == len(proxy.tasks()) == 16
    # The server writes the addresses of reference pictures before the words.
    assert {task["prompt"].partition(" ")[2] for task in proxy.tasks()} == {
        f"{words} --sref {codes}"
        for words in ("a fox in fog", "a hare")
        for codes in ("123", "123 456")
    }


PIXELS = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC",
)


def test_a_table_has_the_axes_and_what_came_of_them(proxy: Rig) -> None:
    """One row a cell, with plain values."""
    del proxy
    sweep = foxes(run=True).wait(TIMEOUT)
    assert sweep[1].job is not None
    sweep[1].job.rate(4).tag("cover").tag("best").note("its tail")
    frame = sweep.df
    told = frame[["rating", "tags", "notes"]]
    assert list(told.iloc[1]) == [4, "best, cover", "its tail"]
    assert told.drop(index=1).isna().all(axis=None)
    assert list(frame.columns[:2]) == ["animal", "s"]
    assert list(frame["s"]) == [0, 250, 0, 250]
    assert frame["standing"].eq("done").all()


def test_a_cell_that_makes_no_sense_is_named(proxy: Rig) -> None:
    """And nothing is sent of any."""
    with pytest.raises(UsageError, match=r"Cell animal='fox', s='so --v 7': s can't be"):
        foxes(s=[0, "so --v 7"])
    with pytest.raises(UsageError, match=r"uses {{animal}}, and nothing is given"):
        mj.sweep("a {{animal}}", s=[0, 1])
    with pytest.raises(UsageError, match="left out"):
        foxes(skip={"s": 0}).cell(animal="fox", s=0)
    assert proxy.relay.submits == 0


def test_what_a_prompt_lists_is_an_axis(proxy: Rig) -> None:
    """Braces, `--repeat` and braces of a list of prompts; a cell itself is one picture."""
    sweep = mj.sweep("a {{{animal}}, red fox} --repeat 2", animal=["hare", "owl"])
    assert [axis.name for axis in sweep.axes] == ["choice", "repeat", "animal"]
    assert sweep.cell(choice="{{animal}}", repeat=1, animal="owl").prompt == "a owl"
    assert [cell.prompt for cell in mj.sweep(["a {fox, hare}", "a dog"])] == [
        "a fox",
        "a hare",
        "a dog",
    ]
    with pytest.raises(UsageError, match=r"stands for 2 pictures, and a cell is one"):
        foxes(animal=["{fox, hare}", "owl"])
    with pytest.raises(UsageError, match=r"stands for 2 pictures"):
        sweep.run(sweep[0], prompt="a {fox, hare}")
    assert proxy.relay.submits == 0


def test_what_makes_no_sense_is_refused_at_the_door(proxy: Rig) -> None:
    """Whatever kind of thing it is, in a sentence."""
    sweep = foxes()
    for wrong in (None, 5, b"fox", {"a": "fox"}, {"a fox"}, [None], [5, "a fox"]):
        with pytest.raises(UsageError, match=r"is no prompt|no order"):
            mj.sweep(wrong, s=[0, 1])
    calls: list[Callable[[], object]] = [
        lambda: sweep.run("fox"),  # type: ignore[arg-type]
        lambda: sweep.run([sweep[0]]),  # type: ignore[arg-type]
        lambda: sweep.run(*foxes()),
        lambda: sweep.look("fox"),  # type: ignore[arg-type]
        lambda: sweep.run(sweep[0], prompt=5),  # type: ignore[arg-type]
        lambda: sweep.run(budgett=5),  # type: ignore[call-arg]
        lambda: sweep.run(max_in_flight=0),
        lambda: sweep.wait("soon"),  # type: ignore[arg-type]
        lambda: sweep.at((9, 9)),
        lambda: sweep.figure("fig.png", width="5"),  # type: ignore[arg-type]
        lambda: sweep.figure("fig.png", caption="\ud800"),
        lambda: sweep.figure("fig.png", font=5),  # type: ignore[arg-type]
    ]
    for call in calls:
        with pytest.raises(UsageError):
            call()
    assert proxy.relay.submits == 0
    moving, proxy.relay.rule = proxy.relay.rule, lambda _: ConnectionFate.PASS
    running = foxes(animal=["owl", "newt"], run=True)  # while time stands still
    with pytest.raises(WaitTimeout, match=r"sweep.wait\(\)"):
        running.wait(0)
    proxy.relay.rule = moving
    running.wait(TIMEOUT)


def test_a_large_plan_looks_at_the_first_cells_alone(proxy: Rig) -> None:
    """Of ten thousand cells it looks at so many, which have each value; it says so."""
    sweep = mj.sweep("a fox", s=range(100), chaos=[*range(99), 101])
    plan = sweep.plan
    assert (plan.cells, plan.looked_at) == (10_000, MOST_LOOKED_AT)
    assert plan.refused >= 1  # by the last value of the second axis
    assert sweep.progress.startswith(
        "10,000 cells · at most 10,000 credits · 400 looked at, with each value of each axis · "
        f"the others before they are sent · {plan.refused} with an error, not sent"
    )
    many = mj.sweep("a fox", seed=range(1000))
    assert "400 looked at · the others before" in many.progress
    assert proxy.relay.submits == 0


def test_a_view_swaps_axes(proxy: Rig) -> None:
    """Across, down, and one value of the others; what makes no sense is told."""
    del proxy
    sweep = foxes(chaos=[0, 25])
    tables = inspect.cleandoc(repr(sweep.xy("s", "chaos", animal="hare"))).splitlines()
    assert tables[1].split() == ["chaos", "s", "0", "s", "250"]
    assert len(repr(sweep.xy("s", animal="hare")).splitlines()) == 8
    for wrong in ({"x": "s", "y": "s"}, {"x": "speed"}, {"x": "s", "s": 0}, {"x": "s", "chaos": 7}):
        with pytest.raises(UsageError):
            sweep.xy(**wrong)


def test_a_figure_is_a_file_of_each_kind(proxy: Rig, tmp_path: Path) -> None:
    """PNG, PDF and SVG in the wanted width, from what is kept alone; wrong wishes are told."""
    sweep = foxes(animal=["fox", "nude hare"], chaos=[0, 50], run=True)
    png = sweep.figure(tmp_path / "new" / "fig.png", "s", "chaos", animal="fox", width=60)
    with Image.open(png) as image:
        assert round(image.width / image.info["dpi"][0] * 25.4) == 60
    for name in ("fig.pdf", "fig.svg"):
        before = len(proxy.relay.requests)
        content = sweep.figure(tmp_path / name, tile=2, caption="Foxes", letters=6).read_bytes()
        assert b"Foxes" in content
        assert content.count(b"/DCTDecode" if name == "fig.pdf" else b"<image ") == 4
        assert b"not accepted" in content
        assert len(proxy.relay.requests) == before
    assert sweep.figure(tmp_path / "fig.pdf").stat().st_size > 1000
    assert {one.name for one in tmp_path.glob("fig*")} == {"fig.pdf", "fig.svg"}
    for wrong in ({"path": "fig.gif"}, {"tile": 5}, {"width": 1}, {"font": "none.ttf"}, {"x": "w"}):
        with pytest.raises(UsageError):
            sweep.figure(**{"path": tmp_path / "wrong.png", **wrong})  # type: ignore[arg-type]
    assert not (tmp_path / "wrong.png").exists()


def test_a_page_holds_all_and_asks_nobody(proxy: Rig, tmp_path: Path) -> None:
    """Pictures, labels and script are in the one file; no word of a prompt is markup."""
    del proxy
    hostile = "</script><b>hare"
    page = foxes(animal=["fox", hostile], run=True).to_html(tmp_path / "grid.html").read_text()
    data = json.loads(page.partition('id="data">')[2].partition("</script>")[0])
    assert [axis["labels"] for axis in data["axes"]] == [["fox", hostile], ["0", "250"]]
    assert len(data["pictures"]) == 4
    assert "default-src 'none'" in page
    assert "<b>hare" not in page
    assert page.count("</script>") == 2
    assert not re.search(r"(?:src|href)=\"?http", page)


def test_a_cell_without_room_waits_to_be_sent(proxy: Rig) -> None:
    """It is no failure: the sweep asks again; once it was stopped it is planned, and says why."""
    proxy.relay.rule = lambda asked: (
        submit_reply(23, "queue full") if asked.is_submit else ConnectionFate.PASS
    )
    sweep = foxes(run=True)
    await_shown(sweep, "waits to be sent · ")
    assert "not accepted" not in repr(sweep)
    sweep.stop()
    await_shown(sweep, "planned · 127.0.0.1")
    assert "waits to be sent" not in repr(sweep)


@pytest.mark.usefixtures("proxy")
def test_a_cell_on_its_way_is_no_failure() -> None:
    """Before there is a job it is told in the words of one."""
    cell = next(iter(foxes()))
    assert planned_cell(cell).words == "planned"
    assert cell.row is not None
    cell.row.standing = RowStatus.SENDING
    shown = planned_cell(cell)
    assert (shown.words, shown.phase) == ("sending", Phase.SENDING)
