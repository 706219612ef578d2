"""
A kernel's work as a plain program: one request, from the history to the picture.

``python -m tests.faults.child PROMPT`` prints as JSON what the person would see.
"""

import argparse
import ctypes
import dataclasses
import io
import json
import os
import resource
import signal
import sys
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mj_notebook.session.job import Job

_QUICK: dict[str, Any] = {
    "first": (),
    "then": 0.05,
    "slowest": 0.05,
    "trouble": 0.05,
    "pictures": (0.05, 0.05),
    "looks": (),
    "joining": 3.0,
    "missing": 0.0,
}
LOADED = (
    "certifi",
    "httpx",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.WebPImagePlugin",
    "mj_notebook.api.state",
    "mj_notebook.images.thumbnails",
    "mj_notebook.session.session",
    "mj_notebook.view.text",
)
"""What each of these processes loads: they are forks of one that has it; see `Child`."""
_CAPABILITIES_3 = 0x20080522
_NO_ROOT_FOR_FILES = 0xFFFFFFFF & ~0b1111  # CHOWN, DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER


def main() -> None:
    """Do what the arguments say."""
    reader = argparse.ArgumentParser()
    reader.add_argument("prompt")
    reader.add_argument("--die", metavar="EVENT:PART:N", help="kill this process at an event")
    reader.add_argument("--no-root", action="store_true", help="let the modes of files count")
    reader.add_argument("--room", type=int, help="no file may grow beyond so many bytes")
    reader.add_argument("--patience", type=float, default=20.0)
    reader.add_argument("--looking", action="store_true", help="look for a lost task at once")
    reader.add_argument("--sweep", action="store_true", help="draw eighteen cells of it")
    options = reader.parse_args()
    if options.no_root and os.getuid() == 0:
        _drop_root()
    if options.die:
        event, part, number = options.die.split(":")
        sys.addaudithook(_Dying(event, part, int(number)))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        seen = _drawn(options)
    print(json.dumps({**seen, "warned": [str(one.message) for one in caught]}))


def _drawn(options: argparse.Namespace) -> dict[str, Any]:
    import mj_notebook as mj
    from mj_notebook.protocol.requests import Imagine

    if options.looking:
        _QUICK["looks"] = (0.0, 0.1)
    mj.configure(pacing=dataclasses.replace(mj.current_settings().pacing, **_QUICK))
    job, said = None, ""
    try:
        session = mj.current_session()
        if options.room:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (options.room, options.room))
        if options.sweep:
            return _swept(options)
        job = session.start(Imagine(prompt=options.prompt))
        job.wait(options.patience)
    except mj.MJError as error:
        said = f"{type(error).__name__}: {error}"
    return {"said": said, **(_told(job) if job else {})}


def _swept(options: argparse.Namespace) -> dict[str, Any]:
    import mj_notebook as mj

    axes: dict[str, Any] = {"s": [0, 250, 1000], "chaos": [0, 25, 50], "w": [0, 500]}
    sweep, said = mj.sweep(options.prompt, **axes), ""
    plan = sweep.plan
    try:
        sweep.run().wait(options.patience)
    except mj.MJError as error:
        said = str(error)
    return {"said": said, "replayed": plan.replayed, "done": len(sweep.done), "shown": repr(sweep)}


def _told(job: "Job") -> dict[str, Any]:
    from PIL import Image

    try:
        if job.is_open:  # asking for the picture would wait for it
            picture = "not yet"
        else:
            with Image.open(io.BytesIO(job.content())) as image:
                image.load()
            picture = "whole"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the person has
        picture = f"{type(error).__name__}: {error}"
    return {
        "id": job.id,
        "status": job.status,
        "remarks": job.remarks,
        "note": job.trouble,
        "is_replayed": job.is_replayed,
        "picture": picture,
        "shown": repr(job),
        "is_shown": job.pictures.thumbnail is not None,
    }


class _Dying:
    """An audit hook that ends the process, as a power cut would, at the n-th matching event."""

    def __init__(self, event: str, part: str, number: int) -> None:
        self._event, self._part, self._left = event, part, number

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event == self._event and self._part in str(args):
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)


def _drop_root() -> None:
    """Give up what lets root write where the modes of files forbid it."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0)
    held = (ctypes.c_uint32 * 6)()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capget(header, held) == 0:
        for place in range(3):
            held[place] &= _NO_ROOT_FOR_FILES
        libc.capset(header, held)


if __name__ == "__main__":
    main()
