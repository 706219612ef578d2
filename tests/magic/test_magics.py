"""The magics in a real shell: what they do, give, show and refuse."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.errors import (
    BannedPrompt,
    MJError,
    PromptError,
    SettingsError,
    TaskFailed,
    TaskUnknown,
    Unsettled,
    UsageError,
    WaitTimeout,
)
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.session.job import Job
from tests.images.making import encoded, slope
from tests.magic.shells import WIDGET, Shell
from tests.support.relay import ConnectionFate, SeenRequest, submit_reply
from tests.support.rig import QUICK, SECRET, TIMEOUT, Rig, until


def go_on(asked: SeenRequest, rig: Rig) -> ConnectionFate:
    """Let the server's time go on whenever it is asked for how far it is."""
    if asked.is_list:
        rig.clock.advance(3)
    return ConnectionFate.PASS


@pytest.fixture
def busy(proxy: Rig) -> Rig:
    """Return a proxy whose time goes on by itself, for cells that wait."""
    proxy.relay.rule = lambda asked: go_on(asked, proxy)
    return proxy


# -- drawing ---------------------------------------------------------------------------------------


def test_a_live_cell_returns_before_the_picture(jupyter: Shell, proxy: Rig) -> None:
    """In a live notebook the cell is free at once, with twin and panel below it."""
    job = jupyter.job("%%mj\na red kite --ar 3:2")
    assert job.is_open
    assert job.id is not None
    twin, panel = jupyter.displayed
    assert "mj-static" in twin["text/html"]
    assert WIDGET in panel
    proxy.finish(job)


@pytest.mark.parametrize("kind", ["headless", "shell"], ids=["without a person", "terminal"])
def test_elsewhere_the_cell_waits(kind: str, request: pytest.FixtureRequest, busy: Rig) -> None:
    """A run without a person, and a terminal, get the picture before the next cell runs."""
    shell: Shell = request.getfixturevalue(kind)
    job = shell.job("%%mj\na red kite")
    assert not job.is_open
    assert job.image.size == (64, 64)
    assert not [bundle for bundle in shell.displayed if WIDGET in bundle]
    assert len(busy.tasks()) == 1


def test_the_prompt_is_sent_verbatim(jupyter: Shell, proxy: Rig) -> None:
    """Braces, quotes, dollars and parameters arrive as they were written."""
    body = "a {red} \"kite\" $HOME {x} `ls` 一只 --ar 16:9 ::2 --no 'x'"
    jupyter.run("x = 1\n%mj help").raise_error()
    jupyter.job(f"%%mj --no-wait\n{body}").accepted(TIMEOUT)
    assert proxy.tasks()[0]["prompt"] == body


def test_double_braces_take_python_values(jupyter: Shell, proxy: Rig) -> None:
    """`{{name}}` is filled from the notebook, single braces and the rest are not."""
    jupyter.run("colour, size = 'red', {'kite': 3}")
    jupyter.job("%%mj\na {{colour}} kite {{size['kite']}} {a} \\{{kept}}").accepted(TIMEOUT)
    assert proxy.tasks()[0]["prompt"] == "a red kite 3 {a} {{kept}}"


def test_names_of_the_function_are_found(jupyter: Shell, proxy: Rig) -> None:
    """A magic in a function sees what the function sees, before the notebook's own names."""
    jupyter.real.user_ns["colour"] = "red"
    jupyter.run(
        "def draw(colour):\n"
        "    first = %mj imagine a {{colour}} kite\n"
        "    second = get_ipython().run_cell_magic('mj', '', 'a {{colour}} boat')\n"
        "    return [first.accepted(), second.accepted()]\n"
        "jobs = draw('blue')"
    ).raise_error()
    assert [task["prompt"] for task in proxy.tasks()] == ["a blue boat", "a blue kite"]


def test_a_name_that_is_not_there_sends_nothing(shell: Shell, proxy: Rig) -> None:
    """Undefined names are told, all at once, and nothing is sent or shown."""
    error = shell.error("%%mj\na {{colour}} {{thing.part}}")
    assert isinstance(error, UsageError)
    assert "colour, thing.part" in str(error)
    assert (proxy.relay.submits, shell.outputs) == (0, [])


def test_the_job_has_its_names(jupyter: Shell, proxy: Rig) -> None:
    """`_mj`, `_`, `Out[n]` and the name given with --out are the job, which is shown once."""
    number = jupyter.real.execution_count
    result = jupyter.run("%%mj --out kite --static\na red kite")
    job = result.result
    assert isinstance(job, Job)
    names = jupyter.real.user_ns
    assert names["_mj"] is names["kite"] is names["_"] is names["Out"][number] is job
    assert len(jupyter.displayed) == 1
    assert proxy.finish(job).id == job.id


def test_the_last_job_is_the_newest(jupyter: Shell, proxy: Rig) -> None:
    """`_mj` follows the cells; a name of one's own stays."""
    first = jupyter.job("%%mj --out first\none")
    second = jupyter.job("%%mj\ntwo")
    assert jupyter.name("first") is first
    assert jupyter.name("_mj") is second is not first
    assert len(proxy.tasks()) == 2


def test_a_job_as_value_of_a_later_cell_is_shown_there(headless: Shell, busy: Rig) -> None:
    """Naming the job in another cell shows it again, with its picture."""
    headless.job("%%mj\na red kite")
    before = len(headless.displayed)
    headless.run("_mj").raise_error()
    (again,) = headless.displayed[before:]
    assert "image/jpeg" in again
    assert busy.relay.submits == 1


@pytest.mark.usefixtures("busy")
def test_quiet_shows_nothing_and_names_all_the_same(headless: Shell) -> None:
    """--quiet gives the job its names and displays neither job nor value."""
    job = headless.job("%%mj --quiet --out kite\na red kite")
    assert headless.outputs == []
    assert headless.name("kite") is job
    assert job.image.size == (64, 64)


def test_static_has_no_widgets(jupyter: Shell, proxy: Rig) -> None:
    """--static shows the twin alone, also in a live notebook."""
    jupyter.job("%%mj --static\na red kite")
    (twin,) = jupyter.displayed
    assert WIDGET not in twin
    assert len(proxy.tasks()) == 1


def test_a_person_may_wait_or_not(jupyter: Shell, busy: Rig) -> None:
    """--wait makes a live cell wait; --no-wait frees any other."""
    assert not jupyter.job("%%mj --wait\na red kite").is_open
    busy.relay.rule = lambda _: ConnectionFate.PASS
    assert jupyter.job("%%mj --no-wait\na red kite").is_open


def test_a_cell_without_a_person_may_not_wait(headless: Shell, proxy: Rig) -> None:
    """--no-wait in a headless run returns before the picture."""
    assert headless.job("%%mj --no-wait\na red kite").is_open
    assert len(proxy.tasks()) == 1


@pytest.mark.parametrize("options", ["--timeout 0.1", "--timeout 0.1 --wait"])
def test_a_timeout_ends_the_cell_and_not_the_task(jupyter: Shell, proxy: Rig, options: str) -> None:
    """--timeout waits so long and says how to go on; the task goes on, and nothing is repeated."""
    error = jupyter.error(f"%%mj {options}\na red kite")
    assert isinstance(error, WaitTimeout)
    job = jupyter.name("_mj")
    assert f'mj.job("{job.id}").wait()' in error.hint
    assert proxy.finish(job).status == Status.SUCCESS
    assert proxy.relay.submits == 1


def test_a_timeout_without_waiting_waits_for_nothing(jupyter: Shell, proxy: Rig) -> None:
    """--no-wait wins over --timeout."""
    assert jupyter.job("%%mj --no-wait --timeout 0.1\na red kite").is_open
    assert len(proxy.tasks()) == 1


def test_a_dry_run_shows_what_would_be_sent(shell: Shell, proxy: Rig, tmp_path: Path) -> None:
    """--dry-run sends nothing, writes nothing, and shows address and body without pictures."""
    (tmp_path / "cat.png").write_bytes(encoded(slope(), "PNG"))
    result = shell.run(
        "%%mj --dry-run --mode turbo --bot niji --state nb-42 --image cat.png\na red kite"
    )
    assert result.result is None
    said = shell.displayed[0]["text/plain"]
    assert "\nNothing was sent. This would be, for 2 credits by the table of costs:\n" in said
    assert f"POST {proxy.relay.base_url}/mj-turbo/mj/submit/imagine" in said
    body = json.loads(said[said.index("{") :])
    assert (body["prompt"], body["botType"], body["state"]) == (
        "a red kite",
        "NIJI_JOURNEY",
        "nb-42",
    )
    assert "characters" in body["base64Array"][0]
    assert SECRET not in said
    assert (proxy.relay.requests, state._state.session) == ([], None)


def test_a_dry_run_of_what_was_drawn_costs_nothing(shell: Shell, proxy: Rig) -> None:
    """It would be shown again and not sent, as far as it was drawn; another of it would be."""
    mj.configure(replay=True)
    proxy.finish(shell.job("%%mj --no-wait\na red kite"))
    for cell, said in (
        ("%%mj --dry-run\na red kite", "nothing would be: it was drawn before, and is shown again"),
        ("%%mj --dry-run -n 3\na red kite", "1 of 3 drawn before"),
        ("%%mj --dry-run -n 3\na red kite", "This would be, for 2 credits"),
        ("%%mj --dry-run --fresh\na red kite", "Nothing was sent. This would be, for 1 credit"),
        ("%%mj --dry-run\na red kite {1, 2}", "2 jobs, for 2 credits"),
    ):
        shell.run(cell).raise_error()
        assert said in str(shell.displayed[-1]["text/plain"])
    assert proxy.relay.submits == 1


def test_a_dry_run_tells_what_would_be_joined_or_looked_for(shell: Shell, proxy: Rig) -> None:
    """What is under way costs nothing, with a task or without; what is in doubt is not sent."""
    mj.configure(replay=True, pacing=replace(QUICK, trouble=60))
    mj.imagine("a running kite").accepted(TIMEOUT)
    proxy.relay.rule = lambda asked: (
        ConnectionFate.CUT if b"lost" in asked.body else submit_reply(23, "queue full")
    )
    with pytest.raises(Unsettled):
        mj.imagine("a lost kite").accepted(TIMEOUT)
    until(mj.imagine("a waiting kite"), lambda one: one.trouble)
    submits = proxy.relay.submits
    for words, said in (
        ("running", "nothing would be: the same is under way, and is joined for 0"),
        ("waiting", "nothing would be: the same is under way, and is joined for 0"),
        ("lost", "would be looked for, and not sent again. With --fresh this would be, for 1"),
    ):
        shell.run(f"%%mj --dry-run\na {words} kite").raise_error()
        assert said in shell.displayed[-1]["text/plain"]
    assert mj.sweep("a {{how}} kite", how=["waiting", "new"]).plan.replayed == 1
    assert proxy.relay.submits == submits


def test_a_dry_run_tells_what_was_found(shell: Shell, proxy: Rig) -> None:
    """What would stop the prompt is told with it, as is what would not."""
    shell.run("%%mj --dry-run\na kite --ar 16x9 --a 1").raise_error()
    text = shell.displayed[-1]["text/plain"]
    assert "Error: 16x9 is no shape" in text
    assert "Warning: --a is no parameter" in text
    assert "Without --force nothing would be; with it this would be, for 1 credit" in text
    shell.run("%%mj --dry-run --force\na kite --ar 16x9").raise_error()
    assert "Nothing was sent. This would be, for 1 credit" in shell.displayed[-1]["text/plain"]
    assert proxy.relay.requests == []


def test_a_prompt_with_errors_stops_the_cell(shell: Shell, proxy: Rig) -> None:
    """Nothing is sent, and two lines say what is wrong and what to write."""
    error = shell.error("%%mj\na kite --ar 16x9")
    assert isinstance(error, PromptError)
    assert error._render_traceback_() == [
        "16x9 is no shape: width and height are two whole numbers above 0.",
        "Write --ar 16:9. With --force it is sent as it is.",
    ]
    assert proxy.relay.requests == []


@pytest.mark.parametrize(
    ("line", "said"), [("params", "--aspect --ar"), ("params ar", "width to height")]
)
def test_params_shows_the_table(shell: Shell, line: str, said: str) -> None:
    """All of it, or what is known of one; nobody is asked for anything."""
    shell.run(f"%mj {line}").raise_error()
    assert said in shell.displayed[-1]["text/plain"]
    assert "<table" in shell.displayed[-1]["text/html"]


def test_a_dry_run_of_the_demo_starts_no_server(shell: Shell) -> None:
    """Without an address the dry run says that the demo server would be asked."""
    shell.run("%%mj --dry-run\na red kite").raise_error()
    said = shell.displayed[0]["text/plain"]
    assert "(demo server)/mj/submit/imagine" in said
    assert "for nothing" in said
    assert state._state.session is None


def test_options_reach_the_server(jupyter: Shell, proxy: Rig, tmp_path: Path) -> None:
    """Mode, bot, state, hook and pictures of the line arrive with the prompt."""
    (tmp_path / "my cat.png").write_bytes(encoded(slope(), "PNG"))
    line = (
        "%%mj --mode turbo --bot niji --state nb-42 --notify http://127.0.0.1:9/x"
        " --image 'my cat.png'"
    )
    jupyter.job(f"{line}\na red kite").accepted(TIMEOUT)
    submit = next(asked for asked in proxy.relay.requests if asked.is_submit)
    body = json.loads(submit.body)
    assert submit.path == "/mj-turbo/mj/submit/imagine"
    assert (body["botType"], body["state"], body["notifyHook"]) == (
        "NIJI_JOURNEY",
        "nb-42",
        "http://127.0.0.1:9/x",
    )
    assert body["base64Array"][0].startswith("data:image/png;base64,")


# -- commands --------------------------------------------------------------------------------------


def test_the_line_magic_draws(jupyter: Shell, proxy: Rig) -> None:
    """`%mj imagine` takes the rest of the line as prompt, and is a value like any other."""
    jupyter.run("kite = %mj imagine a {{1}} kite --ar 3:2 $x {y}")
    assert not jupyter.outputs  # an undefined name is an error, shown as such
    jupyter.run("kite = %mj imagine a kite --ar 3:2 $x {y}").raise_error()
    job = jupyter.name("kite")
    assert isinstance(job, Job)
    assert job is jupyter.name("_mj")
    job.accepted(TIMEOUT)
    assert proxy.tasks()[0]["prompt"] == "a kite --ar 3:2 $x {y}"
    assert len(jupyter.displayed) == 2


def test_a_panel_is_opened_again(jupyter: Shell, proxy: Rig) -> None:
    """`%mj panel ID` shows a job again: twin with picture, and a live panel."""
    job = proxy.finish(jupyter.job("%%mj --quiet\na red kite"))
    again = jupyter.run(f"%mj panel {job.id}").result
    assert again is job is jupyter.name("_mj")
    twin, panel = jupyter.displayed
    assert "image/jpeg" in twin
    assert WIDGET in panel
    assert proxy.relay.submits == 1


@pytest.mark.usefixtures("proxy")
def test_a_panel_of_an_unknown_task_is_one_sentence(shell: Shell) -> None:
    """An id nobody knows is said to be that."""
    assert isinstance(shell.error("%mj panel 17"), TaskUnknown)


@pytest.mark.parametrize("line", ["%mj help", "%mj"])
def test_help_is_printed(shell: Shell, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Help lists options, commands and what a job can do; it opens no session."""
    shell.run(line).raise_error()
    said = capsys.readouterr().out
    assert all(word in said for word in ("--dry-run", "%mj panel", "job.wait()", "{{name}}"))
    assert state._state.session is None


def test_the_question_mark_shows_the_same_help(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    """`%%mj?` is the documentation that is made from the parser."""
    shell.run("%%mj?")
    said = capsys.readouterr().out + str(shell.real.inspector.info(shell.real.find_magic("mj")))
    assert all(word in said for word in ("--dry-run", "%mj panel", "job.wait()"))


# -- errors ----------------------------------------------------------------------------------------


WRONG_CELLS = {
    "option": ("%%mj --zzz\na kite", UsageError, "no option --zzz"),
    "parameter": ("%%mj --ar 3:2\na kite", UsageError, "parameter of the prompt"),
    "empty": ("%%mj\n   ", UsageError, "The prompt is empty"),
    "image": ("%%mj --image nowhere.png\na kite", UsageError, "can't be read"),
    "mode": ("%%mj --mode warp\na kite", SettingsError, "is no mode"),
    "bot": ("%%mj --bot other\na kite", SettingsError, "is no bot"),
    "out": ("%%mj --out class\na kite", UsageError, "can't be the name"),
    "command": ("%mj draw a kite", UsageError, "knows no command"),
    "panel": ("%mj panel", UsageError, "Which task?"),
    "banned": ("%%mj\na bloody nude massacre", BannedPrompt, "will not draw"),
}


@pytest.mark.parametrize("wrong", WRONG_CELLS.values(), ids=WRONG_CELLS)
def test_an_error_is_two_lines(
    shell: Shell,
    proxy: Rig,
    capsys: pytest.CaptureFixture[str],
    wrong: tuple[str, type[MJError], str],
) -> None:
    """What goes wrong is a real error of the cell, in a sentence and a hint, without a trace."""
    cell, kind, said = wrong
    capsys.readouterr()
    error = shell.error(cell)
    shown = capsys.readouterr().out.strip().splitlines()
    assert type(error) is kind
    assert said in str(error)
    begin = max(i for i, line in enumerate(shown) if said in line)
    assert len(shown[begin:]) <= 2
    # Before it there may only be the panel, where the proxy took more than a moment to refuse.
    assert begin == 0 or kind is BannedPrompt
    assert "Traceback" not in str(shown)
    assert proxy.tasks() == []


def test_a_failed_task_fails_the_cell_that_waits(
    headless: Shell, busy: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run without a person stops at a task that failed; the output says why."""
    error = headless.error("%%mj --force\na kite --chaos 999")
    assert isinstance(error, TaskFailed)
    assert "[Invalid parameter]" in str(error)
    assert "[Invalid parameter]" in headless.outputs[-1]["data"]["text/plain"]
    assert len(capsys.readouterr().out.strip().splitlines()) <= 3
    assert len(busy.tasks()) == 1


def test_a_quick_refusal_shows_no_panel(jupyter: Shell, proxy: Rig) -> None:
    """A prompt that is refused at once is an error alone: no output that stays empty."""
    outputs = []
    for attempt in range(5):  # a busy machine may be slower than the moment that is waited
        before = len(jupyter.outputs)
        error = jupyter.error(f"%%mj\na bloody nude massacre, {attempt}")
        assert isinstance(error, BannedPrompt)
        outputs.append(len(jupyter.outputs) - before)
        if outputs[-1] == 0:
            break
    assert outputs[-1] == 0
    assert proxy.tasks() == []


def test_the_trace_is_shown_to_who_asks_for_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """MJ_DEBUG=1 shows where an error came from."""
    monkeypatch.setenv("MJ_DEBUG", "1")
    shell.error("%%mj --zzz\na kite")
    assert "Traceback" in capsys.readouterr().out


def test_verbose_traces_hold_no_secret(
    shell: Shell, proxy: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """`%xmode Verbose` prints arguments and locals: the secret is not among what they show."""
    shell.run("%xmode Verbose")
    shell.run("import mj_notebook as mj")
    proxy.relay.rule = lambda _: ConnectionFate.CUT
    shell.run("def fail(*values):\n    raise ValueError(*values)")
    for cell in (
        "try:\n    mj.imagine('a kite').wait()\nexcept mj.MJError as error:\n    1 / 0",
        "fail(mj.current_session(), mj.current_settings(), mj.current_session().client)",
        "mj.current_session().client.fetch('17')",
    ):
        assert shell.run(cell).error_in_exec is not None
    shown = capsys.readouterr().out
    assert "ZeroDivisionError" in shown
    assert SECRET not in shown


def test_the_shell_goes_on_after_errors(headless: Shell, busy: Rig) -> None:
    """An error breaks nothing: the next cell draws."""
    headless.error("%%mj --zzz\na kite")
    headless.error("%%mj\na bloody nude massacre")
    assert headless.job("%%mj\na red kite").image.size == (64, 64)
    assert len(busy.tasks()) == 1
    assert mj.current_session().poller.requests > 0
