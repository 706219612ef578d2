"""The command ``python -m mj_notebook``."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mj_notebook.__main__ import main
from mj_notebook._version import __version__
from mj_notebook.server.faults import FAULTS

COMMAND = [sys.executable, "-m", "mj_notebook"]


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """Return a server as a person starts it."""
    options = ["--port", "0", "--secret", "s3cret", "--seconds", "0.2", "--size", "64"]
    options += getattr(request, "param", [])
    options += ["--fault", "refuse=9:not yet@shorten x1"]
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    with subprocess.Popen(
        [*COMMAND, "serve", *options, "--folder", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    ) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "politely"])
def test_serve_says_where_it_is_and_ends_with_a_line(
    served: subprocess.Popen[str], wish: signal.Signals
) -> None:
    """An address, an example to copy without the secret in it, and one line at its end."""
    assert served.stdout
    assert served.stderr
    first, example = served.stdout.readline(), served.stdout.readline()
    url = re.findall(r"http://\S+", first)[0]
    headers = {"mj-api-secret": "s3cret", "origin": "https://a-page.example"}
    answer = httpx.post(f"{url}/mj/submit/imagine", json={"prompt": "a"}, headers=headers)
    assert answer.json()["code"] == 1
    answers = [
        httpx.post(f"{url}/mj/submit/shorten", json={"prompt": prompt}, headers=headers).json()
        for prompt in ("a", "a", "a [mj-fault: refuse=3]")
    ]
    assert [answer["code"] for answer in answers] == [9, 1, 3]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert example.lstrip().startswith(f"curl {url}/mj/submit/imagine")
    assert "s3cret" not in first + example
    served.send_signal(wish)
    rest, errors = served.communicate(timeout=20)
    assert (rest.strip(), errors) == ("The server has ended.", "")
    assert served.returncode == 0


@pytest.mark.parametrize("served", [["--dialect", "open"]], indirect=True)
def test_serve_answers_like_another_server(served: subprocess.Popen[str]) -> None:
    """The open proxy says nothing about a task that it doesn't know."""
    assert served.stdout
    url = re.findall(r"http://\S+", served.stdout.readline())[0]
    answer = httpx.get(f"{url}/mj/task/1/fetch", headers={"mj-api-secret": "s3cret"})
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_busy_port_is_one_sentence_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, and nothing like a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["serve", "--port", str(taken.getsockname()[1])]) == 1
    told = capsys.readouterr().err
    assert re.fullmatch(r"mj-notebook: Port \d+ of 127.0.0.1 can't be used: .*\n", told)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["serve", "--port", "x"],
        ["serve", "--port", "70000"],
        ["serve", "--seconds", "-1"],
        ["serve", "--seconds", "nan"],
        ["serve", "--core-size", "0"],
        ["serve", "--dialect", "minus"],
        ["serve", "--fault", "explode"],
        ["serve", "--fault", "fail=101"],
        ["serve", "--folder", "http://proxy.example:8080"],
        ["strip", "https://x.org/a.ipynb"],
        ["bundle", "a.ipynb", ""],
    ],
)
def test_wrong_arguments_are_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and how to use it, as commands do."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: mj-notebook" in capsys.readouterr().err


def test_the_faults_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """By a command of their own, and below the options of the server they are for."""
    assert main(["faults"]) == 0
    listed = capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    assert listed.strip() in capsys.readouterr().out
    for kind in FAULTS:
        assert f"\n  {kind.name}" in listed
        assert kind.about in listed
    assert "mj-fault" in listed


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """In one line."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"mj-notebook {__version__}\n"


def test_asking_for_help_loads_no_server() -> None:
    """Only `serve` itself costs the time of loading one."""
    code = (
        "import sys, mj_notebook.__main__ as m\n"
        "try: m.main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(any(name in sys.modules for name in ('starlette', 'uvicorn', 'PIL')))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ended.returncode == 0
