"""What a terminal shows of a job: a line that rewrites itself while one waits, and a last one."""

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mj_notebook.magic.front_end import FrontEnd, front_end_of

if TYPE_CHECKING:
    from mj_notebook.session.job import Job

# Seconds between two looks at a job that is waited for; its clock goes by seconds.
_TICK = 0.5
# Where the terminal does not tell its width.
_COLUMNS = 80


class TerminalLines:
    """
    The lines of one shell.

    What was shown while it ran gets one line more when it has ended. Nothing is written over a
    prompt at which a person types: IPython's own moves on below what is printed meanwhile; where
    another prompt stands (Jupyter console, or a simple one), the line waits for the next cell.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._owed: dict[Job, None] = {}
        self._is_running = True  # it is loaded by a cell
        # Jobs end on the worker's thread while the shell's thread prints what is owed.
        self._lock = threading.RLock()

    def owe(self, job: "Job") -> None:
        """Write a line when *job* has ended; where it has, after the cell."""
        with self._lock:
            is_new = job not in self._owed
            self._owed[job] = None
        if is_new:
            job.events.on_end(self._ended)

    def write_value(self, job: "Job") -> None:
        """Write where *job* stands, as the value of a cell."""
        self.owe(job)
        self._write(job)

    def say(self, line: str) -> None:
        """Write a line of something else that goes on by itself; at a prompt that stays, none."""
        with self._lock:
            if self._can_write:
                sys.stdout.write(f"{line}\n")

    @contextmanager
    def waiting(self, job: "Job") -> Iterator[None]:
        """Show how *job* goes on as long as it is waited for, where that can be rewritten."""
        if not self._can_rewrite(job):
            yield
            return
        self.owe(job)
        stop = threading.Event()
        context = copy_context()  # what is printed belongs to this cell
        ticker = threading.Thread(
            target=context.run, args=(self._tick, job, stop), name="mj-line", daemon=True
        )
        ticker.start()
        try:
            yield
        finally:
            # Joined before the cell goes on: its last line must not come after the prompt.
            stop.set()
            ticker.join()

    def before_cell(self, *_: object) -> None:
        """Write what ended while the person typed."""
        self._is_running = True
        self._settle()

    def after_cell(self, result: Any = None) -> None:
        """Write what ended in the cell, but for what the cell itself was about."""
        error = getattr(result, "error_in_exec", None)
        for job in tuple(self._owed):
            if error is not None and job.error is error:
                del self._owed[job]  # it was just told
        self._settle()
        self._is_running = False

    @property
    def _can_write(self) -> bool:
        return self._is_running or type(sys.stdout).__name__ == "StdoutProxy"

    def _can_rewrite(self, job: "Job") -> bool:
        is_ours = threading.current_thread() is threading.main_thread() and job.is_open
        if not is_ours or front_end_of(self._shell) is not FrontEnd.TERMINAL:
            return False
        return hasattr(self._shell, "kernel") or sys.stdout.isatty()

    def _tick(self, job: "Job", stop: threading.Event) -> None:
        written = 0
        while not stop.wait(_TICK if written else _TICK / 2):
            line, columns = self._fitted(_progress(job))
            sys.stdout.write(f"\r{line}{' ' * (written - columns)}")
            sys.stdout.flush()
            written = columns
        if written:
            sys.stdout.write(f"\r{' ' * written}\r")
            sys.stdout.flush()

    def _fitted(self, line: str) -> tuple[str, int]:
        """Return as much of *line* as stands in one line, and how wide that is."""
        from prompt_toolkit.utils import get_cwidth  # IPython's own; not needed to load

        most, columns = shutil.get_terminal_size((_COLUMNS, 24)).columns - 1, 0
        for place, sign in enumerate(line):
            width = get_cwidth(sign)
            if columns + width > most:
                return line[:place], columns
            columns += width
        return line, columns

    def _ended(self, job: "Job") -> None:
        if not self._is_running:
            # Not on the loop, where this is called: a picture may have to be read.
            job.worker.pool.submit(self._settle)

    def _settle(self) -> None:
        """Write the last line of each job that has ended."""
        with self._lock:
            for job in tuple(self._owed):
                if not job.is_open and self._can_write:
                    self._write(job)

    def _write(self, job: "Job") -> None:
        picture = _picture(job) if sys.stdout.isatty() else ""
        with self._lock:
            if not job.is_open:
                self._owed.pop(job, None)
            sys.stdout.write(f"\n{picture}\n" if picture else "")
            sys.stdout.write(f"{_told(job)}\n")
            sys.stdout.flush()


def _progress(job: "Job") -> str:
    from mj_notebook.view.task_view import task_view  # loads on first use
    from mj_notebook.view.text import plain_line

    return plain_line(task_view(job.facts(), job.now()))


def _told(job: "Job") -> str:
    """Write *job* in a line, and below it what was told in words."""
    from mj_notebook.view.record import public_view  # loads on first use
    from mj_notebook.view.task_view import task_view
    from mj_notebook.view.text import answer_lines, plain_line

    view = public_view(task_view(job.facts(), job.now()))
    kept = job.pictures.kept
    return "\n".join((plain_line(view, _at_home(kept.path) if kept else ""), *answer_lines(view)))


def _picture(job: "Job") -> str:
    facts = job.facts()
    shot = facts.thumbnail
    if shot is None or facts.is_preview or facts.kind is not None:
        return ""
    from mj_notebook.images.terminal import terminal_picture  # loads Pillow

    return terminal_picture(shot.small or shot.content)


def _at_home(path: Path) -> str:
    """Return *path* without the name of the person."""
    home = os.path.expanduser("~")  # noqa: PTH111 - as text, to be compared
    text = str(path)
    return f"~{text[len(home) :]}" if text.startswith(f"{home}{os.sep}") else text
