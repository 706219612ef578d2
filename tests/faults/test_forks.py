"""Forked children: they have none of their parent's threads, and say so or begin anew."""

import json
import subprocess
import sys

from tests.faults.scene import Scene
from tests.faults.table import Row

_CHILD = """
import json, multiprocessing, os, sys, warnings
warnings.simplefilter("ignore")
import mj_notebook as mj
mj.configure(demo_seconds=0.5)
done, running = mj.imagine("a red kite").wait(60), mj.imagine("a blue kite")

def attempt(act):
    try:
        return str(act())
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def child(queue):
    queue.put(attempt(lambda: done.press("U2").wait(20)))
    queue.put(attempt(lambda: running.wait(20)))
    queue.put(attempt(lambda: mj.imagine("a green kite").wait(60).status))
    queue.put(attempt(lambda: mj.imagine("a red kite").wait(60).is_replayed))

context = multiprocessing.get_context("fork")
queue = context.Queue()
process = context.Process(target=child, args=(queue,))
process.start()
said = [queue.get(timeout=60) for _ in range(4)]
process.join(30)
print(json.dumps([*said, str(running.wait(60).status), len(mj.history())]))
"""


def test_a_forked_child_begins_anew(scene: Scene, row: Row) -> None:
    """What belongs to the parent is refused in one sentence; what the child asks for is drawn."""
    row.fault = "a process is forked"
    environment = {**scene.environment, "PYTHONWARNINGS": "ignore"}
    ran = subprocess.run(
        [sys.executable, "-c", _CHILD],
        check=False,
        cwd=scene.folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    press, wait, new, replayed, parents, rows = json.loads(ran.stdout.splitlines()[-1])
    for said in (press, wait):
        assert said.startswith("MJError: This belongs to the process that this one was forked from")
        assert "the task goes on" not in said
    assert (new, replayed, parents, rows) == ("SUCCESS", "True", "SUCCESS", 3)
    row.submits, row.tasks, row.picture = scene.submits, scene.submits, "whole"
    row.told = press
    assert scene.submits == 3


_CLIENT = """
import json, os, sys, warnings
warnings.simplefilter("ignore")
from mj_notebook.client.sync import Client
from mj_notebook.protocol.requests import Imagine
from mj_notebook.settings.settings import Secret
client = Client(os.environ["MJ_BASE_URL"], secret=Secret(os.environ["MJ_API_SECRET"]))
before = len(client.list_tasks())
child = os.fork()
if child == 0:
    asked = len(client.list_tasks())
    client.close()
    os._exit(asked)
_, left = os.waitpid(child, 0)
code = client.submit(Imagine(prompt="a")).code
print(json.dumps([before, os.waitstatus_to_exitcode(left), code]))
"""


def test_a_forked_child_has_lines_of_its_own(scene: Scene, row: Row) -> None:
    """A client that it closes stays open in the parent, whose submits are sent once."""
    row.fault = "a forked child closes its parent's client"
    ran = subprocess.run(
        [sys.executable, "-c", _CLIENT],
        check=False,
        cwd=scene.folder,
        env={**scene.environment, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [0, 0, 1]
    row.submits, row.tasks, row.told = scene.submits, scene.tasks, "(nothing)"
    assert (scene.submits, scene.tasks) == (1, 1)
