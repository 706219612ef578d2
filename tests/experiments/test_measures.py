"""Measuring many pictures: once each, kept as it goes, by any executor, gone on with."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import distributed
import pytest
from PIL import Image

from mj_notebook.errors import UsageError, WaitInterrupted
from mj_notebook.experiments.measures import ProgressLine, measure_pictures, measures_named
from mj_notebook.images.measures import Measure
from mj_notebook.store.history import Store
from tests.support.plugins import install_plugin
from tests.view.samples import encoded
from tests.widgets.galleries import picture

HASH = ("hash",)


def loudness(image: Image.Image) -> float:
    """Measure something; it counts its calls in a file, which other processes see too."""
    with Path(os.environ["LOUD_CALLS"]).open("a") as file:
        file.write("x")
    return float(image.width)


def broken(image: Image.Image) -> float:
    """Measure nothing."""
    raise ValueError(f"no sound in {image.mode}")


LOUD = Measure("loud", "1", loudness)
BROKEN = [Measure("broken", "1", broken), Measure("listed", "1", lambda image: [image])]  # type: ignore[arg-type,return-value]


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
    target = "tests.experiments.test_measures:LOUD"
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
    newer = [LOUD._replace(version="2")]
    assert measure_pictures(store, files.items(), newer).new == 7


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
    dask: Any = distributed  # its functions carry no types
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
    target = "tests.experiments.test_measures:BROKEN"
    folder = install_plugin(tmp_path / "site", "mj_notebook.measures", "broken", target)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    files = pictures(store, 4)
    bad = next(iter(files))
    files[bad].write_bytes(b"\x89PNG\r\n\x1a\nhalf")
    measured = measure_pictures(store, files.items(), measures_named(["hash", "broken", "listed"]))
    assert sorted(measured.found) == sorted(set(files) - {bad})
    assert all(set(values) == {"hash"} for values in measured.found.values())
    reasons = {(one.name, one.why) for one in measured.failed if one.sha256 != bad}
    assert ("broken", "ValueError: no sound in RGB") in reasons
    assert any(name == "listed" and "one number or text" in why for name, why in reasons)
    assert "4 pictures · 4 measured now" in repr(measured)
    assert [one.name for one in measured.failed if one.sha256 == bad] == [""]


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
from mj_notebook.experiments.measures import measure_pictures, measures_named
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


def test_an_unknown_measure_is_refused() -> None:
    """With those there are."""
    with pytest.raises(UsageError, match="no measure 'beauty'") as refused:
        measures_named(["hash", "beauty"])
    assert "sharpness" in str(refused.value)


@pytest.mark.parametrize("target", ["no.such:thing", "tests.experiments.test_measures:pictures"])
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
