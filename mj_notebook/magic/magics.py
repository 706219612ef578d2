"""``%%mj`` and ``%mj``: the text becomes a command, and the command is run."""

import sys
from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from mj_notebook.language import marked, translated
from mj_notebook.language.asked import by_command
from mj_notebook.magic.showing import Displays
from mj_notebook.session.interrupts import interruptible

_SHELL = InteractiveShell.run_cell_magic.__code__.co_filename
_SENT = marked("If it was sent, it goes on: %mj resume shows what is open.")


@magics_class
class MJMagics(Magics):
    """The magics of one shell."""

    def __init__(self, shell: Any, displays: Displays) -> None:
        super().__init__(shell)
        self._shell, self._displays = shell, displays

    @no_var_expand
    @line_cell_magic
    def mj(self, line: str, cell: str | None = None) -> object:
        """Draw a cell's prompt, or run a command; ``%mj help`` tells more."""
        from mj_notebook.magic import arguments  # the parser is made on first use
        from mj_notebook.magic.commands import run
        from mj_notebook.magic.context import Context

        command = arguments.parse_line(line) if cell is None else arguments.parse_cell(line, cell)
        # Before there is a job to wait for, the proxy or another kernel may be waited for.
        with (
            by_command(),
            interruptible(
                translated(_SENT), stopped=translated("Stopped before there was a task to show.")
            ),
        ):
            context = Context(self._shell, self._displays, self._names())
            return run(context, command)

    def _names(self) -> Mapping[str, Any]:
        """Return the names that the code which runs the magic sees: of its function, then all."""
        # IPython tells no scope to cell magics, which functions run by `run_cell_magic`.
        frame = sys._getframe(1)  # noqa: SLF001 - the only way to the names of a caller
        for is_shell in (False, True):
            while frame.f_back is not None and (frame.f_code.co_filename == _SHELL) is is_shell:
                frame = frame.f_back
        return ChainMap(frame.f_locals, frame.f_globals, self._shell.user_ns)


def _documentation() -> str:
    from mj_notebook.magic.help_text import help_text

    return help_text()


# ``%%mj?`` asks for this, so that the parser need not be made when the extension is loaded.
vars(MJMagics)["mj"].getdoc = _documentation
