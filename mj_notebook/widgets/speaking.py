"""What all widgets with a script of their own share: it says its words in the kernel's language."""

from typing import ClassVar

import anywidget
import ipywidgets
import traitlets

from mj_notebook.settings.language.page_words import translations
from mj_notebook.widgets.unstyled import absent


class SpeakingWidget(anywidget.AnyWidget):
    """A widget whose script, named in `_script`, looks its words up in what travels with it."""

    _script: ClassVar[str]
    layout = absent(ipywidgets.Layout)  # its sheet is its own
    _translations = traitlets.Dict().tag(sync=True)

    @traitlets.default("_translations")
    def _in_language(self) -> dict[str, str]:
        return translations(self._script)
