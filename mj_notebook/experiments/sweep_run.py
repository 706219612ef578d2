"""Running cells of a sweep beside the notebook: on a thread of their own, shown on its board."""

import statistics
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from mj_notebook.errors import MJError
from mj_notebook.experiments.batch_rows import BatchRow
from mj_notebook.experiments.batch_runner import BatchRunner
from mj_notebook.experiments.schedule import EndReason, Limits, RowStatus
from mj_notebook.session.session import Session


class SweepRun:
    """
    One run of some rows, which begins at once.

    Args:
        rows: Returns what is to be drawn; called on the thread of the run.
        session: Draws it.
        limits: How far to go.
        changed: Called with each row that was started, or ended.
        ended: Called when it is over, on the same thread.

    Attributes:
        over: Done when it is over; its result is why.
        fatal_error: What would be wrong for each row, None as a rule.
    """

    def __init__(
        self,
        rows: Callable[[], Sequence[BatchRow]],
        session: Session,
        *,
        limits: Limits,
        changed: Callable[[BatchRow], object],
        ended: Callable[[], object],
    ) -> None:
        self._rows, self._session, self.limits = rows, session, limits
        self._changed, self._ended = changed, ended
        self._runner: BatchRunner | None = None
        self._is_stopped = False
        self.over: Future[EndReason] = Future()
        self.fatal_error: MJError | None = None
        # Not in the worker's pool, of whose few threads it would hold one for hours; a daemon, as
        # an interpreter that ends must not wait for what the server draws.
        threading.Thread(target=self._run, name="mj-sweep", daemon=True).start()

    def takes(self, row: BatchRow) -> bool:
        """Tell whether it goes on, and starts *row*, one of its own that is pending again."""
        if self.over.done() or self._runner is None:
            return False
        return self._runner.wake(row)

    def stop(self) -> None:
        """Start nothing more; what runs goes on."""
        self._is_stopped = True
        if self._runner is not None:
            self._runner.stop()

    def _run(self) -> None:
        why = EndReason.ERROR
        try:
            runner = self._runner = BatchRunner(
                self._rows(), self._session, limits=self.limits, changed=self._changed
            )
            # Until here there was no runner to stop, and making the requests of many cells takes
            # seconds.
            if self._is_stopped:
                runner.stop()
            why = runner.run()
            self.fatal_error = runner.fatal_error
        except MJError as error:  # the session was closed, or a cell makes no sense
            self.fatal_error = error
        finally:
            # In this order: who is told that it ended asks whether it runs.
            self.over.set_result(why)
            self._ended()


def seconds_left(rows: Sequence[BatchRow], usual: float | None, in_flight: int) -> float | None:
    """Say how long *rows* take by how long those took that are done; None when nobody knows."""
    left = [row for row in rows if row.standing is RowStatus.PENDING or row.standing.is_busy]
    took = [row.seconds for row in rows if row.seconds is not None]
    each = statistics.median(took) if took else usual
    return None if each is None or not left else -(-len(left) // in_flight) * each
