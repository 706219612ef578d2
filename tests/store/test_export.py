"""History in CSV and Parquet files, both ways."""

import csv
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mj_notebook.errors import UsageError
from mj_notebook.store.history import Store
from mj_notebook.store.listing import Listing
from tests.store.listings import NOW, ids, kites, listing
from tests.store.making import SERVER, accepted, intend


def _read(path: Path) -> Listing:
    return Listing.read(path, now=lambda: NOW)


def test_csv_gives_everything_back(store: Store, tmp_path: Path) -> None:
    """Types, unknowns, line breaks, quotes, other scripts."""
    found = odd(store)
    path = found.to_csv(tmp_path / "h.csv")
    assert list(_read(path)) == list(found)
    assert _read(path).to_pandas().equals(found.to_pandas())


def odd(store: Store) -> Listing:
    """Write tasks with texts that files may spoil."""
    kites(store)
    accepted(store, "5", prompt="=1+1 \"quoted\", 'and'\nsecond 风筝 🪁", asked_at=1400.0)
    accepted(store, "6", prompt="x --niji 6 --chaos 0 --iw 1.5 --v 7 --raw", asked_at=1400.0)
    store.annotate(SERVER, "1", cost=0.1, rating=3)
    store.annotate(SERVER, "2", notes="'=x")
    return listing(store)


def test_csv_is_for_pandas_too(store: Store, tmp_path: Path) -> None:
    """What is empty is unknown there, as for us; numbers and times are read as such."""
    found = odd(store)
    store.annotate(SERVER, "1", notes="")
    frame = pd.read_csv(found.to_csv(tmp_path / "h.csv"), parse_dates=["asked"])
    assert frame["rating"].max() == 3
    assert frame["asked"].max() == pd.Timestamp(1400, unit="s", tz="UTC")
    assert frame["ran"].max() == 41
    assert frame["notes"].isna().sum() == 5


def test_a_task_that_stands_twice_in_a_file_is_one(store: Store, tmp_path: Path) -> None:
    """As when two exports were joined; of two records the upper one counts."""
    path = kites(store).to_csv(tmp_path / "h.csv")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[1].replace("whale", "shark"), *lines[1:]]) + "\n")
    assert ids(_read(path)) == "4321"
    assert _read(path)[0]["prompt"] == "a blue whale --seed 7"


def test_no_cell_begins_like_a_formula(store: Store, tmp_path: Path) -> None:
    """Spreadsheets run what begins so, and prompts may come from anybody."""
    for number, sign in enumerate("=+-@\t"):
        accepted(store, str(number), prompt=f"{sign}HYPERLINK(1)")
    with listing(store).to_csv(tmp_path / "h.csv").open(newline="") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


@pytest.mark.parametrize(
    "wanted",
    [
        {"text": "kite"},
        {"text": "筝"},
        {"text": "red ki"},
        {"status": "open"},
        {"status": ["failure", "open"]},
        {"since": 1100},
        {"until": 1100},
        {"rating": 3},
        {"mode": "fast"},
        {"parent": "1"},
        {"server": "elsewhere"},
        {"action": "upscale"},
        {"limit": 2},
    ],
)
def test_filters_mean_the_same_in_a_file(
    store: Store, tmp_path: Path, wanted: dict[str, Any]
) -> None:
    """Who got the file asks as its owner does."""
    found = kites(store)
    store.annotate(SERVER, "1", rating=3)
    read = _read(found.to_csv(tmp_path / "h.csv"))
    assert ids(read.where(**wanted)) == ids(found.where(**wanted))
    assert ids(read[1:3].where(**wanted)) == ids(found[1:3].where(**wanted))


def test_a_file_of_nothing_is_a_history_of_nothing(store: Store, tmp_path: Path) -> None:
    """It can be written and read."""
    read = _read(listing(store).to_csv(tmp_path / "h.csv"))
    assert list(read) == []
    assert len(read.to_pandas()) == 0


def test_columns_of_ones_own_are_left_out(store: Store, tmp_path: Path) -> None:
    """A file that went through a spreadsheet has more, fewer or moved columns."""
    path = kites(store).to_csv(tmp_path / "h.csv")
    frame = pd.read_csv(path, dtype=str)
    frame["mine"] = "x"
    frame[["mine", "prompt", "task"]].to_csv(path, index=False)
    found = _read(path)
    assert ids(found) == "4321"
    assert "mine" not in found[0]
    assert found[0]["status"] is None


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", b"task,asked\n1\n", b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n", b'task\n"x'],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """With one sentence, whatever it is."""
    path = tmp_path / "h.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"h\.csv holds no history"):
        _read(path)


def test_a_wrong_value_is_told_with_its_line(tmp_path: Path) -> None:
    """A person can go there and mend it."""
    path = tmp_path / "h.csv"
    path.write_text("task,asked\n1,2026-01-01T00:00:00Z\n2,soon\n")
    with pytest.raises(UsageError, match=r"Line 3 of h\.csv has 'soon' as asked"):
        _read(path)


def test_a_missing_file_and_a_missing_folder_are_told(store: Store, tmp_path: Path) -> None:
    """Neither is a traceback."""
    with pytest.raises(UsageError, match="can't be read: no such file"):
        _read(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="can't be written: no such file"):
        listing(store).to_csv(tmp_path / "none" / "h.csv")


def test_parquet_works_where_its_library_is(store: Store, tmp_path: Path) -> None:
    """With pyarrow everything comes back; without it one sentence says what to install."""
    found = odd(store)
    store.annotate(SERVER, "1", notes="")
    if find_spec("pyarrow") is None:
        with pytest.raises(UsageError, match="pyarrow is not installed"):
            found.to_parquet(tmp_path / "h.parquet")
        assert list(tmp_path.glob("h.parquet*")) == []
    else:
        read = _read(found.to_parquet(tmp_path / "h.parquet"))
        assert list(read) == list(found)
        assert ids(read.where(text="kite")) == ids(found.where(text="kite"))


def test_without_pandas_records_work_and_frames_say_what_to_install(tmp_path: Path) -> None:
    """A program that only looks needs no pandas, and CSV needs none."""
    code = """
import sys
from pathlib import Path
from typing import Any
sys.modules["pandas"] = sys.modules["pyarrow"] = None
from tests.store.listings import kites
from mj_notebook.errors import UsageError
from mj_notebook.store.history import Store
from mj_notebook.store.listing import Listing
folder = Path(sys.argv[1])
with Store(folder) as store:
    found = kites(store)
    assert len(Listing.read(found.to_csv(folder / "h.csv"))) == len(found) == 4
    for way in (found.to_pandas, lambda: found.to_parquet(folder / "h.parquet")):
        try:
            way()
        except UsageError as error:
            print(error)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    no_pandas = 'pandas is not installed. Run pip install "mj-notebook[pandas]", or go through'
    no_pyarrow = (
        'pyarrow is not installed, and Parquet needs it. Run pip install "mj-notebook[parquet]"'
    )
    assert ran.stdout.splitlines() == [
        f"{no_pandas} the records themselves.",
        f"{no_pyarrow}, or use CSV.",
    ]


def test_requests_of_unknown_fate_come_back_from_a_file(store: Store, tmp_path: Path) -> None:
    """They have no task, stand in their order, and are what is asked for as unknown."""
    kites(store)
    doubt = intend(store, prompt="a lost kite --s 50", asked_at=1500.0, tag="mj-9", mode="fast")
    store.mark_unknown(doubt, "the line broke", 1501.0)
    unknown = listing(store).where(status="unknown")
    read = _read(unknown.to_csv(tmp_path / "unknown.csv"))
    assert list(read) == list(unknown)
    assert list(read.where(status="unknown")) == list(unknown)
    both = tmp_path / "both.csv"
    rows = listing(store).to_csv(both).read_text().splitlines()
    alone = tmp_path / "unknown.csv"
    frame = pd.concat([pd.read_csv(alone, dtype=str), pd.read_csv(both, dtype=str)])
    frame.to_csv(both, index=False)
    found = _read(both)
    assert len(found) == len(rows)
    assert found[0]["status"] == "UNKNOWN"
    assert [one["prompt"] for one in found.where(status="unknown")] == ["a lost kite --s 50"]
    assert ids(found.where(status="success")) == "21"


def test_a_file_without_requests_in_doubt_has_none(store: Store, tmp_path: Path) -> None:
    """What a file tells of requests is that they were taken."""
    read = _read(kites(store).to_csv(tmp_path / "h.csv"))
    assert len(read) == 4
    assert len(read.where(status="unknown")) == 0
