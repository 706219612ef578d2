"""A terminal's own IPython in a pseudo-terminal, and Jupyter console: one line a job."""

import re
import sys
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.kernel.harness import Kernel
from tests.kernel.isolation import isolated_environment
from tests.kernel.lab import Lab

pytestmark = pytest.mark.kernel

PATIENCE = 60


class Terminal:
    """
    IPython in a pseudo-terminal of 120 columns, with the demo server.

    Args:
        folder: Its home.
        options: Of IPython.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        environment = isolated_environment(
            folder, {"MJ_DEMO_SECONDS": "2", "TERM": "xterm", "LANG": "C.UTF-8"}
        )
        self._cell, self.shown = 0, ""
        self._process: Any = pexpect.spawn(
            sys.executable,
            ["-m", "IPython", "--no-banner", "--no-confirm-exit", "--colors=NoColor", *options],
            env=environment,
            cwd=str(folder),
            encoding="utf-8",
            timeout=PATIENCE,
            dimensions=(50, 120),
        )

    def run(self, code: str) -> None:
        """Wait for the prompt, and type a cell."""
        self.begin(code)
        self.type("\r")

    def begin(self, text: str) -> None:
        """Wait for the prompt, and type the beginning of a cell."""
        self._cell += 1
        self.expect(rf"In \[{self._cell}\]:")
        self.type(text)

    def type(self, text: str) -> None:
        """Type what is not the end of a cell."""
        self._process.send(text)

    def expect(self, pattern: str) -> None:
        """Wait until *pattern* is shown."""
        self._process.expect(pattern)
        self.shown += f"{self._process.before}{self._process.after}"

    def close(self) -> str:
        """Leave, and return all that was shown."""
        self.run("exit")
        self._process.expect(pexpect.EOF)
        self.shown += self._process.before
        self._process.close()
        return self.shown


def last_states(text: str) -> list[str]:
    """Return the lines as they stand in the end: each is what was written over it last."""
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
    return [line.rstrip() for line in lines if line.strip()]


def test_a_terminal_has_a_line_for_each_job(tmp_path: Path) -> None:
    """One line rewrites itself while a person waits; two presses are a line each, and no more."""
    terminal = Terminal(tmp_path, "--simple-prompt")
    for code in (
        "%load_ext mj_notebook",
        "%mj imagine a red kite --out kite",
        "a = kite.press('U1'); b = kite.press('U2')",
        "a.wait(); b.wait()",
        "mj = __import__('mj_notebook'); mj.uploader()",
        "%mj gallery",
    ):
        terminal.run(code)
    text = terminal.close()
    lines = last_states(text)
    told = [line for line in lines if re.search(r"(^|: )mj( U\d)?: ", line)]
    assert [re.sub(r" in [\d.]+ s.*", "", line) for line in told] == [
        "Out[2]: mj: done",
        "Out[4]: mj U2: done",
        "mj U1: done",
    ]
    assert len(re.findall(r"\rmj: (queued|drawing|waiting|fetching)", text)) > 1
    assert any("mj.imagine" in line for line in lines)
    assert any("A gallery needs a notebook" in line for line in lines)
    assert not [line for line in lines if re.fullmatch(r"Out\[\d+\]:", line)]
    # With what was typed, the greeting, and the table of history.
    assert len(lines) < 25


def test_what_ends_while_a_person_types_stands_above_the_prompt(tmp_path: Path) -> None:
    """IPython's own prompt moves on below it, with what was typed."""
    terminal = Terminal(tmp_path)
    terminal.run("%load_ext mj_notebook")
    terminal.run("%mj imagine a red kite --no-wait")
    terminal.begin("print('half")
    terminal.expect("mj: done in")
    terminal.expect("half")
    terminal.type(" a word')\r")
    terminal.expect("half a word")
    assert terminal.close().count("mj: done in") == 1


def test_a_console_gets_what_a_terminal_gets(lab: Lab, drawing: Kernel) -> None:
    """Without widgets and updates of displays: lines of text, and no word of a live panel."""
    lab.flow()
    cell = drawing.wait(drawing.start("%mj imagine a kite for a console", page=False))
    assert cell.status == "ok"
    assert not cell.displays
    lines = last_states(cell.stdout)
    assert len(lines) == 1
    assert lines[0].startswith("mj: done in")
    gallery = drawing.wait(drawing.start("mj.gallery()", page=False))
    assert "A gallery needs a notebook" in gallery.stdout
    form = drawing.wait(drawing.start("mj.uploader('describe')", page=False))
    assert 'mj.describe("picture.png")' in form.stdout
    assert not form.displays
