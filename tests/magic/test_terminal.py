"""A terminal gets one line a job: as a value, and once more when it has ended."""

import pytest

from mj_notebook.magic.terminal import TerminalLines
from tests.magic.shells import Shell
from tests.support.rig import Rig


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> "Printed":
    """Return what was printed, as it goes on."""
    return Printed(capsys)


class Printed:
    """What was printed since it was last read."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        capsys.readouterr()

    def read(self) -> list[str]:
        """Return the lines that are new, without empty ones."""
        return [line for line in self._capsys.readouterr().out.splitlines() if line.strip()]


def test_a_job_as_a_value_is_one_line(shell: Shell, proxy: Rig, lines: Printed) -> None:
    """It stands behind IPython's own `Out`, with size, task and the path of the picture."""
    job = proxy.finish(shell.job("%mj imagine a red kite --no-wait --quiet"))
    lines.read()
    shell.run("_mj")
    (line,) = lines.read()
    head, _, told = line.partition(": ")
    assert head.startswith("Out[")
    assert told.startswith("mj: done in 10 s · 64 × 64 · task ")
    assert job.pictures.kept
    assert job.pictures.kept.path.name in told
    assert told.endswith(" · a red kite")


def test_what_ends_meanwhile_is_told_once_with_the_next_cell(
    shell: Shell, proxy: Rig, lines: Printed
) -> None:
    """Nothing is written while a person types; each job that was shown has one last line."""
    shell.run("%mj imagine a red kite --no-wait")
    assert "queued" in " ".join(lines.read())
    proxy.finish(shell.name("_mj"))
    assert lines.read() == []
    shell.run("1 + 1")
    told, value = lines.read()
    assert told.startswith("mj: done in 10 s")
    assert value.endswith(": 2")
    shell.run("None")
    assert lines.read() == []


def test_what_was_not_shown_says_nothing(shell: Shell, proxy: Rig, lines: Printed) -> None:
    """A press whose job goes into a name is no news of the picture above it."""
    grid = proxy.finish(shell.job("%mj imagine a red kite --no-wait"))
    shell.run("a = _mj.press('U1'); b = _mj.press('U2')")
    for child in grid.children:
        proxy.finish(child)
    shell.run("None")
    assert [line.partition(" · ")[0] for line in lines.read()] == [
        "Out[1]: mj: queued",
        "mj: done in 10 s",
    ]


def test_several_of_one_cell_have_a_line_each(shell: Shell, proxy: Rig, lines: Printed) -> None:
    """What a cell shows without having it as its value is told below it."""
    shell.run("%mj imagine a red kite -n 3 --no-wait --out kites")
    for job in shell.name("kites"):
        proxy.finish(job)
    shell.run("None")
    assert [line.partition(" · ")[0] for line in lines.read()] == ["mj: done in 10 s"] * 3


def test_an_error_is_told_once(shell: Shell, proxy: Rig, lines: Printed) -> None:
    """Where the cell ends with what ended the job, no line repeats it."""
    del proxy
    shell.run("%mj imagine a nude kite")
    assert len(lines.read()) == 2  # what happened, and what to do
    shell.run("None")
    assert lines.read() == []


def test_words_are_told_with_their_job(shell: Shell, proxy: Rig, lines: Printed) -> None:
    """What a shorten said stands below its line."""
    proxy.finish(shell.job("%mj shorten a very red kite over dunes --no-wait --quiet"))
    shell.run("_mj")
    first, *told = lines.read()
    assert "mj shorten: done in" in first
    assert any(line.startswith("1. ") for line in told)


def test_without_a_terminal_no_line_is_rewritten(shell: Shell, proxy: Rig, lines: Printed) -> None:
    """A log gets last lines only: nothing that stands over another."""
    job = shell.job("%mj imagine a red kite --no-wait --quiet")
    with TerminalLines(shell.real).waiting(job):
        proxy.finish(job)
    assert lines.read() == []
