"""The secret in a real kernel: whatever is run, shown, logged or goes wrong, it stands nowhere."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.harness import Kernel
from tests.kernel.lab import Lab
from tests.support.canary import files_with, in_value
from tests.support.relay import CannedResponse, ConnectionFate, SeenRequest
from tests.support.rig import SECRET

pytestmark = pytest.mark.kernel

WRONG = "canary-wrong-8c2e04d7"
"""A secret that the proxy does not take must stand nowhere either."""

BEGIN = """
%load_ext mj_notebook
%xmode Verbose
import logging, os, pickle, sys
import mj_notebook as mj
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, force=True)
_quick = dict(first=(), then=0.05, slowest=0.05, trouble=0.05, pictures=(0.05,))
mj.configure(pacing=type(mj.current_settings().pacing)(**_quick));
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all of this module writes to."""
    return tmp_path_factory.mktemp("secrecy")


@pytest.fixture(scope="module")
def own(place: Path) -> Iterator[Lab]:
    """Return a house and its kernels, whose files are looked through afterwards."""
    with Lab(place) as made:
        yield made


@pytest.fixture(scope="module")
def kernel(own: Lab) -> Kernel:
    """Return a kernel with a secret, verbose tracebacks and every log switched on."""
    return own.start(begin=BEGIN, CANARY_WRONG=WRONG)


def everything(kernel: Kernel) -> list[Any]:
    """Return all that a front end has seen of *kernel*: messages, replies, widgets, questions."""
    replies = [request.reply for request in kernel.requests.values()]
    states = [widget.state for widget in kernel.widgets.values()]
    return [kernel.messages, replies, states, kernel.input_requests, kernel.displays]


def assert_clean(kernel: Kernel, place: Path) -> None:
    """Fail where a secret stands in a message or a file."""
    for secret in (SECRET, WRONG):
        assert not in_value(everything(kernel), secret)
        assert files_with(place, secret) == []


LOOKS = {
    "settings": "mj.current_settings(), repr(mj.current_settings()), vars(mj.current_session())",
    "client": "client = mj.current_session().client; client, vars(client), vars(client._http)",
    "headers": "print(mj.current_session().client._http.headers)",
    "calls": "print(vars(mj.current_session().client._calls))",
    "auth": "print(vars(mj.current_session().client._http._auth))",
    "names": "s = mj.current_session(); c = mj.current_settings()\n%whos",
    "pickle": "pickle.dumps(mj.current_settings())",
    "copy": "import copy; copy.deepcopy(mj.current_settings())",
    "help": "mj.configure?",
    "job": "print(vars(_mj)); _mj.request",
    "client with an unknown option": (
        "mj.Client(mj.current_settings().base_url, secret=mj.current_settings().secret, odd=1)"
    ),
    "no settings": "mj.configure(secret=mj.current_settings().secret, tiemout=3)",
    "doctor": "%mj doctor",
    "spend": "%mj spend",
    "history": "mj.history()",
    "dry run": "%%mj --dry-run\na red kite",
    "batch": "mj.batch(['a kite'], budget=0)",
    "last error": "import traceback; traceback.print_exception(sys.last_value)",
    "debug": "%env MJ_DEBUG=1\nmj.configure(mode='warp')",
}


def test_what_is_looked_at_shows_no_secret(own: Lab, kernel: Kernel, place: Path) -> None:
    """After a drawing: settings, session, client, job, logs, history, tables, the doctor."""
    own.drawn(kernel, "a red kite")
    for code in LOOKS.values():
        kernel.run(code)
    assert "a red kite" in str(everything(kernel))  # what is looked through is not empty
    assert_clean(kernel, place)


def test_errors_show_no_secret(own: Lab, place: Path) -> None:
    """A wrong secret, a server that is off, one that answers with what it was sent, a bug."""
    kernel = own.start(begin=BEGIN, CANARY_WRONG=WRONG)
    kernel.run("mj.configure(secret=os.environ['CANARY_WRONG'])")
    wrong = kernel.run("mj.imagine('a kite').wait()")
    assert wrong.error is not None
    assert "does not take the secret" in wrong.error["evalue"]
    kernel.run("mj.configure(secret=os.environ['MJ_API_SECRET'])")
    echo = f'{{"code": 4, "description": "bad key {SECRET}"}}'.encode()
    own.house.relay.rule = lambda asked: (
        CannedResponse(400, echo) if asked.is_submit else ConnectionFate.PASS
    )
    assert kernel.run("%%mj\na kite").error is not None
    kernel.run("%env MJ_DEBUG=1")
    assert kernel.run("mj.imagine('a kite').wait()").error is not None
    own.rest()
    kernel.run("mj.configure(base_url='http://127.0.0.1:9')")
    assert kernel.run("mj.imagine('a kite').wait()").error is not None
    assert kernel.run("mj.current_session().client.fetch(None)").error is not None
    assert_clean(kernel, place)


def test_an_interrupted_client_shows_no_secret(own: Lab, place: Path) -> None:
    """The traceback of an interrupt inside the HTTP library would show its variables."""
    kernel = own.start(begin=BEGIN)
    asked, go_on = threading.Event(), threading.Event()

    def hang(request: SeenRequest) -> ConnectionFate:
        if request.is_fetch:
            asked.set()
            go_on.wait(30)
        return ConnectionFate.PASS

    own.house.relay.rule = hang
    kernel.run("client = mj.current_session().client")
    cell = kernel.start("client.fetch('17')")
    kernel.wait_for(asked.is_set)
    kernel.interrupt()
    kernel.wait(cell)
    go_on.set()
    own.rest()
    assert cell.error is not None
    assert cell.error["ename"] == "KeyboardInterrupt"
    assert_clean(kernel, place)


def test_the_search_would_find_it(kernel: Kernel, tmp_path: Path) -> None:
    """What looks for the secret finds it where somebody prints or writes it."""
    cell = kernel.run("print(os.environ['CANARY_WRONG'][::-1])")
    assert in_value(cell.stdout, WRONG[::-1])
    (tmp_path / "a.txt").write_bytes(b"x" + os.urandom(3) + WRONG.encode())
    assert files_with(tmp_path, WRONG) == ["a.txt"]
