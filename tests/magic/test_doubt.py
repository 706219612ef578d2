"""What a person reads of a request of which nobody knows whether there is a task."""

from dataclasses import replace

import pytest

import mj_notebook as mj
from tests.magic.shells import Shell
from tests.support.relay import CannedResponse, ConnectionFate, SeenRequest
from tests.support.rig import QUICK, TIMEOUT, Rig


@pytest.fixture
def doubtful(shell: Shell, proxy: Rig) -> Shell:
    """Lose the answer of a cell's submit, where the proxy has no list of its tasks."""

    def rule(asked: SeenRequest) -> "ConnectionFate | CannedResponse":
        if asked.path.endswith("/task/list"):
            return CannedResponse(404, b"")
        return ConnectionFate.LOSE if asked.is_submit else ConnectionFate.PASS

    mj.configure(replay=True, pacing=replace(QUICK, looks=(0.0, 60.0)))
    proxy.relay.rule = rule
    with pytest.raises(mj.MJError, match=r"It was not sent again, .* the proxy's own pages"):
        shell.run("%%mj\na red kite").raise_error()
    return shell


def test_the_same_cell_names_ways_that_work(doubtful: Shell, proxy: Rig) -> None:
    """Run again it sends nothing, and says where to look and how to draw all the same."""
    with pytest.raises(mj.MJError, match=r"the proxy's own pages.*--fresh") as caught:
        doubtful.run("%%mj\na red kite").raise_error()
    assert "resume" not in str(caught.value)  # there is nothing that it could look in
    assert proxy.relay.submits == 1
    proxy.relay.rule = lambda _: ConnectionFate.PASS
    doubtful.run("%%mj --fresh --no-wait\na red kite").raise_error()
    assert proxy.relay.submits == 2


def test_resume_shows_it(doubtful: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """With its prompt, why nobody knows, and what can be done."""
    doubtful.run("%mj resume").raise_error()
    told = capsys.readouterr().out
    assert "In doubt, asked" in told
    assert "a red kite" in told
    assert "has no list of its tasks" in told
    assert "%mj resume looks for it" not in told  # that is what was just asked
    assert 'mj.delete(mj.history(status="unknown"), yes=True)' in told
    assert "--fresh draws it anew, which may be paid for twice" in told


def test_a_button_in_doubt_is_named(
    shell: Shell, proxy: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside its parent's prompt: several of one grid may be in doubt."""
    grid = proxy.drawn(mj.current_session(), "a fox")
    proxy.relay.rule = lambda asked: (
        CannedResponse(404, b"")
        if asked.path.endswith("/task/list")
        else ConnectionFate.LOSE
        if asked.is_submit
        else ConnectionFate.PASS
    )
    with pytest.raises(mj.MJError):
        grid.press("U2").wait(TIMEOUT)
    shell.run("%mj resume").raise_error()
    assert "ago: U2 of “a fox”\n" in capsys.readouterr().out


def test_python_is_told_of_it_too(doubtful: Shell) -> None:
    """A warning for each says what `%mj resume` prints, with the words that Python has for it."""
    with pytest.warns(UserWarning, match="In doubt, asked") as told:
        assert mj.resume() == []
    (warning,) = told
    assert "a red kite" in str(warning.message)
    assert "and fresh=True draws it anew" in str(warning.message)
    error = doubtful.error("import mj_notebook as mj\nmj.imagine('a red kite')")
    assert "own pages" in str(error)
    assert "resume" not in str(error)
    with pytest.warns(UserWarning, match="In doubt"):  # it is as true the second time
        mj.resume()
    del doubtful


def test_the_hint_is_spelled_as_it_was_asked(doubtful: Shell, proxy: Rig) -> None:
    """A cell's options to who writes cells, Python's keywords to who writes Python."""
    assert "--fresh draws it" in str(doubtful.error("%%mj\na red kite"))
    assert "fresh=True draws it" in str(
        doubtful.error("import mj_notebook as mj\nmj.imagine('a red kite')")
    )
    assert "With --force" in str(doubtful.error("%%mj\na kite --ar 16x9"))
    with pytest.raises(mj.PromptError, match="With force=True"):
        mj.imagine("a kite --ar 16x9")
    del proxy


def test_history_and_spending_show_it(doubtful: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """It is listed by its own status, and counted as what may have been paid for."""
    (row,) = mj.history(status="unknown")
    assert (row["prompt"], row["status"]) == ("a red kite", "UNKNOWN")
    doubtful.run("%mj history --status unknown").raise_error()
    doubtful.run("%mj spend").raise_error()
    assert "unknown" in capsys.readouterr().out.lower()
