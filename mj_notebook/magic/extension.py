"""Loading and unloading the extension in a shell."""

import sys
import weakref
from typing import Any

from IPython.core.getipython import get_ipython

from mj_notebook import _version
from mj_notebook.errors import UsageError
from mj_notebook.language import gettext, translated
from mj_notebook.language.catalogue import speak
from mj_notebook.magic import question_mark
from mj_notebook.magic.completion import complete
from mj_notebook.magic.magics import MJMagics
from mj_notebook.magic.shown_values import ShownValues
from mj_notebook.settings.jupyter_language import language_of
from mj_notebook.settings.readers import environment_settings
from mj_notebook.settings.settings import Settings

# What each shell shows values with, and the shells that `show_on_import` has seen.
_SHOWN: "weakref.WeakKeyDictionary[Any, ShownValues]" = weakref.WeakKeyDictionary()
_SEEN: "weakref.WeakSet[Any]" = weakref.WeakSet()


def load(shell: Any) -> None:
    """Register the magics, the display of jobs and the completions; a second load is nothing."""
    if MJMagics.__name__ in shell.magics_manager.registry:
        return
    shell.register_magics(MJMagics(shell, _shown_in(shell).displays))
    _matchers(shell).append(complete)
    question_mark.register(shell)
    settings = _settings_in_force()
    speak(language_of(settings))
    print(greeting(settings))


def show_on_import() -> None:
    """
    Show jobs in the running shell, where the package is used without the extension.

    Only the magics need ``%load_ext``, and say so.
    """
    shell = get_ipython()
    if shell is None or shell in _SEEN:
        return
    _shown_in(shell)
    if "mj" not in shell.magics_manager.magics["cell"]:
        shell.magics_manager.register_function(_missing_magic, "line_cell", "mj")


def _missing_magic(line: str, cell: str | None = None) -> None:
    """Say how these magics are loaded."""
    del line, cell
    raise UsageError(
        translated("The magics are not loaded."),
        hint=translated("Run %load_ext mj_notebook first."),
    )


def _settings_in_force() -> Settings:
    """Return what was set before, where anything was; loads no room for what is not used yet."""
    state = sys.modules.get("mj_notebook.api.state")
    known: Settings | None = state.known_settings() if state else None
    return known or environment_settings()


def _shown_in(shell: Any) -> ShownValues:
    """Return what shows values in *shell*, registered there from now on."""
    _SEEN.add(shell)
    shown = _SHOWN.get(shell)
    if shown is None:
        shown = _SHOWN[shell] = ShownValues(shell)
        shown.register()
    return shown


def unload(shell: Any) -> None:
    """Take everything back that `load` gave, and stop the worker."""
    from mj_notebook.api import state  # only a session that was opened is closed

    for kind in ("cell", "line"):
        shell.magics_manager.magics[kind].pop("mj", None)
    shell.magics_manager.registry.pop(MJMagics.__name__, None)
    shown = _SHOWN.pop(shell, None)
    if shown is not None:
        shown.unregister()
    if complete in _matchers(shell):
        _matchers(shell).remove(complete)
    question_mark.unregister(shell)
    _close_widgets()
    state.close()


def _close_widgets() -> None:
    """Take the live widgets away, whose buttons would do nothing; their outputs stay."""
    if "mj_notebook.widgets.live_widgets" in sys.modules:
        from mj_notebook.api.state import current_worker
        from mj_notebook.widgets.live_widgets import LIVE

        async def close() -> None:
            LIVE.close()

        if len(LIVE):
            current_worker().run(close())


def _matchers(shell: Any) -> list[Any]:
    matchers: list[Any] = shell.Completer.custom_matchers
    return matchers


def greeting(settings: Settings) -> str:
    """Return the one line a person reads after loading."""
    if settings.offline is not None:
        where = gettext("offline with {bundle} (nobody is asked)").format(
            bundle=settings.offline.name
        )
    elif settings.drawn_by:
        where = gettext("embedded server, drawn by {engine}").format(engine=settings.drawn_by)
    elif settings.is_demo:
        where = gettext("demo server (no proxy set, nothing to pay)")
    else:
        from mj_notebook.client.address import alias  # loads httpx otherwise

        where = alias(str(settings.base_url))
    more = gettext("{cell} draws, {line} tells more").format(cell="%%mj", line="%mj help")
    return f"mj_notebook {_version.__version__} · {where} · {more}"
