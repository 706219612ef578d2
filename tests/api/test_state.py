"""The current session: opened on first use, changed by `configure`, closed at the end."""

import pickle
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.errors import MJError, SettingsError, UsageError
from mj_notebook.protocol.vocabulary import DEMO, BotType, Mode, Status
from mj_notebook.session.session import Session
from mj_notebook.settings.settings import Secret
from tests.support.counts import opened, settled
from tests.support.relay import CannedResponse, ConnectionFate
from tests.support.rig import QUICK, SECRET, TIMEOUT, Rig, until

pytestmark = pytest.mark.usefixtures("new_kernel")


@pytest.fixture
def proxy(rig: Rig) -> Rig:
    """Return a house that is the configured proxy."""
    mj.configure(base_url=rig.relay.base_url, secret=SECRET, pacing=QUICK)
    return rig


# -- settings --------------------------------------------------------------------------------------


def test_the_environment_is_read_on_first_use(monkeypatch: pytest.MonkeyPatch, rig: Rig) -> None:
    """Address, secret and mode come from the environment of the kernel."""
    monkeypatch.setenv("MJ_BASE_URL", rig.relay.base_url)
    monkeypatch.setenv("MJ_API_SECRET", SECRET)
    monkeypatch.setenv("MJ_MODE", "turbo")
    assert mj.current_settings().mode is Mode.TURBO
    assert mj.imagine("a red kite").accepted(TIMEOUT).id
    assert rig.relay.requests[0].path == "/mj-turbo/mj/submit/imagine"


def test_the_server_is_named_without_a_session(proxy: Rig) -> None:
    """History is read under the name that a session would give it, and none is opened for that."""
    named = state.current_server()
    assert state.opened_sessions() == []
    assert named == mj.current_session().server == state.current_server()
    mj.configure(base_url=None)
    assert state.current_server() == DEMO
    assert state.opened_sessions() == []
    assert proxy.relay.requests == []


def test_configure_is_for_the_next_job(proxy: Rig, tmp_path: Path) -> None:
    """Open jobs keep the server they were sent to; only later ones take the new settings."""
    with Rig(tmp_path / "two") as two:
        first = mj.imagine("a red kite").accepted(TIMEOUT)
        mj.configure(base_url=two.relay.base_url, secret=SECRET)
        second = mj.imagine("another kite").accepted(TIMEOUT)
        proxy.clock.advance(11)
        two.clock.advance(11)
        assert [first.wait(TIMEOUT).prompt, second.wait(TIMEOUT).prompt] == [
            "a red kite",
            "another kite",
        ]
        assert [len(proxy.tasks()), len(two.tasks())] == [1, 1]
        state.close()


def test_an_address_is_taken_as_people_paste_it(rig: Rig) -> None:
    """A whole route as base URL means the server it is a route of."""
    mj.configure(base_url=f"{rig.relay.base_url}/mj/submit/imagine/", secret=SECRET)
    assert mj.current_settings().base_url == rig.relay.base_url


@pytest.mark.parametrize(
    "values",
    [
        {"base_url": "ftp://proxy"},
        {"base_url": "https://user:pass@proxy"},
        {"mode": "warp"},
        {"bot": "other"},
        {"demo_seconds": "soon"},
        {"callback_port": "all"},
        {"callback_url": "me.example.com"},
        {"callback_url": "https://me.example.com"},
        {"base": "https://proxy"},
    ],
    ids=["scheme", "password", "mode", "bot", "seconds", "port", "call", "call port", "name"],
)
def test_a_wrong_setting_changes_nothing(proxy: Rig, values: dict[str, str]) -> None:
    """What makes no sense is refused in one sentence, and the session goes on as it was."""
    before, session = mj.current_settings(), mj.current_session()
    with pytest.raises(SettingsError) as caught:
        mj.configure(**values)
    assert caught.value.hint
    assert "pass" not in str(caught.value).replace("password", "")
    assert mj.current_settings() is before
    assert mj.current_session() is session
    del proxy


def test_a_secret_can_be_taken_back(proxy: Rig) -> None:
    """None means the usual value: no secret."""
    assert mj.configure(secret=None).secret == Secret("")
    with pytest.raises(MJError, match="wants a secret"):
        mj.imagine("a red kite").wait(TIMEOUT)
    assert proxy.tasks() == []


# -- the session -----------------------------------------------------------------------------------


def test_there_is_one_session(proxy: Rig) -> None:
    """Whoever asks first opens it; threads that ask at once get the same."""
    at_once, found = threading.Barrier(4), []

    def ask() -> None:
        at_once.wait(TIMEOUT)
        found.append(mj.current_session())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert len(found) == 4
    assert len(set(map(id, found))) == 1
    del proxy


def test_nobody_waits_for_the_worker_while_a_session_is_opened(proxy: Rig) -> None:
    """A form asks for it on the loop, and opening may take as long as a demo server's start."""
    worker = state.current_worker()
    with state._state.lock, ThreadPoolExecutor(1) as form:  # held by who opens a session
        assert form.submit(state.current_worker).result(TIMEOUT) is worker
    del proxy


def test_another_session_can_be_used(rig: Rig) -> None:
    """`use` makes a session of one's own the current one."""
    session = rig.open()
    state.use(session)
    assert mj.current_session() is session


def test_after_the_end_a_new_session_begins(proxy: Rig) -> None:
    """`close` is no end for ever: the next job opens everything again; history is still there."""
    job = proxy.finish(mj.imagine("a red kite"))
    state.close()
    state.close()
    assert mj.job(str(job.id)).image.size == (64, 64)
    assert proxy.finish(mj.imagine("another kite")).status == Status.SUCCESS


def test_nothing_outlives_the_end(proxy: Rig) -> None:
    """The worker's thread ends with the session, also after settings were changed meanwhile."""
    mj.imagine("a red kite").accepted(TIMEOUT)
    mj.configure(mode="fast")
    mj.imagine("a blue kite").accepted(TIMEOUT)
    # The one thread of these sessions: other tests may have workers that are just ending.
    thread = state.current_worker()._thread
    assert thread is not None
    assert thread.is_alive()
    state.close()
    thread.join(TIMEOUT)
    assert not thread.is_alive()
    assert len(proxy.tasks()) == 2


# -- asking ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("prompt", ["", "  \n "])
def test_an_empty_prompt_opens_nothing(prompt: str) -> None:
    """An empty prompt is refused before any session is opened or server started."""
    with pytest.raises(UsageError, match="empty"):
        mj.imagine(prompt)
    assert state._state.session is None


def test_half_a_sign_is_refused_before_anything_is_sent(proxy: Rig) -> None:
    """A prompt that has no bytes is one sentence, not a trace; whole emoji pass."""
    with pytest.raises(UsageError, match="half of a sign"):
        mj.imagine("a kite \ud83e")
    assert mj.imagine("a kite 🪁").accepted(TIMEOUT).id
    assert proxy.relay.submits == 1


def test_a_damaged_history_is_set_aside_and_said(proxy: Rig, tmp_path: Path) -> None:
    """A damaged file stops nobody from drawing, is kept, and is told of."""
    (tmp_path / "history").mkdir()
    (tmp_path / "history" / "history.sqlite3").write_bytes(b"no database" * 1000)
    with pytest.warns(UserWarning, match="set aside"):
        job = mj.imagine("a red kite")
    assert proxy.finish(job).pictures.kept is not None
    assert list((tmp_path / "history").glob("*damaged*"))


def test_a_picture_that_cant_be_read_is_said_before_anything_is_sent(proxy: Rig) -> None:
    """An unreadable reference is one sentence; nothing is sent."""
    with pytest.raises(UsageError, match=r"'missing\.png' can't be read"):
        mj.imagine("a red kite", images=["missing.png"])
    assert proxy.relay.submits == 0


def test_what_is_said_with_a_prompt_reaches_the_server(proxy: Rig) -> None:
    """Bot, mode, state, hook and pictures travel with the prompt."""
    picture = proxy.drawn(mj.current_session()).pictures.kept
    assert picture is not None
    job = mj.imagine(
        "a red kite",
        images=[picture.path, picture.path.read_bytes()],
        bot="niji",
        mode="turbo",
        state="nb-42",
        notify="http://127.0.0.1:9/hook",
    )
    proxy.finish(job)
    task = proxy.tasks()[0]
    assert (task["state"], task["properties"]["botType"]) == ("nb-42", BotType.NIJI_JOURNEY)
    assert b'"base64Array":["data:image/png;base64,' in next(
        asked.body for asked in proxy.relay.requests if asked.path.startswith("/mj-turbo/")
    )


def test_without_an_address_the_demo_server_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing set a picture comes all the same, and everything says "demo server"."""
    monkeypatch.delenv("MJ_DEMO_SIZE")
    mj.configure(demo_seconds=0.1, pacing=QUICK)
    job = mj.imagine("a red kite").wait(60)
    assert job.image.size == (2048, 2048)
    assert "demo server" in repr(job)
    assert "demo picture" in repr(job)
    state.close()
    again = mj.job(str(job.id))
    assert again.image.size == (2048, 2048)
    assert again.is_demo
    secret = state._state.session.client._calls.endpoint.secret.reveal()  # type: ignore[union-attr]
    state.close()
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in kept if secret.encode() in path.read_bytes()]


@pytest.mark.parametrize("by", ["call", "setting"])
def test_the_demo_server_calls_back_out_of_the_box(by: str) -> None:
    """Without an address of one's own; one that is set for a real proxy is no hindrance."""
    seldom = replace(QUICK, then=3600, slowest=3600)
    url = "https://me.example.com:8443" if by == "setting" else None
    # Long enough to be followed before it ends: callbacks of what nobody follows are no news.
    mj.configure(demo_seconds=1, pacing=seldom, callback_url=url)
    receiver = mj.listen() if by == "call" else None
    job = mj.imagine("a red kite").wait(TIMEOUT)
    assert job.status == Status.SUCCESS
    assert job.image.size
    again = mj.listen()
    assert again.received > 0
    assert receiver in {None, again}
    assert "127.0.0.1" in again.url


@pytest.mark.usefixtures("proxy")
def test_new_settings_leave_the_receiver_to_its_jobs() -> None:
    """It belongs to the session it was opened for, and closes with it."""
    first = mj.listen()
    mj.imagine("a red kite").accepted(TIMEOUT)
    mj.configure(mode="fast")
    assert first.is_open
    second = mj.listen()
    assert second is not first
    state.close()
    assert not first.is_open
    assert not second.is_open


# -- giving way ------------------------------------------------------------------------------------


def counted() -> tuple[int, ...]:
    """Count threads, files and open sessions of this process."""
    return (*opened(), len(state.opened_sessions()))


def closing() -> tuple[int, ...]:
    """Count the sessions that are just being closed."""
    return (sum(one.name == "mj-closing" for one in threading.enumerate()),)


@pytest.mark.parametrize("where", ["proxy", "demo server"])
def test_settings_that_change_twenty_times_leave_nothing_open(rig: Rig, where: str) -> None:
    """Threads, files, sessions and demo servers are as many after twenty changes as after three."""
    url = rig.relay.base_url if where == "proxy" else None

    def change_and_use(number: int) -> None:
        mj.configure(base_url=url, secret=SECRET, pacing=QUICK, demo_seconds=1 + number)
        if url:
            rig.finish(mj.imagine(f"kite {number}"))
        assert mj.current_session().client.list_tasks() is not None
        settled(closing, (0,))

    for number in range(3):
        change_and_use(number)
    before = counted()
    for number in range(3, 23):
        change_and_use(number)
    after = counted()
    print(f"threads, files, sessions with a {where}: {before} before, {after} after 20 changes")
    assert after[-1] == 1
    assert after[0] <= before[0] + 1  # a line to the server may just be open, or not
    # SQLite keeps a few files of closed connections for the next ones, as long as any is open (the
    # locks of a process belong to its files). What was leaked was seven for each change.
    assert after[1] <= before[1] + 12


def closed(session: Session) -> bool:
    """Tell whether *session* is closed at last; it closes beside everything else."""
    return settled(lambda: (not session._is_closed,), (0,)) == (0,)


def test_a_session_that_gave_way_ends_with_its_open_job(proxy: Rig) -> None:
    """Its job goes on to its picture, which stays; then its thread and files are given back."""
    old, job = mj.current_session(), mj.imagine("a red kite").accepted(TIMEOUT)
    mj.configure(mode="fast")
    assert not old.is_closed
    assert mj.current_session() is not old
    assert proxy.finish(job).status == Status.SUCCESS
    assert closed(old)
    assert job.image.size == (64, 64)
    job.pictures.release()
    assert job.facts().thumbnail is not None
    assert state.opened_sessions() == [mj.current_session()]


def test_what_is_open_is_known_to_the_next_session(proxy: Rig) -> None:
    """A cell that is run again joins what it asked for before, sent or not, and can cancel it."""
    grid = mj.imagine("a red kite").accepted(TIMEOUT)
    planned = grid.press("U1")
    full = CannedResponse(200, b'{"code":23,"description":"full"}')
    proxy.relay.rule = lambda asked: full if asked.is_submit else ConnectionFate.PASS
    waiting = until(mj.imagine("a hut"), lambda job: job.trouble)
    mj.configure(mode="fast")
    assert mj.imagine("a red kite") is grid
    assert grid.press("U1") is planned
    assert mj.imagine("a hut") is waiting
    assert mj.current_session().registry.open_jobs == [grid, planned, waiting]
    assert [planned.cancel(), waiting.cancel()] == [True, True]
    proxy.relay.rule, before = (lambda _: ConnectionFate.PASS), proxy.relay.submits
    assert proxy.finish(grid).status == Status.SUCCESS
    assert (proxy.relay.submits, len(proxy.tasks())) == (before, 1)
    mj.configure(base_url=None)
    assert mj.current_session().registry.open_jobs == []


def test_what_goes_on_keeps_its_own_session_alone(proxy: Rig) -> None:
    """A window has no end by itself: each session after its own would stay open with it."""
    single = proxy.finish(proxy.finish(mj.imagine("a red kite")).press("U1"))
    window = until(single.press("Custom Zoom"), lambda job: job.window)
    own = mj.current_session()
    for mode in ("fast", "turbo", "relax"):
        mj.configure(mode=mode)
        assert window in mj.current_session().registry.open_jobs
    assert settled(lambda: (len(state.opened_sessions()),), (2,)) == (2,)
    assert state.opened_sessions() == [own, mj.current_session()]


def test_an_idle_session_gives_way_at_once(proxy: Rig) -> None:
    """Where nothing is open nothing is waited for; the names of its tasks are kept."""
    old, job = mj.current_session(), proxy.finish(mj.imagine("a red kite"))
    mj.configure(mode="fast")
    assert closed(old)
    assert state.opened_sessions() == []
    assert state.tasks_of_kernel(old.store.folder) == [(old.server, job.id)]


def test_an_old_job_is_pressed_through_the_current_session(proxy: Rig) -> None:
    """A panel of yesterday's settings still works: the same server, with today's settings."""
    old, grid = mj.current_session(), proxy.finish(mj.imagine("a red kite"))
    mj.configure(mode="turbo")
    assert closed(old)
    single = proxy.finish(grid.press("U2"))
    assert single.parent is grid
    assert single.session is mj.current_session()
    assert grid.seed()
    assert 'press("U2")' in single.code()
    assert proxy.finish(grid.again()).repeat_of is grid


def test_an_old_job_of_another_server_is_one_sentence(proxy: Rig, tmp_path: Path) -> None:
    """It is shown as it was, and says whose task it is; nothing is sent to anybody."""
    grid = proxy.finish(mj.imagine("a red kite"))
    sent = proxy.relay.submits
    with Rig(tmp_path / "two") as two:
        mj.configure(base_url=two.relay.base_url, secret=SECRET)
        for act in (lambda: grid.press("U2"), grid.seed):
            with pytest.raises(UsageError, match="belongs to another server") as caught:
                act()
            assert "mj.configure" in (caught.value.hint or "")
        assert two.relay.requests == []
        state.close()
    assert proxy.relay.submits == sent
    assert grid.image.size == (64, 64)


def test_the_end_closes_all_that_was_open(proxy: Rig, tmp_path: Path) -> None:
    """The current session, those that gave way, the demo server, histories and threads."""
    # A server opens its journal with its first task: that is not ours to close.
    headers = {"mj-api-secret": SECRET, "Content-Type": "application/json"}
    first = f"{proxy.runner.base_url}/mj/submit/imagine"
    urllib.request.urlopen(urllib.request.Request(first, b'{"prompt": "a kite"}', headers)).close()
    before = opened()
    mj.imagine("a red kite").accepted(TIMEOUT)
    mj.configure(base_url=None)  # the demo server, beside the open job
    assert mj.current_session().client.list_tasks() == []
    sessions = state.opened_sessions()
    mj.configure(store=tmp_path / "another")
    assert len(mj.history()) == 0
    state.close()
    assert all(closed(one) for one in sessions)
    assert len(sessions) == 2
    assert state.opened_sessions() == []
    assert settled(opened, before) <= before


@pytest.mark.usefixtures("new_kernel")
def test_a_job_is_kept_by_its_name(tmp_path: Path) -> None:
    """With pickle, and so with %store: what is loaded is the job of the same task."""
    mj.configure(demo_seconds=0.2)
    job = mj.imagine("a red kite")
    assert pickle.loads(pickle.dumps(job)) is job, "It waits until there is a task to be named."
    with pytest.raises(UsageError, match="no task yet"):
        pickle.dumps(job.press("U2"))
    job.wait(TIMEOUT)
    kept = tmp_path / "job.pickle"
    kept.write_bytes(pickle.dumps([job]))
    state.close()
    (again,) = pickle.loads(kept.read_bytes())
    assert again is not job
    assert again.id == job.id
    assert again.image.size == job.image.size
