"""From the text of a cell to a command."""

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.magic.arguments import help_text, parse_cell, parse_line, split
from mj_notebook.magic.command_table import COMMANDS
from mj_notebook.magic.records import (
    Command,
    DisplayOptions,
    HelpCommand,
    PanelCommand,
    SubmitCommand,
)


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
        ("", HelpCommand()),
        ("help", HelpCommand()),
        ("imagine a cat --ar 1:1", SubmitCommand(prompt="a cat --ar 1:1")),
        (
            "imagine --quiet is a word",
            SubmitCommand(prompt="is a word", display=DisplayOptions(quiet=True)),
        ),
        ("help swap", HelpCommand("swap_face")),
        ("seed --help", HelpCommand("seed")),
        ("imagine a kite --help", HelpCommand("imagine")),
        ("imagine?", HelpCommand("imagine")),
        ("--help", HelpCommand()),
        ("panel 1760000000123456", PanelCommand("1760000000123456")),
        (" panel '17' ", PanelCommand("17")),
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


def test_help_names_every_command_and_option() -> None:
    """The help can't fall behind: it is made from the parser and the table of commands."""
    text = help_text()
    assert all(spec.usage_line in text for spec in COMMANDS)
    assert all(option in text for option in ("--out", "--no-wait", "--image", "--dry-run"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r"C:\Users\me\a.png b", [r"C:\Users\me\a.png", "b"]),
        (r'"C:\My Pics\a.png"', [r"C:\My Pics\a.png"]),
        (r'"C:\pics\" --tile 2', ["C:\\pics\\", "--tile", "2"]),
        (r"\\server\share\a.png", [r"\\server\share\a.png"]),
        (r"my\ pic.png", ["my pic.png"]),
        (r"a\"b", ['a"b']),
    ],
)
def test_the_backslashes_of_a_path_stay(line: str, words: list[str]) -> None:
    """Windows' paths have them; before a blank or a quote one means that sign."""
    assert split(line) == words


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (r"describe C:\Users\Ann Lee\my pic.png", "pictures", (r"C:\Users\Ann Lee\my pic.png",)),
        ("describe /home/ann/Ann's pic.png", "pictures", ("/home/ann/Ann's pic.png",)),
        ("blend my a.png {{b}} my - c.png", "pictures", ("my a.png", "{{b}}", "my - c.png")),
        (
            "blend https://x.org/y.png /tmp/my b.png",
            "pictures",
            ("https://x.org/y.png", "/tmp/my b.png"),
        ),
        ("edit my photo.png like b.png --mask my mask.png", "prompt", "like b.png"),
        ("edit {{pic}} make it like b.png", "prompt", "make it like b.png"),
        ("imagine a kite --image my pic.png --ar 3:2", "images", ("my pic.png",)),
        ("imagine --image ./my pic.png b.png a kite", "images", ("./my pic.png", "b.png")),
        ("imagine --image {{x}} a kite like b.png", "images", ("{{x}}",)),
        ("answer a kite --mask my mask.png", "mask", "my mask.png"),
        ("save my pics/kite.png 1234567890123", "path", "my pics/kite.png"),
        ("bundle my study.zip my book.ipynb", "notebook", "my book.ipynb"),
        ("strip My Book.ipynb", "path", "My Book.ipynb"),
        ("offline C:\\My Studies\\a b.zip", "path", "C:\\My Studies\\a b.zip"),
    ],
)
def test_pasted_paths_may_hold_blanks(line: str, field: str, value: object) -> None:
    """Up to the ending of a file, as long as nothing else begins; quotes are not needed."""
    assert getattr(parse_line(line), field) == value


def test_pasted_paths_of_a_cells_line_may_hold_blanks() -> None:
    """As on a line of its own."""
    command = parse_cell("--image a.png /b c/d.png --fresh", "a kite")
    assert isinstance(command, SubmitCommand)
    assert (command.images, command.fresh) == (("a.png", "/b c/d.png"), True)
