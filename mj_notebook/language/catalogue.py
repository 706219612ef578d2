"""Which catalogue is in force, and looking up in it; English has none and costs a comparison."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

DOMAIN = "mj_notebook"
FOLDER = Path(__file__).with_name("locale")
ENGLISH = "en"
# By the first part of a language's tag: one catalogue serves all that it stands for.
LANGUAGES = {ENGLISH: "", "zh": "zh_CN"}
"""The languages that can be spoken, each with the folder of its catalogue."""


class _Spoken:
    """
    What this process speaks; one instance, below, since a kernel has one reader.

    Attributes:
        language: The key of `LANGUAGES`.
    """

    def __init__(self) -> None:
        self.language = ENGLISH
        self._catalogues: dict[str, NullTranslations] = {}

    @property
    def catalogue(self) -> "NullTranslations":
        """The words of the language, read when the first of them is looked up."""
        if self.language not in self._catalogues:
            import gettext as standard  # only who reads another language than English needs it

            folders = [LANGUAGES[self.language]]
            self._catalogues[self.language] = standard.translation(DOMAIN, FOLDER, folders)
        return self._catalogues[self.language]


_spoken = _Spoken()


def known_language(tag: str) -> str | None:
    """Return the language that *tag* means (``zh``, ``zh-CN``, ``zh_CN.UTF-8``), or None."""
    first = tag.strip().lower().replace("_", "-").partition(".")[0].partition("-")[0]
    return first if first in LANGUAGES else None


def speak(language: str) -> None:
    """Speak *language* from now on, a key of `LANGUAGES`."""
    _spoken.language = language


def load() -> None:
    """Read the catalogue in force; for threads that may read a file, before others look up."""
    if _spoken.language != ENGLISH:
        _ = _spoken.catalogue


def spoken() -> str:
    """Return the language in force: a key of `LANGUAGES`."""
    return _spoken.language


def gettext(text: str) -> str:
    """Return *text* in the language in force; what its catalogue lacks stays English."""
    # Of nothing, catalogues tell about themselves.
    if _spoken.language == ENGLISH or not text:
        return text
    return _spoken.catalogue.gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """Return *one* or *many*, as *count* wants it, in the language in force."""
    if _spoken.language == ENGLISH:
        return one if count == 1 else many
    return _spoken.catalogue.ngettext(one, many, count)


def marked(text: str) -> str:
    """Return *text* as it is; whoever shows it looks it up, and it stands in the catalogue."""
    return text
