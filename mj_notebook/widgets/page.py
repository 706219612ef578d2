"""What all panels of a page share beside their look: one script for what only a page can do."""

from collections.abc import Callable
from typing import Any

import anywidget

from mj_notebook.widgets.scripts import script, sheet


class PageScript(anywidget.AnyWidget):
    """
    The script of all panels: names buttons for who hears them, copies, opens pictures.

    Each panel holds a view of it; it is one model for all of them, and sends nothing by itself.

    Args:
        layout: A layout to share.
    """

    _esm = script("page")
    _css = sheet("page")

    def __init__(self, layout: Any) -> None:
        super().__init__(layout=layout, _dom_classes=("mj-page",))
        self._openers: dict[str, Callable[[], object]] = {}
        self.on_msg(self._on_message)

    def register_opener(self, key: str, opener: Callable[[], object]) -> None:
        """Call *opener*, on any thread, when the page wants the whole picture *key*."""
        self._openers[key] = opener

    def withdraw(self, key: str) -> None:
        """Open the picture *key* no more: its panel is gone."""
        self._openers.pop(key, None)

    def send_picture(self, key: str, content: bytes, mime: str) -> None:
        """Give the page the picture it asked for."""
        self.send({"picture": key, "mime": mime}, [content])

    def send_refusal(self, key: str, why: str) -> None:
        """Tell the page why it gets no picture."""
        self.send({"refused": key, "why": why})

    def _on_message(self, _: object, content: Any, __: object) -> None:
        key = str(content.get("open", "")) if isinstance(content, dict) else ""
        opener = self._openers.get(key)
        if opener is not None:
            opener()
        elif key:
            self.send_refusal(
                key, "The kernel does not know this picture any more; run the cell again."
            )
