"""Windows: the job says what it waits for; what is no answer is refused before anything is sent."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from mj_notebook.errors import PromptError, Unsupported, UsageError, WaitTimeout
from mj_notebook.protocol.media import read_data_url
from mj_notebook.protocol.requests import Imagine
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.session.submission import Submission
from mj_notebook.view.task_view import task_view
from tests.session.test_submit import bodies
from tests.support.relay import CannedResponse, ConnectionFate
from tests.support.rig import Rig, until

SIDE = 32  # of one picture, when a grid has 64


@pytest.fixture
def single(rig: Rig, session: Session) -> Job:
    """Return one finished picture."""
    return rig.finish(rig.drawn(session).press("U1"))


def opened(single: Job, name: str) -> Job:
    """Press a button that opens a window, and wait for it."""
    return until(single.press(name), lambda job: job.window is not None)


def mask_sent(rig: Rig) -> Image.Image:
    """Return the mask that went with the last answer."""
    content = read_data_url(bodies(rig, "/submit/modal")[-1]["maskBase64"])
    return Image.open(BytesIO(content or b""))


def test_a_region_says_what_it_waits_for(single: Job) -> None:
    """The job tells which window it is, what it wants and how to give it, in Python and in text."""
    job = opened(single, "vary_region")
    window = job.window
    assert window is not None
    assert (window.kind, window.takes_mask, window.takes_zoom) == ("vary_region", True, False)
    assert "Vary (Region)" in window.title
    assert window.prompt.startswith("a red kite")
    (detail,) = task_view(job.facts(), job.now()).details
    assert detail == f'answer it with mj.job("{job.id}").answer(mask=…)'
    with pytest.raises(WaitTimeout, match=r"waits for your answer: .*answer\(mask=…\)"):
        job.wait(0.01)


def black_and_white() -> Image.Image:
    """Return a mask as large as the picture, its left half white."""
    mask = Image.new("L", (SIDE, SIDE))
    mask.paste(255, (0, 0, SIDE // 2, SIDE))
    return mask


@pytest.mark.parametrize(
    "mask",
    [
        black_and_white(),
        (0, 0, SIDE // 2, SIDE),
        (0.0, 0.0, 0.5, 1.0),
        [(0, 0, SIDE // 2, 8), (0, 8, SIDE // 2, SIDE)],
    ],
    ids=["picture", "pixels", "parts", "boxes"],
)
def test_a_mask_of_any_form_becomes_black_and_white(rig: Rig, single: Job, mask: Any) -> None:
    """Whatever says where, the server gets a picture as large as its own, white there alone."""
    job = opened(single, "vary_region")
    job.answer(mask=mask)
    sent = mask_sent(rig)
    assert sent.size == (SIDE, SIDE)
    white = sent.convert("L").point(lambda value: 255 if value else 0)
    assert white.getbbox() == (0, 0, SIDE // 2, SIDE)
    assert rig.finish(job).pictures.kept is not None


def test_a_zoom_is_written_into_the_prompt(rig: Rig, single: Job) -> None:
    """zoom= and ar= go into the offered prompt; the same task goes on with it."""
    job = opened(single, "custom_zoom")
    before = job.id
    job.answer(zoom=1.6, ar="3:2")
    (sent,) = bodies(rig, "/submit/modal")
    assert sent["prompt"].startswith("a red kite")
    assert sent["prompt"].endswith("--ar 3:2 --zoom 1.6")
    assert rig.finish(job).id == before
    assert job.status == Status.SUCCESS


def test_a_zoom_in_the_prompt_is_as_good(rig: Rig, single: Job) -> None:
    """Who writes --zoom into the prompt need not give it twice."""
    opened(single, "custom_zoom").answer("a kite --zoom 2")
    assert bodies(rig, "/submit/modal")[-1]["prompt"] == "a kite --zoom 2"


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("custom_zoom", {}, "How far"),
        ("custom_zoom", {"zoom": 0.5}, "not possible"),
        ("custom_zoom", {"prompt": "a kite --zoom 1.2", "zoom": 1.5}, "says --zoom 1.2"),
        ("custom_zoom", {"zoom": 2.01}, "not possible"),
        ("custom_zoom", {"prompt": "a kite --zoom 3"}, "not possible"),
        ("custom_zoom", {"prompt": " ", "zoom": 1.5}, "needs a prompt"),
        ("custom_zoom", {"zoom": 1.5, "mask": (0, 0, 9, 9)}, "takes no mask"),
        ("custom_zoom", {"zoom": 1.5, "ar": "wide"}, "no shape"),
        ("vary_region", {}, "Which region"),
        ("vary_region", {"mask": Image.new("L", (SIDE, SIDE))}, "selects nothing"),
        ("vary_region", {"mask": Image.new("L", (SIDE, 2 * SIDE), 255)}, "shape"),
        ("vary_region", {"mask": "nowhere.png"}, "can't be read"),
        ("vary_region", {"mask": (0, 0, 9, 9), "zoom": 1.5}, "takes no zoom"),
    ],
)
def test_what_is_no_answer_is_refused_here(
    rig: Rig, single: Job, name: str, given: dict[str, Any], said: str
) -> None:
    """One sentence tells what is missing or too much; the window stays open and nothing is sent."""
    job = opened(single, name)
    with pytest.raises(UsageError, match=said) as caught:
        job.answer(**given)
    assert caught.value.hint
    assert bodies(rig, "/submit/modal") == []
    assert job.window is not None


def test_a_window_can_be_dismissed(rig: Rig, single: Job) -> None:
    """Dismissing lets the server forget the task; a job without a window has nothing to dismiss."""
    job = opened(single, "custom_zoom")
    job.dismiss()
    until(job, lambda changed: not changed.is_open)
    assert job.status == Status.CANCEL
    assert bodies(rig, "/submit/modal") == []
    with pytest.raises(UsageError, match="no window open"):
        job.dismiss()
    with pytest.raises(UsageError, match="no window open"):
        single.dismiss()


def test_a_window_that_can_not_be_closed_says_that_it_is_free(rig: Rig, single: Job) -> None:
    """Not every proxy can cancel, and whoever closes a window did not ask for cancelling."""
    job = opened(single, "Custom Zoom")
    rig.relay.rule = lambda asked: (
        CannedResponse(404, b"<p>no") if asked.path.endswith("/cancel") else ConnectionFate.PASS
    )
    with pytest.raises(Unsupported, match=r"can't close a window.*costs nothing"):
        job.dismiss()


@pytest.mark.parametrize("replay", [False, True])
def test_a_dismissed_window_is_opened_anew(rig: Rig, *, replay: bool) -> None:
    """The same button right after dismissing opens another window; the old one is not joined."""
    single = rig.finish(rig.drawn(rig.open(replay=replay)).press("U1"))
    job = opened(single, "custom_zoom")
    job.dismiss()
    other = opened(single, "custom_zoom")
    assert other.id != job.id
    assert rig.finish(other.answer(zoom=1.5)).status == Status.SUCCESS
    assert until(job, lambda changed: not changed.is_open).status == Status.CANCEL


def test_a_window_of_an_earlier_kernel_can_be_answered(rig: Rig, single: Job) -> None:
    """After a restart the task is found waiting, with its parent's size, and takes its answer."""
    job = opened(single, "vary_region")
    assert job.id is not None
    assert single.id is not None
    later = rig.open()
    later.job(single.id)
    found = until(later.job(job.id), lambda changed: changed.window is not None)
    found.answer(mask=(0, 0, SIDE // 2, SIDE))
    assert mask_sent(rig).size == (SIDE, SIDE)
    assert rig.finish(found).status == Status.SUCCESS


def test_the_words_of_an_answer_are_looked_at_before_they_cost(rig: Rig, single: Job) -> None:
    """Errors stop, force sends, and what is found stays with the job; --zoom is at home here."""
    job = opened(single, "custom_zoom")
    with pytest.raises(PromptError, match="16x9 is no shape"):
        job.answer("a blue kite --ar 16x9", zoom=1.5)
    assert bodies(rig, "/submit/modal") == []
    job.answer("a blue kite --ar 16x9 --newer 5", zoom=1.5, force=True)
    assert bodies(rig, "/submit/modal")[-1]["prompt"] == (
        "a blue kite --ar 16x9 --newer 5 --zoom 1.5"
    )
    assert [one.rule for one in job.findings] == ["not-a-number", "unknown-parameter"]


def test_words_that_the_server_offers_are_its_own(rig: Rig, session: Session) -> None:
    """Whatever rules say of them, they may be sent back as they are."""
    forced = Submission(Imagine(prompt="a kite --tile of stone"), force=True)
    single = rig.finish(rig.finish(session.start(forced)).press("U1"))
    job = opened(single, "vary_region")
    assert job.window is not None
    rig.finish(job.answer(job.window.prompt, mask=(0, 0, 8, 8)))
    assert job.findings == ()


def test_history_tells_a_window_as_the_job_does(rig: Rig, session: Session, single: Job) -> None:
    """It lags behind neither when the window opens, nor once it is answered or drawn."""

    def told() -> str:
        stored = session.store.task(job.id or "")
        assert stored is not None
        return stored.task.status

    job = opened(single, "Custom Zoom")
    assert told() == Status.MODAL
    job.answer(zoom=1.4)
    assert told() == Status.NOT_START
    rig.clock.advance(4)
    until(job, lambda changed: changed.status == Status.IN_PROGRESS)
    assert told() == Status.IN_PROGRESS
    rig.finish(job)
    assert told() == Status.SUCCESS
