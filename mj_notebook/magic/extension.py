"""Loading and unloading the extension in a shell."""

import sys
from typing import Any

from mj_notebook import _version
from mj_notebook.magic import question_mark
from mj_notebook.magic.completion import complete
from mj_notebook.magic.magics import MJMagics
from mj_notebook.settings.settings import Settings, environment_settings

# Seconds for closing a hundred panels, which takes a tenth of one.
_PATIENCE = 10.0
_JOB = ("mj_notebook.session.job", "Job")
_DISPLAYED_TYPES = (
    _JOB,
    ("mj_notebook.session.board", "Board"),
    ("mj_notebook.session.gallery", "Gallery"),
)


def load(shell: Any) -> None:
    """Register the magics, the display of jobs and the completions; a second load is nothing."""
    if "mj" in shell.magics_manager.magics["cell"]:
        return
    magics = MJMagics(shell)
    shell.register_magics(magics)
    formatter = shell.display_formatter.ipython_display_formatter
    for room, name in _DISPLAYED_TYPES:
        formatter.for_type_by_name(room, name, magics.show_value)
    shell.display_formatter.formatters["text/plain"].for_type_by_name(*_JOB, magics.print_value)
    _matchers(shell).append(complete)
    question_mark.register(shell)
    print(greeting(environment_settings()))


def unload(shell: Any) -> None:
    """Take everything back that `load` gave, and stop the worker."""
    from mj_notebook.api import state  # only a session that was opened is closed

    for kind in ("cell", "line"):
        shell.magics_manager.magics[kind].pop("mj", None)
    shell.magics_manager.registry.pop(MJMagics.__name__, None)
    formatters = shell.display_formatter
    for formatter in (formatters.ipython_display_formatter, formatters.formatters["text/plain"]):
        for shown in _DISPLAYED_TYPES:
            formatter.deferred_printers.pop(shown, None)
        names = {name for _, name in _DISPLAYED_TYPES}
        for known in [kind for kind in formatter.type_printers if kind.__name__ in names]:
            formatter.pop(known)
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
            current_worker().submit(close()).result(_PATIENCE)


def _matchers(shell: Any) -> list[Any]:
    matchers: list[Any] = shell.Completer.custom_matchers
    return matchers


def greeting(settings: Settings) -> str:
    """Return the one line a person reads after loading."""
    if settings.offline is not None:
        where = f"offline with {settings.offline.name} (nobody is asked)"
    elif settings.drawn_by:
        where = f"embedded server, drawn by {settings.drawn_by}"
    elif settings.is_demo:
        where = "demo server (no proxy set, nothing to pay)"
    else:
        from mj_notebook.client.address import alias  # loads httpx otherwise

        where = alias(str(settings.base_url))
    return f"mj_notebook {_version.__version__} · {where} · %%mj draws, %mj help tells more"
