"""What the help prints."""

from mj_notebook.magic.command_table import COMMANDS
from mj_notebook.magic.help_text import help_text


def test_help_names_every_command_and_option() -> None:
    """The help can't fall behind: it is made from the parser and the table of commands."""
    text = help_text()
    assert all(spec.usage_line in text for spec in COMMANDS)
    assert all(option in text for option in ("--out", "--no-wait", "--image", "--dry-run"))
