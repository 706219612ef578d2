"""What the ledger has recorded of one task, and what follows from that alone."""

import uuid
from dataclasses import dataclass
from functools import cached_property

from mj_notebook.server.engine.ledger import Accepted, Answered, Drawn
from mj_notebook.server.faults import Fault, fault_named, read_recorded_faults

# Where a task waits whose picture went to another one.
_LAST_STEP = 93

FIRST_KINDS = frozenset({"imagine", "blend", "describe", "shorten", "swap_face", "video", "edit"})
"""Kinds of tasks that have no task before them."""

# Picking one picture of several draws nothing (protocol/README.md §3.3).
_QUICK_KINDS = frozenset({"upscale", "pick_film"})
# The bot answers these in one message (protocol/README.md §16.4).
_TEXT_KINDS = frozenset({"describe", "describe_again", "shorten", "show_details"})
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
        taken: The variation whose picture it was given by mistake.
        is_robbed: Whether its picture was given to another task, so that it never ends.
    """

    accepted: Accepted
    parent: "TaskRecord | None" = None
    answer: Answered | None = None
    cancelled_at: int | None = None
    drawn: Drawn | None = None
    taken: "TaskRecord | None" = None
    is_robbed: bool = False

    @cached_property
    def id(self) -> str:
        """The task's id."""
        return self.accepted.id

    @cached_property
    def is_quick(self) -> bool:
        """Whether it picks one picture of several, as U1 to U4 do."""
        return self.accepted.kind in _QUICK_KINDS

    @cached_property
    def is_text(self) -> bool:
        """Whether it is written and not drawn, so that it shows no percentages."""
        return self.accepted.kind in _TEXT_KINDS

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
        return is_asked and not self.refusal and self._fault_stops_at is None

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
        return _LAST_STEP if self.is_robbed else self._fault_stops_at

    @property
    def _fault_stops_at(self) -> int | None:
        names = ("fail", "hang", "orphan")
        fault = next(filter(None, (fault_named(self.faults, name) for name in names)), None)
        return int(fault.number) if fault else None

    @cached_property
    def is_orphan(self) -> bool:
        """Whether its account dies while it is drawn: nobody ends it, and no queue has it."""
        return fault_named(self.faults, "orphan") is not None

    @property
    def prompt(self) -> str:
        """The prompt as a person wrote it: in the window, in the request, or for the parent."""
        return self.answer.prompt if self.answer else self.accepted.prompt

    @property
    def description(self) -> str:
        """What was asked for, written as a command."""
        accepted = self.accepted
        return accepted.description.replace("{id}", self.id, accepted.kind in _KINDS_NAMED_BY_ID)


def job_uuid(id_: str) -> str:
    """Return the uuid of the job that a task is."""
    # Derived, not drawn: after a restart the same buttons must still fit.
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"mj-notebook:{id_}"))
