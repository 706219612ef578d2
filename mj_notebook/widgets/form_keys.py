"""Two keys of a form: Ctrl or Cmd with Enter sends it, Escape leaves it."""

from collections.abc import Callable
from typing import Any

import traitlets

from mj_notebook.widgets.speaking import SpeakingWidget

# More than any server takes as a prompt; a page can send anything.
_MOST_LETTERS = 10_000


class FormKeys(SpeakingWidget, script="form_keys"):
    """
    Listens for the keys of the form it stands in, and shows nothing itself.

    Args:
        enter: Called on Ctrl+Enter or Cmd+Enter, with what was typed where that was done in a
            field; runs on the thread the kernel chooses.
        escape: Called on Escape.
        label: The name of the form, for who can't see it.
    """

    label = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, *, enter: Callable[[str | None], object], escape: Callable[[], object], label: str
    ) -> None:
        super().__init__(label=label)
        self._enter, self._escape = enter, escape
        self.on_msg(self._on_message)

    def _on_message(self, _: object, content: Any, __: object) -> None:
        match content:
            # The text comes with the key: the field itself tells its value only when it is left.
            case {"key": "enter", "text": text}:
                self._enter(text[:_MOST_LETTERS] if isinstance(text, str) else None)
            case {"key": "escape"}:
                self._escape()
