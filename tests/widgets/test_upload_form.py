"""The uploader with its button: what is started, once, and what is said."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.errors import UsageError
from mj_notebook.protocol.requests import Blend, Describe, Imagine, SwapFace
from mj_notebook.session.job import Job
from mj_notebook.widgets.upload_form import PURPOSES, UploadForm
from tests.images.making import content_of, encoded, noise, slope
from tests.support.rig import QUICK, SECRET, TIMEOUT, Rig
from tests.widgets.wire import Sent, tell

FACE, PICTURE = encoded(slope(), "PNG"), encoded(slope(70, 30), "PNG")


@pytest.fixture
def proxy(rig: Rig, sent: Sent, tmp_path: Path) -> Iterator[Rig]:
    """Return a house that is the configured proxy."""
    del sent  # widgets end before the worker does
    state._state.settings = None
    mj.configure(
        base_url=rig.relay.base_url, secret=SECRET, pacing=QUICK, store=tmp_path / "history"
    )
    yield rig
    state.close()
    state._state.settings = None


def press(form: UploadForm, **more: Any) -> None:
    """Press the form's button in the page."""
    ids = [item["id"] for item in form.uploader._items]
    tell(form.uploader, {"kind": "start", "ids": ids, **more})


def offered(form: UploadForm, holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Wait until *holds* is true of what the form's button says."""
    seen = threading.Event()

    def look(_: Any = None) -> None:
        if holds(form.uploader._start):
            seen.set()

    form.uploader.observe(look, ["_start", "_items"])
    look()
    assert seen.wait(TIMEOUT), f"It never came to that: {form.uploader._start}"
    return dict(form.uploader._start)


def ready(purpose: str, *pictures: object, **options: Any) -> UploadForm:
    """Return a form whose button can be pressed."""
    form = UploadForm(purpose, **options)
    form.uploader.add(*pictures)
    offered(form, lambda start: start["can"] and len(form.uploader._items) == len(pictures))
    return form


def started(form: UploadForm) -> Job:
    """Press the button, and return the job that came of it."""
    before = len(form.jobs)
    press(form)
    offered(form, lambda start: "below" in start["words"])
    assert len(form.jobs) == before + 1
    return form.jobs[-1]


def urls_of(request: Any) -> list[str]:
    """Return the pictures of a request, in their order."""
    match request:
        case Describe(base64=str(url)):
            return [url]
        case SwapFace(source_base64=face, target_base64=target):
            return [face, target]
    return list(request.base64_array)


@pytest.mark.parametrize(
    ("purpose", "pictures", "request_type"),
    [
        ("describe", [PICTURE], Describe),
        ("blend", [FACE, PICTURE, FACE], Blend),
        ("swap_face", [FACE, PICTURE], SwapFace),
        ("imagine", [FACE], Imagine),
    ],
)
def test_each_purpose_is_started(
    proxy: Rig, purpose: str, pictures: list[bytes], request_type: type
) -> None:
    """The button sends the pictures in their order, and the job is shown below."""
    form = ready(purpose, *pictures, **({"prompt": "a kite"} if purpose == "imagine" else {}))
    job = started(form)
    assert isinstance(job.request, request_type)
    urls = urls_of(job.request)
    assert [content_of(url) for url in urls] == pictures
    assert form.job is job
    assert len(form.children) == 2
    proxy.finish(job)
    assert len(proxy.tasks()) == 1


def test_an_upload_gives_links(proxy: Rig) -> None:
    """Nothing is drawn: the addresses stand beside the button, and in Python."""
    form = ready("upload", FACE, PICTURE)
    press(form)
    words = offered(form, lambda start: "http" in start["words"])["words"]
    assert len(form.links) == 2
    assert words == " ".join(form.links)
    assert (proxy.tasks(), form.jobs) == ([], [])


def test_an_impatient_click_is_none(proxy: Rig) -> None:
    """The same pictures are sent once, however often the button is pressed."""
    form = ready("describe", PICTURE)
    press(form)
    press(form)
    offered(form, lambda start: "below" in start["words"])
    press(form)
    proxy.finish(form.jobs[0])
    press(form)
    assert offered(form, bool) == {
        "caption": "Describe",
        "can": False,
        "words": "Started; see below.",
    }
    assert (len(form.jobs), len(proxy.tasks())) == (1, 1)


def test_what_was_not_seen_is_not_sent(proxy: Rig) -> None:
    """A press that was made with other pictures in sight starts nothing."""
    form = ready("blend", FACE, PICTURE)
    press(form, ids=[item["id"] for item in form.uploader._items[::-1]])
    offered(form, lambda start: "have changed" in start["words"])
    assert form.jobs == []
    proxy.finish(started(form))


def test_other_pictures_can_be_started_next(proxy: Rig) -> None:
    """When something changed, the button can be pressed again; the newest job stands first."""
    form = ready("blend", FACE, PICTURE)
    first = started(form)
    form.uploader.move(2, 1)
    offered(form, lambda start: start["can"])
    second = started(form)
    assert form.jobs == [first, second]
    assert len(form.children) == 3
    proxy.finish(second)


def test_the_same_again_is_the_same_job(proxy: Rig) -> None:
    """Who goes back to an earlier order gets its job, which is shown once and paid once."""
    form = ready("blend", FACE, PICTURE)
    first = started(form)
    form.uploader.move(2, 1)
    offered(form, lambda start: start["can"])
    started(form)
    form.uploader.move(2, 1)
    offered(form, lambda start: start["can"])
    press(form)
    offered(form, lambda start: "below" in start["words"])
    assert form.job is first
    assert len(form.jobs) == 2
    assert len(form.children) == 3
    for job in form.jobs:
        proxy.finish(job)
    assert len(proxy.tasks()) == 2


def test_after_a_failure_it_can_be_tried_again(proxy: Rig) -> None:
    """A job that came to nothing lets the same pictures be sent once more."""
    form = ready("imagine", PICTURE, prompt="a nude kite")  # a word the proxy will not draw
    press(form)
    offered(form, lambda start: form.jobs and start["can"])
    assert form.jobs[0].error is not None
    assert proxy.tasks() == []


def test_what_is_missing_is_said(proxy: Rig) -> None:
    """The button says what it waits for, and starts nothing before."""
    del proxy
    form = UploadForm("blend")
    assert form.uploader._start["words"] == "Choose two."
    form.uploader.add(FACE)
    assert offered(form, lambda start: "more" in start["words"])["words"] == "Choose one more."
    press(form)
    drawn = UploadForm("imagine")
    drawn.uploader.add(FACE)
    offered(drawn, lambda start: start["words"] == "Write what should be drawn.")
    press(drawn)
    tell(drawn.uploader, {"kind": "prompt", "prompt": "a kite"})
    offered(drawn, lambda start: start["can"])
    assert form.jobs == drawn.jobs == []


def test_the_words_of_the_button_press_count(proxy: Rig) -> None:
    """What was typed last is drawn, even if it was not handed on before the press."""
    form = ready("imagine", FACE, prompt="a kite")
    press(form, prompt="a blue kite --ar 3:2")
    offered(form, lambda start: "below" in start["words"])
    proxy.finish(form.jobs[0])
    assert proxy.tasks()[0]["prompt"].endswith("a blue kite --ar 3:2")


def test_a_bad_wish_is_said_beside_the_button(proxy: Rig) -> None:
    """What can't be asked is told where the person looks, and nothing is sent."""
    form = ready("swap_face", FACE, FACE)
    press(form)
    words = offered(form, lambda start: "same" in start["words"])["words"]
    assert words == "The two pictures are the same. Give the face first, then the target."
    assert form.jobs == []
    assert proxy.tasks() == []
    form.uploader.remove(1)
    form.uploader.add(PICTURE)
    offered(form, lambda start: start["can"] and start["words"] == "It costs 0.5 credits.")


def test_the_job_tells_what_was_made_smaller(proxy: Rig) -> None:
    """What the page or Python changed on a picture is a remark of the job."""
    del proxy
    large = encoded(noise(4200, 30), "PNG")
    job = started(ready("describe", large))
    assert len(job.remarks) == 1
    assert "4200 × 30, sent as" in job.remarks[0]


def test_options_go_along(proxy: Rig) -> None:
    """Speed and the operation's own options are those that were given."""
    del proxy
    form = ready("blend", FACE, PICTURE, options={"dimensions": "SQUARE", "mode": "turbo"})
    job = started(form)
    assert isinstance(job.request, Blend)
    assert (str(job.mode), str(job.request.dimensions)) == ("turbo", "SQUARE")


def test_an_unknown_purpose_is_refused() -> None:
    """The error lists what there is."""
    with pytest.raises(UsageError, match="describe, blend, swap_face, imagine, upload"):
        mj.uploader("draw")
    assert all(purpose.min_pictures <= purpose.max_pictures for purpose in PURPOSES.values())
