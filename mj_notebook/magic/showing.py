"""What a job displays: the twin that stays in the file, and the live panel beside it."""

import importlib
import os
import sys
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from IPython.display import DisplayHandle, display

from mj_notebook.magic.front_end import FrontEnd, has_one_page
from mj_notebook.magic.terminal import TerminalLines
from mj_notebook.session.waiting import told_if_not_sent

if TYPE_CHECKING:
    from mj_notebook.session.job import Job
    from mj_notebook.view.facts import Facts


# Of the cells of a notebook the first four and each 32nd hold the rule for lost panels: it is for
# all of a page, and each copy makes a page read all its rules anew, which took most of Run All.
# More than one, as cells are deleted.
_RULED, _EACH = 4, 32
# Seconds; a press is "sending" and "queued" within some milliseconds, and each time its picture
# would go to the page once more, just when the page builds the panel of the press.
_SOON = 0.2


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
        self._twins: weakref.WeakKeyDictionary[Job, dict[tuple[bool, ...], _JobTwin]] = (
            weakref.WeakKeyDictionary()
        )
        self._ruled: dict[str, bool] = {}
        self._building: Future[Any] | None = None
        self.terminal = TerminalLines(shell)

    def mark_shown(self, job: "Job") -> None:
        """Note that *job* needs no display in this execution (any more)."""
        count = self._shell.execution_count
        if self._shown[0] != count:
            self._shown = (count, set())
        self._shown[1].add(job.name)

    def as_value(self, job: "Job", front_end: FrontEnd) -> None:
        """Show *job* as the value of a cell, unless this execution has shown it already."""
        if front_end is FrontEnd.TERMINAL:
            self.terminal.write_value(job)
            return
        count, tags = self._shown
        if count != self._shell.execution_count or job.name not in tags:
            self.show(job, front_end)
            if front_end is FrontEnd.HEADLESS:
                wait_shown(job)

    def show(self, job: "Job", front_end: FrontEnd, *, static: bool = False) -> None:
        """Display *job* as *front_end* can: twin and panel, twin alone, or lines of text."""
        self.mark_shown(job)
        if front_end is FrontEnd.TERMINAL:
            self.terminal.owe(job)
            return
        has_panel = self._has_panel(job, front_end, static=static)
        panel = self._open_panel(job) if has_panel else None
        twins = self._twins.setdefault(job, {})
        key = (has_panel, panel is None, job.is_replayed)
        if key not in twins:
            is_asleep = has_panel and panel is None
            twins[key] = _JobTwin(job, key_of(job) if has_panel else "", is_asleep=is_asleep)
        twins[key].show(job, has_rule=self._has_rule())
        if panel is not None:
            display_widget(panel)

    def _has_rule(self) -> bool:
        """Tell whether the output of this cell holds the rule; the same each time it is run."""
        request = self._shell.get_parent() if hasattr(self._shell, "kernel") else None
        cell = str((request or {}).get("metadata", {}).get("cellId") or "")
        if not cell:  # a front end that does not tell
            return True
        number = len(self._ruled)
        return self._ruled.setdefault(cell, number < _RULED or number % _EACH == 0)

    def open_page(self) -> None:
        """
        Let a page load what all panels need, once; it does so while the kernel loads the rest.

        That is most of what the first cell of a kernel waits for, and there are two processors.
        """
        if "mj_notebook.widgets.shared" not in sys.modules:
            from mj_notebook.widgets.shared import shared  # loads ipywidgets and anywidget

            shared()

    def prepare(self, job: "Job", front_end: FrontEnd, *, static: bool = False) -> None:
        """Begin with the panel of *job*, which is shown soon: a page builds it meanwhile."""
        if self._has_panel(job, front_end, static=static):
            from mj_notebook.widgets.job_place import build_panel  # loads ipywidgets

            building = build_panel(
                job, key_of(job), may_sleep=has_one_page(self._shell), is_shown=False
            )
            self._building = job.worker.submit(building)

    def discard(self, job: "Job") -> None:
        """Take away what was prepared for *job*, which is not shown after all."""
        if self._building is not None:
            from mj_notebook.widgets.job_place import discard_panel

            # Once it is made: its pictures may still be read.
            self._building.add_done_callback(lambda _: job.worker.post(discard_panel, job))

    @staticmethod
    def _has_panel(job: "Job", front_end: FrontEnd, *, static: bool) -> bool:
        # A hook that displays a job runs where panels are made: it would wait for itself.
        return front_end is FrontEnd.JUPYTER and not static and not job.worker.is_current_thread

    def _open_panel(self, job: "Job") -> Any:
        from mj_notebook.widgets.job_place import open_panel  # loads ipywidgets

        return open_panel(job, key_of(job), may_sleep=has_one_page(self._shell))


# Weak, so that a key does not keep a job and its pictures in memory.
_keys: weakref.WeakKeyDictionary[object, str] = weakref.WeakKeyDictionary()


def key_of(shown: object) -> str:
    """Return by what a page finds the static output of *shown*: no other kernel says the same."""
    return _keys.setdefault(shown, os.urandom(8).hex())


def display_widget(widget: object, *, raw: bool = False) -> None:
    """Display *widget* in the page; Colab shows those of others only when it was asked to."""
    colab = sys.modules.get("google.colab")
    if colab is not None:
        importlib.import_module("google.colab.output").enable_custom_widget_manager()
    display(widget, raw=raw)  # type: ignore[no-untyped-call]


def wait_shown(job: "Job") -> None:
    """
    Wait until *job* ended, well or not, or asks for an answer that only a person gives.

    A run without a person ends before its outputs do otherwise, and they would show for ever what
    was half done. What ended badly stands in the output; it is raised where the result is needed.
    """
    settled: Future[None] = Future()

    def look(changed: "Job") -> None:
        asks = changed.window is not None and changed.answering is None
        if (asks or not changed.is_open) and not settled.done():
            settled.set_result(None)

    unsubscribe = job.subscribe(look)  # after the output's own, which is written first
    try:
        job.worker.post(look, job)
        with told_if_not_sent(job):
            job.worker.wait(settled, timeout=None, resume_hint=job.result.going_on)
    finally:
        unsubscribe()


class _JobTwin:
    """The static output of a job, wherever it is displayed; it is kept up to date."""

    def __init__(self, job: "Job", key: str, *, is_asleep: bool) -> None:
        from mj_notebook.view.twin import hidden_beside_panel, twin_bundle  # loads on first use

        self._bundle = twin_bundle
        self._finish: Callable[..., dict[str, Any]] = (
            partial(hidden_beside_panel, key=key, is_asleep=is_asleep) if key else _as_it_is
        )
        self._has_rule = self._is_due = False
        self._is_beside_panel = bool(key)
        self._is_replayed = job.is_replayed
        self._display_id = f"mj-{job.name}-{os.urandom(4).hex()}"
        self._handle = DisplayHandle(self._display_id)  # type: ignore[no-untyped-call]
        self._last: object = None
        # Updates come from the worker's thread as well: the lock keeps them in order, since an
        # older state must never be written over a newer one.
        self._lock = threading.Lock()
        self._is_subscribed = False

    def show(self, job: "Job", *, has_rule: bool) -> None:
        """Display the output here too."""
        self._has_rule = self._has_rule or has_rule
        job.facts()  # before the lock, which the loop takes: what was released is read for it
        with self._lock:
            facts = job.facts()
            milestone = milestone_of(facts)
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
        # Beside a panel nobody looks at what is under way; what has ended may be the last of it.
        if not self._is_beside_panel or _has_ended(job.facts()):
            self._write(job)
        elif not self._is_due:
            self._is_due = True
            job.worker.post(job.worker.post_later, _SOON, self._write, job)

    def _write(self, job: "Job") -> None:
        with self._lock:
            self._is_due = False
            facts = job.facts()
            milestone = milestone_of(facts)
            if milestone != self._last:
                self._last = milestone
                self._handle.update(self._make_bundle(facts, job.now()), raw=True)  # type: ignore[no-untyped-call]

    def _make_bundle(self, facts: "Facts", now: float) -> dict[str, Any]:
        # The first output stays that of the cell that drew it, whatever is replayed later.
        facts = replace(facts, is_replayed=self._is_replayed)
        return self._finish(self._bundle(facts, now), has_rule=self._has_rule)


def _as_it_is(bundle: dict[str, Any], *, has_rule: bool) -> dict[str, Any]:
    del has_rule  # without a panel nothing gets lost
    return bundle


def _has_ended(facts: "Facts") -> bool:
    """Tell whether nothing of it is under way, nor of what is shown with it."""
    return facts.ended_at is not None and all(map(_has_ended, (*facts.children, *facts.repeats)))


def milestone_of(facts: "Facts") -> tuple[object, ...]:
    """Return what makes the twin worth writing again: steps, never percentages."""
    return (
        facts.task.status if facts.task else None,
        facts.ended_at,
        facts.queue_position,
        facts.seed,
        facts.saved,
        facts.remarks,
        # On the way it tells seconds; afterwards, why there is no picture.
        facts.note if facts.ended_at is not None else "",
        *map(milestone_of, (*facts.children, *facts.repeats)),
    )
