"""Midjourney pictures in a notebook: cell magics and live panels for the midjourney-proxy API.

In a notebook::

    %load_ext mj_notebook

    %%mj
    a red kite over dunes --ar 3:2

From Python, with ``import mj_notebook as mj``: ``mj.imagine(prompt)`` gives a `Job`,
``mj.configure(base_url=…)`` names your own proxy. Names load when they are first used.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mj_notebook._version import __version__

if TYPE_CHECKING:
    from mj_notebook.api.bundle.commands import bundle, offline
    from mj_notebook.api.doctor import doctor
    from mj_notebook.api.generate import (
        batch,
        blend,
        describe,
        edit,
        imagine,
        lint,
        shorten,
        swap_face,
        upload,
        video,
    )
    from mj_notebook.api.history import board, delete, diff, gallery, history, lineage, spend, undo
    from mj_notebook.api.importing import from_file, from_notebook, import_task
    from mj_notebook.api.login import login
    from mj_notebook.api.measure import measure, similar
    from mj_notebook.api.overview import (
        help,  # noqa: A004 - people look for it under this name
    )
    from mj_notebook.api.spend import Spend
    from mj_notebook.api.state import (
        configure,
        current_session,
        current_settings,
        job,
        listen,
        resume,
    )
    from mj_notebook.api.strip import strip
    from mj_notebook.api.study import compare
    from mj_notebook.api.sweep import sweep
    from mj_notebook.api.verify import verify
    from mj_notebook.client.asynchronous import AsyncClient
    from mj_notebook.client.sync import Client
    from mj_notebook.errors import (
        BannedPrompt,
        MJError,
        NoSuchPicture,
        NoSuchRow,
        NotAProxy,
        NotInBundle,
        OutOfCredit,
        OverBudget,
        PictureMissing,
        PromptError,
        QueueFull,
        Refused,
        ServerUnreachable,
        SettingsError,
        StoreError,
        TaskFailed,
        TaskUnknown,
        Unauthorized,
        Unavailable,
        Unsettled,
        Unsupported,
        UsageError,
        WaitInterrupted,
        WaitTimeout,
    )
    from mj_notebook.experiments.batch import Batch
    from mj_notebook.experiments.study import Study
    from mj_notebook.experiments.sweep import Sweep
    from mj_notebook.images.measures import Measure
    from mj_notebook.prompt.findings import Finding
    from mj_notebook.prompt.parse import Prompt
    from mj_notebook.protocol.models import Task
    from mj_notebook.protocol.requests import (
        AccountFilter,
        Action,
        Blend,
        Change,
        Describe,
        Edits,
        Imagine,
        Modal,
        Shorten,
        SimpleChange,
        SwapFace,
        UploadPictures,
        Video,
    )
    from mj_notebook.session.board import Board
    from mj_notebook.session.gallery import Gallery
    from mj_notebook.session.history import History, Lineage
    from mj_notebook.session.job import Job
    from mj_notebook.session.session import Session
    from mj_notebook.session.submission import Submission
    from mj_notebook.session.worker import allow_nested_loops
    from mj_notebook.settings.settings import Settings
    from mj_notebook.widgets.upload_form import uploader

# Where each public name lives; it is loaded with its first use.
_MODULES = {
    "api.bundle.commands": "bundle offline",
    "api.doctor": "doctor",
    "api.generate": "batch blend describe edit imagine lint shorten swap_face upload video",
    "api.history": "board delete diff gallery history lineage spend undo",
    "api.importing": "from_file from_notebook import_task",
    "api.login": "login",
    "api.measure": "measure similar",
    "api.overview": "help",
    "api.spend": "Spend",
    "api.state": "configure current_session current_settings job listen resume",
    "api.strip": "strip",
    "api.study": "compare",
    "api.sweep": "sweep",
    "api.verify": "verify",
    "client.asynchronous": "AsyncClient",
    "client.sync": "Client",
    "errors": (
        "BannedPrompt MJError NoSuchPicture NoSuchRow NotAProxy NotInBundle OutOfCredit OverBudget "
        "PictureMissing PromptError QueueFull Refused ServerUnreachable SettingsError "
        "StoreError TaskFailed TaskUnknown Unauthorized Unavailable Unsettled Unsupported "
        "UsageError WaitInterrupted WaitTimeout"
    ),
    "experiments.batch": "Batch",
    "experiments.study": "Study",
    "experiments.sweep": "Sweep",
    "images.measures": "Measure",
    "prompt.findings": "Finding",
    "prompt.parse": "Prompt",
    "protocol.models": "Task",
    "protocol.requests": (
        "AccountFilter Action Blend Change Describe Edits Imagine Modal Shorten SimpleChange "
        "SwapFace UploadPictures Video"
    ),
    "session.board": "Board",
    "session.gallery": "Gallery",
    "session.history": "History Lineage",
    "session.job": "Job",
    "session.session": "Session",
    "session.submission": "Submission",
    "session.worker": "allow_nested_loops",
    "settings.settings": "Settings",
    "widgets.upload_form": "uploader",
}
_MODULE = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = [
    "AccountFilter",
    "Action",
    "AsyncClient",
    "BannedPrompt",
    "Batch",
    "Blend",
    "Board",
    "Change",
    "Client",
    "Describe",
    "Edits",
    "Finding",
    "Gallery",
    "History",
    "Imagine",
    "Job",
    "Lineage",
    "MJError",
    "Measure",
    "Modal",
    "NoSuchPicture",
    "NoSuchRow",
    "NotAProxy",
    "NotInBundle",
    "OutOfCredit",
    "OverBudget",
    "PictureMissing",
    "Prompt",
    "PromptError",
    "QueueFull",
    "Refused",
    "ServerUnreachable",
    "Session",
    "Settings",
    "SettingsError",
    "Shorten",
    "SimpleChange",
    "Spend",
    "StoreError",
    "Study",
    "Submission",
    "SwapFace",
    "Sweep",
    "Task",
    "TaskFailed",
    "TaskUnknown",
    "Unauthorized",
    "Unavailable",
    "Unsettled",
    "Unsupported",
    "UploadPictures",
    "UsageError",
    "Video",
    "WaitInterrupted",
    "WaitTimeout",
    "__version__",
    "allow_nested_loops",
    "batch",
    "blend",
    "board",
    "bundle",
    "compare",
    "configure",
    "current_session",
    "current_settings",
    "delete",
    "describe",
    "diff",
    "doctor",
    "edit",
    "from_file",
    "from_notebook",
    "gallery",
    "help",
    "history",
    "imagine",
    "import_task",
    "job",
    "lineage",
    "lint",
    "listen",
    "login",
    "measure",
    "offline",
    "resume",
    "shorten",
    "similar",
    "spend",
    "strip",
    "swap_face",
    "sweep",
    "undo",
    "upload",
    "uploader",
    "verify",
    "video",
]


def __getattr__(name: str) -> Any:
    module = _MODULE.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Where cells run, what shows a job is there with the first use; the magics need %load_ext.
    if "IPython" in sys.modules:
        import_module(f"{__name__}.magic.extension").show_on_import()
    return getattr(import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    return list(__all__)


def load_ipython_extension(shell: Any) -> None:
    """Make ``%load_ext mj_notebook`` work."""
    import_module(f"{__name__}.magic.extension").load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Make ``%unload_ext mj_notebook`` work."""
    import_module(f"{__name__}.magic.extension").unload(shell)
