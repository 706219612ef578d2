"""Pictures of this machine in a prompt: handed over, replaced by links, known by what they show."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mj_notebook.errors import (
    MJError,
    PromptError,
    Refused,
    ServerUnreachable,
    Unsettled,
    Unsupported,
    UsageError,
)
from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.job import Job
from mj_notebook.session.request_builder import RequestBuilder
from mj_notebook.session.submission import Submission
from tests.support.relay import CannedResponse, ConnectionFate, SeenRequest, submit_reply
from tests.support.rig import TIMEOUT, Rig, until


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder whose path is a secret, with two pictures."""
    place = tmp_path / "private folder"
    place.mkdir()
    monkeypatch.chdir(place)
    Image.new("RGB", (64, 64), "teal").save("my pic.png")
    Image.new("RGB", (64, 64), "red").save("b.jpg")
    return place


def asked(prompt: str, images: object = (), **options: Any) -> Submission:
    """Return what is asked; nothing is fetched for it."""
    return RequestBuilder(None, lambda _: b"").imagine(prompt, images, **options)  # type: ignore[arg-type] # one alone


def seen(rig: Rig, path: str) -> list[dict[str, Any]]:
    """Return the bodies of what was sent to *path*."""
    return [json.loads(one.body) for one in tuple(rig.relay.requests) if one.path.endswith(path)]


def test_its_link_takes_its_place_and_its_path_goes_nowhere(rig: Rig, folder: Path) -> None:
    """Only the name is shown; weights, codes, links and words stay as they are."""
    session = rig.open()
    written = f'a kite --sref "{folder}/my pic.png"::2 ./b.jpg 123 https://x.org/c.png --ar 3:2'
    job = rig.finish(session.start(asked(written)))
    assert job.prompt == "a kite --sref my_pic.png::2 b.jpg 123 https://x.org/c.png --ar 3:2"
    (upload,) = seen(rig, "/submit/upload-discord-images")
    assert len(upload["base64Array"]) == 2
    (imagine,) = seen(rig, "/submit/imagine")
    link = r"http://127\.0\.0\.1:\d+/mj/image/[0-9a-f]+"
    assert re.fullmatch(
        rf"a kite --sref {link}::2 {link} 123 https://x.org/c.png --ar 3:2", imagine["prompt"]
    )
    sent = b"".join(one.body for one in rig.relay.requests)
    assert b"private folder" not in sent
    assert b"my_pic" not in sent
    assert [one.prompt for one in session.store.latest()] == [job.prompt]


@pytest.mark.usefixtures("folder")
def test_what_it_shows_counts_and_not_its_name_or_link() -> None:
    """A copy, the picture in memory, and a keyword ask for the same; another picture does not."""
    Path("copy.png").write_bytes(Path("my pic.png").read_bytes())
    first = asked('a kite --sref "my pic.png" --sw 50')
    same = (
        asked("a kite --sref ./copy.png --sw 50"),
        asked("a kite", sref="my pic.png", sw=50),
        asked("a kite", sref=[Image.open("copy.png")], sw=50),
        asked("a kite —sref 'my pic.png' --sw 50"),
    )
    assert {one.request.prompt for one in (first, *same)} == {first.request.prompt}  # type: ignore[attr-defined]
    weighted = asked("a kite", sref=[("my pic.png", 2)], sw=50)
    other = asked("a kite --sref b.jpg --sw 50")
    assert len({one.request.prompt for one in (first, weighted, other)}) == 3  # type: ignore[attr-defined]
    assert not [one for one in first.findings if one.rule != "no-version"]
    # Two of one name are told apart, and one picture twice is one.
    Path("other").mkdir()
    Image.new("RGB", (64, 64), "blue").save("other/b.jpg")
    both = asked("a kite --sref b.jpg other/b.jpg ./b.jpg")
    assert both.words == "a kite --sref b.jpg b-2.jpg b.jpg"


@pytest.mark.usefixtures("folder")
def test_the_second_run_pays_nothing_though_the_links_are_dead(rig: Rig) -> None:
    """Another kernel shows it again, and hands nothing over."""
    rig.finish(rig.open(replay=True).start(asked("a kite --oref ./b.jpg --v 7")))
    sent = len(rig.relay.requests)
    again = rig.open(replay=True).start(asked("a kite --oref b.jpg --v 7"))
    assert again.is_replayed
    assert [one.path for one in tuple(rig.relay.requests)[sent:] if one.method == "POST"] == []


@pytest.mark.usefixtures("folder")
def test_one_picture_of_many_prompts_is_handed_over_once_an_hour(rig: Rig) -> None:
    """After that its link may be dead, so it is handed over anew."""
    now = [1_000_000.0]
    session = rig.open(clock=lambda: now[0])
    for number in range(3):
        session.start(asked(f"{number} kites --sref ./b.jpg")).accepted(TIMEOUT)
    assert len(seen(rig, "/submit/upload-discord-images")) == 1
    now[0] += 3601
    session.start(asked("a boat --sref ./b.jpg")).accepted(TIMEOUT)
    assert len(seen(rig, "/submit/upload-discord-images")) == 2


def test_a_picture_in_front_goes_along_with_the_prompt(rig: Rig, folder: Path) -> None:
    """As behind --image: every server takes that, with the same fingerprint."""
    del folder
    by_path = asked('"my pic.png" b.jpg a kite')
    assert by_path.request == asked("a kite", ["my pic.png", "b.jpg"]).request
    mixed = asked("https://x.org/c.png b.jpg a kite")
    assert mixed.words == "https://x.org/c.png a kite"
    rig.finish(rig.open().start(by_path))
    assert seen(rig, "/submit/upload-discord-images") == []
    with pytest.raises(UsageError, match=r"nope\.png"):
        asked("nope.png a kite")
    assert asked("nope.png a kite", force=True).words == "nope.png a kite"


def test_what_a_server_can_not_take_is_said_before_it_is_paid(tmp_path: Path, folder: Path) -> None:
    """The open proxy takes no uploads; what goes along with the prompt is drawn."""
    del folder
    with Rig(tmp_path, dialect="open") as rig:
        session = rig.open()
        job = session.start(asked("a kite --sref ./b.jpg"))
        with pytest.raises(Unsupported, match="takes no pictures to refer to"):
            job.accepted(TIMEOUT)
        assert rig.tasks() == []
        assert not session.store.unsettled(session.server)
        session.start(asked("b.jpg a kite")).accepted(TIMEOUT)
        assert len(rig.tasks()) == 1


@pytest.mark.parametrize(
    ("fate", "kind"),
    [
        (ConnectionFate.LOSE, ServerUnreachable),
        (submit_reply(1, "ok", "not an address --v 1"), Refused),
        (submit_reply(1, "ok", "https://x.org/a b"), Refused),
        (submit_reply(4, "no"), Refused),
    ],
)
@pytest.mark.usefixtures("folder")
def test_an_upload_that_goes_wrong_is_no_task_in_doubt(
    rig: Rig, fate: ConnectionFate | CannedResponse, kind: type[MJError]
) -> None:
    """Nothing was drawn, and asking once more is nothing to think twice about."""
    rig.relay.rule = lambda one: fate if "upload" in one.path else ConnectionFate.PASS
    session = rig.open(replay=True)
    job = session.start(asked("a kite --sref ./b.jpg"))
    with pytest.raises(kind) as caught:
        job.accepted(TIMEOUT)
    assert getattr(caught.value, "sent", False) is False
    assert not session.store.unsettled(session.server)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    session.start(asked("a kite --sref ./b.jpg")).accepted(TIMEOUT)
    assert len(rig.tasks()) == 1


@pytest.mark.usefixtures("folder")
def test_it_is_asked_for_again_from_history(rig: Rig) -> None:
    """The picture is kept: a new kernel hands it over anew, and its code runs."""
    job = rig.finish(rig.open().start(asked("a kite --sref './my pic.png'", ["b.jpg"])))
    restored = rig.open().job(str(job.id))
    for name in ("my pic.png", "b.jpg"):
        Path(name).unlink()
    again = rig.finish(restored.again())
    assert len(seen(rig, "/submit/upload-discord-images")) == 2
    first, second = seen(rig, "/submit/imagine")
    assert (first["prompt"], first["base64Array"]) == (second["prompt"], second["base64Array"])
    assert again.prompt == job.prompt
    code = restored.code()
    call = re.search(r'imagine\((?P<prompt>.+), images=\["(?P<path>.+)"\]\)', code)
    assert call is not None
    repeated: object = asked(eval(call["prompt"]), [call["path"]]).request
    original: object = job.request
    assert isinstance(repeated, Imagine)
    assert isinstance(original, Imagine)
    assert (repeated.prompt, repeated.base64_array) == (original.prompt, original.base64_array)


@pytest.mark.usefixtures("folder")
def test_a_lost_answer_is_found_by_a_state_of_ones_own(rig: Rig) -> None:
    """The server knows the link, and history what it stands for."""

    def lose(one: SeenRequest) -> ConnectionFate:
        return ConnectionFate.LOSE if "imagine" in one.path else ConnectionFate.PASS

    session = rig.open(replay=True)
    session.start(asked("a boat --sref ./b.jpg", state="mine")).accepted(TIMEOUT)
    rig.relay.rule = lose
    lost = session.start(asked("a kite --sref ./b.jpg", state="mine"))
    with pytest.raises(ServerUnreachable):
        lost.accepted(TIMEOUT)
    rig.relay.rule = lambda _: ConnectionFate.PASS
    rig.open(replay=True).start(asked("a kite --sref ./b.jpg", state="mine")).accepted(TIMEOUT)
    assert len(rig.tasks()) == 2


def test_a_state_that_others_use_too_tells_no_task(rig: Rig) -> None:
    """Somebody else asked for the same in the same words: theirs is not taken for ours."""

    def lose(one: SeenRequest) -> ConnectionFate:
        return ConnectionFate.LOSE if "imagine" in one.path else ConnectionFate.PASS

    mine, theirs = rig.open(replay=True), rig.open(store=rig.folder / "elsewhere")
    mine.start(Imagine(prompt="a boat", state="lab")).accepted(TIMEOUT)
    theirs.start(Imagine(prompt="a kite", state="lab")).accepted(TIMEOUT)
    rig.relay.rule = lose
    # It is not sent again either.
    for said in ("broke before the answer", "none can be told to be this one"):
        with pytest.raises(Unsettled, match=said):
            mine.start(Imagine(prompt="a kite", state="lab")).accepted(TIMEOUT)
    assert rig.relay.submits == 3


@pytest.mark.usefixtures("folder")
def test_a_picture_in_the_answer_of_a_window_is_handed_over(rig: Rig) -> None:
    """In a parameter as in front; a second run pays nothing, and the code has the kept file."""
    session = rig.open(replay=True)
    single = rig.finish(rig.drawn(session).press("U1"))

    def opened(one: Job) -> Job:
        return until(one.press("custom_zoom"), lambda job: job.window is not None)

    words = "b.jpg a kite --sref './my  pic.png'::2 --v 7"
    Path("my pic.png").rename("my  pic.png")
    job = opened(single)
    rig.finish(job.answer(words, zoom=1.5))
    assert job.prompt == "b.jpg a kite --sref my_pic.png::2 --v 7 --zoom 1.5"
    (answer,) = seen(rig, "/submit/modal")
    link = r"http://127\.0\.0\.1:\d+/mj/image/[0-9a-f]+"
    assert re.fullmatch(rf"{link} a kite --sref {link}::2 --v 7 --zoom 1\.5", answer["prompt"]), (
        answer["prompt"]
    )
    assert len(seen(rig, "/submit/upload-discord-images")) == 1
    assert not [one for one in job.findings if one.severity == "error"]
    again = opened(rig.open(replay=True).job(str(single.id)))
    again.answer(words, zoom=1.5)
    assert again.is_replayed
    assert again.prompt == job.prompt
    assert len(seen(rig, "/submit/modal")) == 1
    call = re.search(r"\.answer\((?P<prompt>.+)\)\.wait\(\)", job.code())
    assert call is not None
    repeated = opened(single)
    repeated.answer(eval(call["prompt"]))
    assert repeated.is_replayed
    with pytest.raises(PromptError, match=r"nope\.png") as caught:
        opened(single).answer("a kite --sref ./nope.png", zoom=1.5)
    assert caught.value.position == len("a kite --sref ")


@pytest.mark.usefixtures("folder")
def test_a_shorten_takes_no_picture() -> None:
    """Its path would leave the machine as words."""
    builder = RequestBuilder(None, lambda _: b"")
    for prompt in ("./b.jpg a kite", "a kite --sref b.jpg"):
        with pytest.raises(PromptError, match="b is a picture here"):
            builder.shorten(prompt)


@pytest.mark.usefixtures("folder")
def test_a_picture_by_keyword_is_read_once() -> None:
    """What stands for it may be the name of no file: a blank in its path, or no path at all."""
    builder = RequestBuilder(None, lambda _: b"")
    for given in ("my pic.png", [("my pic.png", 2)], Image.open("b.jpg")):
        (asked_for,) = builder.imagines("a kite", sref=given)
        assert len(asked_for.references) == 1
    several = builder.imagines("{red, blue} kite", sref="my pic.png")
    assert [one.words for one in several] == [
        "red kite --sref my_pic.png",
        "blue kite --sref my_pic.png",
    ]


@pytest.mark.usefixtures("folder")
def test_a_path_with_spaces_and_no_ending_asks_for_quotes() -> None:
    """Nobody can tell where it ends; what can't be read and what lint finds both say so."""
    builder = RequestBuilder(None, lambda _: b"")
    quotes = 'Put quotes round a path with spaces: "./my pictures/b".'
    with pytest.raises(PromptError) as caught:
        builder.imagines("a kite --sref ./my pictures/b --ar 3:2")
    assert caught.value.hint == quotes
    (finding,) = builder.check("a kite --sref ./my pictures/b", 0, None, {}).errors
    assert finding.advice == quotes
