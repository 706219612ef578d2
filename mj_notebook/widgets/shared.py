"""What all panels share, so that a panel costs a message for each of its parts and no more.

Every ipywidget brings a Layout and a style of its own, each with its own comm message. Ours are
styled by classes, so one of each is enough for the whole kernel, and so is one style sheet.
"""

from typing import Any

import ipywidgets
from ipywidgets.widgets.widget_string import HTMLStyle

from mj_notebook.view.panel import sheet_html
from mj_notebook.widgets.page import PageScript


class Frame(ipywidgets.Box):  # type: ignore[misc]
    """A box whose text, where no widgets are drawn, is a sentence and not its construction."""

    def __repr__(self) -> str:
        return "(The live panel stood here; it needs a running kernel.)"


class Shared:
    """One Layout, one style of each kind, one sheet and script; made anew when they were closed."""

    def __init__(self) -> None:
        self.layout = ipywidgets.Layout()
        self.button_style = ipywidgets.ButtonStyle()
        self.html_style = HTMLStyle()
        self.sheet = self.html("mj-sheet", sheet_html())
        self.page = PageScript(self.layout)

    @property
    def is_open(self) -> bool:
        """Whether the front end still has them; ``Widget.close_all()`` takes them away."""
        parts = (self.layout, self.button_style, self.html_style, self.sheet, self.page)
        return all(part.comm is not None for part in parts)

    def html(self, name: str, value: str = "") -> Any:
        """Make a piece of markup with the class *name*."""
        return ipywidgets.HTML(
            value, layout=self.layout, style=self.html_style, _dom_classes=(name,)
        )

    def box(self, *names: str, children: tuple[Any, ...] = ()) -> Any:
        """Make a box with the classes *names*."""
        return Frame(children, layout=self.layout, _dom_classes=names)

    def button(self, caption: str, spoken: str, *names: str) -> Any:
        """Make a button; *caption* is shown as text, *spoken* is its hint."""
        return ipywidgets.Button(
            description=caption,
            tooltip=spoken,
            layout=self.layout,
            style=self.button_style,
            _dom_classes=names,
        )


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
