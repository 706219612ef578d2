"""A prompt that ends with a question mark is drawn, and IPython's help is left as it is."""

import inspect
import re

import pytest

import mj_notebook as mj
from mj_notebook.api import state
from mj_notebook.magic.arguments import COMMAND_NAMES
from mj_notebook.magic.command_parser import parser_of
from mj_notebook.magic.command_table import SPECS
from mj_notebook.prompt.keywords import KEYWORDS
from mj_notebook.session.request_options import COMMON
from tests.magic.shells import Shell
from tests.support.rig import TIMEOUT, Rig


def transformed(shell: Shell, cell: str) -> str:
    """Return the Python that the shell makes of *cell*."""
    text: str = shell.real.transform_cell(cell)
    return text


@pytest.mark.parametrize(
    ("cell", "prompt"),
    [
        ("%mj imagine what is a kite?", "what is a kite?"),
        ("%mj imagine what is a kite??", "what is a kite??"),
        ("\n  %mj imagine what's a kite?", "what's a kite?"),
        ("if True:\n    %mj imagine is it red?", "is it red?"),
        ("kite = %mj imagine what is a kite?", "what is a kite?"),
        ("%mj imagine what is a kite? ", "what is a kite?"),
        ("%mj imagine is a kite ? --quiet", "is a kite ?"),
        ("%mj imagine --quiet who flies\\\n it?", "who flies it?"),
    ],
)
def test_it_is_drawn(jupyter: Shell, proxy: Rig, cell: str, prompt: str) -> None:
    """The help would swallow it, and the cells below would go on as if all were well."""
    jupyter.job(cell).accepted(TIMEOUT)
    assert [task["prompt"] for task in proxy.tasks()] == [prompt]


def test_several_lines_of_a_cell_are_drawn(jupyter: Shell, proxy: Rig) -> None:
    """Each one, beside other magics and plain Python."""
    cell = "a = 1\n%mj imagine one?\nb = %mj imagine two?\n%time a\n%mj imagine three"
    jupyter.job(cell).accepted(TIMEOUT)
    assert {task["prompt"] for task in proxy.tasks()} == {"one?", "two?", "three"}


@pytest.mark.parametrize(
    "cell",
    ["%mj?", "%%mj?", "%mj??", "len?", "?len", "%time?", "x = 1\nx?", "mj?", "%mjx imagine a?"],
)
def test_questions_to_ipython_stay_questions(shell: Shell, cell: str) -> None:
    """Whatever is no command of ours is asked as ever."""
    assert "'pinfo" in transformed(shell, cell)


@pytest.mark.parametrize(
    "cell",
    ['"""\n%mj imagine a kite?\n"""\n', "x = '%mj imagine a kite?'\n", "# %mj imagine a kite?\n"],
)
def test_text_stays_text(shell: Shell, cell: str) -> None:
    """In strings and comments nothing is a command."""
    assert transformed(shell, cell) == cell


@pytest.mark.parametrize(
    ("cell", "usage"),
    [
        ("%mj press?", "%mj press NAME [ID] [options]"),
        ("%mj press ??", "%mj press NAME [ID] [options]"),
        ("%mj PRESS --help", "%mj press NAME [ID] [options]"),
        ("%mj imagine a kite --help", "%mj imagine TEXT [options]"),
        ("%%mj edit?", "%mj edit PIC 'TEXT' [options]"),
        ("\n%%mj edit --help\n\n", "%mj edit PIC 'TEXT' [options]"),
        ("%%mj --help\na kite", "%mj imagine TEXT [options]"),
        ("%%mj --help", "%%mj [options]"),
        ("%mj ?", "%%mj [options]"),
    ],
)
def test_a_command_with_a_question_mark_is_a_question(
    shell: Shell, capsys: pytest.CaptureFixture[str], cell: str, usage: str
) -> None:
    """`%mj press?` tells how press is written, in any form in which it is asked."""
    shell.run(cell).raise_error()
    assert f"usage: {usage}\n" in capsys.readouterr().out


def test_each_public_name_is_explained(shell: Shell) -> None:
    """
    `mj.imagine?` tells a sentence, what each option is and what can go wrong; nothing is begun.

    `CommonOptions`, the parameters of prompts and `Settings` are explained once, by their names.
    """
    shell.real.user_ns["mj"] = mj
    explained = {*COMMON, *KEYWORDS, "parameters", "args", "kwargs"}
    explained |= set(inspect.signature(mj.Settings).parameters)
    for name in set(mj.__all__) - {"__version__"}:
        told = shell.real.object_inspect(f"mj.{name}")
        text, signature = told["docstring"], told["init_definition"] or told["definition"]
        assert re.match(r"[A-Z][^\n]+(\.|::)(\n|$)", text), name
        assert signature.startswith(f"mj.{name}("), name
        public = getattr(mj, name)
        is_called = inspect.isfunction(public) or public in {mj.Client, mj.AsyncClient}
        own = set(inspect.signature(public).parameters) - explained if is_called else set()
        assert {one for one in own if not re.search(rf"\b{one}\b", text)} == set(), name
        if inspect.isfunction(public) and own:
            assert "Raises:" in text, name
            assert all(f"{one}:" in signature for one in own), name  # with its type, by name
    assert shell.displayed == []
    assert state.opened_sessions() == []


def test_each_command_is_explained(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    """`%mj seed --help`, as `%mj seed?`, tells how it is written and each option; nothing else."""
    for name in sorted(COMMAND_NAMES):
        parser = parser_of(name)
        for cell in (f"%mj {name} --help", f"%mj {name}?"):
            capsys.readouterr()
            shell.run(cell).raise_error()
            said = capsys.readouterr().out
            assert f"usage: {SPECS[name].usage_line}" in said, cell
            assert [one for one in parser.options if one not in said] == [], cell
    assert shell.displayed == []
    assert state.opened_sessions() == []


@pytest.mark.parametrize("asked", ["%mj", "%%mj"])
def test_the_magic_itself_is_explained(shell: Shell, asked: str) -> None:
    """What `%%mj?` opens tells how a cell is written, each option and each command."""
    told = shell.real.object_inspect(asked)["docstring"]
    assert told.startswith("usage: %%mj [options]\n")
    wanted = [*parser_of("imagine").options, *(spec.usage_line for spec in SPECS.values())]
    assert [one for one in wanted if one not in told] == []


def test_unloading_takes_it_back(shell: Shell) -> None:
    """The shell's own list of transformers is as it was; loading twice adds nothing."""
    manager = shell.real.input_transformer_manager
    loaded, cleaning = len(manager.token_transformers), len(manager.cleanup_transforms)
    shell.run("%unload_ext mj_notebook")
    assert len(manager.token_transformers) == loaded - 2
    assert len(manager.cleanup_transforms) == cleaning - 1
    assert "'pinfo" in transformed(shell, "%mj imagine what is a kite?")
    shell.run("%load_ext mj_notebook")
    shell.run("%reload_ext mj_notebook")
    assert len(manager.token_transformers) == loaded
    assert len(manager.cleanup_transforms) == cleaning
