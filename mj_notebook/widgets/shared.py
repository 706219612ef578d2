"""What all panels share, so that a panel costs a message for each of its parts and no more."""

from typing import Any

from mj_notebook.widgets.page import PageScript
from mj_notebook.widgets.unstyled import Frame, Piece, PlainButton


class Shared:
    """One script with the sheet of all panels; made anew when it was closed."""

    def __init__(self) -> None:
        self.page = PageScript()

    @property
    def is_open(self) -> bool:
        """Whether the front end still has it; ``Widget.close_all()`` takes it away."""
        return self.page.comm is not None

    def html(self, name: str, value: str = "") -> Any:
        """Make a piece of markup with the class *name*."""
        return Piece(value, _dom_classes=(name,))

    def box(self, *names: str, children: tuple[Any, ...] = ()) -> Any:
        """Make a box with the classes *names*."""
        return Frame(children, _dom_classes=names)

    def button(self, caption: str, spoken: str, *names: str) -> Any:
        """Make a button; *caption* is shown as text, *spoken* is its hint."""
        return PlainButton(description=caption, tooltip=spoken, _dom_classes=names)


def twin_class(key: str) -> tuple[str, ...]:
    """Return the class by which the page finds the static output *key* of a widget."""
    return (f"mj-of-{key}",) if key else ()


_current: Shared | None = None


def shared() -> Shared:
    """Return what the panels of this kernel share."""
    global _current  # noqa: PLW0603 - one sheet for the whole page is the point
    if _current is None or not _current.is_open:
        _current = Shared()
    return _current


def set_trait(widget: Any, name: str, value: Any) -> None:
    """Set a trait when it differs, so that nothing is sent and nobody called when it doesn't."""
    if getattr(widget, name) != value:
        setattr(widget, name, value)
