"""Completion: what can stand at the cursor of our cells, lines and calls, and nothing else."""

import time
from pathlib import Path
from typing import cast

import pytest
from IPython.core.completer import provisionalcompleter

import mj_notebook as mj
from mj_notebook.magic import completion_places as places
from mj_notebook.magic.arguments import COMMAND_NAMES
from mj_notebook.magic.completion_sources import Sources
from tests.magic.shells import Shell
from tests.support.rig import TIMEOUT, Rig


def offered(shell: Shell, text: str) -> list[str]:
    """Return what is offered at the end of *text*, or where a ``|`` stands in it."""
    cursor = text.index("|") if "|" in text else len(text)
    with provisionalcompleter():
        found = shell.real.Completer.completions(text.replace("|", "", 1), cursor)
        return [completion.text for completion in found]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("%%mj --qu", ["--quiet"]),
        ("%%mj --quiet --no", ["--no-wait", "--notify"]),
        ("%%mj --ti|\na red kite", ["--timeout"]),
        ("%%mj --zzz", []),
    ],
    ids=["one", "after another", "in a whole cell", "none"],
)
def test_options_are_offered_on_the_line(shell: Shell, text: str, options: list[str]) -> None:
    """What begins an option is completed, and nothing of the shell's own is mixed in."""
    assert offered(shell, text) == options


def test_two_hyphens_offer_all_options(shell: Shell) -> None:
    """Every option can be found without knowing it."""
    assert {"--out", "--wait", "--timeout", "--image", "--dry-run"} <= set(
        offered(shell, "%%mj --")
    )


def test_commands_are_offered_after_the_line_magic(shell: Shell) -> None:
    """`%mj ` offers its commands, and completes the one that was begun."""
    assert set(offered(shell, "%mj ")) >= set(COMMAND_NAMES)
    assert offered(shell, "%mj pan") == ["panel"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("%mj imagine a kite --dr", ["--dry-run", "--draft"]),
        ("%mj press U2 --qu", ["--quiet"]),
        ("kite = %mj imagine --fr", ["--fresh"]),
        ("%%mj edit a.png --ma", ["--mask"]),
        ("%%mj --mode t", ["turbo"]),
        ("%mj spend --by ", ["day", "notebook", "user"]),
        ("%mj help pan", ["panel"]),
        ("%%mj shor", ["shorten"]),
        ("%mj shorten --imag", []),
        ("%mj imagine --mode=t", ["turbo"]),
        ("%mj imagine what's a kite --as", ["--aspect"]),
        ("%mj imagine a  kite --v 6 --cr", ["--cref"]),
        ("%mj imagine --quiet --out k a kite --ar 2", ["2:3", "21:9"]),
        ("%mj edit a.png 'blue --as", ["--aspect"]),
        ("%mj video a.png --motion ", ["low", "high"]),
        ("%%mj video a.png\nit flies --m", ["--motion"]),
        ("%%mj answer\na kite --z", ["--zoom"]),
        ("%%mj --bot niji\na kite --ex", []),
        ("%%mj\na kite --or", ["--oref"]),
        ("%%mj\na kite --or| --v 8.2", []),
        ("\n  %%mj\n  a kite --ar 1", ["1:1", "16:9"]),
        ("%mj params sre", ["sref"]),
        ("%mj params ru", ["rules"]),
        ("%%mj --sweep st", ["stylize=", "stop=", "style=", "stealth="]),
        ("%%mj --sweep=chao", ["chaos="]),
        ("%%mj --sweep chaos=0,", ["0", "100"]),
        ("%%mj --sweep ar=3:2,1", ["1:1", "16:9"]),
        ("%%mj --sweep rep", ["repeat="]),
        ("%%mj --sweep ani|\na {{animal}} in fog", ["animal="]),
        ("%%mj --sweep animal=f", []),
        ("%%mj --sweep mode=fast,t", ["turbo"]),
        ("%%mj --sweep s=0,250 --see", ["--seed"]),
        ("%%mj --see", []),
        ("%%mj\na kite --st|ylize 50", ["--st"]),
        ("%%mj\na kite --sty|lize 50", ["--sty"]),
        ("%%mj\na kite --st|ize 50", ["--styl"]),
        ("%%mj\na kite --ar 1|:1", ["1"]),
        ("%mj pa|l 123", ["pane"]),
        ("%%mj --ti|out 5", ["--time"]),
        ("%mj nothing --", []),
        ("%mj status x", []),
    ],
)
def test_each_form_offers_its_own(shell: Shell, text: str, words: list[str]) -> None:
    """Options of the command that is written, what they take, and commands."""
    assert offered(shell, text) == words


@pytest.mark.parametrize("text", ["%%mj\nimp", "%%mj\n", "%%mj\na kite pri", "%mj imagine le"])
def test_among_words_nothing_is_offered(shell: Shell, text: str) -> None:
    """Python's own names are no words of a prompt; below it, they are offered as ever."""
    assert offered(shell, text) == []
    assert "print" in offered(shell, "pri")


def test_files_are_offered_where_one_is_wanted(shell: Shell, tmp_path: Path) -> None:
    """Pictures for pictures, folders on the way, and quotes where a name has a space."""
    for name in ("kite.png", "my kite.webp", "notes.txt", "all.zip", ".hidden.png", "pics/a.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    pictures = {"kite.png", '"my kite.webp"', "pics/"}
    for text in ("%mj describe ", "%%mj edit ", "%mj edit a.png --mask ", "%%mj --image a.png "):
        assert pictures <= set(offered(shell, text))
        assert not {"notes.txt", "all.zip", ".hidden.png"} & set(offered(shell, text))
    assert offered(shell, "%%mj\na kite --sref ./k") == ["./kite.png"]
    assert offered(shell, '%%mj edit "my') == ['"my kite.webp"']
    assert offered(shell, "%mj describe pics/") == ["pics/a.jpg"]
    assert offered(shell, "%mj describe .h") == [".hidden.png"]
    assert offered(shell, "%mj offline a") == ["all.zip"]
    assert {"notes.txt", "kite.png"} <= set(offered(shell, "%mj save "))
    assert offered(shell, "%mj describe nowhere/a") == offered(shell, "%mj describe a.png ") == []


def test_names_are_offered_in_double_braces(shell: Shell) -> None:
    """Values alone: what is called has no place in a prompt. Nothing is evaluated for it."""

    class Box:
        size = 3

        @property
        def slow(self) -> str:
            raise AssertionError("It was asked for its value.")

    shell.real.user_ns.update(
        colour="red", colours={"sky": "blue"}, box=Box(), call=len, _own=1, os=pytest
    )
    assert offered(shell, "%%mj\na {{") == ["box", "colour", "colours"]
    assert offered(shell, "%mj imagine a {{col") == ["colour", "colours"]
    assert offered(shell, "%%mj edit {{ b") == ["box"]
    assert offered(shell, "%%mj\na {{colours['s") == ["sky"]
    assert offered(shell, "%%mj\na {{box.s") == ["size", "slow"]
    assert offered(shell, "%%mj\na {{box.slow.s") == offered(shell, "%%mj\na {{nobody.s") == []
    assert offered(shell, "%%mj\na {{_ow") == ["_own"]


def test_tasks_and_their_buttons_are_offered(jupyter: Shell, proxy: Rig) -> None:
    """The task's own, by what is written on them; those of a grid before it is drawn."""
    assert offered(jupyter, "%mj press ") == offered(jupyter, "%mj panel ") == []
    job = jupyter.job("%mj imagine a red kite --out kite").accepted(TIMEOUT)
    assert offered(jupyter, "kite.press('U") == ["U1", "U2", "U3", "U4"]
    proxy.finish(job)
    jupyter.real.user_ns["jobs"] = [job]
    assert offered(jupyter, "%mj press U") == ["U1", "U2", "U3", "U4"]
    assert offered(jupyter, "%mj press --quiet r") == ["reroll"]
    assert offered(jupyter, 'x = jobs[0].press("v') == ["V1", "V2", "V3", "V4"]
    assert offered(jupyter, "jobs[3].press('V") == []
    assert offered(jupyter, "%mj panel ") == [job.id]
    assert offered(jupyter, f"%mj press U2 {str(job.id)[:4]}") == [job.id]
    assert offered(jupyter, f"mj = __import__('mj_notebook'); mj.job('{str(job.id)[:4]}") == []
    jupyter.run("import mj_notebook as mj")
    assert offered(jupyter, "mj.job('") == [job.id]
    single = proxy.finish(job.press("U2"))
    jupyter.real.user_ns["single"] = single
    assert offered(jupyter, "single.press('Vary (") == [
        "Vary (Subtle)", "Vary (Strong)", "Vary (Region)",
    ]  # fmt: skip
    jupyter.real.user_ns["_mj"] = single
    assert offered(jupyter, "%mj press Zoom Out 2") == ["Zoom Out 2x"]


def test_what_a_person_set_counts(shell: Shell) -> None:
    """Their own parameters, and their usual version and bot."""
    mj.configure(rules={"parameters": {"mine": {"kind": "flag"}}}, base_url="http://127.0.0.1:9/")
    assert offered(shell, "%%mj\na kite --mi") == ["--mine"]
    assert offered(shell, "%%mj\na kite --or") == []
    mj.configure(bot="niji")
    assert offered(shell, "%%mj\na kite --hd") == []


@pytest.mark.parametrize(
    "text",
    ["%%mj\na kite --qu", "%%time --qu", "%mj imagine pan", "--qu"],
    ids=["in the body", "another magic", "in a prompt", "no magic"],
)
def test_nothing_of_ours_is_offered_elsewhere(shell: Shell, text: str) -> None:
    """The body is the person's own; so are other magics."""
    assert not {"--quiet", "panel"} & set(offered(shell, text))


def test_after_unloading_nothing_is_offered(shell: Shell) -> None:
    """The matcher goes with the extension."""
    shell.real.run_line_magic("unload_ext", "mj_notebook")
    assert "--quiet" not in offered(shell, "%%mj --qu")


def test_a_prompt_in_python_is_completed_as_one(shell: Shell) -> None:
    """Its parameters and their values, and none of Python's names; nothing behind its end."""
    shell.run("import mj_notebook as mj")
    assert offered(shell, "mj.imagine('一只🎏 --as") == ["--aspect"]
    assert offered(shell, 'x = mj.lint("a kite --ar 1') == ["1:1", "16:9"]
    assert offered(shell, 'mj.imagine("""a kite\nat dawn --as') == ["--aspect"]
    assert offered(shell, 'mj.imagine("pri') == []
    assert offered(shell, "%mj params asp") == ["aspect"]
    for cell in ('mj.imagine("a", s', "other.imagine('a --as", "mj.imagine('a\n --as"):
        assert "--aspect" not in offered(shell, cell)


def test_a_long_word_is_no_wait() -> None:
    """An encoded picture in the cell is looked at once, not from each of its signs."""
    text, nothing = f"mj.imagine({'x' * 200_000}", cast("Sources", None)
    began = time.process_time()
    assert places.offered(text, len(text), nothing) is None
    assert time.process_time() - began < 20
