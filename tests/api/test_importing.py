"""Jobs come back from files: the same one, or one made from what the file tells."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mj_notebook.api import state
from mj_notebook.api.importing import from_file, from_notebook, import_task
from mj_notebook.errors import PictureMissing, TaskUnknown, UsageError
from mj_notebook.images.metadata.embed import read_provenance, with_provenance
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from tests.support.relay import CannedResponse, ConnectionFate, SeenRequest
from tests.support.rig import SECRET, TIMEOUT, Rig


@pytest.fixture
def here(session: Session) -> Iterator[Session]:
    """Make the session of the house the current one."""
    before = state._state.session
    state.use(session)
    yield session
    with state._state.lock:
        state._state.session = before


@pytest.fixture
def elsewhere(rig: Rig, here: Session, tmp_path: Path) -> Session:
    """Return a session of the same proxy whose history knows nothing; `move` makes it current."""
    assert here is not None
    return rig.open(store=tmp_path / "new")


def told(saved: Path) -> dict[str, Any]:
    """Return the record in a saved picture."""
    record = read_provenance(saved.read_bytes())
    assert record is not None
    return record


def edited(saved: Path, **changes: Any) -> Path:
    """Write another record into a saved picture."""
    content = saved.read_bytes()
    record = read_provenance(content)
    assert record is not None
    record.update(changes)
    changed = saved.with_stem("changed")
    changed.write_bytes(with_provenance(content, record))
    return changed


def notebook(path: Path, *jobs: Job) -> Path:
    """Write a notebook that shows *jobs*, a cell each."""
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": job._repr_mimebundle_()}
        for job in jobs
    ]
    cells = [{"cell_type": "code", "source": "", "outputs": [output]} for output in outputs]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
    return path


# -- from a picture --------------------------------------------------------------------------------


def test_a_saved_picture_brings_the_same_job_back(rig: Rig, here: Session, tmp_path: Path) -> None:
    """When this kernel knows the task, the file leads to the very same job."""
    job = rig.drawn(here)
    saved = job.save(tmp_path / "kite.png")
    assert from_file(saved) is job
    assert from_file(str(saved)) is job


def test_history_that_knows_nothing_learns_from_the_file(
    rig: Rig, here: Session, elsewhere: Session, tmp_path: Path
) -> None:
    """Without history the job is made from the file, nobody is asked, and it can be pressed."""
    job = rig.drawn(here)
    saved = job.save(tmp_path / "kite.png")
    state.use(elsewhere)
    questions = len(rig.relay.requests)
    again = from_file(saved)
    assert again is not job
    assert (again.id, again.prompt, again.asked_at) == (job.id, job.prompt, job.asked_at)
    assert again.content() == job.content()
    assert again.remarks == ("Read from the file kite.png.",)
    assert len(rig.relay.requests) == questions
    assert rig.finish(again.press("U2")).image.size == (32, 32)
    assert elsewhere.store.task(str(job.id)) is not None
    assert from_file(saved) is again


@pytest.mark.parametrize("first", ["parent", "child"])
def test_a_childs_file_knows_its_way(
    rig: Rig, here: Session, elsewhere: Session, tmp_path: Path, first: str
) -> None:
    """The record names the tasks above, and whichever file is read first, parent and child meet."""
    parent = rig.drawn(here)
    child = rig.finish(parent.press("U2"))
    saved = [parent.save(tmp_path), child.save(tmp_path)]
    state.use(elsewhere)
    again, below = map(from_file, saved if first == "parent" else saved[::-1])
    if first == "child":
        again, below = below, again
    assert (below.parent, below.step, again.children) == (again, "U2", [below])
    record = read_provenance(saved[1].read_bytes())
    assert record is not None
    assert record["parents"] == [parent.id]


def test_a_tile_alone_is_no_grid(
    rig: Rig, here: Session, elsewhere: Session, tmp_path: Path
) -> None:
    """A file with one tile brings that tile; the whole grid comes from the proxy while it can."""
    job = rig.drawn(here)
    saved = job.save(tmp_path / "one.png", 3)
    state.use(elsewhere)
    rig.relay.rule = lambda _: CannedResponse(404, b"{}")
    again = from_file(saved)
    assert again[3].tobytes() == job[3].tobytes()
    with pytest.raises(PictureMissing, match="knows no task") as caught:
        again.content()
    assert caught.value is again.pictures.missing
    rig.relay.rule = lambda _: ConnectionFate.PASS
    assert again.content() == job.content()


def test_a_picture_that_is_lost_here_comes_from_the_file(
    rig: Rig, here: Session, tmp_path: Path
) -> None:
    """History that lost a picture takes it from the file, when it is the same one."""
    job = rig.drawn(here)
    saved = job.save(tmp_path / "kite.png")
    content = job.content()
    assert job.pictures.kept is not None
    job.pictures.kept.path.unlink()
    another = rig.drawn(rig.open(store=tmp_path / "other"), "another kite").content()
    record = {**told(saved), "picture": hashlib.sha256(another).hexdigest()}
    for name, served in (("changed", content + b"more"), ("another", another)):
        path = tmp_path / f"{name}.png"
        path.write_bytes(with_provenance(served, record))
        from_file(path)
    assert list((here.store.folder / "pictures").rglob("*.png")) == []
    from_file(saved)
    assert job.content() == content


def test_a_changed_picture_is_told(
    rig: Rig, here: Session, elsewhere: Session, tmp_path: Path
) -> None:
    """A file whose picture is not the one that was served says so."""
    saved = edited(rig.drawn(here).save(tmp_path / "kite.png"), picture="0" * 64)
    state.use(elsewhere)
    assert "not as it was served" in from_file(saved).remarks[1]


def test_another_servers_task_is_shown_but_not_pressed(
    rig: Rig, here: Session, elsewhere: Session, tmp_path: Path
) -> None:
    """A task of another proxy comes back with its picture; its buttons ask nobody."""
    saved = rig.drawn(here).save(tmp_path / "kite.png")
    record = read_provenance(saved.read_bytes())
    assert record is not None
    saved = edited(saved, job={**record["job"], "server": "other.example.com"})
    state.use(elsewhere)
    again = from_file(saved)
    assert again.image.size == (64, 64)
    with pytest.raises(UsageError, match=r"belongs to another server: other\.example\.com"):
        again.press("U1")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "application/vnd.mj-notebook.task.v2+json"}, "version 2"),
        ({"format": "text/html"}, "not one of ours"),
        ({"format": None}, "not one of ours"),
        ({"job": None}, "names no task"),
        ({"job": {"prompt": "x", "task": {"id": "../../etc", "status": "SUCCESS"}}}, "no task"),
        ({"job": {"prompt": "x", "task": {"status": "SUCCESS"}}}, "names no task"),
        ({"job": [1, 2]}, "names no task"),
    ],
)
def test_a_record_that_is_none_is_one_sentence(
    rig: Rig, here: Session, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    """Unknown versions and records without a task are told, never half believed."""
    saved = edited(rig.drawn(here).save(tmp_path / "kite.png"), **changes)
    with pytest.raises(UsageError, match=said):
        from_file(saved)


def test_a_file_without_a_record_says_so(rig: Rig, here: Session, tmp_path: Path) -> None:
    """A stripped picture, a text and a file that is not there: one sentence each."""
    stripped = rig.drawn(here).save(tmp_path / "kite.png", strip=True)
    with pytest.raises(UsageError, match="tells of no task"):
        from_file(stripped)
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(UsageError, match="tells of no task"):
        from_file(tmp_path / "notes.txt")
    with pytest.raises(UsageError, match="can't be read"):
        from_file(tmp_path / "nowhere.png")


def test_a_file_never_sends_us_anywhere(
    rig: Rig, here: Session, elsewhere: Session, tmp_path: Path
) -> None:
    """Addresses in a file are not fetched: who wrote them may mean a server of their own."""
    job = rig.drawn(here)
    saved = job.save(tmp_path / "tile.png", 1)
    record = read_provenance(saved.read_bytes())
    assert record is not None
    trap = f"{rig.relay.base_url}/trap.png"
    task = {**record["job"]["task"], "imageUrl": trap, "imageUrls": [trap] * 4}
    saved = edited(saved, job={**record["job"], "task": task, "server": "other.example.com"})
    state.use(elsewhere)
    from_file(saved).wait(TIMEOUT)
    assert rig.relay.count(lambda asked: "trap" in asked.path) == 0


# -- from a notebook -------------------------------------------------------------------------------


def test_a_notebook_gives_its_jobs_back(rig: Rig, here: Session, tmp_path: Path) -> None:
    """Each task in a notebook's outputs becomes its job, what was pressed after its parent."""
    first, second = rig.drawn(here), rig.drawn(here, "a blue boat")
    child = rig.finish(first.press("U1"))
    path = notebook(tmp_path / "a.ipynb", first, second, first)
    assert from_notebook(path) == [first, child, second]
    assert SECRET not in path.read_text()


def test_without_history_the_proxy_is_asked_once(
    rig: Rig, here: Session, elsewhere: Session, tmp_path: Path
) -> None:
    """Tasks that history doesn't know are asked for in one question, with their pictures."""
    jobs = [rig.drawn(here, f"kite {number}") for number in range(3)]
    path = notebook(tmp_path / "a.ipynb", *jobs)
    state.use(elsewhere)
    lists = rig.relay.count(lambda asked: asked.is_list)
    found = from_notebook(path)
    assert rig.relay.count(lambda asked: asked.is_list) == lists + 1
    assert [job.wait(TIMEOUT).content() for job in found] == [job.content() for job in jobs]


def test_a_proxy_that_is_gone_leaves_the_small_picture(
    rig: Rig, here: Session, elsewhere: Session, tmp_path: Path
) -> None:
    """When the proxy forgot a task, its small picture is shown, and told to be no more."""
    job = rig.drawn(here)
    path = notebook(tmp_path / "a.ipynb", job)
    state.use(elsewhere)
    rig.relay.rule = lambda asked: (
        ConnectionFate.PASS if asked.is_submit else CannedResponse(200, b"[]")
    )
    (again,) = from_notebook(path)
    assert again.pictures.thumbnail is not None
    assert (again.pictures.thumbnail.width, again.pictures.thumbnail.height) == (64, 64)
    assert "Only the small picture" in str(again.pictures.missing)
    assert "Only the small picture" in again.trouble
    assert [button.custom_id for button in again.buttons]


def test_a_task_that_was_under_way_is_not_called_failed(
    rig: Rig, here: Session, elsewhere: Session, tmp_path: Path
) -> None:
    """A notebook saved too early, and a proxy that forgot: the reason is just that."""
    job = rig.drawn(here).press("U1")
    job.accepted(TIMEOUT)
    path = notebook(tmp_path / "a.ipynb", job)
    state.use(elsewhere)
    rig.relay.rule = lambda _: CannedResponse(200, b"[]")
    (again,) = from_notebook(path)
    assert "not done when the file was written" in str(again.error)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html>", "no notebook"),
        ("[" * 100_000, "no notebook"),
        ('{"worksheets": []}', "format 4"),
        ('{"cells": [1]}', "format 4"),
        (
            '{"cells":[{"outputs":[{"data":{"application/vnd.mj-notebook.task.v9+json":{}}}]}]}',
            "version 9",
        ),
    ],
)
def test_what_is_no_notebook_is_one_sentence(
    here: Session, tmp_path: Path, text: str, said: str
) -> None:
    """Broken notebooks and records of the future are told."""
    assert here is not None
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        from_notebook(path)


def test_odd_outputs_are_passed_over(here: Session, tmp_path: Path) -> None:
    """Outputs that hold something else than tasks are no concern of ours."""
    assert here is not None
    mime = "application/vnd.mj-notebook.task.v1+json"
    outputs: list[Any] = [None, 1, {"data": 1}, {"data": {mime: "{"}}, {"data": {mime: [1]}}]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": [{"outputs": outputs}, {"outputs": 3}, {}]}))
    assert from_notebook(path) == []


# -- from the proxy --------------------------------------------------------------------------------


def test_a_task_made_elsewhere_is_taken_over_with_its_picture(
    rig: Rig, here: Session, elsewhere: Session
) -> None:
    """What another kernel drew is known and kept here when the call returns."""
    job = rig.drawn(here)
    state.use(elsewhere)
    again = import_task(str(job.id))
    assert again.content() == job.content()
    assert elsewhere.store.picture(elsewhere.server, str(job.id)) is not None


def test_a_failed_task_is_taken_over_as_it_is(rig: Rig, here: Session) -> None:
    """Taking over a task that was cancelled raises nothing; the job says what became of it."""
    job = rig.drawn(here).press("U1").accepted(TIMEOUT)
    job.cancel()
    with pytest.raises(Exception, match="cancelled"):
        job.wait(TIMEOUT)
    assert import_task(str(job.id)).status == Status.CANCEL


def test_an_id_that_is_none_is_never_asked_for(rig: Rig, here: Session) -> None:
    """What can't be an id is refused here; what the proxy doesn't know, by the proxy."""
    assert here is not None
    asked: list[SeenRequest] = rig.relay.requests
    before = len(asked)
    with pytest.raises(UsageError, match="no id"):
        import_task("../../admin")
    assert len(asked) == before
    with pytest.raises(TaskUnknown):
        import_task("1760000000999999")
