"""The words that pages say by themselves: what each is in the language in force."""

import json
from functools import cache
from importlib.resources import files

from mj_notebook.language.catalogue import ENGLISH, gettext, spoken


def translations(script: str) -> dict[str, str]:
    """Return the words of a *script* of `widgets/static` by their English; none for English."""
    if spoken() == ENGLISH:
        return {}
    return {text: gettext(text) for text in _words()[script]}


@cache
def _words() -> dict[str, list[str]]:
    written = files("mj_notebook").joinpath("widgets", "static", "words.json")
    words: dict[str, list[str]] = json.loads(written.read_text("utf-8"))
    return words
