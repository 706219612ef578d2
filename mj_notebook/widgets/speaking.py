"""What all widgets with a script of their own share: their files, and the kernel's language."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

import anywidget
import ipywidgets
import traitlets

from mj_notebook.language.page_words import translations
from mj_notebook.widgets.unstyled import absent


# Once a kernel: all widgets of a kind have the same text.
@cache
def static_text(name: str) -> str:
    """Return a file of ``static/``, which is built from ``js/``; "" where there is none."""
    file = files("mj_notebook.widgets").joinpath("static").joinpath(name)
    return file.read_text("utf-8") if file.is_file() else ""


def read_only(name: str) -> Callable[[object, Any], object]:
    """Let a page not change what is only told to it."""
    return lambda _, widget: getattr(widget, name)


class SpeakingWidget(anywidget.AnyWidget):
    """
    A widget with a script, which looks its words up in what travels with it.

    ``class LiveBoard(SpeakingWidget, script="board")`` has ``board.js``, and ``board.css`` as its
    sheet unless it brings another.
    """

    _script: ClassVar[str]
    _esm: ClassVar[str]
    _css: ClassVar[str]
    layout = absent(ipywidgets.Layout)  # its sheet is its own
    _translations = traitlets.Dict().tag(sync=True)

    def __init_subclass__(cls, *, script: str = "", **options: Any) -> None:
        """Read the files; a widget is once more a subclass of its class, and names none."""
        if script:
            cls._script, cls._esm = script, static_text(f"{script}.js")
            if "_css" not in cls.__dict__ and (sheet := static_text(f"{script}.css")):
                cls._css = sheet
        super().__init_subclass__(**options)

    @property
    def is_open(self) -> bool:
        """Whether the front end still has it."""
        return self.comm is not None

    @traitlets.default("_translations")
    def _in_language(self) -> dict[str, str]:
        return translations(self._script)
