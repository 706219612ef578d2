"""A prompt that ends with a question mark is drawn, and IPython's help is left as it is."""

import pytest

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
