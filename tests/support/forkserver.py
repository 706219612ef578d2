"""
Kernels that start as forks of one process that has Jupyter loaded already.

Most of what a kernel costs until its first picture is loading code, the same each time. This
process loads that once, the package and what others wrote, and starts nothing: no thread, no loop,
no socket of ZeroMQ. What it forks gets the environment, folder and streams of who asks, and its own
session. That the package loads where nothing is loaded, and what it loads when, is proved by
`tests/test_public_names.py`, in processes of their own.

``python forkserver.py PLACE`` listens; ``python forkserver.py PLACE ARGUMENTS…`` is a kernel for
whoever starts kernels as processes: it passes signals on, and ends as the kernel ends.
``python forkserver.py -m MODULE PLACE`` listens for a program instead of kernels: what the module
names in ``LOADED`` is loaded, and each fork is its ``main()``.
"""

import atexit
import contextlib
import gc
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import NoReturn

_LOADED = (
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "ipywidgets",
    "anywidget",
    "httpx",
    "certifi",
    "msgspec",
    "sqlite3",
    "platformdirs",
    "PIL.Image",
    "PIL.ImageDraw",
    "PIL.ImageFilter",
    "PIL.ImageOps",
    "PIL.PngImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.WebPImagePlugin",
    "starlette.applications",
    "starlette.middleware.cors",
    "uvicorn",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
    "uvicorn.lifespan.off",
    "IPython.core.completer",
)


class Forked:
    """A kernel that was forked for this process; it ends at the latest with this process."""

    def __init__(
        self,
        place: str,
        arguments: list[str],
        folder: str,
        environment: Mapping[str, str],
        streams: list[int],
    ) -> None:
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(place)
        asked = json.dumps([arguments, folder, dict(environment)]).encode()
        socket.send_fds(self._line, [len(asked).to_bytes(8)], streams)
        self._line.sendall(asked)
        self._status: int | None = None
        self.pid = int.from_bytes(_exactly(self._line, 8))

    def wait(self, seconds: float | None = None) -> int:
        """
        Return its exit status as `subprocess` tells it: negative for a signal.

        Raises:
            TimeoutError: It has not ended in *seconds*.
        """
        if self._status is None:
            self._line.settimeout(seconds)
            self._status = int.from_bytes(_exactly(self._line, 8), signed=True)
            self._line.close()
        return self._status

    def poll(self) -> int | None:
        """Return its exit status, None while it runs."""
        try:
            return self.wait(0)
        except (TimeoutError, BlockingIOError):
            return None


class _IsKernel(Exception):
    """This process is a kernel from now on: leads out of the server."""


class _Server:
    """Forks for who asks; one thread, so that a fork finds no lock held."""

    def __init__(self, place: str) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(place)
        self._listener.listen(32)
        self._lines: dict[int, socket.socket] = {}
        self._look = selectors.DefaultSelector()
        self._look.register(self._listener, selectors.EVENT_READ, None)
        # Who started this process holds the other end: with it, all ends.
        self._look.register(0, selectors.EVENT_READ, None)
        self._woken, waker = socket.socketpair()
        self._woken.setblocking(False)
        waker.setblocking(False)
        self._waker = waker
        signal.set_wakeup_fd(waker.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._look.register(self._woken, selectors.EVENT_READ, None)
        print("ready", flush=True)

    def run(self) -> None:
        """Serve until the starter has gone."""
        while True:
            for key, _ in self._look.select():
                if key.fileobj is self._listener:
                    self._fork(self._listener.accept()[0])
                elif key.fileobj is self._woken:
                    self._woken.recv(4096)
                elif key.data is not None:
                    # Nobody says anything more on a line: who asked was killed.
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(key.data, signal.SIGKILL)
                    self._look.unregister(key.fileobj)
                else:
                    for pid in self._lines:
                        os.kill(pid, signal.SIGKILL)
                    return
            self._reap()

    def _fork(self, line: socket.socket) -> None:
        head, streams, _, _ = socket.recv_fds(line, 8, 3)
        arguments, folder, environment = json.loads(_exactly(line, int.from_bytes(head)))
        pid = os.fork()
        if not pid:
            for other in (line, self._listener, self._woken, self._waker, *self._lines.values()):
                other.close()
            self._look.close()
            _become_kernel(arguments, folder, environment, streams)
        for stream in streams:
            os.close(stream)
        self._lines[pid] = line
        self._look.register(line, selectors.EVENT_READ, pid)
        line.sendall(pid.to_bytes(8))

    def _reap(self) -> None:
        while self._lines:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            line = self._lines.pop(pid)
            with contextlib.suppress(OSError):
                line.sendall(os.waitstatus_to_exitcode(status).to_bytes(8, signed=True))
            with contextlib.suppress(KeyError):
                self._look.unregister(line)
            line.close()


def _become_kernel(
    arguments: list[str], folder: str, environment: dict[str, str], streams: list[int]
) -> NoReturn:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["ipykernel_launcher", *arguments]
    raise _IsKernel


def _exactly(line: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        piece = line.recv(count - len(got))
        if not piece:
            raise ConnectionError("The other side has gone.")
        got += piece
    return got


def _load(program: str) -> None:
    # With 1, ipykernel looks after no parent: this process does.
    os.environ["JPY_PARENT_PID"] = "1"
    for name in import_module(program).LOADED if program else _LOADED:
        import_module(name)
    if not program:
        with contextlib.suppress(ImportError):
            import_module("ipykernel.subshell_manager")  # since ipykernel 7
        _load_package()
    assert threading.active_count() == 1, "A thread would not be there in a fork."
    gc.freeze()  # what is loaded is shared, and not looked through again by each fork


def _load_package() -> None:
    from PIL import Image

    import mj_notebook

    for module in pkgutil.walk_packages(mj_notebook.__path__, "mj_notebook."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    Image.init()  # its forty formats, when a picture is opened


def _serve(place: str, program: str = "") -> None:
    _load(program)
    with contextlib.suppress(_IsKernel):
        _Server(place).run()
        return
    # Outside of what caught it: no error of the kernel's is one that came of another error.
    if program:
        # Whoever started all this in the background had the key ignored; here it is the test's.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        import_module(program).main()
        return
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()
    # All that a process does at its end, but to take apart what is loaded, which would be copied
    # for that: a quarter of what such a kernel costs until then.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _launch(place: str, arguments: list[str]) -> NoReturn:
    kernel = Forked(place, arguments, str(Path.cwd()), os.environ, [0, 1, 2])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _: os.kill(kernel.pid, got))
    status = kernel.wait()
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(status)


if __name__ == "__main__":
    del sys.path[0]  # this folder, which no kernel has
    if len(sys.argv) == 2:
        _serve(sys.argv[1])
    elif sys.argv[1] == "-m":
        _serve(sys.argv[3], sys.argv[2])
    else:
        _launch(sys.argv[1], sys.argv[2:])
