"""Remix mode: more buttons ask for a prompt first (4.6)."""

import pytest

from tests.server.conftest import Serve


@pytest.mark.parametrize("is_on", [True, False])
@pytest.mark.parametrize(
    ("label", "of_grid", "action"),
    [
        ("🔄", True, "IMAGINE"),
        ("V2", True, "VARIATION"),
        ("Vary (Subtle)", False, "VARIATION"),
        ("Vary (Strong)", False, "VARIATION"),
        ("⬅️", False, "PAN"),
    ],
)
def test_some_buttons_ask_in_remix_mode(
    serve: Serve, label: str, action: str, *, is_on: bool, of_grid: bool
) -> None:
    """With it 21, and the answer's words are drawn; without it they begin at once."""
    wire = serve(remix=is_on)
    parent = wire.finished(wire.imagine())["id"] if of_grid else wire.single()
    reply = wire.press(parent, label)
    assert reply["code"] == (21 if is_on else 1)
    if is_on:
        assert reply["properties"]["finalPrompt"] == "a red kite --v 7.0"
        assert wire.task(reply["result"])["status"] == "MODAL"
        body = {"taskId": reply["result"], "prompt": "a blue boat"}
        reply = wire.post("/mj/submit/modal", body)
    task = wire.finished(reply)
    assert (task["action"], task["status"]) == (action, "SUCCESS")
    assert task["prompt"] == ("a blue boat" if is_on else "a red kite")
    assert wire.picture(task)


@pytest.mark.parametrize("label", ["U1", "Upscale (Subtle)", "Zoom Out 2x"])
def test_others_never_ask(serve: Serve, label: str) -> None:
    """U, enlarging and plain zooms begin at once, Remix mode or not."""
    wire = serve(remix=True)
    parent = wire.finished(wire.imagine())["id"] if label == "U1" else wire.single()
    assert wire.press(parent, label)["code"] == 1


def test_drawing_again_takes_the_shape_of_other_words(serve: Serve) -> None:
    """What is written in the window is drawn, --ar and all."""
    wire = serve(remix=True)
    window = wire.press(wire.finished(wire.imagine())["id"], "🔄")["result"]
    body = {"taskId": window, "prompt": "a blue boat --ar 2:1"}
    task = wire.finished(wire.post("/mj/submit/modal", body))
    assert task["imageWidth"] > task["imageHeight"] * 1.8
