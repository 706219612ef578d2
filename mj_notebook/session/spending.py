"""What requests cost together, line by line; the budget of a day, which stops before paying."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mj_notebook.errors import OverBudget
from mj_notebook.language import marked, translated
from mj_notebook.protocol.actions import action_named
from mj_notebook.protocol.vocabulary import DEMO, Status
from mj_notebook.settings.pricing import Costs, amount
from mj_notebook.settings.settings import Settings
from mj_notebook.store.charges import Charge
from mj_notebook.store.columns import LOST
from mj_notebook.store.history import Store

_OWN = marked(
    "Go on after midnight (UTC), or set another one: mj.configure(budget=…), or MJ_BUDGET."
)
_GIVEN = marked("Go on after midnight (UTC), or ask whoever runs the team's history for more.")
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
    # What history has noted was the price of that day; the table may have changed since.
    price = 0.0 if is_free else charge.cost
    if price is None:
        price = costs.of(action, charge.mode)
    if charge.state == "replayed":
        return SpendLine(name, replayed=1, saved=price)
    # In doubt it counts as paid: a budget must not be exceeded by what nobody knows.
    if charge.task_id is None:
        return SpendLine(name, unknown=1, credits=price)
    if charge.status in (Status.FAILURE, Status.CANCEL, LOST):
        # A window that was dismissed is a cancelled task: nothing had been drawn yet.
        came_back = price if refunds or charge.status == Status.CANCEL else 0.0
        return SpendLine(
            name, submitted=1, failed=1, credits=price - came_back, refunded=came_back, free=is_free
        )
    # Nothing is drawn before the window is answered.
    cost = 0.0 if charge.status == Status.MODAL else price
    return SpendLine(name, submitted=1, credits=cost, free=is_free)


class DailyBudget:
    """
    Keeps a person below the credits of a day, in all kernels together.

    The budget is the one that is set, and the one that an administrator wrote into the history of
    the team (the table *budgets*); the smaller one counts. A day is one of
    UTC, in a team by the clock of the database: the same for all, wherever they are.
    """

    def __init__(self, settings: Settings, store: Store, clock: Callable[[], float]) -> None:
        self._settings, self._store, self._now = settings, store, clock

    @contextmanager
    def reserved(self, price: float) -> Iterator[None]:
        """
        Let what is written inside count as *price*, at once with the look at what is left.

        Raises:
            OverBudget: Less than that is left; nothing inside was done.
        """
        # The history is not asked for what costs nothing.
        store = self._store
        own, given = self._settings.budget, store.charges.budget(store.user) if price else None
        limit = min((one for one in (own, given) if one is not None), default=None)
        if not price or limit is None:
            yield
            return
        # One look and one note at once: two kernels would both see what is left for one.
        with self._store.database.transaction():
            left = limit - self._spent()
            # Sums of tenths miss by a hair what they should be.
            if price > left + 1e-9:
                raise OverBudget(
                    translated(
                        "This would cost {cost}, and {left} of today's"
                        " budget of {budget} are left, so it was not sent.",
                        cost=amount(price),
                        left=amount(max(left, 0.0)),
                        budget=amount(limit),
                    ),
                    hint=translated(_OWN) if limit == own else translated(_GIVEN),
                )
            yield

    def _spent(self) -> float:
        costs, refunds = self._settings.costs, self._settings.refunds
        return sum(
            spend_line(charge, "", costs, refunds=refunds).credits
            for charge in self._store.charges.today(self._store.user, self._now())
        )
