"""Cells whose prompt stands for several: a board at once, or a plan that is run by a button."""

import mj_notebook as mj
from mj_notebook.experiments.plan import Plan
from mj_notebook.session.board import Board
from tests.magic.shells import WIDGET, Shell
from tests.support.rig import TIMEOUT, Rig


def test_braces_are_a_board(jupyter: Shell, proxy: Rig) -> None:
    """From a cell, a line and Python alike; the last of the jobs is the last job."""
    for cell in ("%%mj\na {red, blue} kite", "%mj imagine a {red, blue} kite"):
        result = jupyter.run(cell).result
        assert isinstance(result, Board)
        for job in result.jobs:
            job.accepted(TIMEOUT)
        assert jupyter.name("_mj") is result.jobs[-1]
    assert isinstance(mj.imagine("a kite --repeat 2"), Board)
    jupyter.run("%%mj --out both -n 2\na {red, blue} boat").raise_error()
    assert len(jupyter.name("both").jobs) == 4
    assert "4 jobs, for 4 credits" in jupyter.displayed[-2]["text/plain"]
    del proxy


def test_many_are_a_plan_with_a_button(jupyter: Shell, proxy: Rig) -> None:
    """Nothing is sent before it is pressed; then the board that is shown fills."""
    plan = jupyter.run("%%mj\n{1, 2, 3, 4, 5} kites").result
    assert isinstance(plan, Plan)
    form, twin, live = jupyter.displayed
    assert WIDGET in form
    assert WIDGET in live
    assert "5 planned" in twin["text/plain"]
    assert proxy.tasks() == []
    from mj_notebook.widgets.live_widgets import LIVE
    from mj_notebook.widgets.plan import PlanForm

    async def shown() -> PlanForm:
        return LIVE.shown(plan, lambda: PlanForm(plan), PlanForm)

    button = plan.worker.submit(shown()).result(TIMEOUT)
    button.run()
    button.run()
    plan.worker.pool.submit(lambda: None).result(TIMEOUT)
    for job in plan.run().jobs:
        job.accepted(TIMEOUT)
    assert len(proxy.tasks()) == 5


def test_where_nobody_looks_it_says_how_it_is_run(headless: Shell, proxy: Rig) -> None:
    """And goes on; with the setting that it names the same cell draws."""
    headless.run("%%mj\n{1, 2, 3, 4, 5} kites").raise_error()
    (output,) = headless.displayed
    assert "mj.configure(most_jobs=5)" in output["text/plain"]
    assert proxy.tasks() == []
    mj.configure(most_jobs=5)
    plan = headless.run("%%mj --dry-run --out plan\n{1, 2, 3, 4, 5} kites")
    assert plan.success
    assert proxy.tasks() == []
    board = headless.name("plan").run()
    for job in board.jobs:
        proxy.finish(job)
    assert len(proxy.tasks()) == 5
