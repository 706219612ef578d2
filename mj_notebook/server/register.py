"""The register: engine and journal as one, what is known now and the only way to add to it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from mj_notebook.protocol.vocabulary import FINAL, Mode, Status
from mj_notebook.server.config import Config
from mj_notebook.server.engine import Engine
from mj_notebook.server.faults import BEFALLING
from mj_notebook.server.journal import Journal
from mj_notebook.server.ledger import Accepted, Answered, Cancelled, Entry, Resized, Told
from mj_notebook.server.phases import FAILS_AFTER, Phase, share_until
from mj_notebook.server.work import Work

_STILL_NEWS = 3600 * 1000  # milliseconds; the family remembers for an hour what it told (sheet 6)


class Standing(NamedTuple):
    """A task and where it stands now."""

    work: Work
    phase: Phase


class Place(NamedTuple):
    """
    What became of a task that wanted into the queue.

    Attributes:
        waiting: How many were waiting before it.
        is_refused: The queue is full; nothing was written down.
    """

    id: str
    waiting: int = 0
    is_refused: bool = False


class Register:
    """
    All tasks of this server and of the others on the same journal.

    Its methods are short, and must be called from one thread.
    """

    def __init__(self, config: Config, journal: Journal) -> None:
        self._config = config
        self._journal = journal
        self._engine = Engine()
        with journal.held():
            self._catch_up()
            if self._engine.cores != config.core_size:
                self._write(Resized(at=config.now(), cores=config.core_size))
        self._hooked = self._still_to_tell()

    # -- looking -----------------------------------------------------------------------------------

    def standing(self, id_: str) -> Standing | None:
        """Return the task *id_* as it stands now."""
        return next(iter(self.standings((id_,))), None)

    def standings(self, ids: Iterable[str]) -> list[Standing]:
        """Return those of the tasks *ids* that are known, each once."""
        self._catch_up()
        works = filter(None, map(self._engine.work, dict.fromkeys(ids)))
        return self._at_now(works)

    def everything(self) -> list[Standing]:
        """Return all tasks, the newest first."""
        self._catch_up()
        return self._at_now(self._engine.works())

    def queue(self) -> list[Standing]:
        """Return what waits or runs, the oldest first; windows stand outside the queue."""
        outside = {*FINAL, Status.MODAL}
        return [task for task in reversed(self.everything()) if task.phase.status not in outside]

    def _at_now(self, works: Iterable[Work]) -> list[Standing]:
        now = self._config.seen()
        return [Standing(work, self._engine.phase(work, now)) for work in works]

    # -- adding ------------------------------------------------------------------------------------

    def accept(self, draft: Accepted) -> Place:
        """Write down *draft* with the id, the time and the duration it gets here."""
        with self._journal.held():
            self._catch_up()
            now = self._config.now()
            waiting, is_full = self._room(now)
            if is_full and not draft.has_window:
                return Place("", waiting, is_refused=True)
            entry = replace(draft, id=self._new_id(now), at=now, faults=BEFALLING.get())
            self._write(replace(entry, takes=self._takes(Work(entry))))
        if entry.hook:
            self._hooked.append(entry.id)
        return Place(entry.id, waiting)

    def newly_hooked(self) -> list[str]:
        """
        Return the tasks that want callbacks, those accepted here since this was last asked.

        The first time these are also the ones of an earlier server on the same journal.
        """
        hooked, self._hooked = self._hooked, []
        return hooked

    def told(self, id_: str) -> None:
        """Write down that the end of the task *id_* was posted to its hook."""
        with self._journal.held():
            self._catch_up()
            self._write(Told(id=id_, at=self._config.now()))

    def _still_to_tell(self) -> list[str]:
        """Return the tasks whose end was not posted to their hook, and is news if there is one."""
        now = self._config.now()
        hooked = [work for work in self._engine.works() if work.accepted.hook]
        return [
            work.id
            for work, phase in self._at_now(reversed(hooked))
            if now - (phase.finish_time or now) < _STILL_NEWS and not self._engine.is_told(work)
        ]

    def answer(self, work: Work, prompt: str, *, fails: str = "", mask: str = "") -> Place:
        """Write down the answer to the window of *work*, which now goes into the queue."""
        with self._journal.held():
            self._catch_up()
            now = self._config.now()
            waiting, is_full = self._room(now)
            if is_full:
                return Place("", waiting, is_refused=True)
            entry = Answered(
                id=work.id, at=now, prompt=prompt, fails=fails, mask=mask, faults=BEFALLING.get()
            )
            self._write(replace(entry, takes=self._takes(replace(work, answer=entry))))
        return Place(work.id, waiting)

    def cancel(self, id_: str) -> None:
        """Write down that the task *id_* was cancelled; one that is over stays as it is."""
        with self._journal.held():
            self._catch_up()
            self._write(Cancelled(id=id_, at=self._config.now()))

    def close(self) -> None:
        """Let go of the journal."""
        self._journal.close()

    def _room(self, now: int) -> tuple[int, bool]:
        """Return how many wait, and whether there is no room for one more (sheet 9)."""
        running, waiting = self._engine.load(now)
        is_full = running >= self._engine.cores and waiting >= self._config.queue_size
        return waiting, is_full

    def _takes(self, work: Work) -> int:
        mode = Mode(work.accepted.mode)
        takes = self._config.timing.milliseconds(mode, is_quick=work.is_quick)
        if work.fails and work.stops_at is not None:
            return int(takes * share_until(work.stops_at))
        return int(takes * FAILS_AFTER) if work.fails else takes

    def _new_id(self, now: int) -> str:
        """Return milliseconds and three more digits, as the family does, used by no other task."""
        candidate = now * 1000 + now * 617 % 1000
        while self._engine.work(f"{candidate:016d}"):
            candidate += 1
        return f"{candidate:016d}"

    def _write(self, entry: Entry) -> None:
        self._journal.write(entry)
        self._engine.apply(entry)

    def _catch_up(self) -> None:
        news = self._journal.news()
        if news.from_start:
            self._engine = Engine()
        for entry in news.entries:
            self._engine.apply(entry)
