"""Measuring many pictures: once each, kept as it goes, by any executor, gone on with."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from mj_notebook.errors import UsageError, WaitInterrupted
from mj_notebook.experiments.measure_run import ProgressLine, measure_pictures
from mj_notebook.experiments.measures import Failure, Outcome, measures_named
from mj_notebook.store.history import Store
from tests.experiments.odd_measures import BROKEN, LOUD
from tests.support.eventually import eventually
from tests.support.plugins import install_plugin
from tests.view.samples import encoded
from tests.widgets.galleries import picture

HASH = ("hash",)


ODD = [one.name for one in BROKEN]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a store with pictures."""
    with Store(tmp_path / "history") as made:
        yield made


def pictures(store: Store, count: int) -> dict[str, Path]:
    """Keep some pictures and return their files."""
    kept = [store.pictures.put(encoded(picture(number, 64))) for number in range(count)]
    return {one.sha256: one.path for one in kept}


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install a measure of another package, and return the file that counts its calls."""
    target = "tests.experiments.odd_measures:LOUD"
    folder = install_plugin(tmp_path / "site", "mj_notebook.measures", "loud", target)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    counted = tmp_path / "calls"
    counted.touch()
    monkeypatch.setenv("LOUD_CALLS", str(counted))
    return counted


def test_each_picture_is_measured_once(store: Store, calls: Path) -> None:
    """A plug-in stands beside what is built in; what is known is not measured again."""
    files = pictures(store, 5)
    measures = measures_named(["hash", "loud"])
    first = measure_pictures(store, files.items(), measures)
    assert (first.new, first.failed, calls.read_text()) == (5, (), "x" * 5)
    assert all(values["loud"] == 64.0 for values in first.found.values())
    files |= pictures(store, 7)
    again = measure_pictures(store, files.items(), measures)
    assert (again.new, len(again.found), calls.read_text()) == (2, 7, "x" * 7)
    newer = measure_pictures(store, files.items(), [LOUD._replace(version="2")])
    assert (newer.new, newer.found) == (0, {})
    assert newer.failed[0].why == "where it ran there is version 1, and not version 2"
    assert calls.read_text() == "x" * 7


def test_processes_measure_what_one_would(store: Store, calls: Path) -> None:
    """Enough pictures go to processes of this machine, plug-ins among the measures."""
    files = pictures(store, 30)
    told: list[tuple[int, int]] = []
    measured = measure_pictures(
        store, files.items(), measures_named(), progress=lambda *now: told.append(now)
    )
    assert (measured.new, measured.failed) == (30, ())
    assert calls.read_text() == "x" * 30
    assert told[-1] == (30, 30)


def test_a_given_executor_is_handed_the_pictures_themselves(store: Store) -> None:
    """A worker on another machine has no such file; who gave the executor closes it."""

    class Elsewhere(Executor):
        def __init__(self) -> None:
            self.inner = ThreadPoolExecutor(2)
            self.sources: list[object] = []

        def submit(self, call: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            self.sources += [source for _, source in args[0]]
            return self.inner.submit(call, *args, **kwargs)

    elsewhere = Elsewhere()
    files = pictures(store, 20)
    assert (
        measure_pictures(store, files.items(), measures_named(HASH), executor=elsewhere).new == 20
    )
    assert all(isinstance(source, bytes) for source in elsewhere.sources)
    elsewhere.inner.submit(int).result()
    elsewhere.inner.shutdown()


def test_a_dask_cluster_measures(store: Store, calls: Path) -> None:
    """Real workers of a local cluster, by its executor, each picture once."""
    dask: Any = import_module("distributed")  # a second for whoever imports it
    files = pictures(store, 20)
    with (
        dask.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        dask.Client(cluster) as client,
    ):
        measured = measure_pictures(
            store, files.items(), measures_named(), executor=client.get_executor()
        )
    assert (measured.new, measured.failed, calls.read_text()) == (20, (), "x" * 20)


def test_one_bad_picture_or_measure_spoils_one_thing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is measured and kept; what failed is told, and tried again by the next call."""
    target = "tests.experiments.odd_measures:BROKEN"
    folder = install_plugin(tmp_path / "site", "mj_notebook.measures", "broken", target)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    files = pictures(store, 6)
    half, swapped, gone, *_ = files
    files[half].write_bytes(b"\x89PNG\r\n\x1a\nhalf")
    files[swapped].write_bytes(encoded(picture(99, 64)))
    files[gone].unlink()
    measured = measure_pictures(store, files.items(), measures_named(["hash", *ODD]))
    assert sorted(measured.found) == sorted(set(files) - {half, swapped, gone})
    assert measured.new == 3
    assert all(values == {**values, "nan": None, "half": "?"} for values in measured.found.values())
    assert all(set(values) == {"hash", "nan", "half"} for values in measured.found.values())
    reasons = {one.name: one.why for one in measured.failed if one.name}
    assert reasons["broken"] == "ValueError: no sound in RGB"
    assert reasons["leaves"] == "SystemExit: 3"
    assert "one number or text" in reasons["listed"]
    assert "more than 64 bits" in reasons["vast"]
    assert repr(measured).startswith("6 pictures · 3 measured now\n")
    pictures_failed = {one.sha256: one.why for one in measured.failed if not one.name}
    assert pictures_failed == {
        half: "its file is damaged",
        swapped: "its file is damaged",
        gone: "its file is gone",
    }


class Odd(Executor):
    """An executor that gives what it is told to."""

    def __init__(self, given: Any) -> None:
        self.given = given

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        """Give that."""
        given: Future[Any] = self.given()
        return given


def cancelled() -> Future[Any]:
    """Return a future that somebody cancelled."""
    future: Future[Any] = Future()
    future.cancel()
    return future


def nonsense() -> Future[Any]:
    """Return a future of something else."""
    future: Future[Any] = Future()
    future.set_result([])
    return future


def closed() -> Executor:
    """Return an executor that takes nothing more."""
    executor = ThreadPoolExecutor()
    executor.shutdown()
    return executor


@pytest.mark.parametrize(
    ("executor", "why"),
    [
        (closed(), "after shutdown"),
        (Odd(cancelled), "Cancelled"),
        (Odd(nonsense), "it gave list"),
        (Odd(lambda: None), "no Future"),
    ],
)
def test_an_executor_that_does_not_go_on_is_told(
    store: Store, executor: Executor, why: str
) -> None:
    """In a sentence, with what was done; the next call goes on."""
    files = pictures(store, 3)
    with pytest.raises(UsageError, match=rf"{why}.*0 of 3 pictures measured and kept"):
        measure_pictures(store, files.items(), measures_named(HASH), executor=executor)
    assert measure_pictures(store, files.items(), measures_named(HASH)).new == 3


def test_what_is_done_first_is_kept_first(store: Store) -> None:
    """A slow chunk keeps nothing waiting: what a killed kernel had in hand would be lost."""
    slow: Future[Any] = Future()
    quick: Future[Any] = Future()
    quick.set_result(Outcome((), ()))
    given = [slow, quick]
    told: list[int] = []

    def progress(done: int, _: int) -> None:
        if not told:
            slow.set_result(Outcome((), ()))
        told.append(done)

    files = pictures(store, 13)
    executor = Odd(lambda: given.pop(0))
    measure_pictures(
        store, files.items(), measures_named(HASH), executor=executor, progress=progress
    )
    assert told == [5, 13]


def test_an_interrupt_keeps_what_is_measured(store: Store) -> None:
    """It is said how far it came, and the next call does the rest."""
    files = pictures(store, 20)

    def interrupt(done: int, _: int) -> None:
        if done == 8:
            raise KeyboardInterrupt

    with pytest.raises(WaitInterrupted, match="8 of 20"):
        measure_pictures(store, files.items(), measures_named(HASH), progress=interrupt)
    assert measure_pictures(store, files.items(), measures_named(HASH)).new == 12


KILLED = """
import os, signal, sys
from pathlib import Path
from mj_notebook.experiments.measure_run import measure_pictures
from mj_notebook.experiments.measures import measures_named
from mj_notebook.store.history import Store

def kill(done, _):
    if done >= 16:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    store = Store(Path(sys.argv[1]))
    files = [(path.stem, path) for path in sorted((store.folder / "pictures").glob("*/*.png"))]
    measure_pictures(store, files, measures_named(["loud"]), progress=kill)
"""


def test_a_killed_run_is_gone_on_with(store: Store, calls: Path, tmp_path: Path) -> None:
    """What it had kept is not measured again."""
    files = pictures(store, 24)
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    found = subprocess.run(
        [sys.executable, str(script), str(store.folder)],
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert found.returncode == -signal.SIGKILL
    assert measure_pictures(store, files.items(), measures_named(["loud"])).new == 8
    assert calls.read_text() == "x" * 24


STUCK = """
import multiprocessing, os, signal, sys, threading
from pathlib import Path
from mj_notebook.errors import WaitInterrupted
from mj_notebook.experiments.measure_run import measure_pictures
from mj_notebook.experiments.measures import measures_named
from mj_notebook.store.history import Store

def end():
    while not Path(os.environ["LOUD_CALLS"]).read_text():
        threading.Event().wait(0.05)
    print(*[child.pid for child in multiprocessing.active_children()], flush=True)
    os.kill(os.getpid(), int(sys.argv[2]))

if __name__ == "__main__":
    store = Store(Path(sys.argv[1]))
    files = [(path.stem, path) for path in sorted((store.folder / "pictures").glob("*/*.png"))]
    threading.Thread(target=end).start()
    try:
        measure_pictures(store, files, measures_named(["stuck"]))
    except WaitInterrupted as error:
        print(error)
"""


@pytest.mark.parametrize("ends_by", [signal.SIGINT, signal.SIGKILL])
def test_a_measure_without_an_end_ends_with_its_kernel(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends_by: signal.Signals
) -> None:
    """An interrupt is answered at once, and a killed kernel leaves no process behind."""
    target = "tests.experiments.odd_measures:STUCK_MEASURE"
    folder = install_plugin(tmp_path / "site", "mj_notebook.measures", "stuck", target)
    (calls := tmp_path / "calls").touch()
    (script := tmp_path / "stuck.py").write_text(STUCK)
    monkeypatch.setenv("LOUD_CALLS", str(calls))
    pictures(store, 25)
    found = subprocess.run(
        [sys.executable, str(script), str(store.folder), str(int(ends_by))],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(folder)])},
    )
    children, *said = found.stdout.splitlines()
    assert len(children.split()) > 0
    assert said == (
        []
        if ends_by is signal.SIGKILL
        else ["Stopped; 0 of 25 pictures measured. The same call goes on where it was."]
    )
    eventually(
        lambda: [pid for pid in map(int, children.split()) if runs(pid)], lambda left: not left
    )


def runs(pid: int) -> bool:
    """Tell whether a process is there; one whose end nobody has asked for is not."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return told.rpartition(") ")[2][0] != "Z"


def test_an_unknown_measure_is_refused() -> None:
    """With those there are."""
    with pytest.raises(UsageError, match="no measure 'beauty'") as refused:
        measures_named(["hash", "beauty"])
    assert "sharpness" in str(refused.value)


@pytest.mark.parametrize("target", ["no.such:thing", "tests.experiments.odd_measures:loudness"])
def test_a_plug_in_that_is_none_is_named(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it raises or is, the sentence names its package."""
    folder = install_plugin(tmp_path / "site", "mj_notebook.measures", "bad", target)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    with pytest.raises(UsageError, match="'bad' of measures"):
        measures_named()


def test_a_line_tells_how_far_it_is() -> None:
    """Twice a second at most, the end in any case; a run of a moment writes nothing."""
    written: list[str] = []
    times = iter([0.0, 0.1, 1.0, 1.1, 2.0, 2.1])
    line = ProgressLine(written.append, lambda: next(times))
    for done in (1, 10, 11, 20, 40):
        line(done, 40)
    assert [text.strip() for text in written] == [
        "Measured 10 of 40 pictures · about 3 s left",
        "Measured 20 of 40 pictures · about 2 s left",
        "Measured 40 of 40 pictures",
    ]
    quick: list[str] = []
    ProgressLine(quick.append, lambda: 0.0)(5, 5)
    assert quick == []


@pytest.fixture
def poisoned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install measures that end their process, and return the file that counts calls."""
    target = "tests.experiments.poison:POISON"
    folder = install_plugin(tmp_path / "more", "mj_notebook.measures", "poison", target)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    (calls := tmp_path / "calls").touch()
    monkeypatch.setenv("LOUD_CALLS", str(calls))
    return calls


def test_a_picture_that_ends_its_process_ends_nothing_else(store: Store, poisoned: Path) -> None:
    """It is told, the other measures of it are kept, and all others are measured."""
    files = pictures(store, 40)
    for side, number in ((65, 101), (66, 102)):
        kept = store.pictures.put(encoded(picture(number, side)))
        files[kept.sha256] = kept.path
    *_, killing, endless = files
    measures = measures_named(["hash", "poison", "brightness"])
    told: list[int] = []
    measured = measure_pictures(
        store, files.items(), measures, progress=lambda done, _: told.append(done), patience=2
    )
    assert {(one.sha256, one.name, one.why) for one in measured.failed} == {
        (killing, "poison", "it ended the process that measured"),
        (endless, "poison", "it took more than 2 s"),
    }
    assert (told[-1], len(measured.found)) == (42, 42)
    assert all(set(values) >= {"hash", "brightness"} for values in measured.found.values())
    assert sum("poison" in values for values in measured.found.values()) == 40
    # Only what was in hand as the processes ended was begun a second time.
    again = len(poisoned.read_text()) - 42
    assert again <= 3 * 8 * (os.cpu_count() or 1)


def test_a_measure_that_ends_every_process_is_left_out(store: Store, poisoned: Path) -> None:
    """After three pictures, which is said; the other measures go on."""
    del poisoned
    files = pictures(store, 30)
    measured = measure_pictures(store, files.items(), measures_named(["deadly", "hash"]))
    assert len(measured.found) == 30
    assert all(set(values) == {"hash"} for values in measured.found.values())
    assert {one.name for one in measured.failed} == {"deadly"}
    assert 3 <= len(measured.failed) <= 3 + (os.cpu_count() or 1)
    assert sum("left out from here on" in one.why for one in measured.failed) == 1


def test_what_a_cluster_gives_up_is_one_picture(store: Store) -> None:
    """A chunk that fails is tried picture by picture; all that fails with all is told once."""

    class Fails(Executor):
        def __init__(self, bad: set[str]) -> None:
            self.bad = bad

        def submit(self, call: Any, /, *args: Any, **_: Any) -> Future[Any]:
            future: Future[Any] = Future()
            if {sha256 for sha256, _ in args[0]} & self.bad:
                future.set_exception(RuntimeError("the worker was killed"))
            else:
                future.set_result(call(*args))
            return future

    files = pictures(store, 20)
    bad = list(files)[3]
    with pytest.raises(UsageError, match=r"the worker was killed\); 0 of 20"):
        measure_pictures(store, files.items(), measures_named(HASH), executor=Fails(set(files)))
    measured = measure_pictures(store, files.items(), measures_named(HASH), executor=Fails({bad}))
    assert measured.new == 19
    assert measured.failed == (Failure(bad, "", "RuntimeError: the worker was killed"),)
