"""The engine: from what was accepted, and the time, to where every task stands."""

from collections.abc import Iterator
from dataclasses import replace

from mj_notebook.protocol.vocabulary import FINAL, Status
from mj_notebook.server.ledger import Accepted, Answered, Cancelled, Entry, Resized, Told
from mj_notebook.server.making import FIRST, can_make
from mj_notebook.server.phases import WAITING, WINDOW, Phase, cancelled, phase_of
from mj_notebook.server.schedule import Schedule
from mj_notebook.server.work import Work


class Engine:
    """
    The ledger, folded up entry by entry; it owns no clock and does no I/O.

    Two engines that were given the same entries in the same order answer every question about
    every time alike: that is what makes a restarted server go on where time has got to.
    """

    def __init__(self) -> None:
        self._works: dict[str, Work] = {}
        self._schedule = Schedule()
        self._told: set[str] = set()

    @property
    def cores(self) -> int:
        """How many tasks run at once, as the ledger has it."""
        return self._schedule.cores

    def apply(self, entry: Entry) -> None:
        """Take in the next entry; one that makes no sense here changes nothing."""
        match entry:
            case Accepted():
                self._accept(entry)
            case Answered():
                self._answer(entry)
            case Cancelled():
                self._cancel(entry)
            case Told():
                self._told.add(entry.id)
            case Resized():
                self._schedule.resize(max(1, entry.cores), entry.at)

    def _accept(self, entry: Accepted) -> None:
        if entry.id in self._works or not self._makes_sense(entry):
            return
        self._works[entry.id] = Work(entry, parent=self._works.get(entry.parent))
        if not entry.has_window:
            self._schedule.add(entry.id, entry.at, entry.takes)

    def _makes_sense(self, entry: Accepted) -> bool:
        """Tell whether this version knows such a task; a newer one may share the journal."""
        is_first = entry.kind in FIRST
        return can_make(entry.kind) and (is_first or entry.parent in self._works)

    def _answer(self, entry: Answered) -> None:
        work = self._works.get(entry.id)
        if work is None or self.phase(work, entry.at).status != Status.MODAL:
            return
        self._works[entry.id] = replace(work, answer=entry)
        self._schedule.add(entry.id, entry.at, entry.takes)

    def _cancel(self, entry: Cancelled) -> None:
        work = self._works.get(entry.id)
        if work is None or self.phase(work, entry.at).status in FINAL:
            return
        self._works[entry.id] = replace(work, cancelled_at=entry.at)
        self._schedule.remove(entry.id, entry.at)

    def work(self, id_: str) -> Work | None:
        """Return the task with this id."""
        return self._works.get(id_)

    def is_told(self, work: Work) -> bool:
        """Tell whether the end of *work* was posted to its hook."""
        return work.id in self._told

    def works(self) -> Iterator[Work]:
        """Go through all tasks, the newest first."""
        return reversed(self._works.values())

    def load(self, now: int) -> tuple[int, int]:
        """Return how many tasks run and how many wait; windows count as neither (sheet 9)."""
        return self._schedule.load(now)

    def phase(self, work: Work, now: int) -> Phase:
        """Return where *work* stands at *now*."""
        at = work.cancelled_at
        if at is None or now < at:
            return self._running_phase(work, now)
        return cancelled(self._running_phase(work, at), at)

    def _running_phase(self, work: Work, now: int) -> Phase:
        if work.accepted.has_window and (work.answer is None or now < work.answer.at):
            return WINDOW
        run = self._schedule.run(work.id)
        if run is None:
            return WAITING
        return phase_of(
            run,
            now,
            is_quick=work.is_quick,
            fails=bool(work.fails),
            stops_at=work.stops_at,
        )
