"""What a job displays: the twin that stays in the file, and the live panel beside it."""

import os
import sys
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from IPython.display import DisplayHandle, display

from mj_notebook.magic.front_end import FrontEnd

if TYPE_CHECKING:
    from mj_notebook.session.job import Job
    from mj_notebook.view.facts import Facts


class Displays:
    """
    The displays of one shell.

    A job is shown once per execution, however often the cell hands it over: by the magic, and
    again as the cell's value. All its outputs share one display id, so that one update reaches
    each of them, and one subscription is enough; but what cost something is told apart from what
    was replayed.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._shown: tuple[int, set[str]] = (-1, set())
        self._twins: weakref.WeakKeyDictionary[Job, dict[tuple[bool, bool], _JobTwin]] = (
            weakref.WeakKeyDictionary()
        )
        self._lines: weakref.WeakKeyDictionary[Job, _TerminalLines] = weakref.WeakKeyDictionary()

    def mark_shown(self, job: "Job") -> None:
        """Note that *job* needs no display in this execution (any more)."""
        count = self._shell.execution_count
        if self._shown[0] != count:
            self._shown = (count, set())
        self._shown[1].add(job.tag)

    def as_value(self, job: "Job", front_end: FrontEnd) -> None:
        """Show *job* as the value of a cell, unless this execution has shown it already."""
        count, tags = self._shown
        if count != self._shell.execution_count or job.tag not in tags:
            self.show(job, front_end)
            if front_end is FrontEnd.HEADLESS:
                wait_shown(job)

    def show(self, job: "Job", front_end: FrontEnd, *, static: bool = False) -> None:
        """Display *job* as *front_end* can: twin and panel, twin alone, or lines of text."""
        self.mark_shown(job)
        if front_end is FrontEnd.TERMINAL:
            if job not in self._lines:
                self._lines[job] = _TerminalLines(job)
            self._lines[job].show(job)
            return
        # A hook that displays a job runs where panels are made: it would wait for itself.
        has_panel = (
            front_end is FrontEnd.JUPYTER and not static and not job.worker.is_current_thread
        )
        twins = self._twins.setdefault(job, {})
        key = (has_panel, job.is_replayed)
        if key not in twins:
            twins[key] = _JobTwin(job, has_panel=has_panel)
        twins[key].show(job)
        if has_panel:
            self._show_panel(job)

    def open_form_output(self) -> "FormOutput":
        """Display a place for what will be started from a form in this output."""
        return FormOutput(f"mj-place-{os.urandom(6).hex()}")

    def _show_panel(self, job: "Job") -> None:
        from mj_notebook.widgets.job_panel import open_panel  # loads ipywidgets

        display(open_panel(job))  # type: ignore[no-untyped-call]


def wait_shown(job: "Job") -> None:
    """
    Wait until *job* ended, well or not, or asks for an answer that only a person gives.

    A run without a person ends before its outputs do otherwise, and they would show for ever what
    was half done. What ended badly stands in the output; it is raised where the result is needed.
    """
    settled: Future[None] = Future()

    def look(changed: "Job") -> None:
        asks = changed.window is not None and not changed.is_answering
        if (asks or not changed.is_open) and not settled.done():
            settled.set_result(None)

    unsubscribe = job.subscribe(look)  # after the output's own, which is written first
    try:
        job.worker.post(look, job)
        job.worker.wait(
            settled, timeout=None, resume_hint=lambda: f"Go on with {job.expression}.wait()."
        )
    finally:
        unsubscribe()


class _JobTwin:
    """The static output of a job, wherever it is displayed; it is kept up to date."""

    def __init__(self, job: "Job", *, has_panel: bool) -> None:
        from mj_notebook.view.twin import hidden_beside_panel, twin_bundle  # loads on first use

        self._bundle = twin_bundle
        self._finish: Callable[[dict[str, Any]], dict[str, Any]] = (
            hidden_beside_panel if has_panel else dict
        )
        self._is_replayed = job.is_replayed
        self._display_id = f"mj-{job.tag}-{os.urandom(4).hex()}"
        self._handle = DisplayHandle(self._display_id)  # type: ignore[no-untyped-call]
        self._last: object = None
        # Updates come from the worker's thread as well: the lock keeps them in order, since an
        # older state must never be written over a newer one.
        self._lock = threading.Lock()
        self._is_subscribed = False

    def show(self, job: "Job") -> None:
        """Display the output here too."""
        job.facts()  # before the lock, which the loop takes: what was released is read for it
        with self._lock:
            facts = job.facts()
            milestone = _milestone(facts)
            is_news = self._is_subscribed and milestone != self._last
            self._last = milestone
            made = self._make_bundle(facts, job.now())
            display(made, raw=True, display_id=self._display_id)  # type: ignore[no-untyped-call]
            if is_news:  # the outputs above this one are older
                self._handle.update(made, raw=True)  # type: ignore[no-untyped-call]
        if not self._is_subscribed:
            self._is_subscribed = True
            job.subscribe(self._changed)
            self._changed(job)

    def _changed(self, job: "Job") -> None:
        with self._lock:
            facts = job.facts()
            milestone = _milestone(facts)
            if milestone != self._last:
                self._last = milestone
                self._handle.update(self._make_bundle(facts, job.now()), raw=True)  # type: ignore[no-untyped-call]

    def _make_bundle(self, facts: "Facts", now: float) -> dict[str, Any]:
        # The first output stays that of the cell that drew it, whatever is replayed later.
        facts = replace(facts, is_replayed=self._is_replayed)
        return self._finish(self._bundle(facts, now))


class FormOutput:
    """An output that keeps the twins of all jobs that a form starts; they come on any thread."""

    def __init__(self, display_id: str) -> None:
        from mj_notebook.view.twin import form_bundle  # loads on first use

        self._bundle = form_bundle
        self._handle = DisplayHandle(display_id)  # type: ignore[no-untyped-call]
        self._jobs: list[Job] = []
        self._links: list[str] = []
        self._last: object = None
        self._lock = threading.Lock()
        display(form_bundle([], 0, []), raw=True, display_id=display_id)  # type: ignore[no-untyped-call]

    def add_job(self, job: "Job") -> None:
        """Keep the twin of *job* here, up to date."""
        if job not in self._jobs:
            self._jobs.append(job)
            job.subscribe(self._changed)
            self._changed(job)

    def add_links(self, links: list[str]) -> None:
        """Keep the addresses of pictures that were handed over."""
        with self._lock:
            self._links += links
            self._handle.update(self._bundle([], 0, self._links), raw=True)  # type: ignore[no-untyped-call]

    def _changed(self, job: "Job") -> None:
        from mj_notebook.session.job_facts import lacks_pictures  # a session's, on first use

        if any(lacks_pictures(one) for one in self._jobs):
            job.worker.submit(self._write_with_pictures(job))
        else:
            self._write(job)

    async def _write_with_pictures(self, job: "Job") -> None:
        """Read what was released of the others too, beside the loop; all are written anew."""
        from mj_notebook.session.job_facts import load_pictures  # a session's, on first use

        for one in tuple(self._jobs):
            await job.worker.run_blocking(load_pictures, one)
        self._write(job)

    def _write(self, job: "Job") -> None:
        with self._lock:
            facts = [one.facts() for one in self._jobs]
            milestones = list(map(_milestone, facts))
            if milestones != self._last:
                self._last = milestones
                bundle = self._bundle(facts, job.now(), self._links)
                self._handle.update(bundle, raw=True)  # type: ignore[no-untyped-call]


def _milestone(facts: "Facts") -> tuple[object, ...]:
    """Return what makes the twin worth writing again: steps, never percentages."""
    return (
        facts.task.status if facts.task else None,
        facts.ended_at,
        facts.queue_position,
        facts.seed,
        facts.saved,
        *map(_milestone, (*facts.children, *facts.repeats)),
    )


class _TerminalLines:
    """A terminal's view of a job: one line for each change of state."""

    def __init__(self, job: "Job") -> None:
        self._last, self._lock = "", threading.Lock()
        job.subscribe(self._changed)

    def show(self, job: "Job") -> None:
        """Write where the job stands, once more where it was shown before."""
        with self._lock:
            self._last = ""
        self._changed(job)

    def _changed(self, job: "Job") -> None:
        from mj_notebook.view.text import plain_text  # loads on first use

        with self._lock:
            facts = job.facts()
            milestone = str(_milestone(facts))
            if milestone != self._last:
                self._last = milestone
                sys.stdout.write(plain_text(facts, job.now()) + "\n")
