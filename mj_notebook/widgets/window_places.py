"""Where the window of a job stands: in one of its panels; the others tell so and can fetch it."""

import weakref
from collections.abc import Callable
from typing import Protocol

from mj_notebook.language import gettext
from mj_notebook.view.html import el
from mj_notebook.widgets.shared import Shared


class WindowHolder(Protocol):
    """A panel that may show the window of its job."""

    @property
    def is_open(self) -> bool:
        """Whether the front end still has it."""

    def give_window(self) -> None:
        """Take the window away here, since it stands in another panel from now on."""


class WindowPlaces:
    """
    Holds which panel shows the window of each job; on the worker's thread only.

    A job may be shown in its own panel and in those of all that it was made from. Three forms for
    one answer would be three texts to edit, of which one counts.
    """

    def __init__(self) -> None:
        # Weakly: a panel that is gone holds no window.
        self._holders: weakref.WeakValueDictionary[str, WindowHolder] = (
            weakref.WeakValueDictionary()
        )

    def claim(self, tag: str, panel: WindowHolder) -> bool:
        """Let *panel* show the window of the job with *tag*, unless another one does."""
        holder = self._holders.get(tag)
        # A panel that was closed without a word does not keep the window.
        if holder is not None and holder is not panel and holder.is_open:
            return False
        self._holders[tag] = panel
        return True

    def move(self, tag: str, panel: WindowHolder) -> None:
        """Let *panel* show it from now on, and nobody else."""
        holder = self._holders.get(tag)
        self._holders[tag] = panel
        if holder is not None and holder is not panel:
            holder.give_window()

    def release(self, tag: str, panel: WindowHolder) -> None:
        """Note that *panel* shows it no more."""
        if self._holders.get(tag) is panel:
            del self._holders[tag]


PLACES = WindowPlaces()
"""Those of this kernel; there is one page for all sessions."""


class WindowElsewhere:
    """
    What stands in the place of a window that another panel shows.

    Attributes:
        widget: What is displayed.
    """

    def __init__(self, common: Shared, fetch: Callable[[], object]) -> None:
        here = common.button(gettext("Answer here"), gettext("Bring the window here"), "mj-button")
        here.on_click(lambda _: fetch())
        words = el("span", gettext("Its window stands in another panel of this notebook."))
        self._parts = (common.html("mj-window-hint", words), here)
        self.widget = common.box("mj-elsewhere", children=self._parts)

    def close(self) -> None:
        """Take it away."""
        for part in (*self._parts, self.widget):
            part.close()
