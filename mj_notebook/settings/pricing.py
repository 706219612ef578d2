"""What tasks cost, as far as this side can know: a table of proportions, in credits.

No server of the family tells what a task has cost. Gateways charge by the kind of task, in about
the proportions of the usual table here (protocol/README.md §9.2; turbo is our own guess);
`mj.configure(costs=…)` sets others.
"""

import math
from collections.abc import Mapping
from typing import Any

from mj_notebook.errors import SettingsError
from mj_notebook.language import gettext, translated
from mj_notebook.language.sentences import shown
from mj_notebook.protocol.vocabulary import Mode, TaskAction
from mj_notebook.settings.argument_types import public
from mj_notebook.settings.secret_cleaning import without_keys

UNIT = "credits"
OTHER = "OTHER"
"""Stands for every kind that has no line of its own."""

DEFAULT_COSTS: Mapping[str, float] = {
    TaskAction.IMAGINE: 1,
    TaskAction.VARIATION: 1,
    TaskAction.REROLL: 1,
    TaskAction.ZOOM: 1,
    TaskAction.PAN: 1,
    TaskAction.BLEND: 1,
    TaskAction.SHORTEN: 1,
    TaskAction.EDIT: 1,
    TaskAction.VIDEO: 8,
    TaskAction.UPSCALE: 0.5,
    TaskAction.DESCRIBE: 0.5,
    TaskAction.SWAP_FACE: 0.5,
    TaskAction.UPLOAD: 0.5,
    OTHER: 1,
    Mode.RELAX: 1,
    Mode.FAST: 1,
    Mode.TURBO: 2,
}
"""Kinds of tasks with their credits; speeds with the factor that they multiply these by."""


@public
class Costs:
    """
    What each kind of task costs at each speed.

    Args:
        changes: Changes to `DEFAULT_COSTS`: ``{"UPSCALE": 0.25, "turbo": 3}``; for one kind at one
            speed, ``{"IMAGINE turbo": 1.5}``.

    Raises:
        SettingsError: A name is no speed and no word, or a number makes no sense.
    """

    __slots__ = ("_table", "changes")

    def __init__(self, changes: Mapping[str, Any] | None = None) -> None:
        self.changes = {_name(key): _number(key, value) for key, value in (changes or {}).items()}
        self._table = {
            **{str(key): float(value) for key, value in DEFAULT_COSTS.items()},
            **self.changes,
        }

    def of(self, action: str | None, mode: str | None = None) -> float:
        """Return the credits of one task; a kind that is not in the table costs as OTHER."""
        kind, speed = (action or OTHER).upper(), (mode or "").lower()
        # One kind at one speed, where that is set, beats the product of both.
        exact = self._table.get(f"{kind} {speed}")
        if exact is not None:
            return exact
        # A kind that a server added costs something, too: a budget must not take it for free.
        return self._table.get(kind, self._table[OTHER]) * self._table.get(speed, 1.0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Costs) and other.changes == self.changes

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.changes.items())))

    def __repr__(self) -> str:
        return f"Costs({self.changes!r})"


def amount(cost: float) -> str:
    """Write *cost* with the unit: "12 credits", "0.5 credits", "1 credit"."""
    # Halves and quarters are added up as floats; a third digit is always noise.
    rounded = round(cost, 2)
    number = f"{rounded:,.2f}".rstrip("0").rstrip(".")
    words = gettext("{number} credit") if rounded == 1 else gettext("{number} credits")
    return words.format(number=number)


def costs_of(value: "Costs | Mapping[str, Any]") -> Costs:
    """Return the costs a person means by *value*."""
    if isinstance(value, Costs):
        return value
    if not isinstance(value, Mapping):
        raise SettingsError(
            translated(
                "Costs are a table, not {without_keys}.", without_keys=without_keys(shown(value))
            ),
            hint=translated('Give for instance {"UPSCALE": 0.25}.'),
        )
    return Costs(value)


def _name(key: object) -> str:
    """Return *key* as the table spells it: kinds in capitals, speeds in small letters."""
    words = str(key).replace("-", "_").split()
    speeds = tuple(Mode)
    if len(words) == 1 and words[0].lower() in speeds:
        return words[0].lower()
    if len(words) == 2 and words[1].lower() in speeds:
        return f"{words[0].upper()} {words[1].lower()}"
    if len(words) == 1 and words[0].upper() in DEFAULT_COSTS:
        return words[0].upper()
    known = ", ".join(map(str, DEFAULT_COSTS))
    raise SettingsError(
        translated("{without_keys} is nothing that costs.", without_keys=without_keys(shown(key))),
        hint=translated("Known: {known}.", known=known),
    )


def _number(key: object, value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type] # anything may have been given
    except (TypeError, ValueError):
        number = -1.0
    # Also what is no number: NaN compares with nothing.
    if not 0 <= number < math.inf:
        raise SettingsError(
            translated(
                "{key!r} can't cost {without_keys}.",
                key=key,
                without_keys=without_keys(shown(value)),
            ),
            hint=translated("Give a number of credits, 0 or more."),
        )
    return number
