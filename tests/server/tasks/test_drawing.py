"""A server with an engine behind it: tasks end when the engine says so, and nothing is lost."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mj_notebook.server.config import BackendChoice, Config
from mj_notebook.server.faults import read_fault
from tests.server.backends.engines.openai_api import OpenAIStandIn
from tests.server.backends.engines.stand_in import StandIn, opened, packed, png
from tests.server.backends.engines.table import ENGINES
from tests.server.backends.engines.web_ui import WebUIStandIn
from tests.server.clock import Clock
from tests.server.wire import Json, OnSocket, Wire
from tests.support.eventually import eventually

SIDE = 128
FINAL = {"SUCCESS", "FAILURE", "CANCEL"}


class Studio:
    """A server, its engine, and a line to it."""

    def __init__(self, stand_in: StandIn, stack: ExitStack, folder: Path | None = None) -> None:
        self.stand_in, self._stack = stand_in, stack
        self.folder = folder or Path()
        self._kept = folder
        self.clock = Clock()
        self.wire = self.serve(stand_in.choice())

    def serve(self, backend: BackendChoice, **more: Any) -> Wire:
        """Start a server, the second time on what the first has left."""
        config = Config(
            backend=backend,
            folder=self._kept,
            picture_side=SIDE,
            clock=self.clock,
            core_size=2,
            **more,
        )
        self.wire = self._stack.enter_context(Wire(OnSocket(config), self.clock))
        return self.wire

    def ended(self, reply: Json) -> Json:
        """Return a task once it is over."""
        return eventually(lambda: self.task(reply), lambda task: task["status"] in FINAL)

    def task(self, reply: Json) -> Json:
        """Return a task as it is."""
        return self.wire.task(reply["result"])

    def picture(self, task: Json) -> Image.Image:
        """Return the finished picture of a task."""
        return Image.open(BytesIO(self.wire.picture(task))).convert("RGB")

    def labels(self, task: Json) -> list[str]:
        """Return what stands on the buttons."""
        return [button["label"] or button["emoji"] for button in task["buttons"]]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Return what closes all that a test opens."""
    with ExitStack() as made:
        yield made


@pytest.fixture
def studio(stack: ExitStack, tmp_path: Path) -> Studio:
    """Return a server with a web UI behind it, and a folder."""
    return Studio(stack.enter_context(WebUIStandIn()), stack, tmp_path)


def test_a_task_ends_when_the_engine_has_drawn(studio: Studio) -> None:
    """The grid is the four pictures; its properties say what drew it, and no version is added."""
    task = studio.ended(studio.wire.imagine("a red kite --ar 3:2"))
    assert task["status"] == "SUCCESS"
    assert task["properties"]["engine"] == "The web UI"
    assert task["properties"]["finalPrompt"] == "a red kite --ar 3:2"
    grid = studio.picture(task)
    assert (task["imageWidth"], task["imageHeight"]) == grid.size
    assert grid.width / grid.height == pytest.approx(1.5, rel=0.15)
    asked = studio.stand_in.drawings("/sdapi/v1/txt2img")
    assert len(asked) == 4
    assert {one.json["prompt"] for one in asked} == {"a red kite"}


def test_what_is_picked_is_what_was_drawn(studio: Studio) -> None:
    """U2 is the second picture, to the pixel, and nobody draws it again."""
    grid = studio.ended(studio.wire.imagine())
    asked = len(studio.stand_in.asked)
    studio.clock.advance(1)
    reply = studio.wire.press(grid["id"], "U2")
    studio.clock.advance(10)
    picked = studio.task(reply)
    whole, one = studio.picture(grid), studio.picture(picked)
    box = (whole.width // 2, 0, whole.width, whole.height // 2)
    assert whole.crop(box).tobytes() == one.tobytes()
    assert len(studio.stand_in.asked) == asked
    content = studio.wire.picture(picked)
    assert b"Software" in content
    assert b"The web UI" in content
    assert picked["properties"]["engine"] == "The web UI"


def test_children_begin_with_the_pixels_of_their_parent(studio: Studio) -> None:
    """V sends the tile with a strength, Upscale (Subtle) a small one and twice the size."""
    grid = studio.ended(studio.wire.imagine())
    studio.ended(studio.wire.press(grid["id"], "V3"))
    sent = studio.stand_in.drawings("/sdapi/v1/img2img")
    assert len(sent) == 4
    assert {one.json["denoising_strength"] for one in sent} == {0.55}
    reply = studio.wire.press(grid["id"], "U1")
    studio.clock.advance(10)
    large = studio.ended(studio.wire.press(studio.task(reply)["id"], "Upscale (Subtle)"))
    assert studio.picture(large).size == (SIDE, SIDE)
    assert studio.stand_in.drawings("/sdapi/v1/img2img")[-1].json["denoising_strength"] == 0.2


def test_drawing_again_has_new_seeds(studio: Studio) -> None:
    """🔄 asks for the same words with other seeds."""
    grid = studio.ended(studio.wire.imagine("a kite --seed 5"))
    again = studio.ended(studio.wire.press(grid["id"], "🔄"))
    seeds = [one.json["seed"] for one in studio.stand_in.drawings("/sdapi/v1/txt2img")]
    assert seeds[:4] == [5, 6, 7, 8]
    assert len(set(seeds)) == 8
    assert studio.picture(again).tobytes() != studio.picture(grid).tobytes()


def test_a_region_and_its_surroundings(studio: Studio) -> None:
    """Vary (Region) and Zoom send masks, and keep what is not masked."""
    grid = studio.ended(studio.wire.imagine())
    reply = studio.wire.press(grid["id"], "U1")
    studio.clock.advance(10)
    single = studio.task(reply)
    before = studio.picture(single)
    window = studio.wire.press(single["id"], "Vary (Region)")
    mask = Image.new("RGB", before.size)
    mask.paste("white", (before.width // 2, 0, before.width, before.height))
    answer = {"taskId": window["result"], "prompt": "a blue fish"}
    body = {**answer, "maskBase64": f"data:image/png;base64,{packed(png(mask))}"}
    varied = studio.ended(studio.wire.post("/mj/submit/modal", body))
    left = (0, 0, before.width // 2, before.height)
    assert studio.picture(varied).crop(left).tobytes() == before.crop(left).tobytes()
    assert studio.stand_in.drawings("/sdapi/v1/img2img")[-1].json["prompt"] == "a blue fish"
    wide = studio.ended(studio.wire.press(single["id"], "Zoom Out 2x"))
    assert wide["status"] == "SUCCESS"
    pan = studio.ended(studio.wire.press(single["id"], "⬅️"))
    shown = studio.picture(pan)
    assert shown.width / shown.height == pytest.approx(1.5, rel=0.15)


def test_what_an_engine_can_not_do_is_not_offered(stack: ExitStack) -> None:
    """A model without edits leaves U and 🔄; pressing V all the same is refused."""
    stand_in = stack.enter_context(OpenAIStandIn())
    studio = Studio(stand_in, stack)
    studio.serve(stand_in.choice(model="dall-e-3"))
    grid = studio.ended(studio.wire.imagine())
    assert studio.labels(grid) == ["U1", "U2", "U3", "U4", "🔄"]
    custom_id = grid["buttons"][0]["customId"].replace("upsample", "variation")
    pressed = {"taskId": grid["id"], "customId": custom_id}
    assert studio.wire.post("/mj/submit/action", pressed)["code"] != 1


def test_parameters_without_effect_are_told_once(studio: Studio) -> None:
    """The first task that has one says so, and no later one."""
    first = studio.ended(studio.wire.imagine("a kite --weird 5 --ar 1:1 --fast"))
    assert first["properties"]["engineNotes"] == "--weird: no effect with The web UI."
    second = studio.ended(studio.wire.imagine("a kite --weird 7"))
    assert "engineNotes" not in second["properties"]


def test_why_an_engine_failed_is_the_fail_reason(studio: Studio) -> None:
    """In its own words, and the place in the queue is free again."""
    studio.stand_in.fault = "500"
    failed = studio.ended(studio.wire.imagine())
    assert failed["status"] == "FAILURE"
    assert "CUDA is full" in failed["failReason"]
    studio.stand_in.fault = ""
    assert studio.ended(studio.wire.imagine())["status"] == "SUCCESS"


def test_what_is_clear_to_fail_is_not_asked_for(studio: Studio) -> None:
    """A wrong parameter, or a fault on purpose, ends a task that no engine has heard of."""
    studio.serve(studio.stand_in.choice(), faults_on_request=True)
    for prompt in ("a kite --ar wide", "a kite [mj-fault: fail=46:out of paint]"):
        reply = studio.wire.imagine(prompt)
        studio.clock.advance(20)
        assert studio.task(reply)["status"] == "FAILURE"
    assert studio.stand_in.drawings("/sdapi/v1/txt2img") == []


def test_what_can_not_be_kept_is_told(studio: Studio, tmp_path: Path) -> None:
    """A disk without room is the reason, and not the engine."""
    (tmp_path / "references").write_text("a file where the folder should be")
    failed = studio.ended(studio.wire.imagine())
    assert failed["status"] == "FAILURE"
    assert "can't be kept" in failed["failReason"]


def test_a_picture_that_is_gone_is_not_made_up(studio: Studio, tmp_path: Path) -> None:
    """No other picture stands for it, and what would be made of it fails with a reason."""
    grid = studio.ended(studio.wire.imagine())
    for kept in (tmp_path / "references").iterdir():
        kept.unlink()
    url = grid["imageUrl"]
    assert studio.wire.ask("GET", url).status_code == 404
    varied = studio.ended(studio.wire.press(grid["id"], "V1"))
    assert "not kept any more" in varied["failReason"]


def test_cancelling_stops_the_engine(studio: Studio) -> None:
    """A task that runs is cancelled at the engine too; one that waits never gets there."""
    studio.stand_in.fault = "slow"
    running = studio.wire.imagine()
    assert studio.stand_in.begun.wait(10)
    studio.wire.post(f"/mj/task/{running['result']}/cancel", {})
    assert studio.stand_in.is_stopped.wait(10)
    assert studio.task(running)["status"] == "CANCEL"


def test_progress_is_shown_without_half_pictures(studio: Studio) -> None:
    """The engine's own share becomes the percentage; nothing is shown that it has not drawn."""
    studio.stand_in.fault = "slow"
    reply = studio.wire.imagine()
    task = eventually(
        lambda: studio.task(reply),
        lambda task: task["status"] == "IN_PROGRESS" and task["progress"],
    )
    assert task["imageUrl"] is None
    assert 0 <= int(task["progress"].rstrip("%")) < 100
    studio.stand_in.is_stopped.set()


def test_who_waits_gets_the_core_that_is_free(studio: Studio) -> None:
    """Two run at once; the third begins when one of them has ended."""
    replies = [studio.wire.imagine(f"kite {number}") for number in range(4)]
    assert [studio.ended(reply)["status"] for reply in replies] == ["SUCCESS"] * 4


def test_what_an_ended_server_had_drawn_is_told_of(studio: Studio) -> None:
    """Its task fails with a reason, and is not asked for again: it may have cost money."""
    studio.stand_in.fault = "slow"
    reply = studio.wire.imagine()
    assert studio.stand_in.begun.wait(10)
    line = studio.wire.line
    assert isinstance(line, OnSocket)
    line.runner.stop()
    assert list((studio.folder / "drawers").iterdir()) == []
    asked = len(studio.stand_in.drawings("/sdapi/v1/txt2img"))
    studio.serve(studio.stand_in.choice())
    task = studio.task(reply)
    assert task["status"] == "FAILURE"
    assert "has ended" in task["failReason"]
    assert len(studio.stand_in.drawings("/sdapi/v1/txt2img")) == asked


def test_another_server_on_the_folder_ends_nothing_that_runs(studio: Studio) -> None:
    """It sees that the first one is there, and what that draws goes on."""
    studio.stand_in.fault = "slow"
    reply = studio.wire.imagine()
    assert studio.stand_in.begun.wait(10)
    first = studio.wire
    studio.serve(BackendChoice())
    assert studio.task(reply)["status"] in {"SUBMITTED", "IN_PROGRESS"}
    studio.stand_in.fault = ""
    studio.stand_in.is_stopped.set()
    studio.wire = first
    assert studio.ended(reply)["status"] == "SUCCESS"


def test_pictures_outlive_the_engine(studio: Studio) -> None:
    """A server that paints shows what an engine drew before, and goes on with it by its means."""
    grid = studio.ended(studio.wire.imagine())
    before = studio.picture(grid).tobytes()
    line = studio.wire.line
    assert isinstance(line, OnSocket)
    line.runner.stop()
    studio.serve(BackendChoice())
    again = studio.task({"result": grid["id"]})
    assert studio.picture(again).tobytes() == before
    varied = studio.wire.finished(studio.wire.press(grid["id"], "V1"))
    assert varied["status"] == "SUCCESS"
    assert studio.picture(varied).size == studio.picture(again).size


@pytest.mark.parametrize("name", ENGINES)
def test_each_engine_stands_behind_a_server(name: str, stack: ExitStack, tmp_path: Path) -> None:
    """A grid and a variation, through the whole protocol."""
    stand_in = stack.enter_context(ENGINES[name](tmp_path))
    studio = Studio(stand_in, stack)
    studio.serve(stand_in.choice(model="tiny" if name == "openai" else ""))
    grid = studio.ended(studio.wire.imagine())
    assert grid["status"] == "SUCCESS", grid["failReason"]
    varied = studio.ended(studio.wire.press(grid["id"], "V1"))
    assert varied["status"] == "SUCCESS", varied["failReason"]
    assert studio.picture(varied).tobytes() != studio.picture(grid).tobytes()


def test_a_mix_up_gives_the_drawing_of_a_variation_to_the_new_grid(studio: Studio) -> None:
    """On demand, as with the painter; the variation itself never ends, and holds no core."""
    studio.serve(studio.stand_in.choice(), faults=(read_fault("mix-up"),))
    grid = studio.ended(studio.wire.imagine())
    studio.stand_in.fault = "slow"
    variation, again = (studio.wire.press(grid["id"], label) for label in ("V1", "🔄"))
    studio.stand_in.fault = ""
    studio.stand_in.is_stopped.set()
    taken = studio.ended(again)
    assert taken["status"] == "SUCCESS"
    others = [studio.wire.imagine(f"kite {number}") for number in range(3)]
    assert [studio.ended(other)["status"] for other in others] == ["SUCCESS"] * 3
    assert studio.task(variation)["status"] in {"SUBMITTED", "IN_PROGRESS"}
    # It shows what was drawn from the tile, and nothing that was drawn from the words alone.
    answers = map(studio.stand_in.answer, studio.stand_in.drawings("/sdapi/v1/img2img"))
    drawn = [opened(json.loads(answer.content)["images"][0]) for answer in answers]
    shown = studio.picture(taken)
    tile = shown.crop((0, 0, shown.width // 2, shown.height // 2))
    assert tile.tobytes() in [one.convert("RGB").resize(tile.size).tobytes() for one in drawn]


def test_a_number_that_no_picture_has_fails_without_the_engine(studio: Studio) -> None:
    """Where a server lets the bot fail for it, the engine is not asked for anything."""
    studio.serve(studio.stand_in.choice(), dialect="open")
    grid = studio.ended(studio.wire.imagine())
    change = {"taskId": grid["id"], "action": "VARIATION", "index": 7}
    reply = studio.wire.post("/mj/submit/change", change)
    studio.clock.advance(10)
    assert studio.ended(reply)["status"] == "FAILURE"
    assert studio.stand_in.drawings("/sdapi/v1/img2img") == []
