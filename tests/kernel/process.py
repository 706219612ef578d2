"""The operating system's side of a kernel: start it, signal it, end it."""

import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path


class KernelProcess:
    """An ipykernel that reads the given connection file and works in that file's folder."""

    def __init__(self, python: str, connection_file: Path, environment: Mapping[str, str]) -> None:
        self._log = connection_file.with_suffix(".log")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [python, "-m", "ipykernel_launcher", "-f", str(connection_file)],
                cwd=connection_file.parent,
                env=environment,
                stdin=subprocess.DEVNULL,
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
        self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End it with SIGKILL and wait until it is gone."""
        self._process.kill()
        self._process.wait()

    def end_within(self, seconds: float) -> None:
        """Wait for the end it was asked for, and kill it when that takes too long."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
