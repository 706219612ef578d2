"""The operating system's side of a kernel: start it, signal it, end it."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.forking import can_fork, fork_server
from tests.support.forkserver import Forked


class KernelProcess:
    """An ipykernel that reads the given connection file and works in that file's folder."""

    def __init__(self, python: str, connection_file: Path, environment: Mapping[str, str]) -> None:
        self._log = connection_file.with_suffix(".log")
        folder = connection_file.parent
        arguments = ["-f", str(connection_file)]
        with self._log.open("wb") as log, Path(os.devnull).open("rb") as nothing:
            if python == sys.executable and can_fork(environment):
                streams = [nothing.fileno(), log.fileno(), log.fileno()]
                self._process: Forked | subprocess.Popen[bytes] = Forked(
                    fork_server(), arguments, str(folder), environment, streams
                )
                return
            self._process = subprocess.Popen(
                [python, "-m", "ipykernel_launcher", *arguments],
                cwd=folder,
                env=environment,
                stdin=nothing,
                stdout=log,
                stderr=log,
                start_new_session=True,  # A Ctrl-C in the terminal is for pytest, not for kernels.
            )

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    @property
    def log(self) -> str:
        """What the process wrote past its front end."""
        return self._log.read_text(errors="replace")

    def interrupt(self) -> None:
        """Send what the stop button sends."""
        os.kill(self._process.pid, signal.SIGINT)

    def kill(self) -> None:
        """End it with SIGKILL and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def end_within(self, seconds: float) -> None:
        """Wait for the end it was asked for, and kill it when that takes too long."""
        try:
            self._process.wait(seconds)
        except (subprocess.TimeoutExpired, TimeoutError):
            self.kill()
