"""Words for people in their language: English as written, others from a catalogue of gettext."""

from mj_notebook.settings.language.catalogue import gettext, marked, ngettext, speak, spoken

__all__ = ["gettext", "marked", "ngettext", "speak", "spoken"]
