"""The commands of %mj in a real shell: what they send, show and give."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

import mj_notebook as mj
from mj_notebook._version import __version__
from mj_notebook.errors import Unsettled, UsageError
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.store.annotation_values import Annotation
from tests.magic.shells import Shell
from tests.support.relay import ConnectionFate, SeenRequest, submit_reply
from tests.support.rig import QUICK, TIMEOUT, Rig, until


@pytest.fixture
def busy(proxy: Rig) -> Rig:
    """Return a proxy whose time goes on by itself, for cells that wait."""

    def go_on(asked: SeenRequest) -> ConnectionFate:
        if asked.is_list:
            proxy.clock.advance(3)
        return ConnectionFate.PASS

    proxy.relay.rule = go_on
    return proxy


def sent(rig: Rig) -> dict[str, Any]:
    """Return the body of the last submit."""
    bodies = [asked.body for asked in rig.relay.requests if asked.is_submit]
    body: dict[str, Any] = json.loads(bodies[-1])
    return body


@pytest.fixture
def pictures(shell: Shell) -> Shell:
    """Return the shell with two pictures: one in its folder, one in its names."""
    Image.new("RGB", (40, 30), "red").save("red.png")
    shell.real.user_ns["blue"] = Image.new("RGB", (30, 40), "blue")
    return shell


@pytest.mark.usefixtures("pictures", "headless")
def test_a_blend_takes_files_and_values(shell: Shell, busy: Rig) -> None:
    """A word is a path, `{{name}}` a picture of the notebook; the cell gives the job."""
    job = shell.job("%mj blend red.png {{blue}} --dimensions PORTRAIT --out mix")
    assert (len(sent(busy)["base64Array"]), sent(busy)["dimensions"]) == (2, "PORTRAIT")
    assert shell.name("mix") is job
    assert job.pictures.kept is not None


@pytest.mark.usefixtures("pictures", "headless", "busy")
def test_a_tile_of_a_job_is_described(shell: Shell) -> None:
    """`{{_mj[2]}}` is the second tile of the last job."""
    shell.job("%%mj\na red kite")
    job = shell.job("%mj describe {{_mj[2]}}")
    assert job.status == Status.SUCCESS
    assert job.buttons


@pytest.mark.usefixtures("headless")
def test_a_cell_can_be_shortened(shell: Shell, busy: Rig) -> None:
    """`%%mj shorten` takes the cell's words, with `{{name}}` filled."""
    shell.run("colour = 'red'")
    shell.job("%%mj shorten\na very {{colour}} kite over the dunes")
    assert sent(busy)["prompt"] == "a very red kite over the dunes"
    assert busy.tasks()[0]["action"] == "SHORTEN"


@pytest.mark.usefixtures("pictures", "headless")
def test_a_face_is_swapped(shell: Shell, busy: Rig) -> None:
    """`%mj swap` sends the face first and the target second."""
    job = shell.job("%mj swap red.png {{blue}}")
    assert job.task is not None
    assert job.task.action == "SWAP_FACE"
    assert (job.image.width, job.image.height) == (30, 40)
    assert "sourceBase64" in sent(busy)


@pytest.mark.usefixtures("pictures", "proxy")
def test_an_upload_gives_links(shell: Shell) -> None:
    """`%mj upload` has no job: its value is the list of addresses."""
    links = shell.run("%mj upload red.png {{blue}}").result
    assert len(links) == 2
    assert all(link.startswith("http") for link in links)


@pytest.mark.usefixtures("headless")
def test_the_last_job_is_pressed_and_asked(shell: Shell, busy: Rig) -> None:
    """`press` makes the new last job, `seed` gives a word, and an id names any other task."""
    grid = shell.job("%%mj\na red kite")
    single = shell.job("%mj press U2")
    assert single.parent is grid
    assert shell.name("_mj") is single
    assert shell.run("%mj seed").result == single.seed()
    assert shell.run(f"%mj seed {grid.id}").result == grid.seed()
    assert busy.relay.submits == 2


def test_a_window_is_answered_or_dismissed(jupyter: Shell, proxy: Rig) -> None:
    """`answer` sends zoom and words, `dismiss` lets the window go."""
    proxy.finish(jupyter.job("%%mj\na red kite"))
    proxy.finish(jupyter.job("%mj press U1"))
    zoom = until(jupyter.job("%mj press custom_zoom"), lambda job: job.window is not None)
    answered = jupyter.job("%mj answer --zoom 1.5 a blue kite")
    assert answered is zoom
    assert sent(proxy)["prompt"] == "a blue kite --zoom 1.5"
    assert zoom.parent is not None
    region = until(zoom.parent.press("vary_region"), lambda job: job.window is not None)
    jupyter.real.user_ns["picture"] = Image.new("RGB", (64, 64), "teal")
    other = until(zoom.parent.press("custom_zoom", repeat=True), lambda job: job.window is not None)
    jupyter.real.user_ns["_mj"] = other
    jupyter.job("%mj answer --zoom 1.5 a hut --sref {{picture}}::2")
    assert re.fullmatch(r"a hut --sref http\S+::2 --zoom 1\.5", sent(proxy)["prompt"])
    assert other.prompt == "a hut --sref picture.png::2 --zoom 1.5"
    jupyter.run(f"%mj dismiss {region.id}").raise_error()
    until(region, lambda job: job.status == Status.CANCEL)


def test_a_task_is_given_up(jupyter: Shell, proxy: Rig) -> None:
    """`cancel` asks the server, which ends the task."""
    job = jupyter.job("%%mj\na red kite").accepted(TIMEOUT)
    jupyter.run("%mj cancel").raise_error()
    until(job, lambda changed: changed.status == Status.CANCEL)
    assert proxy.tasks()[0]["status"] == "CANCEL"


@pytest.mark.parametrize("line", ["%mj seed", "%mj cancel", "%mj press U1", "%mj answer x"])
def test_without_a_job_a_command_asks_which(shell: Shell, proxy: Rig, line: str) -> None:
    """Before the first job there is nothing to press; nothing is sent."""
    error = shell.error(line)
    assert isinstance(error, UsageError)
    assert "Which task" in str(error)
    assert proxy.relay.requests == []


def test_a_name_that_is_no_picture_is_told(shell: Shell, proxy: Rig) -> None:
    """Undefined names, and values that are no pictures, are one sentence."""
    assert "no Python value photo" in str(shell.error("%mj describe {{photo}}"))
    shell.run("number = 7")
    assert isinstance(shell.error("%mj describe {{number}}"), UsageError)
    assert proxy.relay.requests == []


@pytest.mark.usefixtures("pictures")
def test_a_dry_run_of_a_blend_shows_where_it_would_go(shell: Shell, proxy: Rig) -> None:
    """--dry-run works for everything that is asked for; pictures are only counted."""
    shell.run("%mj blend red.png {{blue}} --dry-run").raise_error()
    (shown,) = shell.displayed
    assert "/mj/submit/blend" in shown["text/plain"]
    assert "characters)" in shown["text/plain"]
    assert "base64," not in shown["text/plain"]
    assert proxy.relay.requests == []


@pytest.mark.usefixtures("headless")
def test_the_steps_are_printed(shell: Shell, busy: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """`%mj code` prints the way to the last job, or to a task, as Python."""
    del busy
    job = shell.job("%%mj\na red kite")
    shell.job("%mj press U2")
    capsys.readouterr()
    shell.run("%mj code").raise_error()
    assert 'u2 = grid.press("U2").wait()' in capsys.readouterr().out
    shell.run(f"%mj code {job.id}").raise_error()
    assert capsys.readouterr().out.splitlines()[-1] == 'grid = mj.imagine("a red kite").wait()'


@pytest.mark.usefixtures("headless")
def test_a_picture_is_saved_by_a_line(
    shell: Shell, busy: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """`%mj save` writes the picture, or one tile, into the notebook's folder and says where."""
    del busy
    shell.job("%%mj\na red kite")
    shell.run("%mj save").raise_error()
    assert "Saved as " in capsys.readouterr().out
    shell.run("%mj save 'my kite.jpg' --tile 2").raise_error()
    with Image.open("my kite.jpg") as image:
        assert image.size == (32, 32)


@pytest.mark.usefixtures("headless")
def test_a_shortened_prompt_is_ablated_by_a_line(shell: Shell, busy: Rig) -> None:
    """`%mj ablate` draws the prompt and its shorter ones, and shows them in one grid."""
    shell.job("%mj shorten a very lonely red kite over the golden dunes of the desert --ar 3:2")
    shell.run("%mj ablate --seed 5").raise_error()
    assert shell.displayed[-1]["text/plain"].startswith("the same seed, fewer words · 6 jobs")
    assert "6 done" in shell.updates[-1]["text/plain"]
    prompts = [task["prompt"] for task in busy.tasks() if task["action"] == "IMAGINE"]
    assert len(prompts) == 6
    assert all(prompt.endswith(" --ar 3:2 --seed 5") for prompt in prompts)


@pytest.mark.usefixtures("headless", "busy")
def test_a_grid_is_not_ablated(shell: Shell) -> None:
    """There are no shorter prompts of a grid: one sentence, and nothing is drawn."""
    shell.job("%%mj\na red kite")
    error = shell.run("%mj ablate").error_in_exec
    assert isinstance(error, UsageError)
    assert "no shorter prompts" in str(error)


@pytest.mark.usefixtures("headless")
def test_the_same_is_asked_once_more_by_a_line(shell: Shell, busy: Rig) -> None:
    """`%mj again` draws the last job anew and gives the new one."""
    first = shell.job("%%mj\na red kite")
    second = shell.job("%mj again")
    assert second is first.repeats[0]
    assert len(busy.tasks()) == 2


@pytest.mark.usefixtures("headless")
def test_several_of_it_are_a_list(shell: Shell, busy: Rig) -> None:
    """-n 3 shows three jobs; the name given with --out is the list of them."""
    shell.run("%%mj -n 3 --out kites\na red kite").raise_error()
    kites = shell.name("kites")
    assert [kite.status for kite in kites] == [Status.SUCCESS] * 3
    assert shell.name("_mj") is kites[-1]
    assert len(shell.displayed) == 3
    assert busy.relay.submits == 3


# -- options of lines ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ["imagine a kite --dry-run", "imagine --dry-run a kite", "shorten a kite --dry-run"]
)
def test_a_dry_run_of_a_line_sends_nothing(shell: Shell, proxy: Rig, line: str) -> None:
    """The option is one on a line too, and no word that is drawn and paid."""
    assert shell.run(f"%mj {line}").result is None
    (shown,) = shell.displayed
    assert '"prompt": "a kite"' in shown["text/plain"]
    assert proxy.relay.requests == []


@pytest.mark.parametrize(
    "cell", ["%%mj\na kite --dry-run", "%%mj\na kite\n%%mj\nanother", "%mj imagine a --foo"]
)
def test_what_is_refused_is_not_sent(shell: Shell, proxy: Rig, cell: str) -> None:
    """A sentence, and nothing at the server."""
    error = shell.error(cell)
    assert isinstance(error, UsageError)
    assert error.hint
    assert proxy.relay.requests == []


@pytest.mark.usefixtures("headless", "busy")
def test_what_a_line_makes_has_its_name(shell: Shell) -> None:
    """--out, --quiet and the like are the same on whatever makes a job."""
    grid = shell.job("%mj imagine a red kite --out grid --quiet")
    assert shell.displayed == []
    single = shell.job("%mj press U2 --out single --no-wait")
    assert (shell.name("grid"), shell.name("single")) == (grid, single)
    assert single.parent is grid
    assert shell.job("%mj again --out other") is shell.name("other") is not single


@pytest.mark.usefixtures("pictures", "proxy")
def test_links_of_an_upload_have_their_name(shell: Shell) -> None:
    """--out names the list of addresses."""
    links = shell.run("%mj upload red.png --out links").result
    assert shell.name("links") == links


def test_resume_tells_what_waits_to_be_sent(
    headless: Shell, proxy: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is open, though it has no task."""
    mj.configure(pacing=replace(QUICK, trouble=60))
    proxy.relay.rule = lambda _: submit_reply(23, "queue full")
    until(mj.imagine("a red kite"), lambda one: one.trouble)
    capsys.readouterr()
    headless.run("%mj resume")
    assert capsys.readouterr().out.startswith("Not sent yet: 1; sent by themselves when")


def test_nothing_open_is_one_sentence(
    headless: Shell, proxy: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """`%mj resume` has no value: an empty list would be printed below the sentence."""
    capsys.readouterr()
    assert headless.run("%mj resume --out open_jobs").result is None
    assert capsys.readouterr().out == "Nothing is open.\n"
    assert headless.name("open_jobs") == []
    assert proxy.relay.submits == 0


def test_what_is_open_is_shown_and_named(
    jupyter: Shell, proxy: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """Panels alone; the list of jobs is there for who asks for it."""
    job = jupyter.job("%%mj --quiet\na red kite").accepted(TIMEOUT)
    capsys.readouterr()
    assert jupyter.run("%mj resume --out open_jobs").result is None
    assert jupyter.name("open_jobs") == [job]
    assert len(jupyter.displayed) == 2
    assert capsys.readouterr().out == ""
    proxy.finish(job)


@pytest.mark.usefixtures("headless")
def test_what_is_over_is_not_cancelled(
    shell: Shell, busy: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, and the task as it is; nobody is asked."""
    job = shell.job("%%mj\na red kite")
    asked = len(busy.relay.requests)
    capsys.readouterr()
    shell.run("%mj cancel").raise_error()
    said = capsys.readouterr().out
    assert said.startswith(f"There is nothing to cancel: {job.id} is over.\n")
    assert "done in" in said
    assert len(busy.relay.requests) == asked


def test_the_help_of_one_command_is_printed(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    """`%mj help press`, `%mj press --help`, and in a cell, which draws nothing."""
    for cell in ("%mj help press", "%mj press --help", "%mj press U2 --help"):
        capsys.readouterr()
        shell.run(cell).raise_error()
        assert "usage: %mj press NAME [ID] [options]" in capsys.readouterr().out
    shell.run("%%mj --help\na red kite").raise_error()
    assert "usage: %mj imagine TEXT" in capsys.readouterr().out


def test_how_things_stand_is_printed(
    shell: Shell, proxy: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server, what is open or in doubt, what was spent; and the version by itself."""
    shell.run("%mj status").raise_error()
    told = capsys.readouterr().out
    assert "in doubt" not in told
    proxy.relay.rule = lambda asked: ConnectionFate.LOSE if asked.is_submit else ConnectionFate.PASS
    with pytest.raises(Unsettled):
        mj.imagine("a lost kite").wait(TIMEOUT)
    capsys.readouterr()
    shell.run("%mj status").raise_error()
    assert "1 request in doubt: %mj resume looks for" in capsys.readouterr().out
    assert "no tasks in its queue" in told
    assert "Nothing is open here." in told
    assert "Today: " in told
    mj.configure(base_url="http://127.0.0.1:9", secret="another-secret")
    shell.run("%mj status").raise_error()
    assert capsys.readouterr().out.startswith("Nothing answers at 127.0.0.1:9")
    shell.run("%mj version").raise_error()
    assert capsys.readouterr().out == f"mj_notebook {__version__}\n"


def test_a_job_before_the_words_is_a_reference_picture(jupyter: Shell, proxy: Rig) -> None:
    """As the addresses of pictures stand there; among the words it is refused, and says so."""
    proxy.finish(jupyter.job("%%mj --out kite\na red kite"))
    jupyter.job("%%mj\n{{kite}} in fog").accepted(TIMEOUT)
    body = sent(proxy)
    assert body["prompt"] == "in fog"
    assert len(body["base64Array"]) == 1
    before = proxy.relay.submits
    assert "can't stand among words" in str(jupyter.error("%%mj\na {{kite}} in fog"))
    assert proxy.relay.submits == before


@pytest.mark.usefixtures("headless", "busy")
def test_a_picture_is_rated_tagged_and_noted(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last one, or the one that is named; what was said stands there, and is taken back."""
    job = shell.job("%%mj\na red kite")
    told = f"Task {job.id}: "
    for line, said in (
        ("rate 4", "rated 4."),
        (f"rate 5 {job.id}", "rated 5."),
        ('tag "for print"', "rated 5 · tagged for print."),
        (f"tag cover {job.id}", "rated 5 · tagged cover, for print."),
        ("untag cover", "rated 5 · tagged for print."),
        ('note its "tail" is long', 'rated 5 · tagged for print · “its "tail" is long”.'),
        (f"note --task {job.id} short", "rated 5 · tagged for print · “short”."),
    ):
        shell.run(f"%mj {line}")
        assert f"{told}{said} %mj undo" in capsys.readouterr().out, line
    shell.run("%mj undo")
    assert "Took back the note.\n" in capsys.readouterr().out
    shell.run("%mj rate 0")
    assert job.annotation == Annotation(None, ("for print",), 'its "tail" is long')
    found = shell.run("%mj history --tag 'for print' --rating 0 --sort 'seed desc'").result
    assert [record["task"] for record in found] == [job.id]
    for line in ("rate 9", "rate x", "rate", "tag", "note", "tag a,b"):
        assert isinstance(shell.error(f"%mj {line}"), UsageError), line


@pytest.mark.usefixtures("headless", "busy")
def test_tasks_are_deleted_after_a_question(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a person nothing goes but by --yes; a cell that is run again draws anew."""
    job = shell.job("%%mj\na red kite")
    assert "nobody is there" in str(shell.error("%mj delete"))
    shell.run(f"%mj delete {job.id} --yes")
    assert "Deleted 1 task and 1 picture" in capsys.readouterr().out
    again = shell.job("%%mj\na red kite")
    assert (again is job, again.is_replayed) == (False, False)
    assert "does not know" in str(shell.error("%mj delete 1700000000000000 --yes"))
