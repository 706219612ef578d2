"""Windows: return code 21, status MODAL and their answers (A4, 4.6)."""

from tests.server.wire import ACCOUNT, Wire


def test_a_custom_zoom_opens_a_window(wire: Wire) -> None:
    """A4: code 21 and a new id in status MODAL; the answer continues the same id."""
    reply = wire.press(wire.single(), "Custom Zoom")
    assert (reply["code"], reply["description"]) == (21, "Waiting for window confirm")
    offered = {"finalPrompt": "a red kite --v 7.0", "remix": True}
    assert reply["properties"] == {**ACCOUNT, **offered}
    task = wire.task(reply["result"])
    assert (task["status"], task["progress"]) == ("MODAL", None)
    answer = {"taskId": reply["result"], "prompt": "a red kite --zoom 1.5"}
    confirmed = wire.post("/mj/submit/modal", answer)
    assert (confirmed["code"], confirmed["result"]) == (1, reply["result"])
    done = wire.finished(confirmed)
    assert (done["action"], done["status"]) == ("ZOOM", "SUCCESS")
    assert done["prompt"] == "a red kite --zoom 1.5"
    assert len(done["buttons"]) == 9


def test_a_window_answered_twice_changes_nothing(wire: Wire) -> None:
    """A repeated answer to a running task is met kindly, and without a prompt the offer holds."""
    reply = wire.press(wire.single(), "Custom Zoom")
    first = wire.post("/mj/submit/modal", {"taskId": reply["result"]})
    second = wire.post("/mj/submit/modal", {"taskId": reply["result"], "prompt": "other"})
    assert (first["code"], second["code"]) == (1, 1)
    assert second["result"] == reply["result"]
    assert wire.finished(first)["prompt"] == "a red kite --v 7.0"


def test_a_zoom_out_of_range_fails_as_the_bot_says(wire: Wire) -> None:
    """What the bot objects to is accepted and ends as FAILURE with its words."""
    window = wire.press(wire.single(), "Custom Zoom")["result"]
    reply = wire.post("/mj/submit/modal", {"taskId": window, "prompt": "a red kite --zoom 3"})
    task = wire.finished(reply)
    assert (task["status"], task["progress"], task["buttons"]) == ("FAILURE", "", [])
    assert task["failReason"].startswith("[Invalid parameter] ")


def test_windows_stand_outside_the_queue(wire: Wire) -> None:
    """A task in MODAL takes neither a core nor a place, and a full queue still opens windows."""
    picture = wire.single()
    windows = [wire.press(picture, "Custom Zoom") for _ in range(20)]
    assert {reply["code"] for reply in windows} == {21}
    codes = [wire.imagine()["code"] for _ in range(13)]
    assert codes == [1] * 4 + [22] * 9
    assert wire.press(picture, "Custom Zoom")["code"] == 21
    assert wire.post("/mj/submit/modal", {"taskId": windows[0]["result"]})["code"] == 23
    assert wire.task(windows[0]["result"])["status"] == "MODAL"
    assert len(wire.get("/mj/task/queue")) == 13
