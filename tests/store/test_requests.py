"""What was asked is written down before it is sent, and what came of it after."""

from base64 import b64encode
from hashlib import sha256

import pytest

from mj_notebook.errors import StoreError
from mj_notebook.protocol.media import data_url
from mj_notebook.store.history import Store
from tests.store.making import PNG, SERVER, accepted, again, intend, task


def test_an_intent_is_on_disk_before_anything_is_sent(store: Store) -> None:
    """Another connection sees it at once, with all that is needed to look for its task."""
    intent = intend(store, record={"prompt": "a red kite"}, parent_task="7", custom_id="MJ::x")
    with again(store) as other:
        (found,) = other.unsettled(SERVER)
    assert found == (
        intent,
        SERVER,
        "Imagine",
        "a red kite",
        "mj-1",
        "intended",
        "7",
        "MJ::x",
        1000.5,
        {"prompt": "a red kite"},
        None,
    )


def test_an_accepted_request_is_an_open_task(store: Store) -> None:
    """With its id and the facts of its request, before any snapshot was seen."""
    intent = accepted(store, "17")
    (found,) = store.open_tasks(SERVER)
    assert (found.task.id, found.task.status, found.task.prompt) == (
        "17",
        "NOT_START",
        "a red kite",
    )
    assert (found.intent, found.kind, found.tag, found.asked_at) == (
        intent,
        "Imagine",
        "mj-1",
        1000.5,
    )
    assert store.unsettled(SERVER) == []
    assert store.open_tasks("elsewhere") == []


def test_a_refused_request_is_settled(store: Store) -> None:
    """Nothing is open and nothing unsettled after a no."""
    store.mark_refused(intend(store), "prompt不能为空", 1001.0)
    assert store.unsettled(SERVER) == []
    assert store.open_tasks(SERVER) == []


def test_the_newest_request_tells_whether_it_was_refused(store: Store) -> None:
    """One that was asked for again since then is looked for in its own way."""
    first = intend(store, content_key="kite")
    assert store.refused("kite") is None
    store.mark_refused(first, "no", 1001.0)
    found = store.refused("kite")
    assert found is not None
    assert (found.intent, found.state) == (first, "refused")
    intend(store, content_key="kite")
    assert store.refused("kite") is None


def test_an_unknown_outcome_stays_to_be_looked_for(store: Store) -> None:
    """Until it is found after all, or refused."""
    first, second = intend(store), intend(store, tag="mj-2")
    store.mark_unknown(first, "the line broke", 1001.0)
    store.mark_unknown(second, "the line broke", 1001.0)
    assert [(found.intent, found.state) for found in store.unsettled(SERVER)] == [
        (first, "unknown"),
        (second, "unknown"),
    ]
    store.mark_accepted(first, "17", 1002.0)
    store.mark_refused(second, "not there", 1002.0)
    assert store.unsettled(SERVER) == []
    assert [found.task.id for found in store.open_tasks(SERVER)] == ["17"]


def test_what_was_accepted_is_not_taken_back(store: Store) -> None:
    """A late error of another thread must not hide a task that is being paid for."""
    intent = accepted(store, "17")
    store.mark_refused(intent, "late", 1002.0)
    store.mark_unknown(intent, "later", 1003.0)
    assert [found.task.id for found in store.open_tasks(SERVER)] == ["17"]
    assert store.unsettled(SERVER) == []


def test_one_request_may_make_several_tasks(store: Store) -> None:
    """Imagining all four descriptions is one press and four ids."""
    intent = accepted(store, "1")
    for task_id in ("2", "3", "4"):
        store.mark_accepted(intent, task_id, 1001.0)
    assert [found.task.id for found in store.open_tasks(SERVER)] == ["1", "2", "3", "4"]
    assert {found.intent for found in store.open_tasks(SERVER)} == {intent}


def test_the_answer_to_a_window_goes_on_with_its_task(store: Store) -> None:
    """Press and answer are two requests of one task, which keeps the press as its own."""
    press = accepted(store, "17", kind="Action", parent_task="7", custom_id="MJ::CustomZoom::h")
    accepted(store, "17", kind="Modal", prompt="a red kite --zoom 1.5")
    (found,) = store.open_tasks(SERVER)
    assert (found.intent, found.kind, found.parent_task) == (press, "Action", "7")


def test_a_task_that_existed_already_is_not_opened_again(store: Store) -> None:
    """What was final stays final, and gets the request that asked for it."""
    store.save_tasks([(SERVER, task("17"))])
    accepted(store, "17")
    assert store.open_tasks(SERVER) == []
    found = store.task("17")
    assert found is not None
    assert found.kind == "Imagine"


def test_a_task_that_was_named_wrongly_gets_its_own_name(store: Store) -> None:
    """It stays one task, with its request and what is thought of it."""
    intent = accepted(store, "177")
    store.annotate(SERVER, "177", rating=4)
    store.mark_renamed(intent, SERVER, "177", "176", 1003.0)
    (found,) = store.open_tasks(SERVER)
    assert (found.task.id, found.intent, found.annotation.rating) == ("176", intent, 4)
    assert store.task("177") is None


def test_a_wrong_name_of_what_is_known_already_takes_its_place_from_nobody(store: Store) -> None:
    """Another kernel may have opened the task meanwhile: it gets the request, and stays one."""
    intent = accepted(store, "177")
    store.save_tasks([(SERVER, task("176", "IN_PROGRESS"))])
    store.mark_renamed(intent, SERVER, "177", "176", 1003.0)
    known = store.task("176")
    assert known is not None
    assert known.intent == intent


def test_accepting_what_was_never_intended_is_an_error(store: Store) -> None:
    """It would be a task without a request; nothing is written."""
    with pytest.raises(StoreError):
        store.mark_accepted(99, "17", 1001.0)
    assert store.task("17") is None


def test_pictures_in_a_request_are_kept_as_their_hashes(store: Store) -> None:
    """Megabytes of base64 would slow down every submit; the hash says which picture it was."""
    bare = b64encode(PNG * 2000).decode()
    record = {
        "base64Array": [data_url(PNG, "image/png")],
        "maskBase64": bare,
        "accountFilter": {"modes": ["FAST"]},
        "chooseSameChannel": True,
    }
    intend(store, record=record)
    (found,) = store.unsettled(SERVER)
    assert found.record == {
        "base64Array": [f"sha256:{sha256(PNG).hexdigest()}"],
        "maskBase64": f"sha256:{sha256(PNG * 2000).hexdigest()}",
        "accountFilter": {"modes": ["FAST"]},
        "chooseSameChannel": True,
    }


def test_no_credentials_of_an_address_are_kept(file_store: Store) -> None:
    """A hook's user name, password or token stays out of every file."""
    intend(
        file_store, record={"notifyHook": "https://me:canary@h.example/hook?a=1&token=canary&b=2"}
    )
    (found,) = file_store.unsettled(SERVER)
    assert found.record == {"notifyHook": "https://h.example/hook?a=1&token=&b=2"}
    file_store.close()
    kept = b"".join(path.read_bytes() for path in file_store.folder.iterdir() if path.is_file())
    assert b"canary" not in kept


def test_a_prompt_is_kept_verbatim(store: Store) -> None:
    """Quotes, braces, line breaks and other scripts."""
    prompt = "{a} 'b' \"c\"\n风筝 🪁 --ar 16:9; DROP TABLE requests"
    intend(store, prompt=prompt)
    (found,) = store.unsettled(SERVER)
    assert found.prompt == found.record["prompt"] == prompt


def test_of_two_that_saw_the_same_the_first_is_written(store: Store) -> None:
    """What was asked since somebody looked keeps their request from being written."""
    assert store.latest_request("k-1") == 0
    first = intend(store, content_key="k-1", after=0)
    assert intend(store, content_key="k-1", after=0) == 0
    assert store.latest_request("k-1") == first
    assert intend(store, content_key="k-1", after=first) > first
    assert intend(store, content_key="k-2", after=0) > 0
    assert len(store.unsettled(SERVER, "k-1")) == 2
