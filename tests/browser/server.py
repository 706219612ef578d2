"""One Jupyter server that serves JupyterLab and Notebook 7 from a folder of its own."""

import http.client
import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from tests.kernel.isolation import isolated_environment
from tests.support.forking import launcher
from tests.support.ports import KeptPort

Theme = Literal["light", "dark"]
Application = Literal["lab", "notebook"]

_START_TIMEOUT = 60.0
_PATHS: dict[Application, str] = {"lab": "lab/tree", "notebook": "notebooks"}
THEMES: dict[Theme, str] = {"dark": "JupyterLab Dark", "light": "JupyterLab Light"}
_QUIET = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}


class JupyterServer:
    """
    A running server; everything it reads or writes is below *folder*.

    Attributes:
        root: The folder the server shows; notebooks go into folders below it.
        theme: The theme that `set_theme` chose last, by the application's own name for it.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "notebooks"
        self.theme = THEMES["light"]
        self._settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
        self._kernels = folder / "jupyter_data_dir" / "kernels"
        for path in (self.root, self._settings, self._kernels):
            path.mkdir(parents=True)
        # `--LabApp.news_url=None` does not stop the news popup; this setting does.
        self._write_setting("notification", _QUIET)
        self._log = folder / "server.log"
        self._port = KeptPort()
        self._token = secrets.token_hex(16)
        self._ending: list[threading.Thread] = []
        self._process = self._launch(folder)
        self._wait_until_ready()

    def url(self, notebook: Path, application: Application) -> str:
        """Build the address of a notebook below `root` in one of the two applications."""
        place = notebook.relative_to(self.root).as_posix()
        # `reset` forgets the windows that an earlier test left open in Lab's workspace.
        query = f"{'reset&' if application == 'lab' else ''}token={self._token}"
        return f"http://127.0.0.1:{self._port.number}/{_PATHS[application]}/{place}?{query}"

    def set_theme(self, theme: Theme) -> None:
        """Choose the theme of every page loaded from now on."""
        self.theme = THEMES[theme]
        self._write_setting("themes", {"theme": self.theme})

    def add_kernel(self, name: str, environment: Mapping[str, str]) -> None:
        """Offer a kernel under *name* whose process has these variables in its environment."""
        folder = self._kernels / name
        folder.mkdir(exist_ok=True)
        specification = {
            "argv": [*launcher(), "-f", "{connection_file}"],
            "display_name": "Python 3",
            "language": "python",
            "env": dict(environment),
        }
        (folder / "kernel.json").write_text(json.dumps(specification))

    def stop_kernels(self, *, wait: bool = True) -> None:
        """
        End every kernel and the sessions that hold them.

        Args:
            wait: Whether to return only when they have ended, which takes them a second.
        """
        sessions = self._ask("GET", "/api/sessions")
        held = {session["kernel"]["id"] for session in sessions}
        kernels = [one["id"] for one in self._ask("GET", "/api/kernels") if one["id"] not in held]
        paths = [f"/api/sessions/{session['id']}" for session in sessions]
        paths += [f"/api/kernels/{kernel}" for kernel in kernels]
        if not wait:
            self._ending.append(threading.Thread(target=self._delete, args=(paths,)))
            self._ending[-1].start()
            return
        self._delete(paths)
        while self._ending:
            self._ending.pop().join()

    def _delete(self, paths: Sequence[str]) -> None:
        for path in paths:
            self._ask("DELETE", path)

    def stop(self) -> None:
        """End the kernels, then the server."""
        self.stop_kernels()
        self._ask("POST", "/api/shutdown")
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._port.close()

    def _launch(self, folder: Path) -> subprocess.Popen[bytes]:
        environment = isolated_environment(
            folder,
            {
                "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
                "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            },
        )
        options = (
            "--no-browser",
            "--allow-root",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={self._port.number}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={self._token}",
            f"--ServerApp.root_dir={self.root}",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        )
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *options],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_TIMEOUT
        while time.monotonic() < deadline:
            try:
                self._ask("GET", "/api/status")
            except OSError:
                if self._has_ended_within(0.05):
                    break
            else:
                return
        self._process.kill()
        self._process.wait()
        raise RuntimeError(f"JupyterLab did not start.\n{self._log.read_text(errors='replace')}")

    def _has_ended_within(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _ask(self, method: str, path: str) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port.number, timeout=20)
        try:
            connection.request(method, path, headers={"Authorization": f"token {self._token}"})
            text = connection.getresponse().read()
        finally:
            connection.close()
        return json.loads(text or b"null")

    def _write_setting(self, name: str, value: dict[str, Any]) -> None:
        path = self._settings / f"{name}.jupyterlab-settings"
        path.write_text(json.dumps(value))
