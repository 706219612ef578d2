"""The engine: from what was accepted, and the time, to where every task stands."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from mj_notebook.protocol.vocabulary import FINAL, Status
from mj_notebook.server.engine.ledger import (
    Accepted,
    Answered,
    Cancelled,
    Drawn,
    Entry,
    Notified,
    Resized,
)
from mj_notebook.server.engine.phases import (
    PROGRESS,
    WAITING,
    WINDOW,
    Phase,
    Timeout,
    cancelled,
    open_phase,
    phase_of,
)
from mj_notebook.server.engine.schedule import Schedule
from mj_notebook.server.engine.task_record import FIRST_KINDS, TaskRecord
from mj_notebook.server.faults import fault_named

# The bot's answers to these two look alike (protocol/README.md §16.4).
_MIXED_UP = frozenset({"variation", "reroll"})


class Engine:
    """
    The ledger, folded up entry by entry; it owns no clock and does no I/O.

    Two engines that applied the same entries in the same order answer every question about
    every time alike: that is what makes a restarted server go on where time has got to.

    Args:
        known_kinds: The kinds of tasks that this server can make. What they make is no concern
            of the engine.
        quick_steps: The percentages that picking one picture shows.
        timeout: When a task that is drawn is given up.
    """

    def __init__(
        self,
        known_kinds: Collection[str],
        *,
        quick_steps: tuple[int, ...] = (),
        timeout: Timeout | None = None,
    ) -> None:
        self._known_kinds = known_kinds
        self._quick_steps = quick_steps
        self._timeout = timeout
        # In the order they were accepted; an answered or cancelled record replaces its own key,
        # which keeps its place.
        self._records: dict[str, TaskRecord] = {}
        self._schedule = Schedule()
        self._notified: set[str] = set()

    @property
    def cores(self) -> int:
        """How many tasks run at once, as the ledger has it."""
        return self._schedule.cores

    def apply(self, entry: Entry) -> None:
        """Fold in the next entry; one that makes no sense here changes nothing."""
        match entry:
            case Accepted():
                self._accept(entry)
            case Answered():
                self._answer(entry)
            case Cancelled():
                self._cancel(entry)
            case Drawn():
                self._end(entry)
            case Notified():
                self._notified.add(entry.id)
            case Resized():
                self._schedule.resize(max(1, entry.cores), entry.at)

    def _accept(self, entry: Accepted) -> None:
        # An id twice is a journal written by two servers without locks: the first counts.
        if entry.id in self._records or not self._makes_sense(entry):
            return
        record = TaskRecord(entry, parent=self._records.get(entry.parent))
        self._records[entry.id] = record
        # A window holds no core and no place in the queue until it is answered.
        if not entry.has_window:
            self._schedule.add(entry.id, entry.at, entry.duration)
        if fault_named(record.faults, "mix-up") and entry.kind in _MIXED_UP:
            self._mix_up(record)

    def _mix_up(self, record: TaskRecord) -> None:
        """Give the picture of a variation to the new grid that is drawn beside it."""
        at, kinds = record.accepted.at, _MIXED_UP - {record.accepted.kind}
        for other in list(self._records.values()):
            is_beside = other.accepted.parent == record.accepted.parent
            if not (is_beside and other.accepted.kind in kinds) or other.is_robbed or other.taken:
                continue
            if self.phase(other, at).status not in FINAL:
                both = (record, other) if record.accepted.kind == "reroll" else (other, record)
                grid, variation = both
                self._records[grid.id] = replace(grid, taken=variation)
                self._records[variation.id] = replace(variation, is_robbed=True)
                return

    def _makes_sense(self, entry: Accepted) -> bool:
        """Tell whether this version knows such a task; a newer one may share the journal."""
        has_ancestry = entry.kind in FIRST_KINDS or entry.parent in self._records
        return entry.kind in self._known_kinds and has_ancestry

    def _answer(self, entry: Answered) -> None:
        record = self._records.get(entry.id)
        if record is None or self.phase(record, entry.at).status != Status.MODAL:
            return
        self._records[entry.id] = replace(record, answer=entry)
        self._schedule.add(entry.id, entry.at, entry.duration)

    def _cancel(self, entry: Cancelled) -> None:
        record = self._records.get(entry.id)
        if record is None or self.phase(record, entry.at).status in FINAL:
            return
        self._records[entry.id] = replace(record, cancelled_at=entry.at)
        self._schedule.remove(entry.id, entry.at)

    def _end(self, entry: Drawn) -> None:
        record = self._receiver(entry)
        # What was cancelled meanwhile stays cancelled, and nothing ends twice.
        if record is None or self.phase(record, entry.at).status in FINAL:
            return
        self._records[record.id] = replace(record, drawn=entry)
        for id_ in {record.id, entry.id}:
            self._schedule.remove(id_, entry.at)

    def _receiver(self, entry: Drawn) -> TaskRecord | None:
        """Return which task is given what was drawn; after a mix-up that is another one."""
        record = self._records.get(entry.id)
        if record is None or not entry.pictures:
            return record
        if record.is_robbed:
            others = self._records.values()
            return next((one for one in others if one.taken and one.taken.id == entry.id), None)
        # Its own picture comes to nobody, if another one is on its way to it.
        return None if record.taken and record.taken.is_open else record

    def record(self, id_: str) -> TaskRecord | None:
        """Return the task with this id."""
        return self._records.get(id_)

    def is_notified(self, record: TaskRecord) -> bool:
        """Tell whether the end of the task was posted to its hook."""
        return record.id in self._notified

    def records(self) -> Iterator[TaskRecord]:
        """Go through all tasks, the newest first."""
        return reversed(self._records.values())

    def load(self, now: int) -> tuple[int, int]:
        """
        Return how many tasks run and how many wait.

        Windows count as neither (protocol/README.md §9).
        """
        return self._schedule.load(now)

    def phase(self, record: TaskRecord, now: int) -> Phase:
        """Return where the task stands at *now*."""
        at = record.cancelled_at
        if at is None or now < at:
            return self._uncancelled_phase(record, now)
        # What it had reached when it was cancelled is kept, whatever the schedule says since.
        return cancelled(self._uncancelled_phase(record, at), at)

    def _uncancelled_phase(self, record: TaskRecord, now: int) -> Phase:
        if record.accepted.has_window and (record.answer is None or now < record.answer.at):
            return WINDOW
        run = self._schedule.run(record.id)
        if run is None:
            return WAITING
        if record.is_open:
            return open_phase(run, record.drawn, now)
        return phase_of(
            run,
            now,
            steps=self._steps(record),
            fails=bool(record.fail_reason),
            stops_at=record.stops_at,
            timeout=None if record.is_orphan else self._timeout,
        )

    def _steps(self, record: TaskRecord) -> tuple[int, ...]:
        if record.is_text:
            return ()
        return self._quick_steps if record.is_quick else PROGRESS
