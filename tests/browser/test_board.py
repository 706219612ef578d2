"""The board in JupyterLab: many jobs in one grid, live, and as it stays in the file."""

import re

import pytest
from playwright.sync_api import Locator, WebSocket, expect

from tests.browser.contrast import too_faint
from tests.browser.lab import Lab

pytestmark = pytest.mark.browser

LOAD = "%load_ext mj_notebook\nimport mj_notebook as mj"
PROMPTS = """
jobs = [mj.imagine(f"a red kite over dunes --s {s} --seed 7") for s in (0, 100, 500)]
jobs += [mj.imagine("a paper ship in the fog"), mj.imagine("a bloodbath")]
board = mj.board(jobs, labels=["s 0", "s 100", "s 500", "a ship", "<b>refused</b>"], title="kites")
board
"""
MANY = """
from mj_notebook.api.state import current_worker
from tests.support.many import advance, running
board = mj.board(running(current_worker(), 100))
board
"""
DRAW = """
import asyncio
async def draw():
    for step in range(1, 31):
        for job in board.jobs:
            advance(job, step)
        await asyncio.sleep(0.1)
board.worker.submit(draw()).result(30)
"""


def done(board: Locator, count: int) -> None:
    """Wait until *count* cells show their picture."""
    expect(board.locator(".mj-cell-is-done")).to_have_count(count, timeout=40_000)
    for image in board.locator(".mj-cell-is-done .mj-cell-image").all():
        expect(image).not_to_have_js_property("naturalWidth", 0)


def test_jobs_fill_their_cells(lab: Lab) -> None:
    """Each cell goes its way to its picture or its reason; reopened, the grid is in the file."""
    lab.open("board.ipynb", [LOAD, PROMPTS, ""], environment={"MJ_DEMO_SECONDS": "3"})
    lab.command("application:toggle-left-area")
    lab.run_all()
    board = lab.cell(1).locator(".mj-board")
    expect(board.locator(".mj-cell-is-drawing")).not_to_have_count(0)
    lab.screenshot_both("board-drawing", lab.cell(1))
    done(board, 4)
    failed = board.locator(".mj-cell-is-failed")
    expect(failed).to_contain_text("bloodbath")
    expect(failed.locator(".mj-cell-label")).to_have_text("<b>refused</b>")
    expect(board.locator(".mj-board-tally")).to_have_text("5 jobs: 4 done, 1 failed")
    assert all(too_faint(board) == {} for _ in lab.in_both_themes())
    twin = lab.cell(1).locator(".jp-OutputArea-child", has=lab.page.locator(".mj-static"))
    expect(twin).to_be_hidden()
    lab.screenshot_both("board", lab.cell(1))
    lab.resize(400, 800)
    lab.screenshot_both("board-narrow")
    lab.resize(1280, 900)
    lab.save()
    lab.watch.allow("Error: widget model not found|model not found")
    lab.reopen()
    static = lab.cell(1).locator(".mj-static")
    expect(static).to_be_visible()
    expect(static.locator("img")).to_have_count(4)
    expect(static).to_contain_text("5 jobs: 4 done, 1 failed")
    lab.screenshot_both("board-reopened", lab.cell(1))


def test_a_notebook_opened_again_has_it_all(lab: Lab) -> None:
    """The same kernel and a new view of it: the board goes on where it stands."""
    lab.open("board.ipynb", [LOAD, PROMPTS, ""], environment={"MJ_DEMO_SECONDS": "2"})
    lab.run_all()
    done(lab.cell(1).locator(".mj-board"), 4)
    lab.save()
    lab.reopen(fresh_kernel=False)
    done(lab.cell(1).locator(".mj-board"), 4)


@pytest.fixture
def updates(lab: Lab) -> list[int]:
    """Count what kernels send to their models."""
    seen: list[int] = []

    def look(payload: str | bytes) -> None:
        frame = payload if isinstance(payload, bytes) else payload.encode()
        if b'"_change"' in frame and b"comm_msg" in frame:
            seen.append(len(frame))

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", look)

    lab.page.on("websocket", listen)
    return seen


def test_a_hundred_jobs_stay_in_step(lab: Lab, updates: list[int]) -> None:
    """3,000 changes in three seconds arrive as a dozen messages, and the last one is shown."""
    lab.open("board.ipynb", [LOAD, MANY, DRAW, ""])
    lab.run_cell(0)
    lab.run_cell(1)
    board = lab.cell(1).locator(".mj-board")
    expect(board.locator(".mj-cell")).to_have_count(100)
    before = len(updates)
    lab.run_cell(2)
    words = board.locator(".mj-cell-words", has_text=re.compile("^drawing 30 %$"))
    expect(words).to_have_count(100)
    assert len(updates) - before <= 40
    assert max(updates) < 40_000
