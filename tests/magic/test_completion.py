"""Completion: the options on the ``%%mj`` line, the commands after ``%mj``, and nothing else."""

import pytest
from IPython.core.completer import provisionalcompleter

from mj_notebook.magic.arguments import COMMAND_NAMES
from tests.magic.shells import Shell


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
        ("%mj imagine a kite --dr", ["--dry-run"]),
        ("%mj press U2 --qu", ["--quiet"]),
        ("kite = %mj imagine --fr", ["--fresh"]),
        ("%%mj edit a.png --ma", ["--mask"]),
        ("%%mj --mode t", ["turbo"]),
        ("%mj spend --by ", ["day", "notebook"]),
        ("%mj help pan", ["panel"]),
        ("%%mj shor", ["shorten"]),
        ("%mj shorten --imag", []),
    ],
)
def test_each_form_offers_its_own(shell: Shell, text: str, words: list[str]) -> None:
    """Options of the command that is written, what they take, and commands."""
    assert offered(shell, text) == words


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
