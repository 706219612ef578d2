"""The buttons of a task as they are drawn: in rows, with captions and spoken names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mj_notebook.language import gettext
from mj_notebook.protocol.buttons import (
    ONE_PROMPT,
    ButtonRow,
    accessible_name,
    caption,
    parse_custom_id,
    row_of,
    shows_grid,
)
from mj_notebook.protocol.fallbacks import available_buttons
from mj_notebook.protocol.models import Button, Task
from mj_notebook.settings.pricing import amount


@dataclass(frozen=True, slots=True)
class ButtonView:
    """
    A button as it is drawn.

    Attributes:
        refused: Why this server does not take it, "" as far as is known.
        tile: The number of the tile or the told prompt it is about, 0 when it is about all.
    """

    custom_id: str
    caption: str
    accessible_name: str
    is_pressed: bool = False
    tile: int = 0
    refused: str = ""


@dataclass(frozen=True, slots=True)
class ButtonRowView:
    """Buttons that do alike, in the server's order: a short word for it, and what each costs."""

    name: str
    word: str
    buttons: tuple[ButtonView, ...]
    cost: str = ""


def rows_of(
    task: Task | None,
    pressed: frozenset[str],
    refused: Mapping[str, str] | None = None,
    lacking: frozenset[str] = frozenset(),
    prices: Mapping[str, float] | None = None,
) -> tuple[ButtonRowView, ...]:
    """
    Group the task's buttons by what they do; rows and buttons keep the server's order.

    What was learned to be *lacking* is not offered; what was refused here stays, and says why.
    """
    # A button that was pressed here stays, though it was refused: a press must not vanish with its
    # reason.
    left_out = lacking - pressed
    offered = (
        [each for each in available_buttons(task) if each.custom_id not in left_out] if task else []
    )
    if task is None or not offered:
        return ()
    grid = shows_grid(task)
    rows: dict[ButtonRow, list[ButtonView]] = {}
    for button in offered:
        rows.setdefault(row_of(button), []).append(
            replace(
                _button_view(button, pressed=button.custom_id in pressed, grid=grid),
                refused=(refused or {}).get(button.custom_id, ""),
            )
        )
    return tuple(
        ButtonRowView(row.name, gettext(row.word), tuple(found), _cost(found, prices or {}))
        for row, found in rows.items()
    )


def _cost(buttons: Sequence[ButtonView], prices: Mapping[str, float]) -> str:
    """Say what each of *buttons* costs; "" for nothing, or where they differ."""
    found = {prices.get(button.custom_id, 0.0) for button in buttons}
    # One price stands for the whole row: where they differ, any would be wrong for some button.
    return amount(*found) if len(found) == 1 and any(found) else ""


_OF_ONE_TILE = {"upscale", "variation"}


def _button_view(button: Button, *, pressed: bool, grid: bool) -> ButtonView:
    press = parse_custom_id(button.custom_id)
    # Of a single picture U and V are about the whole: no tile is outlined for them.
    of_one = ONE_PROMPT | _OF_ONE_TILE if grid else ONE_PROMPT
    tile = press.number if press and press.kind.key in of_one else 0
    name = accessible_name(button, gettext)
    return ButtonView(button.custom_id, caption(button), name, pressed, tile)
