"""Session: settings, client, store and worker together; a request goes in, a job comes out.

This is the only place where the rooms meet.
"""

import threading
import time
from collections.abc import Callable

from mj_notebook.client.address import parse_base_url, server_name, without_modes
from mj_notebook.client.calls import PROBE_TASK_ID
from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, ServerUnreachable
from mj_notebook.language import marked
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.requests import Request, UploadPictures
from mj_notebook.session.actions import Actions
from mj_notebook.session.archiver import Archiver
from mj_notebook.session.claim_heartbeat import ClaimHeartbeat
from mj_notebook.session.eta import DurationEstimates, QueuePositions
from mj_notebook.session.interrupts import interruptible
from mj_notebook.session.job import Job
from mj_notebook.session.job_registry import JobRegistry
from mj_notebook.session.kept_gaps import KeptGaps
from mj_notebook.session.poller import Poller
from mj_notebook.session.reconcile import Reconciler
from mj_notebook.session.result_cache import ResultCache, Resumed
from mj_notebook.session.submission import Submission
from mj_notebook.session.submit import Submitter
from mj_notebook.session.usual_versions import UsualVersions
from mj_notebook.session.webhook.listener import WebhookListener
from mj_notebook.session.webhook.receiver import WebhookReceiver
from mj_notebook.session.window_answers import WindowAnswers
from mj_notebook.session.worker import Worker
from mj_notebook.settings.argument_types import public
from mj_notebook.settings.settings import Settings
from mj_notebook.store.history import Store


@public
class Session:
    """
    One proxy (or the demo server), one history, and the jobs of this kernel.

    Use `mj.current_session()` for the current one; making one yourself is for tests and for
    programs that talk to several proxies. *server* is its name in history when the settings do
    not tell it.

    Attributes:
        now: Returns the time, epoch seconds.
        elapsed: Returns seconds that nobody sets, for pauses and deadlines.
        server: The proxy's name in history.

    Example:
        >>> session = mj.current_session()
        >>> session.settings.store
    """

    def __init__(
        self,
        settings: Settings,
        *,
        client: Client,
        store: Store,
        worker: Worker,
        clock: Callable[[], float],
        elapsed: Callable[[], float] = time.monotonic,
        close: Callable[[], object] = lambda: None,
        server: str = "",
    ) -> None:
        self.settings, self.client, self.store, self.worker = settings, client, store, worker
        self.server = server or server_name(settings.base_url)
        self.now, self.elapsed = clock, elapsed
        self._close = close
        # First of all, as the client is asked with what is known of its server.
        self._forget_gaps = _remember_gaps(self)
        # A cell may close it while its last job's end closes it on the worker's thread.
        self._lock = threading.Lock()
        self._is_closing = self._is_closed = False
        self._successor: Callable[[], Session] | None = None
        pacing = settings.pacing
        estimates = DurationEstimates(store)
        self.archiver = Archiver(
            client,
            store,
            worker,
            clock,
            server=self.server,
            estimates=estimates,
            pauses=pacing.pictures,
        )
        reconciler = Reconciler(
            client,
            store,
            self.server,
            clock,
            joining=pacing.joining,
            is_own=settings.is_free,
            elapsed=elapsed,
        )
        positions = QueuePositions(client, worker)
        self.poller = Poller(
            client,
            worker,
            self.archiver,
            reconciler,
            positions=positions,
            pacing=pacing,
            clock=clock,
            elapsed=elapsed,
        )
        self.usual_versions = UsualVersions()
        self.webhook = WebhookListener(settings, worker, self.poller)
        self.registry = JobRegistry(
            self, client, store, worker, poller=self.poller, archiver=self.archiver
        )
        self._unsubscribe = store.annotations.log.subscribe(self.registry.note_annotations)
        self.cache = ResultCache(
            store, self.registry, reconciler, server=self.server, settings=settings
        )
        self._heartbeat = ClaimHeartbeat(store, worker, clock)
        self.submitter = Submitter(
            settings,
            client,
            store,
            worker,
            clock,
            elapsed=elapsed,
            server=self.server,
            registry=self.registry,
            cache=self.cache,
            reconciler=reconciler,
            estimates=estimates,
            webhook=self.webhook,
            heartbeat=self._heartbeat,
        )
        self.answers = WindowAnswers(
            settings,
            client,
            store,
            worker,
            server=self.server,
            submitter=self.submitter,
            cache=self.cache,
            registry=self.registry,
            poller=self.poller,
        )
        self.actions = Actions(
            settings,
            client,
            store,
            worker,
            server=self.server,
            submitter=self.submitter,
            registry=self.registry,
            archiver=self.archiver,
            poller=self.poller,
        )

    # -- asking --------------------------------------------------------------------------------

    def start(
        self,
        asked: Request | Submission,
        *,
        parent: Job | None = None,
        waits_for_room: bool = True,
    ) -> Job:
        """Send what is asked, once, and return the job that follows it; see `Submitter.start`."""
        submission = asked if isinstance(asked, Submission) else Submission(asked)
        return self.submitter.start(submission, parent=parent, waits_for_room=waits_for_room)

    @interruptible(
        marked("Hand them over again when you want them: nothing is drawn by it."),
        stopped=marked("Stopped before the addresses came; the pictures may have arrived."),
    )
    def upload(self, request: UploadPictures) -> list[str]:
        """Hand pictures over and return their addresses; nothing is drawn."""
        return self.client.upload(request)

    def is_answered(self) -> bool:
        """Tell whether the proxy answers something harmless now, be it a no."""
        try:
            self.client.fetch(PROBE_TASK_ID)
        except MJError as error:
            # Whoever answers at all is there, whatever it says of a task that can't be.
            return not isinstance(error, ServerUnreachable)
        return True

    def listen(
        self, public_url: str | None = None, *, host: str = "127.0.0.1", port: int = 0
    ) -> WebhookReceiver:
        """
        Let the proxy post the changes of the jobs that are started from now on.

        Raises:
            UsageError: It can't be listened there, or the proxy can't come there.
        """
        return self.webhook.open(public_url, host, port)

    # -- coming back ---------------------------------------------------------------------------

    @interruptible(marked("Ask for it again when you want it."))
    def job(self, task_id: str) -> Job:
        """
        Return the job of a task: one of this kernel, else from history, else from the proxy.

        Raises:
            TaskUnknown: Neither history nor the proxy knows it.
        """
        return self.registry.job(task_id.strip())

    @interruptible(
        marked("Resume again for the rest."),
        stopped=marked("Stopped looking; what was sent goes on all the same."),
    )
    def resume(self) -> Resumed:
        """Take up everything that is open, and look for what was lost; oldest first."""
        return self.cache.resume()

    def track(self, task: Task) -> Job:
        """Take over a task that was started elsewhere, and follow it when it is open."""
        return self.registry.track(task)

    # -- ending --------------------------------------------------------------------------------

    def retire(self, successor: "Callable[[], Session]") -> None:
        """
        Close once the last open job has ended: other settings are used from now on.

        Args:
            successor: Returns the session that acts for the jobs of this one after that.
        """
        self._successor = successor
        for job in self._own_open_jobs():
            # By the job's end, not by a timer: pictures are kept before that.
            job.events.on_end(lambda _: self._close_if_idle())
        self._close_if_idle()

    def _own_open_jobs(self) -> list[Job]:
        """Return those that go on here; what an earlier session goes on with needs this one not."""
        return [job for job in self.registry.open_jobs if job.session is self]

    def _close_if_idle(self) -> None:
        with self._lock:
            if self._is_closing or self._own_open_jobs():
                return
            self._is_closing = True
        # Not where a job ends, on the worker's loop: closing waits for a server and for files.
        threading.Thread(target=self.close, name="mj-closing", daemon=True).start()

    @property
    def is_closed(self) -> bool:
        """Whether it was closed, or is about to be since nothing is open in it."""
        return self._is_closing

    def successor_or_self(self) -> "Session":
        """Return the session that acts for this one's jobs: itself, until another took over."""
        if self._is_closing and self._successor is not None:
            return self._successor()
        return self

    def close(self) -> None:
        """End what belongs to this session alone; open tasks go on at the proxy."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closing = self._is_closed = True
        # First what brings news, then what they would be written to.
        self._unsubscribe()
        self.webhook.close()
        self._heartbeat.close()
        self.worker.post(self.submitter.close)
        self.worker.post(self.poller.close)
        self._close()
        self._forget_gaps()
        self.client.close()
        self.store.close()


def _remember_gaps(session: Session) -> Callable[[], None]:
    """Let what is learned of a proxy outlive the kernel; the demo server lacks nothing."""
    base_url = session.settings.base_url
    # Nobody is asked there, so nothing is learned.
    if base_url is None or session.settings.offline is not None:
        return lambda: None
    kept = KeptGaps(session.store, str(without_modes(parse_base_url(base_url))), session.now)
    return session.client.capabilities.remember(kept)
