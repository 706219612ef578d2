"""From the text of a cell to a command."""

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.magic.arguments import parse_cell, parse_line
from mj_notebook.magic.records import Command, DisplayOptions, LineCommand, SubmitCommand


@pytest.mark.parametrize(
    "body",
    [
        "a {red, blue} kite --ar 16:9 ::2",
        "say \"hello\" to 'them' \\ $HOME {x}",
        'a sign that says "--quiet", and “--out x” --no y',
        "a well--fresh kite — fresh from the shop --foo",
        "一只红色的风筝，--ar 3:2",
        "two\n\nparagraphs",
    ],
)
def test_the_body_is_the_prompt_verbatim(body: str) -> None:
    """Nothing in the body is read as an option or expanded."""
    assert parse_cell("", f"\n{body}\n") == SubmitCommand(prompt=body)


def test_all_options_are_read() -> None:
    """Every option of the line reaches the command."""
    line = (
        "--out kite --no-wait --timeout 30 --quiet --static --dry-run --mode turbo --bot niji "
        "--image 'my cat.png' b.jpg --state nb-42 --notify https://example.com/hook"
    )
    assert parse_cell(line, "a kite") == SubmitCommand(
        prompt="a kite",
        display=DisplayOptions("kite", wait=False, timeout=30.0, quiet=True, static=True),
        dry_run=True,
        mode="turbo",
        bot="niji",
        images=("my cat.png", "b.jpg"),
        state="nb-42",
        notify="https://example.com/hook",
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--quite", "Did you mean --quiet"),
        ("--ar 3:2", "parameter of the prompt"),
        ("--v 7", "parameter of the prompt"),
        ("--zzz", "no option --zzz"),
        ("kite", "does not know what 'kite' is"),
        ("--timeout soon", "--timeout"),
        ("--timeout 0", "--timeout"),
        ("--image", "--image"),
        ("--out 'my kite'", "can't be the name"),
        ("--out class", "can't be the name"),
        ("--out print", "can't be the name"),
        ("--state 'open", "Close the quotes"),
    ],
)
def test_a_wrong_line_is_one_error_that_helps(line: str, said: str) -> None:
    """What can't be read is said in one sentence with what to do."""
    with pytest.raises(UsageError) as caught:
        parse_cell(line, "a kite")
    assert said in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("body", ["", "  \n\t"])
def test_an_empty_prompt_is_refused(body: str) -> None:
    """Nothing but white space is no prompt."""
    with pytest.raises(UsageError, match="empty"):
        parse_cell("", body)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("", LineCommand("help")),
        ("help", LineCommand("help")),
        ("imagine a cat --ar 1:1", SubmitCommand(prompt="a cat --ar 1:1")),
        (
            "imagine --quiet is a word",
            SubmitCommand(prompt="is a word", display=DisplayOptions(quiet=True)),
        ),
        ("help swap", LineCommand("help", {"command": "swap_face"})),
        ("seed --help", LineCommand("help", {"command": "seed"})),
        ("imagine a kite --help", LineCommand("help", {"command": "imagine"})),
        ("imagine?", LineCommand("help", {"command": "imagine"})),
        ("--help", LineCommand("help")),
        ("panel 1760000000123456", LineCommand("panel", {"task_id": "1760000000123456"})),
        (" panel '17' ", LineCommand("panel", {"task_id": "17"})),
        ("imagine\ta cat", SubmitCommand(prompt="a cat")),
    ],
)
def test_lines_are_commands(line: str, command: Command) -> None:
    """A line begins with its command; the rest belongs to it."""
    assert parse_line(line) == command


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("panle 17", "%mj panel"),
        ("a cat", "%mj imagine TEXT"),
        ("imagine", "empty"),
        ("panel", "Write %mj panel ID"),
    ],
)
def test_a_wrong_command_is_one_error_that_helps(line: str, said: str) -> None:
    """An unknown command names the likely one, or the way to draw."""
    with pytest.raises(UsageError) as caught:
        parse_line(line)
    assert said in str(caught.value)
