"""Spending: what was asked for, replayed and refunded, by day, notebook or user; and its cost."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from pathlib import PurePosixPath
from typing import Any

from mj_notebook.errors import UsageError
from mj_notebook.language import marked, translated
from mj_notebook.session.spending import SpendLine, spend_line
from mj_notebook.settings.argument_types import public
from mj_notebook.settings.pricing import UNIT, Costs, amount
from mj_notebook.store.charges import Charge
from mj_notebook.store.tabular import Tabular

BY = ("day", "notebook", "user")
_HEADS = {"day": marked("Day"), "notebook": marked("Notebook"), "user": marked("User")}
_UNNAMED = marked("(not known)")
_ALL = marked("all")
_COUNTS = (
    marked("Submitted"),
    marked("Replayed"),
    marked("Failed"),
    marked("Unknown"),
    marked("Credits"),
)
_NOTHING = marked("Nothing was asked for in that time.")


@public
class Spend(Tabular[SpendLine]):
    """
    What was spent: one line a day, a notebook or a user, and the sum.

    Attributes:
        by: "day", "notebook" or "user".
        total: The sum.
        unit: What *credits* counts.

    Example:
        >>> spent = mj.spend(by="notebook")
        >>> spent.total
    """

    unit = UNIT
    columns = SpendLine.__slots__

    def __init__(self, lines: Sequence[SpendLine], by: str) -> None:
        super().__init__(lines)
        self.by = by
        self.total = sum(lines, SpendLine(_ALL))

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
        """Add *charges* up."""
        name_of = _names(by, zone)
        found: dict[str, SpendLine] = {}
        for charge in charges:
            name = name_of(charge)
            found[name] = found.get(name, SpendLine(name)) + spend_line(
                charge, name, costs, refunds=refunds
            )
        # By name: dates sort as they follow each other.
        return cls([found[name] for name in sorted(found)], by)

    def to_records(self) -> list[dict[str, Any]]:
        """Return the lines as flat records."""
        return [{field: getattr(line, field) for field in SpendLine.__slots__} for line in self]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        from mj_notebook.view.table import Column, Kind, table_html, table_text

        if not self._rows:
            # No table of a sum that is nothing.
            return {"text/plain": translated(_NOTHING)}
        columns = (
            Column(_HEADS[self.by]),
            *(Column(head, Kind.NUMBER) for head in _COUNTS),
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
        return self._note() if self._rows else translated(_NOTHING)

    def _note(self) -> str:
        total = self.total
        parts = [amount(total.credits)]
        parts += (
            [translated("{amount} came back", amount=amount(total.refunded))]
            if total.refunded
            else []
        )
        parts += (
            [translated("{amount} saved by replaying", amount=amount(total.saved))]
            if total.saved
            else []
        )
        parts += (
            [translated("{count} by the demo server, for no credits", count=total.free)]
            if total.free
            else []
        )
        return " · ".join([*parts, translated("by the table of costs: mj.configure(costs=…)")])


def _cells(line: SpendLine) -> tuple[str, ...]:
    counts = (line.submitted, line.replayed, line.failed, line.unknown)
    name = translated(line.name) if line.name in {_UNNAMED, _ALL} else line.name
    return (name, *(str(count) for count in counts), amount(line.credits).partition(" ")[0])


def _names(by: str, zone: tzinfo | None) -> Callable[[Charge], str]:
    if by == "day":
        # Days of the person's clock: "today" ends at their midnight.
        return lambda charge: datetime.fromtimestamp(charge.at, zone).date().isoformat()
    if by == "notebook":
        # The name alone: folders are long, and name the person.
        return lambda charge: PurePosixPath(charge.notebook or _UNNAMED).name
    if by == "user":
        return lambda charge: charge.user or _UNNAMED
    raise UsageError(
        translated("Spending is not told by {by!r}.", by=by),
        hint=translated("Known: {known}.", known=", ".join(BY)),
    )
