"""History as a lazy sequence of flat records."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mj_notebook.errors import UsageError
from mj_notebook.prompt.parameters import living_names
from mj_notebook.protocol.models import Task
from mj_notebook.store.columns import COLUMNS, COMMON_PARAMETERS, NAMES, PARAMETER_TYPES
from mj_notebook.store.filters import read_filters
from mj_notebook.store.history import Store
from tests.store.listings import NOW, drawn, ids, kites, listing
from tests.store.making import SERVER, accepted
from tests.support.reads import statements


@pytest.fixture(scope="class")
def of_kites(kept: Store) -> Store:
    """Return a history of four tasks."""
    kites(kept)
    return kept


@pytest.fixture(scope="class")
def of_rated_kites(kept: Store) -> Store:
    """Return the same, rated and with tags."""
    kites(kept)
    keys = {number: (SERVER, number) for number in "123"}
    kept.annotations.rate([keys["3"]], 4)
    kept.annotations.rate([keys["2"]], 5)
    kept.annotations.tag([keys["1"], keys["3"]], "Cover")
    kept.annotations.tag([keys["1"]], "red")
    return kept


def test_a_record_holds_request_and_task_flat(store: Store) -> None:
    """What was asked, what came of it, times in UTC, the parameters that were used."""
    record = kites(store)[3]
    assert record["asked"] == datetime.fromtimestamp(1000, UTC)
    assert (record["queued"], record["ran"]) == (timedelta(seconds=1), timedelta(seconds=41))
    told = {
        "task": "1",
        "server": SERVER,
        "action": "IMAGINE",
        "status": "SUCCESS",
        "prompt": "a red kite --ar 3:2 --s 250",
        "mode": "fast",
        "request": "Imagine",
        "seed": 42,
        "aspect": "3:2",
        "stylize": 250,
        "version": "7",
        "tile": None,
        "tiles": 4,
        "parent": None,
        "button": None,
        "state": "mj-1",
    }
    assert {name: record[name] for name in told} == told
    assert record["file"] == f"pictures/{record['sha256'][:2]}/{record['sha256']}.png"
    assert (store.folder / record["file"]).is_file()


def test_a_press_tells_its_button_and_parent(store: Store) -> None:
    """As the button was called, not as it is numbered."""
    record = kites(store)[2]
    assert (record["parent"], record["button"], record["action"]) == ("1", "U2", "UPSCALE")


def test_all_records_have_the_same_keys(store: Store) -> None:
    """So that any table takes them, whichever comes first."""
    found = kites(store)
    assert len({tuple(record) for record in found}) == 1
    assert tuple(found[0]) == tuple(found[0:1][0]) or set(found[0]) > set(found[0:1][0])
    assert {"aspect", "stylize", "version", "tile"} <= set(found[0])


def test_the_newest_is_first_by_the_time_it_was_asked(store: Store) -> None:
    """Also when an old task is taken over later."""
    found = kites(store)
    assert ids(found) == "4321"
    store.save_tasks([(SERVER, drawn("0", submitTime=1_150_000))])
    assert ids(listing(store)) == "43021"
    assert ids(found) == "4321"


def test_a_list_is_a_sequence(store: Store) -> None:
    """Length, places from both ends, slices that are lists again."""
    found = kites(store)
    assert len(found) == 4
    assert found[-1]["task"] == "1"
    assert ids(found[1:3]) == "32"
    assert ids(found[:2].where(action="imagine")) == "3"
    assert ids(found[::2]) == "42"
    assert [record["task"] for record in reversed(found)] == list("1234")
    with pytest.raises(IndexError):
        _ = found[4]


def test_the_beginning_of_a_long_list_is_read_alone(file_store: Store) -> None:
    """The newest twenty of a million cost what those of a thousand do."""
    kites(file_store)
    with statements(file_store) as ran:
        assert ids(listing(file_store)[:2]) == "43"
    assert ran
    assert all("LIMIT 2" in text or "json_each" in text for text in ran)


class TestKites:
    """What is asked of the same four tasks, which nobody here changes."""

    @pytest.mark.parametrize(
        ("begin", "end", "step", "expected"),
        [
            (None, 2, None, "43"),
            (1, 3, None, "32"),
            (0, 9, 2, "42"),
            (2, 2, None, ""),
            (-3, 9, 1, "321"),
            (None, -1, None, "432"),
            (3, None, -1, "1234"),
        ],
    )
    def test_a_slice_of_a_list_that_nobody_counted(
        self, of_kites: Store, begin: int | None, end: int | None, step: int | None, expected: str
    ) -> None:
        """It has the same tasks as one of a list that is known."""
        assert ids(listing(of_kites)[begin:end:step]) == expected
        assert ids(listing(of_kites).where(limit=3)[:9]) == "432"

    @pytest.mark.parametrize(
        ("wanted", "expected"),
        [
            ({"action": "imagine"}, "31"),
            ({"action": ["IMAGINE", "upscale"]}, "321"),
            ({"status": "success"}, "21"),
            ({"status": "done"}, "21"),
            ({"status": "open"}, "4"),
            ({"status": ("failed", "open")}, "43"),
            ({"server": "elsewhere"}, "4"),
            ({"parent": "1"}, "2"),
            ({"mode": "FAST"}, "1"),
            ({"since": 1100}, "432"),
            ({"until": 1100}, "1"),
            ({"since": "15 min"}, "432"),
            ({"limit": 2}, "43"),
            ({"limit": np.int64(2)}, "43"),
            ({"rating": 1}, ""),
            ({"text": "kite", "status": "success"}, "21"),
        ],
    )
    def test_filters_narrow(self, of_kites: Store, wanted: dict[str, Any], expected: str) -> None:
        """Each alone and several together; words of people for what servers say."""
        assert ids(listing(of_kites).where(**wanted)) == expected

    def test_filters_are_chained(self, of_kites: Store) -> None:
        """All must hold, and the limit is taken last."""
        found = listing(of_kites)
        assert ids(found.where(action="imagine").where(status="success")) == "1"
        assert ids(found.where(limit=1).where(status="success")) == "2"
        assert ids(found.search("kite").search("dune")) == "3"
        assert ids(found.where(status="success").where(status="failure")) == ""

    @pytest.mark.parametrize(
        "wanted",
        [
            {"action": 3},
            {"status": []},
            {"server": ""},
            {"since": "soon"},
            {"limit": -1},
            {"limit": 0},
            {"limit": True},
            {"rating": "good"},
            {"text": "  "},
            {"text": 5},
            {"text": '"" - !'},
            {"since": "2026", "until": "2025"},
        ],
    )
    def test_a_wish_that_makes_no_sense_is_refused(
        self, of_kites: Store, wanted: dict[str, Any]
    ) -> None:
        """With one sentence and an example, before anything is looked for."""
        with pytest.raises(UsageError) as raised:
            listing(of_kites).where(**wanted)
        assert raised.value.hint

    @pytest.mark.parametrize(
        ("wanted", "said"),
        [
            ({"colour": 1}, "no option 'colour'"),
            ({"s": "much"}, "'much' is no value of s"),
            ({"v": "x"}, "'x' is no version"),
            ({"action": "nope"}, "no action 'nope'"),
            ({"s": []}, "empty"),
            ({"raw": "yes"}, "True or False"),
            ({"s": 1, "stylize": 2}, "twice"),
            ({"seed": float("nan")}, "no value"),
            ({"sort": "stylise"}, "'stylize'"),
            ({"sort": "seed down"}, "seed down"),
            ({"sort": 7}, "sort can.t be 7"),
            ({"rating": 6}, "no rating"),
            ({"rating": True}, "no rating"),
            ({"tag": "a, b"}, "no tag"),
        ],
    )
    def test_what_can_not_be_wanted_is_told(
        self, of_kites: Store, wanted: dict[str, Any], said: str
    ) -> None:
        """In one sentence, before anything is looked for."""
        with pytest.raises(UsageError, match=said):
            listing(of_kites).where(**wanted)


class TestRatedKites:
    """The same, rated and with tags."""

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ({"s": 250}, "1"),
            ({"stylize": "250.0"}, "1"),
            ({"ar": "3:2"}, "1"),
            ({"v": 7}, "1"),
            ({"version": ["7", "niji6"]}, "1"),
            ({"seed": 7}, "4"),
            ({"seed": [7, 42]}, "41"),
            ({"tile": True}, "3"),
            ({"tile": False}, "421"),
            ({"s": 25}, ""),
            ({"s": None}, "4321"),
            ({"tag": "cover"}, "31"),
            ({"tag": ["Red ", "blue"]}, "1"),
            ({"tag": "cove"}, ""),
            ({"rating": 4}, "32"),
            ({"rating": 0}, "41"),
            ({"sort": "rating"}, "2341"),
            ({"sort": "rating asc"}, "3241"),
            ({"sort": "seed"}, "4132"),
            ({"sort": "seed desc"}, "1432"),
            ({"sort": "asked asc"}, "1234"),
            ({"sort": "prompt", "limit": 2}, "42"),
        ],
    )
    def test_what_a_person_wants_is_found(
        self, of_rated_kites: Store, wanted: dict[str, Any], found: str
    ) -> None:
        """By parameters of the prompt, by rating and tag; what has no value sorts last."""
        assert ids(listing(of_rated_kites).where(**wanted)) == found


def test_since_and_until_of_one_month_are_that_month() -> None:
    """The same word has a begin and an end."""
    filters = read_filters(now=NOW, since="2026-01", until="2026-01")
    assert filters.since is not None
    assert filters.until is not None
    assert filters.until - filters.since == pytest.approx(31 * 86400, abs=7200)


def test_notes_ratings_and_costs_are_kept_beside_the_task(store: Store) -> None:
    """One at a time, and found again."""
    found = kites(store)
    assert store.annotate(SERVER, "1", rating=4, notes="for the cover")
    assert store.annotate(SERVER, "1", cost=0.5)
    assert not store.annotate(SERVER, "99", rating=4)
    record = found[3]
    assert (record["rating"], record["notes"], record["cost"]) == (4, "for the cover", 0.5)
    assert ids(listing(store).where(rating=4)) == ids(listing(store).search("cover")) == "1"
    store.save_tasks([(SERVER, drawn("1"))])
    assert listing(store)[3]["notes"] == "for the cover"


def test_tasks_of_one_group_stand_together(store: Store) -> None:
    """A prompt without its parameters is one; groups and tasks keep their order."""
    accepted(store, "5", prompt="A blue whale --s 0", asked_at=900.0)
    accepted(store, "6", prompt="a blue whale --s 9", asked_at=800.0)
    kites(store)
    found, groups = listing(store).grouped("prompt")
    assert groups == [
        ("a blue whale", 2),
        ("风筝 在沙丘上", 1),
        ("a red kite", 2),
        ("A blue whale", 1),
    ]
    assert ids(found) == "463215"
    by_mode, modes = listing(store).where(sort="asked asc").grouped("mode")
    assert (ids(by_mode), modes) == ("652341", [("", 5), ("fast", 1)])
    with pytest.raises(UsageError):
        found.grouped("colour")


def test_the_prompts_seed_stands_in_for_one_the_server_told(store: Store) -> None:
    """Known is better than asked; asked is better than nothing."""
    assert [record["seed"] for record in kites(store)] == [7, None, None, 42]


def test_no_secret_of_an_address_is_in_a_record(store: Store) -> None:
    """Records are handed on: user names, passwords and keys stay behind."""
    accepted(store, "1", prompt="https://me:canary@a.example/1.png?token=canary kite")
    store.save_tasks(
        [(SERVER, drawn("1", status="FAILURE", failReason="https://u:canary@x.example refused"))]
    )
    (record,) = listing(store)
    assert "canary" not in repr(record)
    assert record["prompt"] == "https://a.example/1.png?token= kite"


def test_a_parameter_of_a_prompt_replaces_no_column(store: Store) -> None:
    """A prompt may name anything; only known parameters get a column."""
    accepted(store, "1", prompt="kite --task 9 --prompt x --cost 3 --foo 1 --s much --no a, b")
    (record,) = listing(store)
    assert (record["task"], record["cost"], record["stylize"], record["no"]) == (
        "1",
        None,
        None,
        "a, b",
    )
    assert "foo" not in record
    assert not (living_names() - {"seed"}) & set(NAMES)
    assert set(PARAMETER_TYPES) == living_names() | {column.name for column in COLUMNS}


def test_times_no_calendar_has_are_unknown(store: Store) -> None:
    """A server may send seconds for milliseconds, or nonsense."""
    far = 10**18
    store.save_tasks([(SERVER, drawn("1", submitTime=1_000, startTime=0, finishTime=far))])
    found = listing(store)
    assert (found[0]["finished"], found[0]["started"], found[0]["ran"]) == (None, None, None)
    assert found.to_pandas()["finished"].isna().all()
    # Since a machine began: no picture takes 57 years.
    store.save_tasks([(SERVER, drawn("2", startTime=5_000_000))])
    assert [record["ran"] for record in listing(store)] == [None, None]


def test_describe_and_shorten_have_no_parameters_of_their_answers(store: Store) -> None:
    """What they say about prompts was not drawn."""
    said = {"finalPrompt": "1️⃣ a kite --ar 7:4"}
    store.save_tasks(
        [
            (SERVER, drawn("1", action="DESCRIBE", prompt="a kite --ar 7:4", properties=said)),
            (SERVER, drawn("2", action="SHORTEN", prompt="a long kite", properties=said)),
        ]
    )
    assert all("aspect" not in record and record["tiles"] == 0 for record in listing(store))


def test_pictures_come_one_by_one(store: Store) -> None:
    """Four for a grid, with their parts of the file; what has no picture is left out."""
    found = kites(store).images()
    assert [(image["task"], image["tile"]) for image in found] == [("1", n) for n in (1, 2, 3, 4)]
    boxes = [(image["left"], image["top"], image["right"], image["bottom"]) for image in found]
    assert boxes == [(0, 0, 0.5, 0.5), (0.5, 0, 1, 0.5), (0, 0.5, 0.5, 1), (0.5, 0.5, 1, 1)]
    store.save_picture(SERVER, "2", b"\x89PNG\r\n\x1a\nother", url="", at=1.0)
    assert [image["tile"] for image in listing(store).where(parent="1").images()] == [0]


def test_pandas_takes_it_as_it_is(store: Store) -> None:
    """A sequence of records needs no helper."""
    found = kites(store)
    frame = pd.DataFrame(found)  # type: ignore[call-overload,unused-ignore]  # any sequence
    assert list(frame["task"]) == ["4", "3", "2", "1"]
    assert list(frame.columns) == list(found[0])


def test_a_frame_has_types(store: Store) -> None:
    """Times in UTC, spans, whole numbers with gaps, flags."""
    frame = kites(store).to_pandas()
    types = {name: str(frame[name].dtype) for name in frame.columns}
    assert types["asked"] == types["finished"] == "datetime64[ms, UTC]"
    assert types["queued"] == types["ran"] == "timedelta64[ms]"
    assert (types["seed"], types["stylize"], types["cost"], types["tile"]) == (
        "Int64",
        "Int64",
        "float64",
        "boolean",
    )
    assert list(frame["ran"].dt.total_seconds().dropna()) == [41.0, 41.0, 41.0]
    assert list(frame.query("version == '7' and stylize >= 200")["task"]) == ["1"]


def test_a_frame_of_nothing_has_the_columns(store: Store) -> None:
    """What works with many works with none."""
    frame = listing(store).to_pandas()
    assert len(frame) == 0
    assert list(frame.columns) == [*NAMES, *COMMON_PARAMETERS]
    assert len(frame.query("version == '7' and stylize >= 500 and not raw")) == 0
    assert str(frame["asked"].dtype) == "datetime64[ms, UTC]"


def test_frame_columns_and_records_agree(store: Store) -> None:
    """Three ways out, one truth."""
    found = kites(store)
    columns = found.to_columns()
    assert [
        dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
    ] == (list(found))
    frame = found.to_pandas()
    assert list(frame.columns)[: len(columns)] == list(columns)
    # The rest are common parameters that none of these used.
    assert frame[frame.columns[len(columns) :]].isna().all(axis=None)
    assert list(found[1:3].to_pandas()["task"]) == ["3", "2"]


def test_long_lists_come_in_parts(store: Store) -> None:
    """More than one page, none twice, none left out."""
    store.save_tasks(
        [(SERVER, Task(id=str(n), status="SUCCESS", submit_time=n + 1)) for n in range(1234)]
    )
    found = listing(store)
    assert [record["task"] for record in found] == [str(n) for n in reversed(range(1234))]
    assert len(found[100:900].to_pandas()) == 800
