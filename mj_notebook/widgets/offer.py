"""The buttons of a panel: what the task offers, in rows, and the quiet ones."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from mj_notebook.view import panel_html
from mj_notebook.view.rows import ButtonView, RowView
from mj_notebook.view.status import Phase
from mj_notebook.view.task_view import TaskView
from mj_notebook.widgets.shared import Shared, put

Call = Callable[[], object] | None

Wish = tuple[str, str, str, str]  # caption, hint, classes

_CANCEL = ("Cancel", "Ask the server to cancel this task", "mj-quiet", "mj-line-end")
_SEED = ("Seed", "Ask the server for the seed of this picture", "mj-quiet", "mj-line-end")


class Offer:
    """
    The buttons of one panel, as one box.

    Args:
        common: What all panels share.
        view: What is offered at first.
        press: Called with a customId; runs on any thread.
        cancel: Called to give the task up; None shows no such button.
        seed: Called to learn the seed; None shows no such button.
    """

    def __init__(
        self,
        common: Shared,
        view: TaskView,
        *,
        press: Callable[[str], object],
        cancel: Call,
        seed: Call,
    ) -> None:
        self._shared, self._press = common, press
        self._calls = {_CANCEL: cancel, _SEED: seed}
        self._quiet: dict[Wish, Any] = {}
        self._legend: Any = None
        self._rows: tuple[RowView, ...] = ()
        self._buttons: list[Any] = []
        self._change(view)
        self.box = common.box("mj-offer", children=self._parts())

    def show(self, view: TaskView) -> None:
        """Show what is offered at this moment; only what differs is sent."""
        gone = self._change(view)
        put(self.box, "children", self._parts())
        _close(gone)  # after the box let them go: the front end still draws what it holds

    def close(self) -> None:
        """Take the buttons away."""
        _close((*self._parts(), self.box))

    def _parts(self) -> tuple[Any, ...]:
        # The legend first: of what has the same order, the style sheet keeps the sequence.
        return (*filter(None, (self._legend,)), *self._buttons, *self._quiet.values())

    def _change(self, view: TaskView) -> list[Any]:
        """Make what is missing and return what is no longer wanted."""
        return self._show_rows(view) + self._show_quiet(_wishes(view))

    def _show_rows(self, view: TaskView) -> list[Any]:
        gone = []
        if _drawn(view.rows) != _drawn(self._rows):
            gone, self._buttons = self._buttons, self._new_buttons(view.rows)
            words = panel_html.legend_html(view)
            self._legend = self._legend or self._shared.html("mj-legend", words)
            put(self._legend, "value", words)
        else:
            for widget, (line, button) in zip(self._buttons, _numbered(view.rows), strict=True):
                put(widget, "_dom_classes", _classes(line, button))
                put(widget, "tooltip", _hint(button))
        self._rows = view.rows
        return gone

    def _new_buttons(self, rows: Sequence[RowView]) -> list[Any]:
        return [self._new_button(line, button) for line, button in _numbered(rows)]

    def _new_button(self, line: int, button: ButtonView) -> Any:
        widget = self._shared.button(button.caption, _hint(button), *_classes(line, button))
        widget.on_click(lambda _: self._press(button.custom_id))
        return widget

    def _show_quiet(self, wishes: Sequence[Wish]) -> list[Any]:
        gone = [self._quiet.pop(wish) for wish in tuple(self._quiet) if wish not in wishes]
        for wish in wishes:
            call = self._calls[wish]
            if call is not None and wish not in self._quiet:
                self._quiet[wish] = self._new_quiet(wish, call)
        return gone

    def _new_quiet(self, wish: Wish, call: Callable[[], object]) -> Any:
        caption, spoken, *classes = wish
        widget = self._shared.button(caption, spoken, "mj-button", *classes)
        widget.on_click(lambda _: call())
        return widget


def _wishes(view: TaskView) -> list[Wish]:
    """Return which quiet buttons make sense now."""
    if view.phase is Phase.WINDOW:
        return []  # the window itself can be dismissed
    if not view.ended:
        return [_CANCEL]
    has_seed = view.phase is Phase.DONE and view.task_id and not view.kind
    return [_SEED] if has_seed and not view.seed else []


def _numbered(rows: Sequence[RowView]) -> Iterable[tuple[int, ButtonView]]:
    return ((line, button) for line, row in enumerate(rows, 1) for button in row.buttons)


def _drawn(rows: Sequence[RowView]) -> list[tuple[int, str, str]]:
    """Return what makes buttons worth drawing anew: all of them but whether they were pressed."""
    return [(line, button.custom_id, button.caption) for line, button in _numbered(rows)]


def _classes(line: int, button: ButtonView) -> tuple[str, ...]:
    tile = (f"mj-tile-{button.tile}",) if button.tile else ()
    pressed = ("mj-pressed",) if button.pressed else ()
    return ("mj-button", f"mj-line-{line}", *tile, *pressed)


def _hint(button: ButtonView) -> str:
    return f"{button.spoken} (pressed)" if button.pressed else button.spoken


def _close(widgets: Iterable[Any]) -> None:
    for widget in widgets:
        widget.close()
