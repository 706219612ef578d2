"""Midjourney pictures in a notebook: cell magics and live panels for the midjourney-proxy API.

In a notebook::

    %load_ext mj_notebook

    %%mj
    a red kite over dunes --ar 3:2

From Python, with ``import mj_notebook as mj``: ``mj.imagine(prompt)`` gives a `Job`,
``mj.configure(base_url=…)`` names your own proxy. Names load when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mj_notebook._version import __version__

if TYPE_CHECKING:
    from mj_notebook.api.bundle.commands import bundle, offline
    from mj_notebook.api.generate import (
        batch,
        blend,
        describe,
        edit,
        imagine,
        shorten,
        swap_face,
        upload,
        video,
    )
    from mj_notebook.api.history import board, diff, gallery, history, lineage, spend
    from mj_notebook.api.importing import from_file, from_notebook, import_task
    from mj_notebook.api.spend import Spend
    from mj_notebook.api.state import (
        configure,
        current_session,
        current_settings,
        job,
        listen,
        login,
    )
    from mj_notebook.api.verify import verify
    from mj_notebook.client.asynchronous import AsyncClient
    from mj_notebook.client.sync import Client
    from mj_notebook.errors import (
        BannedPrompt,
        MJError,
        NotAProxy,
        NotInBundle,
        QueueFull,
        Refused,
        ServerUnreachable,
        SettingsError,
        StoreError,
        TaskFailed,
        TaskUnknown,
        Unauthorized,
        Unsettled,
        UsageError,
        WaitInterrupted,
        WaitTimeout,
    )
    from mj_notebook.experiments.batch import Batch
    from mj_notebook.protocol.requests import AccountFilter
    from mj_notebook.session.board import Board
    from mj_notebook.session.history import History
    from mj_notebook.session.job import Job
    from mj_notebook.session.worker import allow_nested_loops
    from mj_notebook.settings.settings import Settings
    from mj_notebook.widgets.upload_form import uploader

_HOMES = {
    "experiments.batch": ("Batch",),
    "session.board": ("Board",),
    "session.history": ("History",),
    "client.asynchronous": ("AsyncClient",),
    "client.sync": ("Client",),
    "api.state": ("configure", "current_session", "current_settings", "job", "listen", "login"),
    "errors": (
        "BannedPrompt", "MJError", "NotAProxy", "QueueFull", "Refused", "ServerUnreachable",
        "SettingsError", "StoreError", "TaskFailed", "TaskUnknown", "Unauthorized", "Unsettled",
        "UsageError", "WaitInterrupted", "WaitTimeout", "NotInBundle",
    ),
    "api.bundle.commands": ("bundle", "offline"),
    "session.job": ("Job",),
    "session.worker": ("allow_nested_loops",),
    "api.generate": (
        "batch", "blend", "describe", "edit", "imagine", "shorten", "swap_face", "upload", "video",
    ),
    "api.history": ("board", "diff", "gallery", "history", "lineage", "spend"),
    "protocol.requests": ("AccountFilter",),
    "api.importing": ("from_file", "from_notebook", "import_task"),
    "settings.settings": ("Settings",),
    "api.spend": ("Spend",),
    "api.verify": ("verify",),
    "widgets.upload_form": ("uploader",),
}  # fmt: skip
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AccountFilter",
    "AsyncClient",
    "BannedPrompt",
    "Batch",
    "Board",
    "Client",
    "History",
    "Job",
    "MJError",
    "NotAProxy",
    "NotInBundle",
    "QueueFull",
    "Refused",
    "ServerUnreachable",
    "Settings",
    "SettingsError",
    "Spend",
    "StoreError",
    "TaskFailed",
    "TaskUnknown",
    "Unauthorized",
    "Unsettled",
    "UsageError",
    "WaitInterrupted",
    "WaitTimeout",
    "__version__",
    "allow_nested_loops",
    "batch",
    "blend",
    "board",
    "bundle",
    "configure",
    "current_session",
    "current_settings",
    "describe",
    "diff",
    "edit",
    "from_file",
    "from_notebook",
    "gallery",
    "history",
    "imagine",
    "import_task",
    "job",
    "lineage",
    "listen",
    "login",
    "offline",
    "shorten",
    "spend",
    "swap_face",
    "upload",
    "uploader",
    "verify",
    "video",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return list(__all__)


def load_ipython_extension(shell: Any) -> None:
    """Make ``%load_ext mj_notebook`` work."""
    import_module(f"{__name__}.magic.extension").load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Make ``%unload_ext mj_notebook`` work."""
    import_module(f"{__name__}.magic.extension").unload(shell)
