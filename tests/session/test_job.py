"""The job: what a person waits for, presses and looks at."""

import asyncio
import contextvars
import inspect
import json
import subprocess
import sys
import threading
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from mj_notebook.errors import MJError, Refused, TaskFailed, UsageError
from mj_notebook.protocol.media import PNG, data_url
from mj_notebook.protocol.requests import Describe, Imagine
from mj_notebook.protocol.vocabulary import Mode, Status
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.settings.pricing import Costs
from mj_notebook.view.task_view import task_view
from tests.support.reads import opened_files, statements
from tests.support.relay import ConnectionFate, submit_reply
from tests.support.rig import TIMEOUT, Rig, until

HOSTILE = '<img src=x onerror=alert(1)> "quoted" & {red, blue} --ar 1:1'


# -- looking ---------------------------------------------------------------------------------------


def test_the_seed_is_asked_for_once(rig: Rig, grid: Job) -> None:
    """The seed is fetched when it is wanted, and known from then on."""
    assert grid.seed().isdigit()
    assert grid.seed() == grid.known_seed
    assert rig.relay.count(lambda asked: asked.path.endswith("/image-seed")) == 1
    assert f"seed {grid.known_seed}" in repr(grid)


def test_a_job_shows_itself_as_text_and_as_a_bundle(grid: Job) -> None:
    """What stays in a file is good on its own: text, HTML, the picture and the task as values."""
    bundle = grid._repr_mimebundle_()
    assert set(bundle) == {
        "text/plain",
        "text/html",
        "image/jpeg",
        "application/vnd.mj-notebook.task.v1+json",
    }
    assert bundle["text/plain"] == repr(grid)
    assert str(grid.id) in repr(grid)
    assert json.dumps(bundle)


def test_a_hostile_prompt_is_shown_as_text(rig: Rig, session: Session) -> None:
    """Whatever stands in a prompt comes out as text, and reaches the server verbatim."""
    job = rig.drawn(session, HOSTILE)
    markup = job._repr_mimebundle_()["text/html"]
    assert "<img src=x" not in markup
    assert "&lt;img src=x" in markup
    assert rig.tasks()[0]["prompt"] == HOSTILE


# -- pressing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("U2", "MJ::JOB::upsample::2::"),
        (" u2 ", "MJ::JOB::upsample::2::"),
        ("Upscale image 2", "MJ::JOB::upsample::2::"),
        ("upscale_2", "MJ::JOB::upsample::2::"),
        ("upscale 2", "MJ::JOB::upsample::2::"),
        ("V4", "MJ::JOB::variation::4::"),
        ("🔄", "MJ::JOB::reroll::0::"),
        ("reroll", "MJ::JOB::reroll::0::"),
        ("Draw four again", "MJ::JOB::reroll::0::"),
    ],
)
def test_a_button_has_many_names(grid: Job, name: str, meant: str) -> None:
    """A button is called by its label, emoji, spoken name, our word or customId."""
    button = grid.button(name)
    assert button.custom_id.startswith(meant)
    assert grid.button(button.custom_id) is button


def test_an_ambiguous_name_is_no_guess(rig: Rig, grid: Job) -> None:
    """An emoji that several buttons share is refused with those it could mean; nothing is paid."""
    single = rig.finish(grid.press("U1"))
    with pytest.raises(UsageError, match="several buttons") as caught:
        single.press("🔍")
    assert all(name in caught.value.hint for name in ("Zoom Out 2x", "Custom Zoom"))
    assert rig.relay.submits == 2


@pytest.mark.parametrize(
    "name", ["U5", "", "upscale", "Zoom Out 2x", "MJ::JOB::upsample::1::other"]
)
def test_an_unknown_button_lists_the_offered_ones(rig: Rig, grid: Job, name: str) -> None:
    """What the task doesn't offer is refused here, with all it offers; nothing is sent."""
    submits = rig.relay.submits
    with pytest.raises(UsageError) as caught:
        grid.press(name)
    assert all(offered in caught.value.hint for offered in ("U1", "V4", "🔄"))
    assert rig.relay.submits == submits


def test_a_press_makes_a_child(rig: Rig, grid: Job) -> None:
    """Parent, children, step and prompt tell where a picture comes from; so does history."""
    child = grid.press("U2")
    assert (child.parent, grid.children, child.step, child.prompt) == (
        grid,
        [child],
        "U2",
        grid.prompt,
    )
    rig.finish(child)
    grandchild = rig.finish(child.press("zoom_out_2x"))
    assert grandchild.parent is child
    assert rig.tasks()[0]["action"] == "ZOOM"
    assert grid.facts().pressed == {child.custom_id}
    assert [facts.step for facts in grid.facts().children] == ["U2"]


def test_three_impatient_presses_are_one_submit(rig: Rig, grid: Job) -> None:
    """The same press under way is not sent again; it gives the same job."""
    made = {grid.press(name) for name in ("U2", "u2", "upscale_2")}
    assert len(made) == 1
    assert len(grid.children) == 1
    rig.finish(made.pop())
    assert rig.relay.submits == 2


def test_other_buttons_are_other_presses(rig: Rig, grid: Job) -> None:
    """Only the very same button is held back."""
    assert grid.press("U1") is not grid.press("U2")
    for child in grid.children:
        child.accepted(TIMEOUT)
    assert rig.relay.submits == 3


def test_a_repeated_press_that_is_meant_is_sent(rig: Rig, grid: Job) -> None:
    """`repeat=True` makes another one while the first is under way."""
    first = grid.press("V1")
    second = grid.press("V1", repeat=True)
    assert first is not second
    assert rig.finish(first).id != rig.finish(second).id
    assert rig.relay.submits == 3


def test_a_press_that_has_ended_may_be_pressed_again(rig: Rig, grid: Job) -> None:
    """Once the first has its picture, the same button makes a new one."""
    first = rig.finish(grid.press("V1"))
    second = rig.finish(grid.press("V1"))
    assert first is not second
    assert rig.relay.submits == 3


def test_a_refused_press_may_be_tried_again(rig: Rig, session: Session) -> None:
    """A press that the server refused is not under way any more."""
    grid = rig.drawn(session)
    rig.runner.stop()
    refused = grid.press("U1")
    with pytest.raises(MJError):
        refused.wait(TIMEOUT)
    rig.start_server()
    assert rig.finish(grid.press("U1")).status == Status.SUCCESS


# -- listening -------------------------------------------------------------------------------------


def test_listeners_are_told_on_the_workers_thread(rig: Rig, job: Job) -> None:
    """Each change is told, the end included, and always on the one thread."""
    told: list[tuple[str, bool, bool]] = []
    job.subscribe(
        lambda changed: told.append((changed.status, changed.is_open, job.worker.is_current_thread))
    )
    rig.clock.advance(5)
    until(job, lambda changed: changed.status == Status.IN_PROGRESS)
    rig.finish(job)
    assert (Status.IN_PROGRESS, True, True) in told
    assert told[-1] == (Status.SUCCESS, False, True)


def test_a_listener_runs_in_the_context_of_who_registered_it(rig: Rig, job: Job) -> None:
    """Outputs find their cell by context variables: a listener sees those of its own cell."""
    cell = contextvars.ContextVar("cell", default="none")
    told: list[str] = []
    for name in ("first cell", "second cell"):
        context = contextvars.copy_context()
        context.run(cell.set, name)
        context.run(job.subscribe, lambda _: told.append(cell.get()))
    cell.set("a later cell")
    rig.finish(job)
    assert told[-2:] == ["first cell", "second cell"]


def test_listeners_have_been_told_before_a_wait_ends(rig: Rig, job: Job) -> None:
    """Who waits finds everything done that listeners do, such as the twin in the notebook."""
    told: list[bool] = []
    job.subscribe(lambda changed: told.append(changed.is_open))
    rig.finish(job)
    assert told[-1] is False


def test_a_forgotten_listener_hears_nothing_more(rig: Rig, job: Job) -> None:
    """`listen` gives what ends it; ending it twice is nothing."""
    told: list[Job] = []
    forget = job.subscribe(told.append)
    forget()
    forget()
    rig.finish(job)
    assert not told


def test_a_listener_that_raises_harms_nobody(
    rig: Rig, job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    """A person's own fault is logged; other listeners and other jobs go on."""
    told: list[Job] = []

    def broken(_: Job) -> None:
        raise ZeroDivisionError("a person's own")

    job.subscribe(broken)
    job.subscribe(told.append)
    assert rig.finish(job).status == Status.SUCCESS
    assert told
    assert "A listener of task" in caplog.text
    assert rig.drawn(job.session, "another").status == Status.SUCCESS


def test_parents_are_told_of_their_children(rig: Rig, grid: Job) -> None:
    """A panel that shows children hears of their changes, grandchildren included."""
    child = rig.finish(grid.press("U1"))
    told: list[list[str]] = []
    grid.subscribe(lambda job: told.append([str(made.status) for made in job.children[0].children]))
    rig.finish(child.press("zoom_out_2x"))
    assert told[-1] == ["SUCCESS"]


def test_a_listener_may_wait_for_what_it_presses(rig: Rig, job: Job) -> None:
    """A hook that calls `child.wait()` on the worker's own thread gets its picture."""
    before = hasattr(asyncio.SelectorEventLoop, "_nest_patched")  # a test before may have
    got: list[Job] = []
    done = threading.Event()

    def upscale(changed: Job) -> None:
        if changed.is_open or changed.children:
            return
        child = changed.press("U1")
        child.subscribe(lambda _: rig.clock.advance(1))
        got.append(child.wait(TIMEOUT))
        done.set()

    job.subscribe(upscale)
    other = rig.drawn(rig.open(), "of another session")
    rig.finish(job)
    assert done.wait(TIMEOUT)
    assert [child.status for child in got] == [Status.SUCCESS]
    assert rig.relay.submits == 3
    assert other.status == Status.SUCCESS
    assert hasattr(asyncio.SelectorEventLoop, "_nest_patched") is before


def test_nesting_is_never_switched_on_by_itself() -> None:
    """Import, a whole job with waiting and awaiting, and a press leave asyncio as it was."""
    code = """
import asyncio, tempfile
from pathlib import Path
from tests.support.relay import ConnectionFate, SeenRequest
from tests.support.rig import Rig
with Rig(Path(tempfile.mkdtemp())) as house:
    session = house.open()
    child = house.finish(house.drawn(session).press("U1"))
    async def wait():
        return await child
    asyncio.run(wait())
assert not hasattr(asyncio, "_nest_patched"), "asyncio was patched"
import sys
assert "nest_asyncio" not in sys.modules, "nest_asyncio was imported"
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


# -- coming back -----------------------------------------------------------------------------------


def test_a_source_that_was_not_known_yet_is_found_later(session: Session) -> None:
    """Asked for too early there is none; that is no answer for ever."""
    job = session.registry.new("", "tag")
    assert job.facts().source is None
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    job.request = Describe(base64=data_url(buffer.getvalue(), PNG.mime))
    source = job.facts().source
    assert source is not None
    assert job.facts().source is source


def test_a_replayed_task_costs_few_reads(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """In a new kernel, with one child, and shown: six questions, three files, one hash."""
    asked = Imagine(prompt="a red kite")
    grid = rig.finish(rig.open(replay=True).start(asked))
    rig.finish(grid.press("U2"))
    kernel = rig.open(replay=True)
    with statements(kernel.store) as ran, opened_files(rig.folder / "history") as opened:
        job = kernel.start(asked).wait(TIMEOUT)
        bundle = job._repr_mimebundle_()
    family = (job, *job.children)
    reads = [one for one in ran if one.lstrip().upper().startswith(("SELECT", "WITH"))]
    hashes = sum(one.pictures.is_checked for one in family)
    with capsys.disabled():
        print(f"\nreplayed, one child: {len(reads)} reads, {len(opened)} files, {hashes} hashes")
    assert (job.is_replayed, len(family)) == (True, 2)
    assert bundle["text/html"].count("data:image") >= 1
    assert len(reads) <= 6
    assert len(opened) <= 3  # the picture, what it is shown as, the child
    assert hashes <= 1


# -- what a person thinks of it --------------------------------------------------------------------


def test_a_job_is_rated_and_tells_who_shows_it(grid: Job) -> None:
    """At once, in history, and to subscribers; another one of the same task has it too."""
    told = threading.Event()

    def hear(changed: Job) -> None:
        if changed.rating == 4 and changed.notes:
            told.set()

    grid.subscribe(hear)
    assert grid.rate(4).tag("cover").note("its tail") is grid
    assert told.wait(TIMEOUT)
    assert (grid.rating, grid.tags, grid.notes) == (4, ("cover",), "its tail")
    assert {"★★★★☆", "cover"} <= set(task_view(grid.facts(), grid.now()).badges)
    assert "its tail" in repr(grid)
    grid.untag("cover").rate(0)
    assert (grid.rating, grid.tags) == (None, ())
    strange: Any = [5]
    for act in (grid.rate, grid.note, grid.tag):
        with pytest.raises(UsageError):
            act(strange)


def test_what_another_kernel_thinks_of_it_is_read(session: Session, grid: Job) -> None:
    """A rating that was given elsewhere is there when it is asked for, and who shows it hears."""
    told = threading.Event()
    grid.subscribe(lambda changed: told.set() if changed.annotation.tags else None)
    session.store.database.write("UPDATE tasks SET rating = 2, tags = 'old'", ())  # as others do
    assert (grid.rating, grid.tags) == (2, ("old",))
    assert told.wait(TIMEOUT)


def test_a_deleted_job_is_found_no_more(rig: Rig, session: Session, grid: Job) -> None:
    """What asks for the same draws anew; the old one says why it has no picture."""
    with pytest.raises(UsageError, match="nobody is there"):
        grid.delete()
    assert grid.delete(yes=True).tasks == 1
    with pytest.raises(MJError, match="was deleted"):
        assert grid.image
    assert session.registry.get(grid.id or "") is None
    again = session.start(Imagine(prompt="a red kite"))
    assert again is not grid
    with pytest.raises(UsageError, match="not finished"):
        again.delete(yes=True)
    rig.finish(again)
    session.store.annotations.log.changes.clear()


def test_what_is_still_being_sent_can_be_cancelled(rig: Rig, session: Session) -> None:
    """As soon as the server has it; what it refuses needs no cancelling."""
    job = session.start(Imagine(prompt="a red kite"))
    job.cancel()
    with pytest.raises(TaskFailed, match="cancelled"):
        job.wait(TIMEOUT)
    assert len(rig.tasks()) == 1
    refused = session.start(Imagine(prompt="a nude"))
    refused.cancel()
    assert not refused.is_open


def test_a_wish_to_cancel_that_is_refused_says_that_it_goes_on(rig: Rig, session: Session) -> None:
    """That nothing was drawn would be wrong: it is, and paid for."""
    job = session.start(Imagine(prompt="a red kite"))
    job.accepted(TIMEOUT)
    rig.relay.rule = lambda asked: (
        submit_reply(4, "no") if asked.path.endswith("/cancel") else ConnectionFate.PASS
    )
    with pytest.raises(Refused, match="The task goes on"):
        job.cancel()
    assert not job.is_cancelling
    rig.finish(job)


# -- a good citizen --------------------------------------------------------------------------------


def test_a_job_lists_what_people_use(grid: Job) -> None:
    """At most forty names, in order, each of which says what it gives."""
    listed = [name for name in dir(grid) if not name.startswith("_")]
    assert listed == sorted(listed)
    assert len(listed) <= 40
    attributes = inspect.getdoc(Job) or ""  # Python 3.13 takes the indents away by itself
    for name in listed:
        assert hasattr(grid, name)
        told = getattr(Job, name, None)
        assert (told is not None and told.__doc__) or f"\n    {name}: " in attributes, name


@pytest.mark.parametrize("name", ["note", "rating", "id", "best", "url"])
def test_nothing_can_be_hung_on_a_job(grid: Job, name: str) -> None:
    """What it tells is found out here; what it lacks would be read by nobody."""
    before = getattr(grid, name, None)
    with pytest.raises(UsageError, match="set"):
        setattr(grid, name, "best one")
    assert getattr(grid, name, None) == before


def test_a_job_tells_its_address_and_what_it_took(rig: Rig, session: Session) -> None:
    """Nothing before it is accepted, nor for a replay."""
    job = session.start(Imagine(prompt="a blue kite"))
    assert (job.url, rig.finish(job).cost) == (None, 1.0)
    assert str(job.url).endswith(f"/mj/image/{job.id}")
    replayed = rig.open(replay=True).start(Imagine(prompt="a blue kite"))
    assert (replayed.is_replayed, replayed.cost) == (True, 0.0)


def test_what_a_press_would_cost_is_known_before(rig: Rig) -> None:
    """By the table of costs and the speed; what draws nothing costs nothing."""
    grid = rig.drawn(rig.open(costs=Costs({"UPSCALE": 0.25}), mode=Mode.TURBO))
    assert grid.facts().prices[grid.button("U2").custom_id] == 0.5
    assert grid.facts().prices[grid.button("V1").custom_id] == 2
    single = rig.finish(grid.press("U2"))
    assert single.button("❤️").custom_id not in single.facts().prices
