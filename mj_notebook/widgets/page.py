"""What all panels of a page share beside their look: one script for what only a page can do."""

from collections.abc import Callable
from typing import Any

from mj_notebook.language import gettext
from mj_notebook.view import panel
from mj_notebook.widgets.speaking import SpeakingWidget, static_text


class PageScript(SpeakingWidget, script="page"):
    """
    The script of all panels: names buttons for who hears them, copies, opens pictures.

    Each panel holds a view of it; it is one model for all of them, and sends nothing by itself.
    """

    # In the page's head, once: a sheet that stands in each panel is matched once more with each.
    _css = f"{panel.sheet()}\n{static_text('page.css')}"

    def __init__(self) -> None:
        super().__init__(_dom_classes=("mj-page",))
        self._openers: dict[str, Callable[[], object]] = {}
        self._raters: dict[str, Callable[[object], object]] = {}
        self._lookers: dict[str, Callable[[], object]] = {}
        self.on_msg(self._on_message)

    def register(
        self, key: str, opener: Callable[[], object], rater: Callable[[object], object]
    ) -> None:
        """
        Call these, on any thread, when the page wants something of the picture *key*.

        Args:
            key: Its name in the page.
            opener: Gives the whole picture.
            rater: Takes a rating; None takes the last one back.
        """
        self._openers[key], self._raters[key] = opener, rater

    def withdraw(self, key: str) -> None:
        """Open the picture *key* no more: its panel is gone."""
        self._openers.pop(key, None)
        self._raters.pop(key, None)

    def await_look(self, twin: str, seen: Callable[[], object]) -> None:
        """Call *seen*, on any thread, when somebody looks at the static output *twin*."""
        self._lookers[twin] = seen

    def withdraw_look(self, twin: str) -> None:
        """Wait for a look at *twin* no more."""
        self._lookers.pop(twin, None)

    def send_panel(self, twin: str, panel: str) -> None:
        """Let the page show the widget *panel* below the static output *twin*."""
        self.send({"awake": twin, "panel": panel})

    def send_picture(self, key: str, content: bytes, mime: str) -> None:
        """Give the page the picture it asked for."""
        self.send({"picture": key, "mime": mime}, [content])

    def send_refusal(self, key: str, why: str) -> None:
        """Tell the page why it gets no picture."""
        self.send({"refused": key, "why": why})

    def send_rating(self, said: str) -> None:
        """Tell the page what came of a rating."""
        self.send({"rated": said})

    def _on_message(self, _: object, content: Any, __: object) -> None:
        if isinstance(content, dict) and "seen" in content:
            seen = self._lookers.get(str(content["seen"]))
            if seen is not None:
                seen()
            return
        if isinstance(content, dict) and "rate" in content:
            rater = self._raters.get(str(content["rate"]))
            if rater is not None:
                rater(content.get("value"))
            else:
                self.send_rating(_gone())
            return
        key = str(content.get("open", "")) if isinstance(content, dict) else ""
        opener = self._openers.get(key)
        if opener is not None:
            opener()
        elif key:
            # After a restart the page may show panels of the old kernel.
            self.send_refusal(key, _gone())


def _gone() -> str:
    return gettext("The kernel does not know this picture any more; run the cell again.")
