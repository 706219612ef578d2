"""The buttons of a panel: what the task offers, in rows, and the quiet ones."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypedDict, Unpack

from mj_notebook.language import gettext, marked
from mj_notebook.view import panel
from mj_notebook.view.button_rows import ButtonRowView, ButtonView
from mj_notebook.view.status import Phase
from mj_notebook.view.task_view import TaskView
from mj_notebook.view.trail import shown_word
from mj_notebook.widgets.shared import Shared, set_trait


class ButtonCallbacks(TypedDict, total=False):
    """
    What the quiet buttons call; a button without a call is not offered.

    Attributes:
        cancel: Gives the task up.
        seed: Asks for the seed.
        save: Saves the picture as a file.
        code: Shows the way here as Python, or hides it again.
        choose: Lets this one stand for what was asked.
        again: Asks for the same once more.
    """

    cancel: Callable[[], object]
    seed: Callable[[], object]
    save: Callable[[], object]
    code: Callable[[], object]
    choose: Callable[[], object]
    again: Callable[[], object]


# Caption and hint of each, in the order they stand in.
_SECONDARY = {
    "cancel": (marked("Cancel"), marked("Ask the server to cancel this task")),
    "save": (marked("Save"), marked("Save the picture in the folder of the notebook")),
    "copy": (marked("Copy prompt"), marked("Copy the prompt with its parameters")),
    "picture": (marked("Copy picture"), marked("Copy the picture at full size")),
    "code": (marked("Code"), marked("Show the steps to this picture as Python")),
    "choose": (
        marked("Use this one"),
        marked("Show this one, not another, when its cell is run again"),
    ),
    "again": (
        marked("Draw again"),
        marked("Ask for the same once more; it is drawn and paid anew"),
    ),
    "ask": (marked("Ask again"), marked("Ask for the same words once more; it is paid anew")),
    # Last: the number takes its place, and nothing moves under the pointer.
    "seed": (marked("Seed"), marked("Ask the server for the seed of this picture")),
}


class PanelButtons:
    """
    The buttons of one panel, as one box.

    Args:
        common: What all panels share.
        view: What is offered at first.
        press: Called with a customId; runs on any thread.
        **calls: What the quiet buttons call.
    """

    def __init__(
        self,
        common: Shared,
        view: TaskView,
        *,
        press: Callable[[str], object],
        **calls: Unpack[ButtonCallbacks],
    ) -> None:
        self._shared, self._press = common, press
        # Copying is the page's own work: the clipboard is there.
        self._calls: dict[str, Any] = {
            "copy": lambda: None,
            "picture": lambda: None,
            "ask": calls.get("again"),
            **calls,
        }
        self._secondary: dict[str, Any] = {}
        self._legend: Any = None
        self._rows: tuple[ButtonRowView, ...] = ()
        self._buttons: list[Any] = []
        self._change(view)
        self.box = common.box("mj-offer", children=self._parts())

    def show(self, view: TaskView) -> None:
        """Show what is offered at this moment; only what differs is sent."""
        gone = self._change(view)
        set_trait(self.box, "children", self._parts())
        _close(gone)  # after the box let them go: the front end still draws what it holds

    def close(self) -> None:
        """Take the buttons away."""
        _close((*self._parts(), self.box))

    def _parts(self) -> tuple[Any, ...]:
        # The legend first: of what has the same order, the style sheet keeps the sequence.
        quiet = (self._secondary[name] for name in _SECONDARY if name in self._secondary)
        return (*filter(None, (self._legend,)), *self._buttons, *quiet)

    def _change(self, view: TaskView) -> list[Any]:
        """Make what is missing and return what is no longer wanted."""
        gone = self._show_rows(view) + self._show_secondary(view)
        for name, widget in self._secondary.items():
            set_trait(widget, "description", _caption(name, view))
        return gone

    def _show_rows(self, view: TaskView) -> list[Any]:
        gone = []
        if _drawn(view.rows) != _drawn(self._rows):
            gone = self._buttons
            self._buttons = [self._new_button(*button) for button in _numbered(view.rows)]
            words = panel.legend_html(view)
            self._legend = self._legend or self._shared.html("mj-legend", words)
            set_trait(self._legend, "value", words)
        else:
            for widget, (line, button) in zip(self._buttons, _numbered(view.rows), strict=True):
                # The same buttons as before: new ones would take away the focus and cost a message
                # each.
                with widget.hold_sync():
                    set_trait(widget, "_dom_classes", _classes(line, button))
                    set_trait(widget, "tooltip", _hint(button))
        self._rows = view.rows
        return gone

    def _new_button(self, line: int, button: ButtonView) -> Any:
        widget = self._shared.button(button.caption, _hint(button), *_classes(line, button))
        # By the server's own name: captions may be the same twice.
        widget.on_click(lambda _: self._press(button.custom_id))
        return widget

    def _show_secondary(self, view: TaskView) -> list[Any]:
        names = quiet_buttons(view)
        gone = [self._secondary.pop(name) for name in tuple(self._secondary) if name not in names]
        for name in names:
            call = self._calls.get(name)
            if call is not None and name not in self._secondary:
                self._secondary[name] = self._new_secondary(name, _caption(name, view), call)
        return gone

    def _new_secondary(self, name: str, caption: str, call: Callable[[], object]) -> Any:
        classes = ("mj-button", "mj-quiet", "mj-line-end", f"mj-wish-{name}")
        widget = self._shared.button(caption, gettext(_SECONDARY[name][1]), *classes)
        widget.on_click(lambda _: call())
        return widget


def _caption(name: str, view: TaskView) -> str:
    """Return what stands on a quiet button, with what comes of it where that is known."""
    caption = gettext(_SECONDARY[name][0])
    if name == "seed" and view.seed:
        return f"{caption} {view.seed}"
    # 🔄 opens a child; this stands beside what is here, as another of the same.
    if name not in ("again", "ask") or view.phase is not Phase.DONE:
        return caption
    if view.step:
        if not view.trail:
            return caption
        again = gettext("Draw {step} again") if name == "again" else gettext("Ask {step} again")
        return again.format(step=shown_word(view.trail[-1]))
    number = view.drawings + 1
    return gettext("{caption} ({n} of {count})").format(caption=caption, n=number, count=number)


# What the server must offer for them.
_ROUTES = {"seed": "image_seed", "cancel": "cancel"}


def quiet_buttons(view: TaskView) -> list[str]:
    """Return which quiet buttons make sense now, and are not known to lead nowhere."""
    return [name for name in _sensible_names(view) if _ROUTES.get(name) not in view.lacking]


def _sensible_names(view: TaskView) -> list[str]:
    if view.phase is Phase.WINDOW:
        return []  # the window itself can be dismissed
    if not view.is_ended:
        # Nothing else: the picture to save and the prompt that was drawn are not there yet.
        return ["cancel"]
    if view.phase is not Phase.DONE:
        # The same words would be refused again.
        return ["copy"] if view.banned else ["copy", "again"]
    save = ["save", "picture"] if view.file and not view.kind else []
    copy = ["copy"] if view.prompt else []
    # What tells words is drawn with no seed.
    seed = ["seed"] if view.task_id and not view.kind else []
    choose = ["choose"] if view.can_choose else []
    return [*save, *copy, "code", *choose, "ask" if view.kind else "again", *seed]


def _numbered(rows: Sequence[ButtonRowView]) -> Iterable[tuple[int, ButtonView]]:
    return ((line, button) for line, row in enumerate(rows, 1) for button in row.buttons)


def _drawn(rows: Sequence[ButtonRowView]) -> list[tuple[int, str, str]]:
    """Return what makes buttons worth drawing anew: all of them but whether they were pressed."""
    return [(line, button.custom_id, button.caption) for line, button in _numbered(rows)]


def _classes(line: int, button: ButtonView) -> tuple[str, ...]:
    tile = (f"mj-tile-{button.tile}",) if button.tile else ()
    # A refused press left nothing below it, so it is shown as refused alone.
    pressed = ("mj-pressed",) if button.is_pressed and not button.refused else ()
    refused = ("mj-refused",) if button.refused else ()
    return ("mj-button", f"mj-line-{line}", *tile, *pressed, *refused)


def _hint(button: ButtonView) -> str:
    if button.refused:
        hint = gettext("{button} (not taken here: {reason})")
        return hint.format(button=button.accessible_name, reason=button.refused)
    if button.is_pressed:
        return gettext("{button} (pressed)").format(button=button.accessible_name)
    return button.accessible_name


def _close(widgets: Iterable[Any]) -> None:
    for widget in widgets:
        widget.close()
