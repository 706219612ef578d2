"""The task registry: what is known of all tasks now, and the only way to add to it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from mj_notebook.protocol.vocabulary import FINAL, Mode, Status
from mj_notebook.server.backends.image_specs import GeneratedSpec
from mj_notebook.server.config import Config
from mj_notebook.server.engine.engine import Engine
from mj_notebook.server.engine.ledger import (
    Accepted,
    Answered,
    Cancelled,
    Drawn,
    Entry,
    Notified,
    Resized,
)
from mj_notebook.server.engine.phases import FAILS_AFTER, Phase, share_until, with_percent
from mj_notebook.server.engine.schedule import QueuePlace
from mj_notebook.server.engine.task_record import TaskRecord
from mj_notebook.server.faults import PENDING_FAULTS, fault_named
from mj_notebook.server.tasks.image_builders import BUILDERS, KINDS_WITHOUT_DRAWING
from mj_notebook.server.tasks.journal import Drawer, Journal
from mj_notebook.server.tasks.policy import PLUS_POLICY, ServerPolicy
from mj_notebook.server.tasks.server_task import PAINTER_CAN, ServerTask

# Milliseconds; the family remembers for an hour what it notified of (protocol/README.md §6).
_NOTIFIED_WITHIN = 3600 * 1000
# Milliseconds; a task that an engine draws ends when the engine says so, and a plan needs a number.
_NO_END = 7 * 24 * 3600 * 1000
_ABANDONED = (
    "The server that had it drawn has ended; what the engine may have drawn is lost. Ask again."
)
_NO_ENGINE = "This server has no engine; the one that opened the window had. Start it again."


class TaskState(NamedTuple):
    """A task and where it stands now."""

    task: ServerTask
    phase: Phase


class TaskRegistry:
    """
    All tasks of this server and of the others on the same journal.

    Its methods are short, and must be called from one thread.
    """

    def __init__(
        self,
        config: Config,
        journal: Journal,
        polls_per_grid: int = 0,
        policy: ServerPolicy = PLUS_POLICY,
        drawer: Drawer | None = None,
    ) -> None:
        self._policy = policy
        self._forgotten: frozenset[str] = frozenset()
        self._drawer = drawer
        self._percents: dict[str, int] = {}
        self._new_open: list[str] = []
        self._config = config
        self._journal = journal
        self._polls_per_grid = polls_per_grid
        self._engine = self._new_engine()
        # What is derived of a record is kept with it: a client that watches a thousand tasks asks
        # for all of them each second.
        self._tasks: dict[str, ServerTask] = {}
        with journal.locked():
            self._catch_up()
            if self._engine.cores != config.core_size:
                self._write(Resized(at=config.now(), cores=config.core_size))
            self._end_abandoned()
        self._new_hooked = self._unnotified()

    # -- reading -----------------------------------------------------------------------------------

    def find(self, id_: str) -> TaskState | None:
        """Return the task *id_* as it stands now."""
        return next(iter(self.find_all((id_,))), None)

    def find_all(self, ids: Iterable[str]) -> list[TaskState]:
        """Return those of the tasks *ids* that are known, each once."""
        self._catch_up()
        # A dictionary's keys, for they keep the order in which a client asked.
        return self._at_now(filter(None, map(self._engine.record, dict.fromkeys(ids))))

    def all(self) -> list[TaskState]:
        """Return all tasks, the newest first."""
        self._catch_up()
        return self._at_now(self._engine.records())

    def queue(self) -> list[TaskState]:
        """Return what waits or runs, the oldest first; windows stand outside the queue."""
        outside = {*FINAL, Status.MODAL}
        return [
            state
            for state in reversed(self.all())
            if state.phase.status not in outside and not state.task.record.is_orphan
        ]

    def forget(self) -> None:
        """Know no task any more, as a server that was started anew without its memory."""
        self._forgotten = frozenset(record.id for record in self._engine.records())

    def _at_now(self, records: Iterable[TaskRecord]) -> list[TaskState]:
        now = self._config.visible_until(self._polls_per_grid)
        states = []
        for record in records:
            if record.id in self._forgotten or (record.faults and _is_forgotten(record, now)):
                continue
            at = self._engine.phase(record, now)
            # How far an engine has come stands in no journal: it is gone with the server.
            if record.id in self._percents:
                at = with_percent(at, self._percents[record.id])
            states.append(TaskState(self._derived(record), at))
        return states

    def _derived(self, record: TaskRecord) -> ServerTask:
        task = self._tasks.get(record.id)
        # The engine makes another record of a task that is answered or cancelled.
        if task is None or task.record is not record:
            parent = self._derived(record.parent) if record.parent else None
            can = self._drawer.capabilities if self._drawer else PAINTER_CAN
            task = self._tasks[record.id] = ServerTask(record, parent, can)
        return task

    # -- adding ------------------------------------------------------------------------------------

    def accept(self, draft: Accepted) -> QueuePlace:
        """Write down *draft* with the id, the time and the duration it gets here."""
        # Locked from the count to the entry: two servers must not both fill the last place in
        # the queue.
        with self._journal.locked():
            self._catch_up()
            now = self._config.now()
            waiting, is_full = self._room(now)
            if is_full and not draft.has_window:
                return QueuePlace("", waiting, is_refused=True)
            entry = replace(draft, id=self._new_id(now), at=now, faults=PENDING_FAULTS.get())
            if self._drawer and self._is_drawn(entry):
                entry = replace(entry, engine=self._drawer.engine, drawer=self._drawer.name)
            self._write(replace(entry, duration=self._duration(TaskRecord(entry))))
        # Only after the entry is written: a hook for a task that was refused would never end.
        if entry.hook:
            self._new_hooked.append(entry.id)
        if not entry.has_window:
            self._note_open(TaskRecord(entry))
        return QueuePlace(entry.id, waiting)

    def answer(
        self, task: ServerTask, prompt: str, *, fail_reason: str = "", mask: str = ""
    ) -> QueuePlace:
        """Write down the answer to the window of *task*, which now goes into the queue."""
        with self._journal.locked():
            self._catch_up()
            now = self._config.now()
            waiting, is_full = self._room(now)
            if is_full:
                return QueuePlace("", waiting, is_refused=True)
            if task.accepted.engine and self._drawer is None:
                fail_reason = fail_reason or _NO_ENGINE
            entry = Answered(
                id=task.id,
                at=now,
                prompt=prompt,
                fail_reason=fail_reason,
                mask=mask,
                faults=PENDING_FAULTS.get(),
                drawer=self._drawer.name if self._drawer else "",
            )
            answered = replace(task.record, answer=entry)
            self._write(replace(entry, duration=self._duration(answered)))
        self._note_open(replace(task.record, answer=entry))
        return QueuePlace(task.id, waiting)

    def cancel(self, id_: str) -> None:
        """Write down that the task *id_* was cancelled; one that is over stays as it is."""
        with self._journal.locked():
            self._catch_up()
            self._write(Cancelled(id=id_, at=self._config.now()))

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    # -- what an engine draws ----------------------------------------------------------------------

    def pop_new_open(self) -> list[str]:
        """Return the tasks that this server's engine is to draw, those since the last call."""
        new, self._new_open = self._new_open, []
        return new

    def set_percent(self, id_: str, percent: int) -> None:
        """Note how far the engine has come with a task."""
        self._percents[id_] = percent

    def end(self, id_: str, drawn: Drawn) -> None:
        """Write down how the engine ended a task; one that is over stays as it is."""
        with self._journal.locked():
            self._catch_up()
            self._write(replace(drawn, id=id_, at=self._config.now()))

    def _note_open(self, record: TaskRecord) -> None:
        # What is clear to fail, or hangs on purpose, is never asked for: it could cost money.
        if record.is_open:
            self._new_open.append(record.id)

    def _is_drawn(self, draft: Accepted) -> bool:
        """Tell whether an engine draws *draft*; drawing again makes what the parent is."""
        if draft.kind != "reroll":
            return draft.kind not in KINDS_WITHOUT_DRAWING
        parent = self._engine.record(draft.parent)
        return parent is not None and isinstance(self._derived(parent).spec, GeneratedSpec)

    def _end_abandoned(self) -> None:
        """Write down the end of what servers had drawn that are there no more."""
        now = self._config.now()
        for record in list(self._engine.records()):
            status = self._engine.phase(record, now).status
            # A window can still be answered, by whoever is there then.
            is_unfinished = record.is_open and status not in {*FINAL, Status.MODAL}
            if is_unfinished and not self._journal.is_alive(record.drawer):
                self._write(Drawn(id=record.id, at=now, fail_reason=_ABANDONED))

    # -- callbacks ---------------------------------------------------------------------------------

    def pop_new_hooked(self) -> list[str]:
        """
        Return the tasks that want callbacks, those accepted here since this was last called.

        The first time these are also the ones of an earlier server on the same journal.
        """
        hooked, self._new_hooked = self._new_hooked, []
        return hooked

    def mark_notified(self, id_: str) -> None:
        """Write down that the end of the task *id_* was posted to its hook."""
        with self._journal.locked():
            self._catch_up()
            self._write(Notified(id=id_, at=self._config.now()))

    def _unnotified(self) -> list[str]:
        """Return the tasks whose end was not posted to their hook, and is news if there is one."""
        now = self._config.now()
        # Oldest first, so that callbacks come in the order of the submits.
        hooked = [record for record in self._engine.records() if record.accepted.hook][::-1]
        return [
            task.id
            for task, phase in self._at_now(hooked)
            if now - (phase.finish_time or now) < _NOTIFIED_WITHIN
            and not self._engine.is_notified(task.record)
        ]

    # -- entries -----------------------------------------------------------------------------------

    def _room(self, now: int) -> tuple[int, bool]:
        """
        Return how many wait, and whether there is no room for one more.

        A queue is full only when all cores are busy too (protocol/README.md §9).
        """
        running, waiting = self._engine.load(now)
        is_full = running >= self._engine.cores and waiting >= self._config.queue_size
        return waiting, is_full

    def _duration(self, record: TaskRecord) -> int:
        """Return how long a task holds its core; one that fails holds it until then."""
        if record.is_open:
            return _NO_END
        mode = Mode(record.accepted.mode)
        duration = self._config.timing.milliseconds(mode, is_quick=record.is_quick)
        if record.fail_reason and record.stops_at is not None:
            return int(duration * share_until(record.stops_at))
        return int(duration * FAILS_AFTER) if record.fail_reason else duration

    def _new_id(self, now: int) -> str:
        """Return milliseconds and three more digits, as the family does, used by no other task."""
        # The digits follow from the time, for the server has no other source of chance that a
        # test could repeat; 617 and 1000 have no common factor, so neighbours differ.
        candidate = now * 1000 + now * 617 % 1000
        while self._engine.record(f"{candidate:016d}"):
            candidate += 1
        return f"{candidate:016d}"

    def _new_engine(self) -> Engine:
        policy = self._policy
        return Engine(BUILDERS, quick_steps=policy.quick_steps, timeout=policy.timeout)

    def _write(self, entry: Entry) -> None:
        # First the journal: what can't be written down has not happened.
        self._journal.write(entry)
        self._engine.apply(entry)

    def _catch_up(self) -> None:
        """Fold in what other servers have written meanwhile."""
        unread = self._journal.read_new()
        if unread.from_start:
            self._engine = self._new_engine()
            self._tasks.clear()
        for entry in unread.entries:
            self._engine.apply(entry)


def _is_forgotten(record: TaskRecord, now: int) -> bool:
    """Tell whether the server is to know nothing of a task any more, as one without a memory."""
    fault = fault_named(record.faults, "forget")
    return fault is not None and now - record.accepted.at >= fault.number * 1000
