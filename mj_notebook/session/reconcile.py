"""Looking for a task whose submit got no answer: by the tag that travelled as its state."""

import contextlib
import re
import time
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from mj_notebook.client.sync import Client
from mj_notebook.errors import MJError, NotAProxy, QueueFull, Refused, TaskUnknown, Unavailable
from mj_notebook.language import marked, translated
from mj_notebook.protocol.codec import TaskList
from mj_notebook.protocol.models import Task
from mj_notebook.protocol.requests import Modal
from mj_notebook.protocol.vocabulary import Status
from mj_notebook.store.fingerprint import TOKEN
from mj_notebook.store.history import Store
from mj_notebook.store.records import SETTLED_AFTER, StoredRequest

if TYPE_CHECKING:
    from mj_notebook.session.job import Job

FOUND = marked("The answer to this request was lost; its task was found by its tag.")
MISNAMED = marked("The answer to this request named another task; its own was found by its tag.")
FOREIGN = marked(
    "The answer to this request named the task of another; its own is looked for by its tag."
)

_GONE = "The kernel that sent this ended before there was an answer."
_GONE_WITH_KERNEL = "The demo server that was asked has ended with its kernel."
_NEVER_ACCEPTED = "The proxy's list of tasks shows that it was never accepted."
# While another kernel sends the same, history is looked at this often.
_RECHECK_INTERVAL = 0.1
_SILENT_FOR = 2.0


class TooEarly(MJError):
    """The proxy does not know the request, which was sent so lately that it may still arrive."""


class NoList(MJError):
    """Nothing is ever found by its tag: the proxy shows no list, or the tag is not ours alone."""


def tag_of(job: "Job") -> str:
    """Return the word that travelled with the request of *job*: ours, or the person's own."""
    return getattr(job.request, "state", None) or job.name


def is_anothers(job: "Job", task: Task) -> bool:
    """Tell whether *task* looks like somebody else's: neither our word is on it nor our prompt."""
    asked, drawn = (" ".join((text or "").casefold().split()) for text in (job.prompt, task.prompt))
    if job.intent is None or not asked or not drawn or asked in drawn or drawn in asked:
        return False
    return (task.state or "").partition("::")[0] != tag_of(job)


def has_tag_of_another(task: Task) -> bool:
    """Tell whether *task*, which looks like another's, is: gateways drop words, or write others."""
    return _OWN_TAG.match(task.state or "") is not None


def is_own_tag(tag: str) -> bool:
    """Tell whether *tag* is one that we made, which stands for one request alone."""
    return _OWN_TAG.fullmatch(tag) is not None


class Reconciler:
    """
    Settles requests of unknown fate; blocking, and callable from any thread.

    Args:
        joining: Seconds to wait for a request that another kernel is sending.
        elapsed: Seconds that nobody sets.
        is_own: Whether the server is a part of this kernel: what another kernel asked its own one
            for is not to be had here, and is gone with it.
    """

    def __init__(
        self,
        client: Client,
        store: Store,
        server: str,
        clock: Callable[[], float],
        *,
        joining: float = 0.0,
        is_own: bool = False,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._store, self._server, self._now = client, store, server, clock
        self._joining, self._is_own, self._elapsed = joining, is_own, elapsed
        # Of requests of other machines: their last beat that was seen here, and when first.
        self._watched: dict[int, tuple[float, float]] = {}

    def wait_for_others(self, key: str) -> None:
        """
        Wait while a request with *key* is being sent, by another kernel as a rule.

        Whether that kernel lives is seen only later (`ClaimHeartbeat`): its task is looked for
        first, since one that died leaves a task but never writes so.
        """
        sending = self._sending(key)
        for request in sending:
            with contextlib.suppress(MJError):
                # One that can't be settled now stays open for the next look; the others go on.
                self.reconcile(request)
        waited = 0.0
        while waited < self._joining and self._sending(key):
            time.sleep(_RECHECK_INTERVAL)
            # Most answers are there by then, and are worth no line.
            if waited < _SILENT_FOR <= waited + _RECHECK_INTERVAL:
                self._tell_waiting()
            waited += _RECHECK_INTERVAL

    def _tell_waiting(self) -> None:
        told = translated(
            "Another kernel is sending the same; its task is waited for, {seconds:g} seconds at"
            " most, so that nothing is paid twice.",
            seconds=self._joining,
        )
        # Each time anew, and without a line of code: it is news of history, not of the caller.
        warnings.warn_explicit(told, UserWarning, "mj_notebook", 1)

    def _sending(self, key: str) -> list[StoredRequest]:
        """Return the requests with *key* that nobody knows the fate of yet, and that are young."""
        return [
            request
            for request in self._store.unsettled(self._server, key)
            if request.state == "intended" and self.is_young(request)
        ]

    def in_doubt(self) -> list[StoredRequest]:
        """Return the requests that nobody is sending any more, and nobody knows the fate of."""
        return [
            request
            for request in self._store.unsettled(self._server)
            if request.state != "intended" or not self.is_young(request)
        ]

    def is_young(self, request: StoredRequest) -> bool:
        """Tell whether *request* may still be on its way."""
        beat = self._store.last_beat(request.intent, self._now())
        # A clock that was set back makes a request seem to come from the future.
        if beat.is_certain:
            return abs(beat.seconds) < SETTLED_AFTER
        said_at, seen_at = self._watched.get(request.intent, (None, 0.0))
        if said_at != beat.said_at:
            seen_at = self._elapsed()
            self._watched[request.intent] = beat.said_at, seen_at
        if self._elapsed() - seen_at >= SETTLED_AFTER:
            return False
        # By two clocks it is known only when they would have to differ by more than clocks do.
        return abs(beat.seconds) < _MOST_SKEW

    def reconcile(self, request: StoredRequest) -> Task | None:
        """
        Look for the task of *request*, and write down what is found out.

        A kernel that said for a minute and a half that it is sending it, and then no more, is taken
        for dead: its request is unknown from then on, and it does not send it any more if it lives.

        Returns:
            The task; None when the proxy's own list shows that there is none. That is certain
            only when the list goes back as far as the request.

        Raises:
            MJError: Nobody knows: the proxy has no list, can't be reached, or it is too early.
        """
        is_young = self.is_young(request)
        if request.state == "intended" and not is_young:
            self._store.mark_unknown(request.intent, _GONE, self._now())
        tasks = (
            self._answered(request)
            if request.kind == Modal.__name__
            else self.by_tag(
                request.tag,
                request.asked_at,
                intent=request.intent,
                prompt=str(request.record.get("prompt") or request.prompt),
            )
        )
        for task in tasks:
            self._store.mark_accepted(request.intent, task.id, self._now())
        if tasks:
            return tasks[0]
        if is_young:
            raise TooEarly(
                translated("The request may still be on its way."),
                hint=translated("Look again in a minute and a half."),
            )
        reason = _GONE_WITH_KERNEL if self._is_own else _NEVER_ACCEPTED
        self._store.mark_refused(request.intent, reason, self._now())
        return None

    def task_of(self, job: "Job") -> Task | None:
        """
        Look in the proxy's list for the task of *job*, which is not known by the id that was told.

        A gateway may have cut a large number, or named something of its own: the tag tells which
        task it is, and that is written down.

        Returns:
            The task, under its own id; None where the list shows that there is none.

        Raises:
            MJError: Nobody knows.
        """
        if job.intent is None:
            return None
        named = job.id or ""
        found = self.by_tag(tag_of(job), job.asked_at, intent=job.intent, prompt=job.prompt)
        if not found:
            return None
        if itself := next((task for task in found if task.id == named), None):
            return itself
        if job.name != tag_of(job) and job.name.startswith(tag_of(job)):
            # Its answer named several tasks: what the list has of others is for the first of them.
            return None
        # Of several tasks of one press nobody knows which is whose, nor whose a known one is.
        if len(found) > 1 or self._store.task(found[0].id, self._server) is not None:
            raise MJError(translated("The proxy's list shows other tasks of the same request."))
        self._store.mark_renamed(job.intent, self._server, named, found[0].id, self._now())
        return found[0]

    def late_task(
        self, tag: str, since: float, *, intent: int, prompt: str, has_none: bool = False
    ) -> Task | None:
        """
        Look by its *tag* for a task that nobody was told of; see `by_tag`.

        What is found is written down as what was asked.

        Raises:
            MJError: Nobody knows.
        """
        found = self.by_tag(tag, since, intent=intent, prompt=prompt, has_none=has_none)
        for task in found[:1]:
            self._store.mark_accepted(intent, task.id, self._now())
        return found[0] if found else None

    def has_succeeded(self, task_id: str) -> bool:
        """Ask whether a task has succeeded by now; False where nobody says."""
        try:
            return self._client.fetch(task_id).succeeded
        except MJError:
            return False

    def _answered(self, request: StoredRequest) -> list[Task]:
        """
        Return the task whose window *request* answers; none while that window is open.

        One that is gone was not answered, since what is drawn has a task; but what is asked through
        a gateway is unknown for a while too, so the list must show that it is gone.
        """
        task_id = str(request.record.get("taskId"))
        try:
            tasks = [self._client.fetch(task_id)]
        except TaskUnknown:
            listed = self._list()
            tasks = [task for task in listed if task.id == task_id][:1]
            if not tasks:
                self._require_proof(listed, request.asked_at, request.intent)
        return [task for task in tasks if task.status != Status.MODAL]

    def by_tag(
        self, tag: str, since: float, *, intent: int, prompt: str, has_none: bool = False
    ) -> list[Task]:
        """
        Return the tasks with *tag*, oldest first; none when the list proves that there are none.

        Several tasks of one submit may have a number behind it, as in ``tag::2``.

        Args:
            tag: The word that travelled as the task's state: ours, or one of the person's own.
            since: When it was asked.
            intent: The number of the request; what history knows as another one's is left out.
            prompt: What was asked, which tells apart what carries the same word of the person.
            has_none: Whether the job of that tag has no task yet: then what another kernel found
                for an earlier request of it, which was refused, is the one it waits for.
        """
        listed = self._list()
        # By id, since a gateway may list one task twice.
        named = {task.id: task for task in listed if (task.state or "").partition("::")[0] == tag}
        own = tag if has_none and is_own_tag(tag) else None
        unclaimed = [task for task in named.values() if not self._is_anothers(task, intent, own)]
        # Of several tasks of one submit the first is the job, the others its siblings.
        unclaimed.sort(key=lambda task: (task.submit_time or 0, task.id))
        if not is_own_tag(tag):
            doubtful = sum(one.tag == tag for one in self._store.unsettled(self._server))
            unclaimed = _the_one(unclaimed, prompt, most=max(1, doubtful))
        if unclaimed:
            return unclaimed
        if not self._is_own:
            self._require_proof(listed, since, intent)
        return []

    def _list(self) -> TaskList:
        try:
            return self._client.list_tasks()
        except (QueueFull, Unavailable):
            raise  # it has one, and no time for it just now
        except (NotAProxy, Refused) as error:
            raise NoList(
                translated(
                    "The proxy has no list of its tasks to look in; its own pages may show it."
                )
            ) from error

    def _require_proof(self, listed: TaskList, since: float, intent: int) -> None:
        """
        Raise unless *listed* would show the task of request *intent*, if there were one.

        A list may leave out words of ours, hold the newest tasks only, or be a page of many; clocks
        differ. What proves it is a witness: a task that we asked for earlier, with our word on it.
        """
        if listed.left_out:
            raise MJError(
                translated(
                    "The proxy's list is not whole, and what is left out of it may be this one."
                ),
                hint=translated("Look at its own pages."),
            )
        witnesses = self._witnesses(listed)
        if any(witness < intent for witness in witnesses):
            return
        oldest = min((task.submit_time for task in listed if task.submit_time), default=None)
        if witnesses and oldest is not None and oldest <= (since - _MOST_SKEW) * 1000:
            return
        raise MJError(
            translated(
                "The proxy's list shows no earlier task of ours, so it does not prove that this"
                " one is"
                " missing."
            ),
            hint=translated("Look at its own pages."),
        )

    def _witnesses(self, listed: TaskList) -> list[int]:
        """Return the requests of listed tasks that came back with the word we gave them."""
        tagged = [task for task in listed if task.state]
        tagged.sort(key=lambda task: task.submit_time or 0)
        found = []
        for task in tagged[:_MOST_WITNESSES]:
            known = self._store.task(task.id, self._server)
            if known is None or known.intent is None or not known.tag:
                continue
            if (task.state or "").partition("::")[0] == known.tag:
                found.append(known.intent)
        return found

    def _is_anothers(self, task: Task, intent: int, own: str | None) -> bool:
        known = self._store.task(task.id, self._server)
        is_ours = known is None or known.intent in {None, intent}
        return not (is_ours or (own is not None and known is not None and known.tag == own))


def _the_one(tagged: list[Task], prompt: str, *, most: int) -> list[Task]:
    """
    Return which of several tasks with a word of the person's own is the one that is meant.

    As many as there are requests in doubt, *most*, are alike; of more some are another person's.
    """
    if tagged and "::" in (tagged[0].state or "") and len({t.state for t in tagged}) == len(tagged):
        return tagged  # one press made them together
    # For a picture that was handed over stands a link, which is not known here any more.
    wanted = re.compile(r"\S+".join(map(re.escape, TOKEN.split(prompt.strip()))))
    same = [task for task in tagged if wanted.fullmatch((task.prompt or "").strip())]
    # A proxy writes the links of pictures before the prompt, and keeps none of some tasks.
    like = [task for task in tagged if not task.prompt or wanted.search(task.prompt)]
    if 0 < len(same) <= most or (not same and len(like) == 1):
        return (same or like)[:1]
    if tagged:
        raise MJError(
            translated(
                "Tasks of the proxy carry the same state, and none can be told to be this one."
            ),
            hint=translated(
                "Look at its own pages; without a state of your own each has one that is unique."
            ),
        )
    return []


# What `submission.new_tag` makes.
_OWN_TAG = re.compile(r"mj-[0-9a-f]{16}")
# Seconds that the proxy's clock may differ from ours.
_MOST_SKEW = 3600.0
# Each is a question to history; of the oldest that carry a word, one of ours is enough.
_MOST_WITNESSES = 50
