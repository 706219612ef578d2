"""Interrupts: whatever waits for the proxy ends at once, in one sentence, and nothing is lost."""

import io
import signal
import threading
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

import mj_notebook as mj
from mj_notebook.__main__ import main
from mj_notebook.api.status import status_lines
from mj_notebook.session.job import Job
from tests.support.relay import ConnectionFate, SeenRequest
from tests.support.rig import Rig

Act = Callable[[Job], object]


@pytest.fixture
def held(proxy: Rig) -> Iterator[Rig]:
    """Return a proxy that, once told to, holds each request while the person presses the key."""
    release = threading.Event()
    proxy.release = release  # type: ignore[attr-defined]
    yield proxy
    release.set()


def hold(rig: Rig) -> None:
    """Press the key of the person at the next request that this thread waits for."""

    def press(asked: SeenRequest) -> ConnectionFate:
        del asked
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        rig.release.wait(20)  # type: ignore[attr-defined]
        return ConnectionFate.CUT

    rig.relay.rule = press


def picture() -> bytes:
    """Return a small picture."""
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(made, "PNG")
    return made.getvalue()


def repair(job: Job) -> None:
    """Let the kept picture of *job* be gone, and ask for a repair."""
    stored = job.session.store.task(str(job.id), server=job.server)
    assert stored is not None
    stored.pictures[0].picture.path.unlink()
    mj.verify(repair=True)


def answer_lost(rig: Rig, ask: Callable[[], Job]) -> None:
    """Let a request be in doubt: it arrived, and its answer was lost."""
    rig.relay.rule = lambda asked: ConnectionFate.LOSE if asked.is_submit else ConnectionFate.CUT
    with pytest.raises(mj.MJError):
        ask().accepted(20)


ACTS: dict[str, tuple[Act, str]] = {
    "upload": (lambda _: mj.upload(picture()), "Stopped before the addresses came"),
    "job": (lambda _: mj.job("1234567890123456"), "Stopped waiting; the task goes on."),
    "import_task": (lambda _: mj.import_task("1234567890123456"), "Stopped waiting"),
    "resume": (lambda _: mj.resume(), "Stopped looking; what was sent goes on"),
    "imagine": (lambda _: mj.imagine("a blue kite"), "Stopped before there was a task to show."),
    "verify": (repair, "Stopped; what was repaired so far is kept."),
    "doctor": (lambda _: mj.doctor(), "Stopped; nothing was changed."),
    "status": (lambda _: list(status_lines()), "Stopped before the proxy had answered."),
    "press": (lambda job: job.press("U2"), "The press was interrupted."),
    "seed": (lambda job: job.seed(), "Stopped waiting; the task goes on."),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_interrupt_is_told_in_one_sentence(held: Rig, name: str) -> None:
    """It says what was stopped and how to go on; the next try works as if nothing had been."""
    act, sentence = ACTS[name]
    drawn = mj.imagine("a red kite").wait(20)
    if name in ("resume", "imagine"):
        answer_lost(held, lambda: mj.imagine("a blue kite"))
    if name == "press":
        answer_lost(held, lambda: drawn.press("U2"))
    hold(held)
    with pytest.raises(mj.WaitInterrupted) as stopped:
        act(drawn)
    assert str(stopped.value).startswith(sentence)
    assert stopped.value.hint


def test_the_command_line_ends_as_shells_expect(
    held: Rig, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence and the exit code of an interrupt."""
    monkeypatch.setenv("MJ_BASE_URL", held.relay.base_url)
    hold(held)
    assert main(["doctor"]) == 130
    assert capsys.readouterr().err.startswith("mj-notebook: Stopped; nothing was changed.")
