"""Packing from a kernel, going offline with what was packed, and coming back."""

import json
from pathlib import Path

import pytest

import mj_notebook as mj
from mj_notebook.__main__ import main
from mj_notebook.api import state
from mj_notebook.api.bundle.reader import Bundle
from mj_notebook.errors import NotInBundle, TaskFailed, UsageError
from mj_notebook.protocol.models import Task
from mj_notebook.session.job import Job
from mj_notebook.view.record import MIME
from tests.api.bundle.study import rewritten
from tests.support.counts import settled
from tests.support.rig import QUICK, SECRET, TIMEOUT, Rig

pytestmark = pytest.mark.usefixtures("new_kernel")


@pytest.fixture
def kite(rig: Rig) -> Job:
    """Return a grid that the configured proxy drew, with one pick."""
    mj.configure(base_url=rig.relay.base_url, secret=SECRET, pacing=QUICK)
    job = rig.finish(mj.imagine("a red kite"))
    rig.finish(job.press("U2"))
    return job


def notebook_of(path: Path, *jobs: Job) -> Path:
    """Write a notebook that shows *jobs*, one a cell."""
    cells = [
        {
            "cell_type": "code",
            "source": "",
            "metadata": {},
            "outputs": [{"output_type": "display_data", "data": job._repr_mimebundle_()}],
        }
        for job in jobs
    ]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
    return path


def test_a_kernel_packs_what_it_drew(rig: Rig, kite: Job) -> None:
    """Its own jobs, with their pictures; offline they are the same, and nobody is asked."""
    packed = mj.bundle("study.zip")
    assert packed.manifest.counts == {"tasks": 2, "pictures": 2, "notebooks": 0}
    before = len(rig.relay.requests)
    opened = mj.offline("study.zip")
    assert "Offline with study.zip: 2 tasks, 2 pictures of 127.0.0.1" in repr(opened)
    again = mj.imagine("a red kite").wait(TIMEOUT)
    assert (again.id, again.content(), again.is_replayed) == (kite.id, kite.content(), True)
    assert again.press("U2").wait(TIMEOUT).content() == kite.children[0].content()
    assert [record["task"] for record in mj.history(action="upscale")] == [kite.children[0].id]
    assert len(rig.relay.requests) == before


def test_a_seed_comes_along(rig: Rig, kite: Job) -> None:
    """What was asked for once is known offline; what was not is not asked for."""
    seed = kite.seed()
    assert kite.children[0].id
    mj.bundle("study.zip")
    mj.offline("study.zip")
    before = len(rig.relay.requests)
    again = mj.imagine("a red kite").wait(TIMEOUT)
    assert again.seed() == seed
    with pytest.raises(NotInBundle, match="image-seed"):
        again.press("U2").seed()
    assert len(rig.relay.requests) == before


def test_all_sessions_of_the_kernel_are_packed(rig: Rig, kite: Job) -> None:
    """Settings that change in the middle of a notebook leave nothing behind."""
    mj.configure(mode="turbo")
    other = rig.finish(mj.imagine("a green kite"))
    assert {kite.id, other.id} <= {task.id for task in tasks_in(mj.bundle("study.zip").path)}


def tasks_in(path: Path) -> list[Task]:
    """Return the tasks in a bundle."""
    with Bundle(path) as bundle:
        return [task for _, task in bundle.rows()]


def test_another_server_is_told(rig: Rig, kite: Job) -> None:
    """A second name of the same server is another server to every key."""
    mj.configure(base_url=rig.runner.base_url, secret=SECRET)
    rig.finish(mj.imagine("a green kite"))
    said = repr(mj.bundle("study.zip"))
    assert f"Offline only what {kite.server} drew is replayed; 1 of 127.0.0.1:" in said


def test_a_picture_that_is_none_changes_nothing(rig: Rig, kite: Job) -> None:
    """Where the last check fails, the session is online as it was before."""
    path = mj.bundle("study.zip").path

    def swap(contents: dict[str, bytes]) -> None:
        name = next(name for name in contents if name.startswith("pictures/"))
        contents[name] = contents[name][:-1] + b"!"

    rewritten(path, swap)
    with pytest.raises(UsageError, match="its hash is another one"):
        mj.offline(path)
    assert mj.current_settings().offline is None
    assert rig.finish(mj.imagine("a green kite")).server == kite.server


def test_what_failed_is_told_offline(rig: Rig, kite: Job) -> None:
    """As history tells it, to a cell and to a sweep; nobody is asked, and nothing is written."""
    assert kite.id
    failed = mj.imagine("a green kite")
    failed.cancel()
    with pytest.raises(TaskFailed) as then:
        failed.wait(TIMEOUT)
    mj.bundle("study.zip")
    mj.offline("study.zip")
    before = len(rig.relay.requests)
    with pytest.raises(TaskFailed) as now:
        mj.imagine("a green kite").wait(TIMEOUT)
    assert str(now.value) == str(then.value)
    sweep = mj.sweep("a {red,green} kite").run()
    sweep.wait(TIMEOUT)
    assert [cell.words for cell in sweep.board.cells] == ["done in 10 s", "cancelled"]
    assert len(rig.relay.requests) == before
    assert len(mj.history()) == 3


def test_what_is_not_in_it_is_named(rig: Rig, kite: Job) -> None:
    """Prompt, button and key stand in the sentence; nothing is written down or sent."""
    mj.bundle("study.zip")
    mj.offline("study.zip")
    before = len(rig.relay.requests)
    with pytest.raises(NotInBundle, match=r"does not hold “a green kite” \(k-\w+\)") as caught:
        mj.imagine("a green kite")
    assert caught.value.key in str(caught.value)
    with pytest.raises(NotInBundle, match="“U3” of “a red kite”"):
        mj.imagine("a red kite").press("U3")
    with pytest.raises(
        NotInBundle, match=r"study\.zip does not hold what GET /mj/task/1/fetch asks"
    ):
        mj.job("1")
    with pytest.raises(NotInBundle):
        mj.imagine("a red kite", fresh=True)
    assert len(rig.relay.requests) == before
    assert len(mj.history()) == 2
    assert kite.id


def test_an_address_goes_online_again(rig: Rig, kite: Job) -> None:
    """Other settings stay offline; the author's history is there again afterwards."""
    mj.bundle("study.zip")
    mj.offline("study.zip")
    mj.configure(mode="fast")
    with pytest.raises(NotInBundle):
        mj.imagine("a green kite")
    mj.configure(base_url=rig.relay.base_url, mode=None)
    job = rig.finish(mj.imagine("a green kite"))
    assert job.task is not None
    assert len(mj.history()) == 3
    assert kite.id


def test_jobs_of_a_bundle_keep_their_pictures_online(rig: Rig, kite: Job) -> None:
    """What was shown offline is still there when the session has given way to an online one."""
    mj.bundle("study.zip")
    mj.offline("study.zip")
    offline, job = mj.current_session(), mj.imagine("a red kite").wait(TIMEOUT)
    mj.configure(base_url=rig.relay.base_url)
    mj.imagine("a blue kite").accepted(TIMEOUT)
    assert settled(lambda: (not offline._is_closed,), (0,)) == (0,)
    assert job.content() == kite.content()
    job.pictures.release()
    assert job.facts().thumbnail is not None
    assert rig.finish(job.press("U1")).parent is job


def test_the_environment_keeps_a_run_offline(
    rig: Rig, kite: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With MJ_OFFLINE a cell that sets its proxy does not go there."""
    mj.bundle("study.zip")
    state.close()
    monkeypatch.setenv("MJ_OFFLINE", "study.zip")
    state._state.settings = None
    before = len(rig.relay.requests)
    mj.configure(base_url=rig.relay.base_url, secret=SECRET)
    assert mj.imagine("a red kite").wait(TIMEOUT).id == kite.id
    with pytest.raises(NotInBundle):
        mj.imagine("a green kite")
    assert len(rig.relay.requests) == before


def test_a_picture_that_was_missing_is_told(rig: Rig, kite: Job) -> None:
    """The task is replayed with what is known of it; its picture is not fetched."""
    assert kite.pictures.kept is not None
    kite.pictures.kept.path.unlink()
    assert "Missing: task" in repr(mj.bundle("study.zip"))
    assert "its picture is not in history any more" in repr(mj.offline("study.zip"))
    before = len(rig.relay.requests)
    job = mj.imagine("a red kite").wait(TIMEOUT)
    with pytest.raises(NotInBundle, match=r"study\.zip does not hold this picture"):
        job.content()
    assert len(rig.relay.requests) == before


def test_a_damaged_bundle_changes_nothing(rig: Rig, kite: Job) -> None:
    """The sentence is all that happens: the session stays what it was."""
    Path("study.zip").write_bytes(b"PK")
    with pytest.raises(UsageError, match="no zip file"):
        mj.offline("study.zip")
    assert rig.finish(mj.imagine("a green kite")).server == kite.server


def test_the_demo_stays_the_demo(tmp_path: Path) -> None:
    """Pictures of the demo server say so offline too, and no demo server is started."""
    mj.configure(demo_seconds=0.1)
    mj.imagine("a red kite").wait(TIMEOUT)
    mj.bundle("study.zip")
    state.close()
    mj.configure(store=tmp_path / "empty")
    assert "2 " not in repr(mj.offline("study.zip"))
    job = mj.imagine("a red kite").wait(TIMEOUT)
    assert job.is_demo
    assert "demo" in repr(job)
    assert not (tmp_path / "empty").exists()


def test_a_notebook_tells_its_tasks(kite: Job, tmp_path: Path) -> None:
    """Without its kernel the outputs are enough; what came of a picture belongs to it."""
    notebook_of(tmp_path / "study.ipynb", kite)
    state.close()
    packed = mj.bundle("study.zip", "study.ipynb")
    assert packed.manifest.counts == {"tasks": 2, "pictures": 2, "notebooks": 1}
    assert kite.children[0].id


def test_some_jobs_only(kite: Job) -> None:
    """Chosen jobs come with what they came from, and without the others."""
    other = kite.children[0]
    assert mj.bundle("study.zip", jobs=[kite]).manifest.counts["tasks"] == 1
    assert mj.bundle("study.zip", jobs=[other], force=True).manifest.counts["tasks"] == 2
    with pytest.raises(UsageError, match="'x' is no job"):
        mj.bundle("more.zip", jobs=["x"])  # type: ignore[list-item] # as people do


def test_nothing_to_pack_is_said(tmp_path: Path) -> None:
    """An empty bundle helps nobody; what to do is said."""
    with pytest.raises(UsageError, match="no task to pack"):
        mj.bundle("study.zip")
    notebook_of(tmp_path / "study.ipynb")
    with pytest.raises(UsageError, match=r"Run study\.ipynb and save it"):
        mj.bundle("study.zip", "study.ipynb")
    with pytest.raises(UsageError, match="can't be read"):
        mj.bundle("study.zip", "none.ipynb")
    (tmp_path / "words.txt").write_text("words")
    with pytest.raises(UsageError, match="is no notebook"):
        mj.bundle("study.zip", "words.txt")


def test_the_command_packs_a_notebook(
    kite: Job, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what it packed; a file that is there stays, unless it is forced."""
    notebook_of(tmp_path / "study.ipynb", kite)
    assert main(["bundle", "study.ipynb", "study.zip"]) == 0
    assert "study.zip: 2 tasks, 2 pictures, 1 notebook" in capsys.readouterr().out
    assert main(["bundle", "study.ipynb", "study.zip"]) == 1
    assert "is there already" in capsys.readouterr().err
    assert main(["bundle", "study.ipynb", "study.zip", "--force"]) == 0


def test_bundle_and_notebook_the_other_way_round_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the right call as it is written there: the shell's order is another one."""
    with pytest.raises(UsageError, match=r"Write mj\.bundle\('s\.zip', 's\.ipynb'\)"):
        mj.bundle("s.ipynb", "s.zip")
    assert main(["bundle", "s.zip", "s.ipynb"]) == 1
    assert "python -m mj_notebook bundle s.ipynb s.zip" in capsys.readouterr().err


def test_only_a_zip_file_is_called_like_one(kite: Job, tmp_path: Path) -> None:
    """What is a zip file inside would be opened by another program; nothing is written."""
    for wrong, right in (("x.txt", "x.zip"), ("study.ipynb", "study.zip"), ("a.b.tar", "a.b.zip")):
        with pytest.raises(UsageError, match=f"Write {right}"):
            mj.bundle(tmp_path / wrong, jobs=[kite])
    assert not list(tmp_path.glob("[xsa].*"))
    assert mj.bundle(tmp_path / "KITES.ZIP", jobs=[kite])


def test_a_strange_notebook_is_read_all_the_same(kite: Job, tmp_path: Path) -> None:
    """Outputs that make no sense are passed by."""
    path = notebook_of(tmp_path / "study.ipynb", kite)
    found = json.loads(path.read_text())
    strange = [7, {"task": 7}, {"task": {"id": 7}}, {"task": {"id": ""}, "children": [7, {}]}]
    outputs = [{"data": {MIME: one}} for one in strange]
    found["cells"] += [{}, {"outputs": 7}, {"outputs": [7, {"data": 7}, *outputs]}]
    path.write_text(json.dumps(found))
    assert mj.bundle("study.zip", path, jobs=[]).manifest.counts["tasks"] == 2


def test_the_lines_of_a_cell(kite: Job) -> None:
    """The line commands are read as they are written."""
    from mj_notebook.magic.arguments import parse_line
    from mj_notebook.magic.records import LineCommand

    assert parse_line("bundle study.zip") == LineCommand("bundle", {"path": "study.zip"})
    assert parse_line("bundle 'my study.zip' nb.ipynb --force") == LineCommand(
        "bundle", {"path": "my study.zip", "notebook": "nb.ipynb", "force": True}
    )
    assert parse_line("offline study.zip") == LineCommand("offline", {"path": "study.zip"})
    for wrong in ("bundle", "bundle a b c", "bundle --fast a", "offline", "offline a b"):
        with pytest.raises(UsageError):
            parse_line(wrong)
    assert kite.id
