"""``%%mj --sweep``: what its values mean, and what the cell does."""

from typing import Any

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.experiments.sweep import Sweep
from mj_notebook.magic.arguments import parse_cell, parse_line
from mj_notebook.magic.records import SubmitCommand
from mj_notebook.magic.sweeping import axis_values
from tests.magic.shells import Shell
from tests.support.relay import ConnectionFate, SeenRequest
from tests.support.rig import Rig


@pytest.fixture
def busy(proxy: Rig) -> Rig:
    """Return a proxy whose time goes on by itself, for cells that wait."""

    def go_on(asked: SeenRequest) -> ConnectionFate:
        if asked.is_list:
            proxy.clock.advance(3)
        return ConnectionFate.PASS

    proxy.relay.rule = go_on
    return proxy


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("s", "0,250, 1000", [0, 250, 1000]),
        ("chaos", "0:50:25", [0, 25, 50]),
        ("iw", "0.5:1:0.25", [0.5, 0.75, 1.0]),
        ("s", "50:0:-25", [50, 25, 0]),
        ("ar", "1:1,3:2", ["1:1", "3:2"]),
        ("raw", "yes,no", [True, False]),
        ("seed", "none,7", [None, 7]),
        ("animal", 'fox,"hare, brown"', ["fox", "hare, brown"]),
        ("animal", "{{animals}}", ["fox", 3]),
        ("s", "{{one}}", 250),
        ("images", "a.png,{{one}}", ["a.png", 250]),
        ("v", "8.2,7", ["8.2", "7"]),
    ],
)
def test_values_of_an_axis(name: str, text: str, values: Any) -> None:
    """Numbers, ranges to their end, words, flags, and what the notebook holds."""
    assert axis_values(name, text, {"animals": ["fox", 3], "one": 250}) == values


def test_what_is_no_range_or_no_value_is_told() -> None:
    """In a sentence that says how it is written."""
    for text in ("0:50:0", "50:0:25", "0:1:1e-9"):
        with pytest.raises(UsageError, match="FIRST:LAST:STEP"):
            axis_values("s", text, {})
    with pytest.raises(UsageError, match="no Python value animals"):
        axis_values("animal", "{{animals}}", {})


def test_parameters_of_a_sweeps_line_hold_for_all_cells() -> None:
    """Only there: elsewhere they belong in the prompt, and that is said."""
    command = parse_cell("--sweep s=0,250 --seed 7 --no text, people --budget 3", "a fox")
    assert isinstance(command, SubmitCommand)
    assert command.prompt == "a fox --seed 7 --no text, people"
    assert command.own == {"budget": 3.0, "sweep": (("s", "0,250"),)}
    line = parse_line("imagine --sweep s=0,250 --run a fox --seed 7")
    assert isinstance(line, SubmitCommand)
    assert (line.prompt, line.own["run"]) == ("a fox --seed 7", True)
    with pytest.raises(UsageError, match="a parameter of the prompt"):
        parse_cell("--seed 7", "a fox")
    with pytest.raises(UsageError, match="--budget is for a sweep"):
        parse_cell("--budget 7", "a fox")
    with pytest.raises(UsageError, match="prompt is empty"):
        parse_cell("--sweep s=0,250", " ")


def test_a_cell_plans_and_a_cell_draws(headless: Shell, busy: Rig) -> None:
    """Without a word only the plan is shown; with --run a run without a person waits for all."""
    headless.real.user_ns["animals"] = ["fox", "hare"]
    cell = "--sweep animal={{animals}} --sweep s=0,250 --seed 7 --out foxes\na {{animal}} in fog"
    headless.run(f"%%mj {cell}").raise_error()
    sweep = headless.name("foxes")
    assert isinstance(sweep, Sweep)
    assert "4 cells · 4 new for 4 credits. Nothing was sent" in headless.displayed[-1]["text/plain"]
    assert busy.relay.submits == 0
    headless.run(f"%%mj --run {cell}").raise_error()
    assert headless.updates[-1]["text/html"].count("<img") == 4
    assert "4 of 4 done · 4 credits" in headless.updates[-1]["text/plain"]
    assert busy.relay.submits == 4
    headless.run("%mj imagine --sweep prompt={{animals}} --dry-run --run").raise_error()
    assert "2 cells" in headless.displayed[-1]["text/plain"]
    headless.run("%%mj -n 2 --sweep s=0 --quiet --out two\na fox").raise_error()
    assert [cell.values for cell in headless.name("two")] == [
        {"s": 0, "repeat": 0},
        {"s": 0, "repeat": 1},
    ]
    assert busy.relay.submits == 4


def test_a_terminal_gets_lines(shell: Shell, busy: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    """A line as each cell ends, then the table."""
    del busy
    shell.run("%%mj --sweep s=0,250 --run\na fox").raise_error()
    out = capsys.readouterr().out
    assert out.count("a fox --s") == 2
    assert "2 of 2 done" in out
