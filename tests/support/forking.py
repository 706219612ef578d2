"""The process that forks kernels for this one: started on first use, gone with this process."""

import atexit
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.kernel.isolation import ROOT, isolated_environment

_PROGRAM = Path(__file__).with_name("forkserver.py")


def can_fork(environment: Mapping[str, str]) -> bool:
    """Tell whether such a kernel may be a fork: where Python looks for modules can't be changed."""
    return environment.get("PYTHONPATH") == str(ROOT)


def launcher() -> list[str]:
    """Return the command that starts a kernel with the arguments behind it."""
    # Without site: it only passes on what it was given.
    return [sys.executable, "-S", "-E", str(_PROGRAM), fork_server()]


@cache
def fork_server(program: str = "") -> str:
    """Return where kernels are to be asked for, or processes of the module *program*."""
    folder = Path(tempfile.mkdtemp(prefix="mj-fork-"))
    place = str(folder / "socket")
    server = subprocess.Popen(
        [sys.executable, str(_PROGRAM), *(("-m", program) if program else ()), place],
        env=isolated_environment(folder),
        stdin=subprocess.PIPE,  # it ends when nobody holds the other end
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    atexit.register(_end, server, folder)
    return place


def _end(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    server.communicate()
    shutil.rmtree(folder, ignore_errors=True)
