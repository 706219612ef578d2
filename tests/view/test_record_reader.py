"""What a file tells of a task is levelled and limited before it is believed."""

import json
from typing import Any

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.view.record_reader import check_format, is_id, read_job, read_saved

TASK = {"id": "1760000000000042", "status": "SUCCESS", "action": "UPSCALE"}


def saved(**changes: Any) -> dict[str, Any]:
    """Return the record of a saved picture."""
    return {
        "format": "application/vnd.mj-notebook.task.v1+json",
        "picture": "ab",
        "number": None,
        "parents": ["17"],
        "job": {"prompt": "a red kite", "task": TASK},
        **changes,
    }


def test_a_record_is_read_whole() -> None:
    """Everything that saving writes has its place."""
    job = {
        "prompt": "a red kite",
        "step": "U2",
        "server": "p.example",
        "demo": True,
        "asked_at": 17.5,
        "seed": "4711",
        "size": [64, 48],
        "task": TASK,
    }
    found = read_saved(saved(job=job, number=3, custom_id="MJ::x"))
    assert found.task.id == TASK["id"]
    assert found.task.parent_id == "17"
    assert (found.prompt, found.step, found.custom_id) == ("a red kite", "U2", "MJ::x")
    assert (found.server, found.is_demo) == ("p.example", True)
    assert (found.asked_at, found.seed, found.size) == (17.5, "4711", (64, 48))
    assert (found.picture, found.number, found.parents) == ("ab", 3, ("17",))


@pytest.mark.parametrize(
    ("key", "odd"),
    [
        ("asked_at", "soon"),
        ("asked_at", -1),
        ("asked_at", 10**400),
        ("asked_at", True),
        ("prompt", 7),
        ("step", None),
        ("server", []),
        ("seed", {}),
        ("size", [1]),
        ("size", "ab"),
        ("size", [0, 5]),
        ("size", [10**9, 5]),
        ("size", [True, None]),
    ],
)
def test_odd_values_are_no_values(key: str, odd: object) -> None:
    """A value of another kind is as good as none; the rest is read."""
    found = read_saved(saved(job={"task": TASK, key: odd}))
    assert getattr(found, key) in (None, "")
    assert found.task.id == TASK["id"]


@pytest.mark.parametrize("number", [0, 5, -1, "2", 2.0, None])
def test_only_four_tiles_there_are(number: object) -> None:
    """Any other number is the whole picture."""
    assert read_saved(saved(number=number)).number == 0


@pytest.mark.parametrize("parents", [None, "17", [1, None, "../x"], {}])
def test_odd_parents_are_none(parents: object) -> None:
    """What can't be an id is no parent."""
    assert read_saved(saved(parents=parents)).parents == ()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/admin",
        "https://evil.example/x.png",
        "file:///etc/passwd",
        "http://cdn.discordapp.com/x.png",
        "https://cdn.discordapp.com@evil.example/x.png",
        "https://me:pw@cdn.discordapp.com/x.png",
        "/attachments/x.png",
        "https://[",
        "",
    ],
)
def test_addresses_of_anybody_are_dropped(url: str) -> None:
    """A file never decides whom we ask: only Midjourney's own shops of pictures stay."""
    found = read_saved(saved(job={"task": {**TASK, "imageUrl": url, "imageUrls": [url] * 4}}))
    assert (found.task.image_url, found.task.image_urls) == (None, None)


def test_a_public_address_stays() -> None:
    """What anybody may fetch can still be fetched."""
    url = "https://cdn.midjourney.com/1/0_0.png"
    assert read_saved(saved(job={"task": {**TASK, "imageUrl": url}})).task.image_url == url


def test_impossible_times_are_none() -> None:
    """Times beyond all calendars would break whatever shows them."""
    task = read_saved(saved(job={"task": {**TASK, "finishTime": 10**18, "startTime": -5}})).task
    assert (task.finish_time, task.start_time) == (None, None)


@pytest.mark.parametrize(
    "name", [None, 1, "", "text/html", "application/vnd.mj-notebook.task+json"]
)
def test_other_formats_are_not_ours(name: object) -> None:
    """A record names its format."""
    with pytest.raises(UsageError, match="not one of ours"):
        check_format(name)


def test_a_newer_format_asks_for_a_newer_version() -> None:
    """The sentence says which, and what to do."""
    with pytest.raises(UsageError, match="version 12") as caught:
        check_format("application/vnd.mj-notebook.task.v12+json")
    assert "pip install -U" in caught.value.hint


@pytest.mark.parametrize(
    "job", [None, [], {}, {"task": None}, {"task": {"id": ""}}, {"task": {"id": "a/b"}}, "x"]
)
def test_without_a_task_there_is_nothing(job: object) -> None:
    """An id that could lead elsewhere in an address is none."""
    with pytest.raises(UsageError, match="names no task"):
        read_job(job)


def test_ids_are_plain() -> None:
    """Letters, digits, and the signs that ids of the family have."""
    assert all(map(is_id, ("1760000000000042", "task_a-b:c.d", "0f-1e")))
    assert not any(map(is_id, ("", "a b", "a/b", "a?b", "é", None, 7, "x" * 201)))
    assert json.dumps(TASK)
