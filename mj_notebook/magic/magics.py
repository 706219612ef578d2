"""``%%mj`` and ``%mj``: the text becomes a command, and the command is run."""

from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from mj_notebook.magic.front_end import FrontEnd, front_end_of
from mj_notebook.magic.showing import Displays, wait_shown
from mj_notebook.session.interrupts import interruptible

if TYPE_CHECKING:
    from mj_notebook.session.board import Board
    from mj_notebook.session.gallery import Gallery
    from mj_notebook.session.job import Job

_SENT = "If it was sent, it goes on: %mj resume shows what is open."


@magics_class
class MJMagics(Magics):
    """The magics of one shell."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._shell, self.displays = shell, Displays(shell)

    @no_var_expand
    @line_cell_magic
    def mj(self, line: str, cell: str | None = None) -> object:
        """Draw a cell's prompt, or run a command; ``%mj help`` tells more."""
        from mj_notebook.magic import arguments, commands  # the parser is made on first use

        command = arguments.parse_line(line) if cell is None else arguments.parse_cell(line, cell)
        # Before there is a job to wait for, the proxy or another kernel may be waited for.
        with interruptible(_SENT, stopped="Stopped before there was a task to show."):
            return commands.run(commands.Context(self._shell, self.displays), command)

    def show_value(self, value: "Job | Board | Gallery") -> None:
        """Show a job, a board or a gallery that is the value of a cell."""
        from mj_notebook.magic.showing_boards import show_board, show_gallery
        from mj_notebook.session.board import Board  # one of them is loaded, or there is no value
        from mj_notebook.session.gallery import Gallery

        front_end = front_end_of(self._shell)
        if isinstance(value, Board):
            show_board(value, front_end)
        elif isinstance(value, Gallery):
            show_gallery(value, front_end)
        else:
            self.displays.as_value(value, front_end)

    def print_value(self, value: "Job", printer: Any, _: bool) -> None:  # noqa: FBT001 - IPython's own form
        """Write a job in words, as it stands within a list or a table."""
        if front_end_of(self._shell) is FrontEnd.HEADLESS:
            wait_shown(value)
        printer.text(repr(value))


def _documentation() -> str:
    from mj_notebook.magic.arguments import help_text

    return help_text()


# ``%%mj?`` asks for this, so that the parser need not be made when the extension is loaded.
vars(MJMagics)["mj"].getdoc = _documentation
