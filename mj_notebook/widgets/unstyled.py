"""Plain widgets that are styled by classes alone, and so have neither Layout nor style.

Each ipywidget brings both, each with its own comm message, and a page makes a view of them for each
view of the widget. To share one of each is worse: for each of its traits a page keeps a list of all
who listen and walks through it whenever one of them ends, which with a hundred panels took seconds.
"""

from typing import Any

import ipywidgets
import traitlets
from ipywidgets.widgets.widget_string import HTMLStyle

from mj_notebook.language import translated


def absent(kind: type) -> Any:
    """Return a trait in place of `layout` or `style`; None unless somebody sets it to a *kind*."""
    tags = ipywidgets.widget_serialization
    return traitlets.Instance(kind, allow_none=True).tag(sync=True, **tags)


class Frame(ipywidgets.Box):  # type: ignore[misc]
    """A box whose text, where no widgets are drawn, is a sentence and not its construction."""

    layout = absent(ipywidgets.Layout)

    def __repr__(self) -> str:
        return translated("(The live panel stood here; it needs a running kernel.)")


class Piece(ipywidgets.HTML):  # type: ignore[misc]
    """Markup."""

    layout, style = absent(ipywidgets.Layout), absent(HTMLStyle)


class PlainButton(ipywidgets.Button):  # type: ignore[misc]
    """A button."""

    layout, style = absent(ipywidgets.Layout), absent(ipywidgets.ButtonStyle)
