"""What can be asked for: each function sends its own request, once, and says what it changed."""

import contextlib
import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.errors import SettingsError, UsageError
from mj_notebook.protocol.media import read_data_url
from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.request_options import COMMON
from mj_notebook.view.twin import twin_bundle
from tests.support.rig import TIMEOUT, Rig, until


@pytest.fixture
def proxy(rig: Rig) -> Iterator[Rig]:
    """Return a house whose session is the current one."""
    before = state._state.session
    state.use(rig.open())
    yield rig
    state._state.session = before


@pytest.fixture
def kites(tmp_path: Path) -> list[Path]:
    """Return two small pictures that differ."""
    paths = [tmp_path / "red.png", tmp_path / "blue.png"]
    for path, colour in zip(paths, ("red", "blue"), strict=True):
        Image.new("RGB", (64, 48), colour).save(path)
    return paths


def sent(rig: Rig) -> dict[str, Any]:
    """Return the body of the last submit."""
    bodies = [asked.body for asked in rig.relay.requests if asked.is_submit]
    body: dict[str, Any] = json.loads(bodies[-1])
    return body


def picture_in(url: str) -> Image.Image:
    """Return the picture of a data URL."""
    return Image.open(BytesIO(read_data_url(url) or b""))


def test_what_can_not_be_gone_on_with_is_told_before_it_is_sent(proxy: Rig) -> None:
    """A film goes on; a grid is none, nor is a text, and a shorten needs words."""
    grid = mj.imagine("a red kite")
    proxy.finish(grid)
    before = len(proxy.relay.requests)
    asked_for: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: mj.video("it flies", extend=grid), "no video to go on with"),
        (lambda: mj.shorten("--ar 3:2"), "no words to shorten"),
        (lambda: mj.describe(" "), "An empty text is no picture"),
        (lambda: grid.press("U2", repeat="x"), "repeat can't be 'x'"),  # type: ignore[arg-type]
    )
    for asked, said in asked_for:
        with pytest.raises(mj.MJError, match=said):
            asked()
    assert not [one for one in proxy.relay.requests[before:] if one.is_submit]


@pytest.mark.parametrize("images", [None, (), []])
def test_no_pictures_may_be_given_as_none(proxy: Rig, images: Any) -> None:
    """As a variable that holds none would do."""
    mj.imagine("a red kite", images=images).accepted(TIMEOUT)
    assert not sent(proxy).get("base64Array")


def test_an_array_of_one_dimension_is_the_list_of_what_it_holds(
    proxy: Rig, kites: list[Path]
) -> None:
    """Ids and paths out of a table; a picture has two dimensions at least."""
    files = list(map(str, kites))
    several: tuple[Any, ...] = (np.array(files), pd.Series(files), np.array(kites, object))
    for images in several:
        mj.imagine("a kite", images=images, sref=np.array([1, 2])).accepted(TIMEOUT)
        assert sent(proxy)["prompt"] == "a kite --sref 1 2"
        assert len(sent(proxy)["base64Array"]) == 2
    picture: Any = np.zeros((8, 8))
    mj.imagine("a boat", images=picture).accepted(TIMEOUT)
    assert len(sent(proxy)["base64Array"]) == 1


def test_an_option_that_is_none_is_not_given(proxy: Rig) -> None:
    """Whatever every request may carry, also where it has another usual value than none."""
    bodies = []
    given: tuple[Any, Any] = ({}, dict.fromkeys(COMMON))
    for options in given:
        mj.imagine("a red kite", **options).accepted(TIMEOUT)
        bodies.append(sent(proxy))
    assert bodies[0].keys() == bodies[1].keys()


def test_a_blend_mixes_its_pictures(proxy: Rig, kites: list[Path]) -> None:
    """Pictures go in their order as data URLs, with the shape and the bot that were asked for."""
    job = proxy.finish(mj.blend(*kites, dimensions="landscape", bot="niji"))
    body = sent(proxy)
    assert [picture_in(url).size for url in body["base64Array"]] == [(64, 48), (64, 48)]
    assert (body["dimensions"], body["botType"]) == ("LANDSCAPE", "NIJI_JOURNEY")
    assert [button.label for button in job.buttons[:4]] == ["U1", "U2", "U3", "U4"]


def test_a_describe_tells_four_prompts(proxy: Rig, kites: list[Path]) -> None:
    """A describe ends with words and buttons, without a picture."""
    job = proxy.finish(mj.describe(kites[0]))
    assert job.task is not None
    assert "1️⃣" in (job.task.final_prompt or "")
    assert len(job.buttons) >= 5
    assert not job.pictures.missing


def test_a_link_to_describe_goes_as_it_is(proxy: Rig) -> None:
    """With link= the proxy fetches; the request holds the link and no picture."""
    with pytest.raises(mj.TaskFailed, match="Invalid link"):
        proxy.finish(mj.describe(link=" https://example.com/kite.png "))
    assert sent(proxy)["link"] == "https://example.com/kite.png"
    assert "base64" not in sent(proxy)


def test_a_shorten_tells_its_words(proxy: Rig) -> None:
    """A shorten sends the prompt alone and comes back with shorter ones."""
    job = proxy.finish(mj.shorten("a very red and shiny kite over the quiet dunes"))
    assert sent(proxy)["prompt"] == "a very red and shiny kite over the quiet dunes"
    assert len(job.buttons) >= 5


def test_a_swap_takes_the_face_first(proxy: Rig, kites: list[Path]) -> None:
    """Source and target keep their places, whatever form they come in."""
    target = Image.new("RGB", (32, 32), "green")
    job = proxy.finish(mj.swap_face(kites[0].read_bytes(), target))
    body = sent(proxy)
    assert picture_in(body["sourceBase64"]).size == (64, 48)
    assert picture_in(body["targetBase64"]).size == (32, 32)
    assert job.pictures.kept is not None


def test_an_upload_gives_links(proxy: Rig, kites: list[Path]) -> None:
    """Nothing is drawn: the addresses come back in order, and both filters are sent."""
    links = mj.upload(*kites, accounts={"modes": ["fast"]})
    assert len(links) == len(set(links)) == 2
    body = sent(proxy)
    assert body["filter"] == body["accountFilter"] == {"modes": ["FAST"]}


def test_a_tile_of_another_job_is_a_picture(proxy: Rig) -> None:
    """What was drawn can be described or blended as it is: the whole job, or one tile of it."""
    grid = proxy.drawn(state.current_session())
    mj.blend(grid, grid[2]).accepted(TIMEOUT)
    assert [picture_in(url).size for url in sent(proxy)["base64Array"]] == [(64, 64), (32, 32)]


def test_a_large_picture_is_made_smaller_and_said(proxy: Rig) -> None:
    """Above the limit a picture is sent smaller, and the job says so for good."""
    noise = Image.effect_noise((3000, 2200), 90).convert("RGB")
    job = proxy.finish(mj.imagine("a kite", images=[noise]))
    (url,) = sent(proxy)["base64Array"]
    assert len(read_data_url(url) or b"") <= 4_000_000
    (remark,) = job.remarks
    assert "sent as" in remark
    assert remark in repr(job)
    assert remark in job._repr_mimebundle_()["text/html"]


def test_accounts_are_chosen_whole(proxy: Rig) -> None:
    """All properties of the filter travel, in either spelling."""
    accounts = {
        "channel_id": "1",
        "instanceId": "2",
        "modes": ["fast", "RELAX"],
        "remark": "r",
        "remix": True,
        "remix_auto_considered": False,
        "nijiRemix": True,
    }
    with contextlib.suppress(mj.Refused):  # the server may well have no such account
        mj.imagine("a kite", accounts=accounts).accepted(TIMEOUT)
    assert sent(proxy)["accountFilter"] == {
        "channelId": "1",
        "instanceId": "2",
        "modes": ["FAST", "RELAX"],
        "remark": "r",
        "remix": True,
        "remixAutoConsidered": False,
        "nijiRemix": True,
    }


def test_the_prompt_is_sent_as_midjourney_will_read_it(proxy: Rig) -> None:
    """Line breaks and long dashes, which would make the task untraceable, are levelled."""
    job = mj.imagine("a red\n  kite  —ar 3:2").accepted(TIMEOUT)
    assert sent(proxy)["prompt"] == job.prompt == "a red kite --ar 3:2"


PICTURE = Image.new("RGB", (8, 8))
OTHER = Image.new("RGB", (8, 8), "white")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: mj.imagine(" "), "prompt is empty"),
        (lambda: mj.imagine("\ud83d"), "half of a sign"),
        (lambda: mj.imagine("a kite", bot="bert"), "no bot"),
        (lambda: mj.imagine("a kite", mode="warp"), "no mode"),
        (lambda: mj.imagine("a kite", accounts={"colour": "red"}), "property to choose"),
        (lambda: mj.imagine("a kite", accounts={"modes": ["warp"]}), "no speed"),
        (lambda: mj.imagine("a kite", accounts={"remix": "perhaps"}), "can't be chosen"),
        (lambda: mj.blend(PICTURE), "2 to 5 pictures"),
        (lambda: mj.blend(*[PICTURE] * 6), "2 to 5 pictures"),
        (lambda: mj.blend(PICTURE, OTHER, dimensions="round"), "no shape"),
        (lambda: mj.blend("nowhere.png", OTHER), "can't be read"),
        (mj.describe, "one picture"),
        (lambda: mj.describe(PICTURE, link="https://example.com/a.png"), "one picture"),
        (lambda: mj.describe(link="kite.png"), "no link"),
        (lambda: mj.shorten(""), "prompt is empty"),
        (lambda: mj.swap_face(PICTURE, PICTURE), "are the same"),
        (lambda: mj.video("it rises"), "first picture"),
        (lambda: mj.video("it rises", PICTURE, motion="wild"), "no motion"),
        (lambda: mj.video("it rises", PICTURE, batch=3), "number of films"),
        (lambda: mj.video("it rises", PICTURE, height=100), "height of a film"),
        (lambda: mj.video("it rises", PICTURE, end=OTHER, loop=True), "ends as it begins"),
        (lambda: mj.edit(PICTURE, ""), "prompt is empty"),
        (lambda: mj.edit(PICTURE, "a kite", mask=(5, 5, 5, 5)), "box"),
        (mj.upload, "no picture"),
    ],
)
def test_what_makes_no_sense_is_told_before_anything_is_sent(
    proxy: Rig, ask: Callable[[], object], said: str
) -> None:
    """Bad words and pictures are one sentence with a remedy; the proxy hears nothing of them."""
    with pytest.raises((UsageError, SettingsError), match=said) as caught:
        ask()
    assert caught.value.hint
    assert proxy.relay.requests == []


def test_a_window_of_a_describe_line_offers_that_line(proxy: Rig) -> None:
    """Pressing 2 opens a window with the second prompt; answering takes it as it is."""
    job = proxy.finish(mj.describe(Image.new("RGB", (64, 64), "teal")))
    window = until(job.press("imagine_line_2"), lambda made: made.window is not None)
    assert window.window is not None
    offered = window.window.prompt
    assert offered
    window.answer()
    drawn = proxy.finish(window)
    assert drawn.prompt == offered
    assert drawn.pictures.kept is not None


@pytest.mark.parametrize(
    ("ask", "name", "meant"),
    [
        (lambda **odd: mj.imagine("a kite", **odd), "fesh", "fresh"),
        (lambda **odd: mj.imagine("a kite", **odd), "image", "images"),
        (lambda **odd: mj.blend(PICTURE, OTHER, **odd), "dimension", "dimensions"),
        (lambda **odd: mj.describe(PICTURE, **odd), "langage", "language"),
        (lambda **odd: mj.shorten("a red kite", **odd), "mod", "mode"),
        (lambda **odd: mj.swap_face(PICTURE, OTHER, **odd), "acounts", "accounts"),
        (lambda **odd: mj.video("it flies", PICTURE, **odd), "motions", "motion"),
        (lambda **odd: mj.edit(PICTURE, "a kite", **odd), "masks", "mask"),
        (lambda **odd: mj.upload(PICTURE, **odd), "notfy", "notify"),
        (lambda **odd: mj.batch(["a kite"], **odd), "budjet", "budget"),
        (lambda **odd: mj.batch([Imagine(prompt="a kite")], **odd), "repeats", "repeat"),
    ],
)
def test_an_option_that_nobody_reads_is_refused(
    proxy: Rig, ask: Callable[..., object], name: str, meant: str
) -> None:
    """A name that is written wrong is not swallowed, and the sentence says what was meant."""
    with pytest.raises(UsageError, match=f"no option '{name}'") as caught:
        ask(**{name: 1})
    assert f"Did you mean '{meant}'?" in str(caught.value)
    assert proxy.relay.requests == []


def test_each_function_knows_what_was_meant(proxy: Rig) -> None:
    """Of all its options, before anything else is read: two letters that changed places."""
    for function in [getattr(mj, name) for name in mj.__all__]:
        if not inspect.isfunction(function):
            continue
        parameters = inspect.signature(function).parameters
        given = sum(one.default is one.empty and one.kind <= 2 for one in parameters.values())
        for name, one in parameters.items():
            wrong = name[:-2] + name[:-3:-1]
            if one.kind is one.KEYWORD_ONLY and len(name) > 3 and wrong != name:
                with pytest.raises((UsageError, SettingsError)) as caught:
                    function(*["a kite"] * given, **{wrong: None})
                assert f"Did you mean {name!r}?" in str(caught.value), (function, name)
    assert proxy.relay.requests == []


@pytest.mark.parametrize(
    ("ask", "option"),
    [
        (lambda kite, _: mj.upload(kite, mode="fast"), "mode"),
        (lambda kite, _: mj.upload(kite, fresh=True), "fresh"),
        (lambda kite, _: mj.upload(kite, bot="niji"), "bot"),
        (lambda kite, _: mj.edit(kite, "a hat", bot="niji"), "bot"),
        (lambda kite, _: mj.video("waves", kite, bot="mj"), "bot"),
        (lambda kite, other: mj.swap_face(kite, other, bot="mj"), "bot"),
    ],
    ids=["upload mode", "upload fresh", "upload bot", "edit bot", "video bot", "swap bot"],
)
def test_an_option_that_nobody_would_read_is_refused(
    proxy: Rig, kites: list[Path], ask: Callable[..., object], option: str
) -> None:
    """What has no place in the request is not swallowed; nothing is sent."""
    with pytest.raises(UsageError, match=f"no place for the option '{option}'"):
        ask(*kites)
    assert proxy.relay.submits == 0


# -- the prompt before it costs --------------------------------------------------------------------


def test_parameters_are_keywords(proxy: Rig) -> None:
    """Each is written in its right form, in place of what the prompt has of it."""
    proxy.finish(
        mj.imagine("a cat --s 50 --ar 3:2", ar="1:1", seed=7, raw=True, no=["text", "people"])
    )
    assert sent(proxy)["prompt"] == "a cat --s 50 --ar 1:1 --seed 7 --raw --no text, people"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"aspekt": "1:1"}, "Did you mean 'aspect'"),
        ({"fast": True}, "Write mode="),
        ({"sedd": 7}, "Did you mean 'seed'"),
        ({"bugdet": 1}, "There is no option 'bugdet'"),
        ({"motion": "high"}, "mj.video"),
        ({"qqqqqq": 1}, "parameters such as ar, s and seed"),
        ({"ar": "16x9"}, "Write --ar 16:9"),
        ({"seed": "seven"}, "no whole number"),
        ({"sref": ["a.png", 1234]}, "can't be read"),
    ],
)
def test_a_keyword_that_is_a_mistake_is_refused(
    proxy: Rig, options: dict[str, Any], said: str
) -> None:
    """It is told what was meant, and nothing is sent."""
    with pytest.raises(UsageError) as caught:
        mj.imagine("a cat", **options)
    assert said in str(caught.value)
    assert proxy.tasks() == []


def test_signatures_show_the_options_by_name() -> None:
    """What a person may give stands there, and nothing that takes everything."""
    for function in (mj.imagine, mj.batch, mj.blend, mj.describe, mj.shorten, mj.video, mj.edit):
        parameters = inspect.signature(function).parameters
        assert {"bot", "mode", "fresh", "force"} <= set(parameters)
        kinds = {one.kind for one in parameters.values()}
        assert inspect.Parameter.VAR_KEYWORD not in kinds
    assert {"ar", "seed", "sref", "v", "no"} <= set(inspect.signature(mj.imagine).parameters)
    assert "ar" not in inspect.signature(mj.describe).parameters
    for name in mj.__all__:
        # The names of a sweep's prompt are whatever stands there in braces.
        if name != "sweep" and inspect.isfunction(given := getattr(mj, name)):
            kinds = {one.kind for one in inspect.signature(given).parameters.values()}
            assert inspect.Parameter.VAR_KEYWORD not in kinds, name
    assert {"base_url", "rules"} <= set(inspect.signature(mj.configure).parameters)


def test_an_error_stops_before_anything_is_sent(proxy: Rig) -> None:
    """It is known where it is, and history knows nothing of it; force sends it all the same."""
    with pytest.raises(mj.PromptError, match="16x9 is no shape") as caught:
        mj.imagine("a cat --ar 16x9")
    assert caught.value.position == 6
    assert proxy.relay.requests == []
    assert list(mj.history()) == []
    job = mj.imagine("a cat --ar 16x9", force=True)
    with pytest.raises(mj.TaskFailed, match="Invalid parameter"):
        proxy.finish(job)
    assert [one.rule for one in job.findings] == ["not-a-number"]


def test_what_was_drawn_once_is_shown_again_whatever_is_found(proxy: Rig) -> None:
    """A replay sends nothing, so newer rules stop none."""
    state.use(proxy.open(replay=True))
    drawn = proxy.finish(mj.imagine("a cat --tile of stone", force=True))
    again = mj.imagine("a cat --tile of stone")
    assert again.id == drawn.id
    assert [one.rule for one in again.findings] == ["words-after"]
    with pytest.raises(mj.PromptError):
        mj.imagine("a cat --tile of stone", fresh=True)


def test_no_budget_keeps_back_what_was_drawn(proxy: Rig) -> None:
    """A batch shows it wherever it stands among rows that cost too much."""
    state.use(proxy.open(replay=True))
    proxy.finish(mj.imagine("a red kite"))
    batch = mj.batch(["a new kite", "a red kite"], budget=0, say=lambda _: None)
    assert [row.standing.value for row in batch] == ["pending", "done"]
    assert (batch.cost, proxy.relay.submits) == (0, 1)


def test_what_is_found_stays_in_the_file(proxy: Rig) -> None:
    """Panel and twin say it under the prompt."""
    job = proxy.finish(mj.imagine("a kite —ar 3:2 --newer 5"))
    told = [str(one) for one in job.findings]
    assert told[0] == "Warning: --newer is no parameter that is known here."
    assert any("two hyphens" in line for line in told)
    bundle = twin_bundle(job.facts(), 0)
    assert all(line in bundle["text/plain"] for line in told)
    assert "--newer is no parameter" in bundle["text/html"]


def test_lint_tells_without_sending(proxy: Rig) -> None:
    """The rules that are set count, and keywords as in an imagine."""
    assert [one.rule for one in mj.lint("a cat", ar="3x2", v=7)] == ["not-a-number"]
    assert repr(mj.lint("a cat --v 7 --x 1")).startswith("[Warning: --x is no parameter")
    before = state._state.settings
    try:
        state._state.settings = replace(mj.current_settings(), rules={"unknown-parameter": "off"})
        assert mj.lint("a cat --x 1") == []
        state._state.settings = replace(mj.current_settings(), base_url="https://proxy.example")
        assert [one.rule for one in mj.lint("a cat")] == ["no-version"]
    finally:
        state._state.settings = before
    assert proxy.relay.requests == []


def test_rules_that_make_no_sense_are_told_when_they_are_set() -> None:
    """Not when the next prompt is drawn, and nothing is changed."""
    before = mj.current_settings()
    with pytest.raises(SettingsError, match="Did you mean 'repeated'"):
        mj.configure(rules={"repeatd": "off"})
    assert mj.current_settings() == before


def test_a_batch_refuses_what_it_could_not_use() -> None:
    """A job would be waited for picture by picture, and a function is called with each line."""
    with pytest.raises(UsageError, match="say is a function that can't be called with a line"):
        mj.batch(["a kite"], say=lambda: None)  # type: ignore[misc, arg-type]  # what is refused
    with pytest.raises(UsageError, match=r"by is a function that can't be called"):
        mj.compare([], by=lambda: 1)  # type: ignore[misc, arg-type]  # what is refused
    job = mj.imagine("a kite")
    with pytest.raises(UsageError, match="A job is no list of prompts"):
        mj.batch(job)
