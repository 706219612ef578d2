"""What people are told, in their language: sentences, and the catalogues they are looked up in."""

from mj_notebook.language.asked import spelled
from mj_notebook.language.catalogue import gettext, marked, ngettext, speak, spoken
from mj_notebook.language.sentences import counted, translated

__all__ = [
    "counted",
    "gettext",
    "marked",
    "ngettext",
    "speak",
    "spelled",
    "spoken",
    "translated",
]
