"""Spending: what was asked for, replayed and refunded, by day, notebook or user; and its cost."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import PurePosixPath
from typing import Any

from mj_notebook.errors import UsageError
from mj_notebook.protocol.actions import action_named
from mj_notebook.protocol.vocabulary import DEMO, Status
from mj_notebook.settings.pricing import UNIT, Costs, amount
from mj_notebook.store.charges import Charge
from mj_notebook.store.columns import LOST
from mj_notebook.store.tabular import Tabular

BY = ("day", "notebook", "user")
_UNNAMED = "(not known)"
_FREE = (DEMO,)
"""The servers, by their names in history, that cost nothing."""


@dataclass(frozen=True, slots=True)
class SpendLine:
    """
    What was spent in one day, in one notebook or by one user.

    Attributes:
        name: The day ("2026-01-15"), the notebook or the user.
        submitted: Tasks that a server took.
        replayed: Results that were found again instead.
        failed: Tasks that failed, were cancelled or lost, among those submitted.
        unknown: Requests of which nobody knows whether a server took them.
        credits: What the tasks cost, with those of unknown fate, without what came back.
        refunded: What came back for those that failed.
        saved: What the replayed ones would have cost.
        free: How many of the submitted were drawn behind the demo server, which takes no credits.
    """

    name: str
    submitted: int = 0
    replayed: int = 0
    failed: int = 0
    unknown: int = 0
    credits: float = 0.0
    refunded: float = 0.0
    saved: float = 0.0
    free: int = 0

    def __add__(self, other: "SpendLine") -> "SpendLine":
        sums = (
            getattr(self, field) + getattr(other, field)
            for field in self.__slots__
            if field != "name"
        )
        return SpendLine(self.name, *sums)


def spend_line(charge: Charge, name: str, costs: Costs, *, refunds: bool) -> SpendLine:
    """Return what one *charge* adds to the line *name*."""
    is_free = charge.server in _FREE
    action = charge.action or action_named(charge.kind, charge.custom_id)
    price = 0.0 if is_free else charge.cost
    if price is None:
        price = costs.of(action, charge.mode)
    if charge.state == "replayed":
        return SpendLine(name, replayed=1, saved=price)
    if charge.task_id is None:
        return SpendLine(name, unknown=1, credits=price)
    if charge.status in (Status.FAILURE, Status.CANCEL, LOST):
        # A window that was dismissed is a cancelled task: nothing had been drawn yet.
        came_back = price if refunds or charge.status == Status.CANCEL else 0.0
        return SpendLine(
            name, submitted=1, failed=1, credits=price - came_back, refunded=came_back, free=is_free
        )
    cost = 0.0 if charge.status == Status.MODAL else price
    return SpendLine(name, submitted=1, credits=cost, free=is_free)


class Spend(Tabular[SpendLine]):
    """
    What was spent: one line a day, a notebook or a user, and the sum.

    Attributes:
        by: "day", "notebook" or "user".
        total: The sum.
        unit: What *credits* counts.
    """

    unit = UNIT
    columns = SpendLine.__slots__

    def __init__(self, lines: Sequence[SpendLine], by: str) -> None:
        super().__init__(lines)
        self.by = by
        self.total = sum(lines, SpendLine("all"))

    @classmethod
    def of(
        cls,
        charges: Iterable[Charge],
        *,
        by: str = "day",
        costs: Costs,
        refunds: bool = True,
        zone: tzinfo | None = None,
    ) -> "Spend":
        """
        Add *charges* up.

        Args:
            charges: What was asked for and replayed.
            by: "day", "notebook" or "user".
            costs: What each costs where history has noted nothing.
            refunds: Whether a task that failed costs nothing.
            zone: Whose days; None is the zone of this computer.

        Raises:
            UsageError: *by* is something else.
        """
        name_of = _names(by, zone)
        found: dict[str, SpendLine] = {}
        for charge in charges:
            name = name_of(charge)
            found[name] = found.get(name, SpendLine(name)) + spend_line(
                charge, name, costs, refunds=refunds
            )
        return cls([found[name] for name in sorted(found)], by)

    def to_records(self) -> list[dict[str, Any]]:
        """Return the lines as flat records."""
        return [{field: getattr(line, field) for field in SpendLine.__slots__} for line in self]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        from mj_notebook.view.table import Column, Kind, table_html, table_text

        if not self._rows:
            nothing = "Nothing was asked for in that time."
            return {"text/plain": nothing}
        counts = ("Submitted", "Replayed", "Failed", "Unknown", "Credits")
        columns = (
            Column(self.by.capitalize()),
            *(Column(head, Kind.NUMBER) for head in counts),
        )
        lines = [_cells(line) for line in (*self._rows, self.total)]
        note = self._note()
        return {
            "text/plain": table_text(columns, lines, note=note),
            "text/html": str(table_html(columns, lines, note=note)),
        }

    @property
    def summary(self) -> str:
        """What all of it took, in a sentence."""
        return self._note() if self._rows else "Nothing was asked for in that time."

    def _note(self) -> str:
        total = self.total
        parts = [amount(total.credits)]
        parts += [f"{amount(total.refunded)} came back"] if total.refunded else []
        parts += [f"{amount(total.saved)} saved by replaying"] if total.saved else []
        parts += [f"{total.free} by the demo server, for no credits"] if total.free else []
        return f"{' · '.join(parts)} · by the table of costs: mj.configure(costs=…)"


def _cells(line: SpendLine) -> tuple[str, ...]:
    counts = (line.submitted, line.replayed, line.failed, line.unknown)
    return (line.name, *(str(count) for count in counts), amount(line.credits).partition(" ")[0])


def _names(by: str, zone: tzinfo | None) -> Callable[[Charge], str]:
    if by == "day":
        return lambda charge: datetime.fromtimestamp(charge.at, zone).date().isoformat()
    if by == "notebook":
        return lambda charge: PurePosixPath(charge.notebook or _UNNAMED).name
    if by == "user":
        return lambda charge: charge.user or _UNNAMED
    raise UsageError(f"Spending is not told by {by!r}.", hint=f"Known: {', '.join(BY)}.")
