"""A prompt that stands for several: one board of them, and a plan first where they are many."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from mj_notebook.errors import MJError, UsageError
from mj_notebook.language import gettext, marked, ngettext, translated
from mj_notebook.session.board import Board
from mj_notebook.session.job import Job
from mj_notebook.session.session import Session
from mj_notebook.session.submission import Submission
from mj_notebook.settings.argument_types import living, public
from mj_notebook.store.records import Before
from mj_notebook.view.cells import Cell
from mj_notebook.view.status import Phase
from mj_notebook.view.text import truncate

_HINT = marked("Call its run(), or let so many start at once: mj.configure(most_jobs={0}).")
_LABEL = 300


@living
@public
class Plan:
    """
    Several jobs that one prompt stands for, before they are started.

    As the value of a cell it is shown with a Run button; ``plan.run()`` does the same.

    Args:
        asked: What is asked for.
        session: The session.
        price: Says what so many of them cost.

    Attributes:
        board: The jobs, or what is planned, in one grid.
        worker: Owns the jobs.
        new: How many of them were not asked for before, and so cost something.
    """

    def __init__(
        self, asked: Sequence[Submission], session: Session, price: Callable[[int], str]
    ) -> None:
        self._asked, self._session = tuple(asked), session
        # Only what is new is paid, so only that is held against `most_jobs`.
        known = [found.before for found in session.cache.before(asked)]
        self.new, self._in_doubt = known.count(None), known.count(Before.IN_DOUBT)
        self._price = price(self.new)
        self._lock = threading.Lock()
        self._has_run = False
        cells = [
            Cell(key=f"plan-{number}", label=label, words=gettext("planned"))
            for number, label in enumerate(self.labels)
        ]
        self.worker = session.worker
        self.board = Board(cells, worker=session.worker, labels=self.labels, title=self.words)

    @property
    def labels(self) -> list[str]:
        """What each of them is called."""
        words = [one.words for one in self._asked]
        return [
            truncate(f"{one.words}{f' ({one.repeat + 1})' * (words.count(one.words) > 1)}", _LABEL)
            for one in self._asked
        ]

    @property
    def words(self) -> str:
        """How many jobs it stands for, and what they cost."""
        count = len(self._asked)
        jobs = ngettext("{count} job", "{count} jobs", count).format(count=f"{count:,}")
        known = count - self.new - self._in_doubt
        if known:
            words = gettext("{jobs}, {known} of them drawn before")
            jobs = words.format(jobs=jobs, known=known)
        if self._in_doubt:
            words = gettext("{jobs}, {known} of them in doubt")
            jobs = words.format(jobs=jobs, known=self._in_doubt)
        return gettext("{jobs}, {price}").format(jobs=jobs, price=self._price)

    @property
    def is_small(self) -> bool:
        """Whether it may be run unasked."""
        return self.new <= self._session.settings.most_jobs

    @property
    def is_run(self) -> bool:
        """Whether it was run."""
        return self._has_run

    @property
    def hint(self) -> str:
        """How it is run."""
        return translated(_HINT).format(self.new)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs, once it was run."""
        return self.board.jobs

    def run(self) -> Board:
        """
        Start all of them, once, and return their board.

        One that is refused is told in its cell; the others are started.

        Raises:
            MJError: Not even the first could be asked for.
        """
        with self._lock:  # a second click waits for what the first one does
            if not self._has_run:
                self._start_all()
                self._has_run = True
        return self.board

    def _start_all(self) -> None:
        # Settings may have been changed since the plan was shown; the click means the present ones.
        session = self._session.successor_or_self()
        for number, one in enumerate(self._asked):
            key, label = f"plan-{number}", self.labels[number]
            try:
                job = session.start(one)
            except MJError as error:
                # What stops the first stops all (a wrong secret, say): one error, not one in each
                # cell.
                if not self.board.jobs:
                    raise
                why, phase = str(error), Phase.FAILED.value
                self.board.put(Cell(key, label, gettext("refused"), phase, reason=why), label)
            else:
                self.board.put(job, label, key=key)

    def wait(self, timeout: float | None = None) -> NoReturn:
        """Say that there is nothing to wait for: nothing was sent."""
        del timeout
        raise UsageError(translated("Nothing was sent: {words}.", words=self.words), hint=self.hint)

    def __len__(self) -> int:
        return len(self._asked)

    def __repr__(self) -> str:
        if self._has_run:
            return repr(self.board)
        lines = "\n".join(f"  {label}" for label in self.labels)
        head = translated("Nothing was sent yet. It stands for {jobs}:", jobs=self.words)
        return f"{head}\n{lines}\n{self.hint}"

    def bundle(self) -> dict[str, Any]:
        """Return it as an output that stays in the file."""
        return {**self.board.bundle(), "text/plain": repr(self)}
