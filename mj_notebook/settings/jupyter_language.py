"""The language that a person chose in JupyterLab, as far as a kernel can know it."""

import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from mj_notebook.language.catalogue import ENGLISH, known_language
from mj_notebook.settings.settings import Settings

_FILE = "@jupyterlab/translation-extension/plugin.jupyterlab-settings"
# JSON with comments, which JupyterLab writes a line each.
_LOCALE = re.compile(r'^(?!\s*//).*"locale"\s*:\s*"([^"\n]*)"', re.MULTILINE)
_LONGEST = 100_000


def jupyter_language(environment: Mapping[str, str], home: Path) -> str | None:
    """
    Return the language of JupyterLab's pages, None where it is not known or has no catalogue.

    It stands in a file of settings beside the server that shows the pages, so a kernel on another
    machine can't know it; nor can one know what a browser prefers, which JupyterLab does not ask.

    Args:
        environment: Where ``JUPYTERLAB_SETTINGS_DIR`` and ``JUPYTER_CONFIG_DIR`` say that folder.
        home: The person's home.
    """
    config = Path(environment.get("JUPYTER_CONFIG_DIR") or home / ".jupyter")
    folder = Path(environment.get("JUPYTERLAB_SETTINGS_DIR") or config / "lab" / "user-settings")
    text = ""
    with suppress(OSError, ValueError), (folder / _FILE).open(encoding="utf-8") as file:
        text = file.read(_LONGEST)
    found = _LOCALE.search(text)
    return known_language(found[1]) if found else None


def language_of(settings: Settings) -> str:
    """Return what is spoken: as set, else as chosen in JupyterLab where a kernel runs, English."""
    # Without a kernel no page shows it; a script speaks what its environment says.
    is_kernel = "ipykernel" in sys.modules
    learned = jupyter_language(os.environ, Path.home()) if is_kernel else None
    return settings.lang or learned or ENGLISH
