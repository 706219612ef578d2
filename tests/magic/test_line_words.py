"""The words of a line."""

import contextlib
import time

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.magic.arguments import parse_cell, parse_line
from mj_notebook.magic.line_words import split
from mj_notebook.magic.records import LineCommand, SubmitCommand


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
    command = parse_line(line)
    given = command.given if isinstance(command, LineCommand) else command._asdict()
    assert given[field] == value


def test_pasted_paths_of_a_cells_line_may_hold_blanks() -> None:
    """As on a line of its own."""
    command = parse_cell("--image a.png /b c/d.png --fresh", "a kite")
    assert isinstance(command, SubmitCommand)
    assert (command.images, command.fresh) == (("a.png", "/b c/d.png"), True)


@pytest.mark.parametrize(
    "line",
    [
        *(f"{name} {'x' * 4_000_000}" for name in ("history", "describe", "again")),
        f"describe {'kite ' * 100_000}",
        "describe " + r"\" " * 300_000,
        f"imagine {'“ ' * 200_000}",
        f"imagine {'--wait ' * 50_000}",
    ],
    ids=lambda line: line[:17],
)
def test_the_time_of_a_long_line_grows_with_its_length_alone(line: str) -> None:
    """What was pasted by mistake, such as an encoded picture, holds up no kernel for minutes."""
    began = time.process_time()
    with contextlib.suppress(UsageError):
        parse_line(line)
    assert time.process_time() - began < 20
