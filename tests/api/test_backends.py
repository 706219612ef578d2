"""Choosing what draws behind the embedded server: by settings, by the environment, by a command."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mj_notebook as mj
from mj_notebook.__main__ import main
from mj_notebook.api import opening, state
from mj_notebook.api.doctor import format_results, run_checks
from mj_notebook.api.strip import known_secrets
from mj_notebook.errors import SettingsError
from mj_notebook.images.metadata.captions import TRAINED, caption_lines
from mj_notebook.magic.extension import greeting
from mj_notebook.protocol.requests import Imagine
from mj_notebook.session.submission import Submission
from mj_notebook.settings.readers import settings_from, with_changes
from mj_notebook.settings.settings import Settings
from mj_notebook.store.fingerprint import content_key
from mj_notebook.view.picture_record import record_of
from tests.server.backends.engines.openai_api import OpenAIStandIn
from tests.server.backends.engines.stand_in import SECRET
from tests.server.backends.engines.web_ui import WebUIStandIn
from tests.support.eventually import eventually
from tests.support.rig import QUICK, TIMEOUT

pytestmark = pytest.mark.usefixtures("new_kernel")


@pytest.fixture
def engine() -> Iterator[WebUIStandIn]:
    """Return an engine."""
    with WebUIStandIn() as made:
        yield made


def test_a_notebook_draws_with_an_engine(engine: WebUIStandIn) -> None:
    """Two settings, and the same cell draws real pictures; everything says what drew them."""
    mj.configure(backend="a1111", backend_url=engine.url, backend_model="tiny", pacing=QUICK)
    mj.configure(demo_size=1024)
    job = mj.imagine("a red kite --weird 9").wait(60)
    assert job.image.size == (1024, 1024)
    assert "The web UI · tiny" in repr(job)
    assert "demo" not in repr(job)
    sent = engine.drawings("/sdapi/v1/txt2img")
    assert sent[0].json["override_settings"] == {"sd_model_checkpoint": "tiny"}
    assert job.press("U1").wait(TIMEOUT).image.size == (512, 512)
    facts = job.facts()
    assert "--weird: no effect with The web UI." in str(facts.task and facts.task.properties)
    lines = caption_lines(record_of(facts, picture=b"", number=None, parents=()))
    assert lines["engine"] == "The web UI · tiny"
    assert lines["source_type"] == TRAINED


def test_the_same_words_are_drawn_anew_by_another_model(engine: WebUIStandIn) -> None:
    """Backend and model are part of what makes two requests the same; without them keys stay."""
    usual = content_key(Imagine(prompt="a kite"), server="s")
    keys = {
        content_key(Imagine(prompt="a kite"), server="s", drawn_by=settings.drawn_by)
        for settings in (
            Settings(),
            with_changes(Settings(), backend="a1111"),
            with_changes(Settings(), backend="a1111", backend_model="one"),
            with_changes(Settings(), backend="a1111", backend_model="two"),
            with_changes(Settings(), backend="sdcpp", backend_url=engine.url),
        )
    }
    assert len(keys) == 5
    assert usual in keys
    own = with_changes(Settings(), base_url="http://proxy.example", backend="a1111")
    assert own.drawn_by == ""


def test_an_engine_is_not_said_to_cost_nothing() -> None:
    """A dry run tells of credits; what the engine takes for it nobody here knows."""
    mj.configure(backend="openai", backend_model="gpt-image-1")
    said = state.price_words(Submission(Imagine(prompt="a kite")))
    assert "for no credits" in said
    assert "what openai gpt-image-1 costs" in said


def test_the_environment_says_the_same() -> None:
    """Each setting has its variable."""
    read = settings_from(
        {
            "MJ_BACKEND": "comfy",
            "MJ_BACKEND_URL": "http://127.0.0.1:8188/",
            "MJ_BACKEND_MODEL": "tiny",
            "MJ_BACKEND_SECRET": SECRET,
            "MJ_BACKEND_WORKFLOW": "flow.json",
        }
    )
    assert (read.backend, read.backend_url) == ("comfy", "http://127.0.0.1:8188")
    assert read.drawn_by == "comfy tiny flow.json"
    assert SECRET not in repr(read)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"backend": "nobody"}, "no backend named"),
        ({"backend_url": "127.0.0.1"}, "is no address"),
        ({"backend_url": "http://me:word@127.0.0.1"}, "holds a name or a password"),
    ],
)
def test_a_wrong_choice_is_refused_at_once(values: dict[str, str], said: str) -> None:
    """Nothing is changed, and a password is not repeated."""
    before = mj.current_settings()
    with pytest.raises(SettingsError, match=said) as caught:
        mj.configure(**values)
    assert "me:word" not in str(caught.value)
    assert mj.current_settings() == before


def test_what_can_not_be_opened_is_told_as_it_is(tmp_path: Path) -> None:
    """The sentence and its remedy come from the server's own thread; no history is left open."""
    mj.configure(backend="comfy")
    with pytest.raises(SettingsError, match="none was given") as caught:
        mj.imagine("a kite")
    assert "--workflow" in caught.value.hint
    held = [os.path.realpath(one) for one in Path("/proc/self/fd").iterdir()]
    assert not [one for one in held if one.startswith(str(tmp_path))]


def test_the_doctor_asks_the_engine(engine: WebUIStandIn) -> None:
    """What it is and can; and what to do when it is away."""
    mj.configure(backend="a1111", backend_url=engine.url)
    lines = list(format_results(run_checks()))
    (found,) = [line for line in lines if "Behind it draws" in line]
    assert "a web UI that draws with tiny.safetensors" in found
    assert "Vary (Region)" in found
    assert "--seed" in found
    engine.close()
    lines = list(format_results(run_checks()))
    assert [line for line in lines if line.startswith("BAD") and "Nothing answers at" in line]


def test_a_secret_of_an_engine_is_kept_for_it_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is found again by the engine's address alone, and no notebook may hold it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with OpenAIStandIn() as engine:
        engine.wants_secret = True
        mj.configure(backend="openai", backend_url=engine.url, backend_model="tiny")
        assert engine.url in mj.login(SECRET, backend=True)
        assert SECRET in [one.reveal() for one in known_secrets()]
        mj.configure(backend_secret=None)
        assert opening.backend_choice(mj.current_settings()).secret.reveal() == SECRET
        assert "draws with tiny" in opening.describe_backend(mj.current_settings())
        other = with_changes(mj.current_settings(), backend_url="http://127.0.0.1:9")
        assert not opening.backend_choice(other).secret
        assert "forgotten" in mj.login(forget=True, backend=True)
        assert not opening.backend_choice(mj.current_settings()).secret
    mj.configure(backend=None, backend_url=None)
    with pytest.raises(SettingsError, match="no engine to log in to"):
        mj.login(SECRET, backend=True)


def test_the_greeting_promises_nothing() -> None:
    """With an engine nobody says that there is nothing to pay."""
    told = greeting(with_changes(Settings(), backend="openai"))
    assert "drawn by openai" in told
    assert "nothing to pay" not in told


def test_serve_says_what_draws(engine: WebUIStandIn, tmp_path: Path) -> None:
    """The command asks the engine once, and goes on whether it answers or not."""
    command = [sys.executable, "-m", "mj_notebook", "serve", "--port", "0"]
    chosen = ["--backend", "a1111", "--backend-url", engine.url, "--folder", str(tmp_path / "s")]
    environment = {**os.environ, "MJ_BACKEND_SECRET": SECRET}
    with subprocess.Popen(
        [*command, *chosen],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    ) as process:
        assert process.stdout
        told = [process.stdout.readline() for _ in range(3)]
        process.terminate()
    assert "Behind it draws a web UI" in told[-1]
    assert SECRET not in "".join(told)
    eventually(lambda: engine.asked, bool)
    assert "authorization" in engine.asked[0].headers


def test_serve_refuses_what_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    """One line, and what there is."""
    assert main(["serve", "--port", "0", "--backend", "nobody"]) == 1
    told = capsys.readouterr().err
    assert "no backend named 'nobody'" in told
    assert "a1111" in told
