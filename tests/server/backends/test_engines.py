"""Each adapter against a stand-in of its engine: pixels, progress, and what goes wrong."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from mj_notebook.errors import SettingsError
from mj_notebook.prompt.parameters import long_name
from mj_notebook.prompt.parse import Prompt
from mj_notebook.server.backends.a1111 import A1111Backend
from mj_notebook.server.backends.backend import (
    NOBODY,
    Backend,
    Controls,
    DrawBrief,
    DrawCancelled,
    DrawFailed,
    Watcher,
)
from mj_notebook.server.backends.choosing import backend_names, open_backend
from mj_notebook.server.backends.comfy import ComfyBackend
from mj_notebook.server.backends.engine_drawing import EngineDrawing
from mj_notebook.server.backends.engine_http import cleaned
from mj_notebook.server.backends.image_specs import EditSpec, GeneratedSpec, KeptPart
from mj_notebook.server.backends.openai_images import OpenAIBackend
from mj_notebook.server.backends.painter import Brief
from mj_notebook.server.backends.renderer import Renderer
from mj_notebook.server.backends.sdcpp import SdcppBackend
from mj_notebook.server.backends.uploads import UploadStore
from mj_notebook.server.config import USUAL_ADDRESSES, BackendChoice
from mj_notebook.settings.settings import Secret
from tests.server.backends.engines.comfy_server import write_workflows
from tests.server.backends.engines.openai_api import OpenAIStandIn
from tests.server.backends.engines.stand_in import SECRET, StandIn, png
from tests.server.backends.engines.table import ENGINES, MODELS
from tests.server.backends.engines.web_ui import WebUIStandIn
from tests.support.pages import DOCS, README

SIDE = 128
"""Of a grid; each tile has half of it."""
TILE = (64, 64)
KITE = Brief("a red kite", 7)


class Bench:
    """An engine, the adapter that asks it, and pictures to draw from."""

    def __init__(self, stand_in: StandIn, **choice: Any) -> None:
        self.stand_in = stand_in
        model = MODELS[stand_in.name]
        self.backend: Backend = open_backend(stand_in.choice(**{"model": model, **choice}))
        self.uploads = UploadStore(None)
        self.shares: list[float] = []

    def brief(self, **more: Any) -> DrawBrief:
        """Return one picture to draw."""
        return DrawBrief(**{"scene": KITE, "index": 0, "size": TILE, "seed": 7, **more})

    def draw(
        self,
        spec: GeneratedSpec,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> tuple[Image.Image, ...]:
        """Draw a whole spec."""
        renderer = Renderer(self.uploads)
        drawing = EngineDrawing(self.backend, renderer, self.uploads, spec, SIDE)
        return drawing.draw(Watcher(self.shares.append, is_cancelled)).pictures

    def kept(self, image: Image.Image) -> str:
        """Keep *image* as if it had been sent."""
        return self.uploads.add(png(image))


@pytest.fixture(params=ENGINES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Return each engine in turn."""
    with ENGINES[request.param](tmp_path) as stand_in:
        yield Bench(stand_in)


def scene() -> Image.Image:
    """Return a picture whose every pixel is known."""
    image = Image.linear_gradient("L").resize(TILE)
    return Image.merge("RGB", (image, image.transpose(Image.Transpose.ROTATE_90), image))


def half_mask() -> Image.Image:
    """Return a mask that is white on the right."""
    mask = Image.new("L", TILE)
    mask.paste(255, (32, 0, 64, 64))
    return mask


def difference(one: Image.Image, other: Image.Image) -> int:
    """Return by how much two pictures differ at most."""
    bands = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getextrema()
    return max(int(band[1]) for band in bands if isinstance(band, tuple))


# -- what is drawn --


def test_a_grid_is_four_pictures_of_four_seeds(bench: Bench) -> None:
    """Four are drawn, no two alike, each in the size that was asked for."""
    pictures = bench.draw(GeneratedSpec(KITE))
    assert [picture.size for picture in pictures] == [TILE] * 4
    assert len({picture.tobytes() for picture in pictures}) == 4


def test_the_same_seed_draws_the_same(bench: Bench) -> None:
    """Where the engine takes seeds, the same brief gives the same pixels, another seed others."""
    drawn = [bench.backend.draw(bench.brief(seed=seed)).tobytes() for seed in (7, 7, 8)]
    if "seed" in bench.backend.capabilities().parameters:
        assert drawn[0] == drawn[1] != drawn[2]
    else:
        assert bench.stand_in.name == "openai"


def test_a_picture_is_changed_by_a_strength(bench: Bench) -> None:
    """The engine gets the picture; what it sends is neither that nor a wholly new one."""
    start = scene()
    drawn = bench.backend.draw(bench.brief(start=start, strength=0.5))
    assert drawn.size == TILE
    assert difference(drawn, start) > 10
    fresh = bench.backend.draw(bench.brief())
    assert difference(drawn, fresh) > 10


def test_pixels_outside_a_mask_stay_as_they_were(bench: Bench) -> None:
    """Even where the engine itself changes them a little, as all engines do."""
    start, mask = scene(), half_mask()
    before = bench.kept(start)
    raw = bench.backend.draw(bench.brief(start=start, mask=mask, strength=1.0))
    left, right = (0, 0, 32, 64), (40, 0, 64, 64)
    assert difference(raw.crop(left), start.crop(left)) == 3
    kept = GeneratedSpec(KITE, tile=0, drawn=(before,), pixels=TILE)
    spec = GeneratedSpec(KITE, part=KeptPart(kept, bench.kept(mask.convert("RGB"))))
    for picture in bench.draw(spec):
        assert difference(picture.crop(left), start.crop(left)) == 0
        assert difference(picture.crop(right), start.crop(right)) > 10


def test_what_lies_around_is_drawn_and_the_middle_kept(bench: Bench) -> None:
    """Zooming out keeps the picture in the middle, to the pixel, and draws its surroundings."""
    start = scene()
    kept = GeneratedSpec(KITE, tile=0, drawn=(bench.kept(start),), pixels=TILE)
    spec = GeneratedSpec(KITE, part=KeptPart(kept, box=(0.25, 0.25, 0.75, 0.75)))
    middle = start.resize((32, 32), Image.Resampling.LANCZOS)
    pictures = bench.draw(spec)
    for picture in pictures:
        assert difference(picture.crop((16, 16, 48, 48)), middle) == 0
    assert len({picture.tobytes() for picture in pictures}) == 4


def test_an_edit_changes_a_picture_that_was_sent(bench: Bench) -> None:
    """Without a mask everywhere, with one only there."""
    start = scene()
    name, mask = bench.kept(start), bench.kept(half_mask().convert("RGB"))
    everywhere = bench.draw(GeneratedSpec(KITE, tile=0, edit=EditSpec(name)))[0]
    assert difference(everywhere.crop((0, 0, 32, 64)), start.crop((0, 0, 32, 64))) > 10
    there = bench.draw(GeneratedSpec(KITE, tile=0, edit=EditSpec(name, mask)))[0]
    assert difference(there.crop((0, 0, 32, 64)), start.crop((0, 0, 32, 64))) == 0


def test_pictures_are_blended(bench: Bench) -> None:
    """Two pictures become four others, whatever the engine can be given."""
    names = tuple(bench.kept(Image.new("RGB", TILE, colour)) for colour in ("red", "blue"))
    pictures = bench.draw(GeneratedSpec(Brief("", 3), references=names, is_blend=True))
    assert len({picture.tobytes() for picture in pictures}) == 4


def test_parameters_reach_the_engine(bench: Bench) -> None:
    """What the capabilities name changes the picture; what they don't is not promised."""
    usual = bench.backend.draw(bench.brief()).tobytes()
    changes = {
        "no": Controls(negative="wind"),
        "stylize": Controls(guidance=3.0),
        "quality": Controls(steps=0.5),
    }
    for name, controls in changes.items():
        if name in bench.backend.capabilities().parameters:
            drawn = bench.backend.draw(bench.brief(controls=controls)).tobytes()
            assert drawn != usual, name


def test_chaos_gives_each_of_the_four_another_guidance(tmp_path: Path) -> None:
    """Without it all four follow the words alike."""
    for chaos, count in ((0.0, 1), (1.0, 4)):
        with ENGINES["a1111"](tmp_path) as stand_in:
            bench = Bench(stand_in)
            bench.draw(GeneratedSpec(KITE, controls=Controls(chaos=chaos)))
            asked = stand_in.drawings("/sdapi/v1/txt2img")
        assert len({one.json["cfg_scale"] for one in asked}) == count


def test_an_engine_says_what_it_is(bench: Bench) -> None:
    """The sentence for the doctor names what draws."""
    assert any(word in bench.backend.identify() for word in ("tiny", "0.3.10"))


# -- how it goes --


def test_progress_grows_and_ends(bench: Bench) -> None:
    """Each of the four is a quarter; engines that tell how far they are fill it."""
    bench.draw(GeneratedSpec(KITE))
    assert bench.shares == sorted(bench.shares)
    assert bench.shares[-1] == 1.0
    assert {0.25, 0.5, 0.75} <= set(bench.shares)


def test_cancelling_reaches_the_engine(bench: Bench) -> None:
    """An engine that can be told to stop is told; the adapter ends in any case."""
    bench.stand_in.fault = "slow"
    cancelled = threading.Event()

    def cancel() -> None:
        bench.stand_in.begun.wait(10)
        cancelled.set()

    threading.Thread(target=cancel).start()
    with pytest.raises(DrawCancelled):
        bench.draw(GeneratedSpec(KITE), cancelled.is_set)
    # The images API has nothing to be told; its line is closed.
    assert bench.stand_in.is_stopped.is_set() or bench.stand_in.name == "openai"


ADAPTERS: dict[str, Callable[..., Backend]] = {
    "openai": OpenAIBackend,
    "a1111": A1111Backend,
    "sdcpp": SdcppBackend,
    "comfy": ComfyBackend,
}


@pytest.mark.parametrize("name", ADAPTERS)
def test_a_picture_that_takes_for_ever_is_given_up(name: str, tmp_path: Path) -> None:
    """After the time that one may take, the engine is told to stop, and the person why."""
    with ENGINES[name](tmp_path) as stand_in:
        stand_in.fault = "slow"
        backend = ADAPTERS[name](stand_in.choice(), timeout=1.0)
        with pytest.raises(DrawFailed, match="had not drawn it after 1 seconds"):
            backend.draw(DrawBrief(scene=KITE, index=0, size=TILE))
        # The images API has nothing to be told.
        assert stand_in.is_stopped.is_set() or name == "openai"


# -- what goes wrong --

FAULTS = {
    "429": "has no room now",
    "500": "(CUDA is full|The server had an error|empty results)",
    "html": "it sent a page",
    "garbage": "can't be read",
    "half": "no picture, or half of one",
    "none": "(no picture|saves no picture)",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_sentence(bench: Bench, fault: str) -> None:
    """Whatever the engine does wrong, the person reads one line that says it."""
    bench.stand_in.fault = fault
    with pytest.raises(DrawFailed, match=FAULTS[fault]) as caught:
        bench.draw(GeneratedSpec(KITE))
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) < 400
    assert "Traceback" not in said


def test_an_engine_that_is_down_is_named(bench: Bench) -> None:
    """With its address, and what to do."""
    bench.stand_in.close()
    with pytest.raises(DrawFailed, match="Nothing answers at http://"):
        bench.draw(GeneratedSpec(KITE))


def test_an_engine_without_room_is_asked_again(bench: Bench) -> None:
    """A refusal for want of room has drawn nothing, so it is repeated; nothing else is."""
    bench.stand_in.fault, bench.stand_in.faults_left = "429", 2
    assert len(bench.draw(GeneratedSpec(KITE))) == 4


def test_what_may_have_been_drawn_is_not_asked_twice(bench: Bench) -> None:
    """A failure is paid for perhaps; one request was made, and there is no second."""
    bench.stand_in.fault = "garbage"
    with pytest.raises(DrawFailed):
        bench.backend.draw(bench.brief())
    draws = ("generations", "txt2img", "img_gen", "prompt")
    asked = [one for one in bench.stand_in.asked if one.path.rpartition("/")[2] in draws]
    assert len(asked) == 1


def test_a_picture_of_another_size_is_shown_and_told(bench: Bench) -> None:
    """It is brought to the size that was asked for; nothing that was drawn is thrown away."""
    bench.stand_in.fault = "size"
    renderer = Renderer(bench.uploads)
    spec = GeneratedSpec(KITE)
    drawing = EngineDrawing(bench.backend, renderer, bench.uploads, spec, SIDE)
    made = drawing.draw(NOBODY)
    assert [picture.size for picture in made.pictures] == [TILE] * 4
    assert len(made.notes) == 1
    assert "32 × 32 pixels where 64 × 64 were asked for" in made.notes[0]


# -- keys and addresses --


def test_a_key_is_sent_and_never_shown() -> None:
    """Not in the sentence of an engine that repeats it, nor in what the choice looks like."""
    with OpenAIStandIn() as stand_in:
        stand_in.wants_secret = True
        good = Bench(stand_in, secret=Secret(SECRET))
        assert len(good.draw(GeneratedSpec(KITE))) == 4
        wrong = Bench(stand_in, secret=Secret("another-secret-99"))
        with pytest.raises(DrawFailed, match="without the right key") as caught:
            wrong.draw(GeneratedSpec(KITE))
        assert "another-secret-99" not in str(caught.value)
        assert SECRET not in repr(stand_in.choice(secret=Secret(SECRET)))


def test_pictures_by_address_are_fetched_from_the_engine_alone() -> None:
    """An address of the engine itself is; one of another server by plain http is not."""
    with OpenAIStandIn() as stand_in, WebUIStandIn() as other:
        stand_in.sends_links = True
        bench = Bench(stand_in)
        assert len(bench.draw(GeneratedSpec(KITE))) == 4
        stand_in.url = other.url
        with pytest.raises(DrawFailed, match="not fetched"):
            bench.draw(GeneratedSpec(KITE))
        assert not other.asked


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://engine", "address is none"),
        ("127.0.0.1:7860", "address is none"),
        ("http://me:word@engine", "holds a name or a password"),
    ],
)
def test_an_address_that_can_not_be_is_refused(url: str, said: str) -> None:
    """At once, and without repeating what may be a password."""
    with pytest.raises(SettingsError, match=said) as caught:
        open_backend(BackendChoice(name="a1111", url=url))
    assert "word@" not in str(caught.value)


def test_what_there_is_not_is_told_with_what_there_is() -> None:
    """A name that nobody has brings the list; ComfyUI without a workflow says how to get one."""
    with pytest.raises(SettingsError) as caught:
        open_backend(BackendChoice(name="nobody"))
    assert all(name in caught.value.hint for name in (*ENGINES, "painter"))
    assert set(ENGINES) < set(backend_names())
    with pytest.raises(SettingsError, match="none was given"):
        open_backend(BackendChoice(name="comfy"))


def test_a_workflow_that_the_engine_refuses_is_told(tmp_path: Path) -> None:
    """In the engine's words; a workflow without a place for the prompt is refused before."""
    with ENGINES["comfy"](tmp_path) as stand_in:
        flow = tmp_path / "other.json"
        node = {"class_type": "Nobody", "inputs": {"text": "photo of {prompt}"}}
        flow.write_text(json.dumps({"1": node}))
        bench = Bench(stand_in, workflow=flow)
        with pytest.raises(DrawFailed, match="Cannot execute: Nobody"):
            bench.draw(GeneratedSpec(KITE))
        sent = stand_in.drawings("/prompt")[0].json["prompt"]["1"]["inputs"]
        assert sent == {"text": "photo of a red kite"}
        assert not bench.backend.capabilities().varies
        flow.write_text(json.dumps({"1": {"class_type": "Load", "inputs": {"text": "{prompt}"}}}))
        with pytest.raises(DrawFailed, match=r"Load, Value not in list, ckpt_name: 'x' not in"):
            Bench(stand_in, workflow=flow).draw(GeneratedSpec(KITE))
        flow.write_text(json.dumps({"1": {"class_type": "Nobody", "inputs": {}}}))
        with pytest.raises(SettingsError, match="no place for a prompt"):
            Bench(stand_in, workflow=flow)


def test_sizes_of_a_model_are_kept_to() -> None:
    """A wide picture is cut out of the widest that the model draws."""
    with OpenAIStandIn() as stand_in:
        bench = Bench(stand_in, model="gpt-image-1")
        assert isinstance(bench.backend, OpenAIBackend)
        wide = GeneratedSpec(Brief("a red kite", 7, (2, 1)), tile=0)
        width, height = bench.draw(wide)[0].size
        assert width == 1536
        assert width / height == pytest.approx(2, rel=0.02)
        assert stand_in.drawings("/v1/images/generations")[0].json["size"] == "1536x1024"


def test_words_of_an_engine_are_made_harmless() -> None:
    """Line ends, escapes and length are taken out of what an engine says."""
    assert cleaned("a\n\x1b[31mb\u202e" + "c" * 500).startswith("a [31mb ccc")
    assert len(cleaned("c" * 500)) <= 201


# -- what the documentation promises --


def _promised(name: str) -> list[str]:
    """Return the cells of a backend's row in the documentation."""
    page = DOCS / "real-pictures.md"
    rows = [line.split("|")[1:-1] for line in page.read_text("utf-8").splitlines()]
    (row,) = [row for row in rows if len(row) == 10 and row[1].strip() == f"`{name}`"]
    return [cell.strip() for cell in row]


@pytest.mark.parametrize("name", ["painter", *ENGINES])
def test_the_documentation_says_what_each_can(name: str, tmp_path: Path) -> None:
    """Its table agrees with the capabilities, mark by mark."""
    workflow = write_workflows(tmp_path) if name == "comfy" else None
    backend = open_backend(BackendChoice(name=name, workflow=workflow))
    can = backend.capabilities()
    promised = _promised(name)
    marks = ["✓" if has else "" for has in (can.varies, can.inpaints, can.outpaints, can.enlarges)]
    assert promised[4:8] == marks
    assert promised[8] == (f"{can.references} pictures" if can.references else "start only")
    if name in USUAL_ADDRESSES:
        assert promised[2] == USUAL_ADDRESSES[name]
    if name != "painter":  # README tells the same in short
        (short,) = [
            line
            for line in README.read_text("utf-8").splitlines()
            if line.startswith(f"| `{name}` |")
        ]
        told = [cell.strip() for cell in short.split("|")[3:-1]]
        assert told == ["✓" if all(marks[:3]) else "", marks[3]]
    if name != "comfy":
        names = [parameter.name for parameter in Prompt.parse(promised[9].strip("`")).parameters]
        assert {long_name(one) for one in names} == can.parameters
