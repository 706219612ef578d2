"""What the ledger has recorded of one task, and what follows from that alone."""

from dataclasses import dataclass
from functools import cached_property

from mj_notebook.server.engine.ledger import Accepted, Answered, Drawn
from mj_notebook.server.faults import Fault, fault_named, read_recorded_faults

FIRST_KINDS = frozenset({"imagine", "blend", "describe", "shorten", "swap_face", "video", "edit"})
"""Kinds of tasks that have no task before them."""

# Picking one picture of several draws nothing (protocol/README.md §3.3).
_QUICK_KINDS = frozenset({"upscale", "pick_film"})
# These commands hold no words of a person, so braces in their description are ours.
_KINDS_NAMED_BY_ID = frozenset({"describe", "blend", "swap_face"})


@dataclass(frozen=True)
class TaskRecord:
    """
    The entries about one task, without time.

    Attributes:
        parent: The task whose button was pressed, as it was recorded at that moment.
        answer: What its window was answered with.
        cancelled_at: When it was cancelled, in epoch milliseconds.
        drawn: How an engine ended it.
    """

    accepted: Accepted
    parent: "TaskRecord | None" = None
    answer: Answered | None = None
    cancelled_at: int | None = None
    drawn: Drawn | None = None

    @cached_property
    def id(self) -> str:
        """The task's id."""
        return self.accepted.id

    @cached_property
    def is_quick(self) -> bool:
        """Whether it goes from SUBMITTED to its end without percentages, as U1 to U4 do."""
        return self.accepted.kind in _QUICK_KINDS

    @cached_property
    def fail_reason(self) -> str:
        """Why it ends badly, or ""."""
        if self.drawn and self.drawn.fail_reason:
            return self.drawn.fail_reason
        return self.refusal

    @cached_property
    def is_open(self) -> bool:
        """Whether it ends when an engine says so, and not at a time that is known before."""
        is_asked = bool(self.accepted.engine) and not self.is_quick
        return is_asked and not self.refusal and self.stops_at is None

    @property
    def drawer(self) -> str:
        """Which server has its engine draw it."""
        return (self.answer.drawer if self.answer else "") or self.accepted.drawer

    @cached_property
    def refusal(self) -> str:
        """Why it was clear from the beginning that it would end badly, or ""."""
        if fault := fault_named(self.faults, "fail"):
            return fault.words
        return self.answer.fail_reason if self.answer else self.accepted.fail_reason

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """What goes wrong with it on purpose; those of a window's answer come first."""
        # An answer may ask for faults of its own.
        answered = self.answer.faults if self.answer else ()
        return read_recorded_faults((*answered, *self.accepted.faults))

    @cached_property
    def stops_at(self) -> int | None:
        """The percentage it never gets beyond, where a fault stops it."""
        fault = fault_named(self.faults, "fail") or fault_named(self.faults, "hang")
        return int(fault.number) if fault else None

    @property
    def prompt(self) -> str:
        """The prompt as a person wrote it: in the window, in the request, or for the parent."""
        return self.answer.prompt if self.answer else self.accepted.prompt

    @property
    def description(self) -> str:
        """What was asked for, written as a command."""
        accepted = self.accepted
        return accepted.description.replace("{id}", self.id, accepted.kind in _KINDS_NAMED_BY_ID)
