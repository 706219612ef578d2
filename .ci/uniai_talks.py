"""A published client that nobody here wrote (uniai, from npm) draws with the demo server.

Usage: ``python .ci/uniai_talks.py FOLDER``, where FOLDER has the module installed.
"""

import json
import subprocess
import sys
from pathlib import Path

from mj_notebook.server.config import Config, Timing
from mj_notebook.server.runner import Runner
from mj_notebook.settings.settings import Secret

SECRET = "a-secret-of-this-run"
EXPECTED = {"grid": "IMAGINE", "single": "UPSCALE", "variation": "VARIATION", "again": "IMAGINE"}


def talk(folder: Path) -> dict[str, object]:
    """Let the client draw; return what it says it got."""
    config = Config(secret=Secret(SECRET), timing=Timing(grid=0.3, single=0.1), picture_side=256)
    with Runner(config) as runner:
        script = Path(__file__).with_name("uniai.mjs")
        command = ["node", str(script), str(folder), runner.base_url, SECRET]
        done = subprocess.run(  # noqa: S603 - our own script
            command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
        )
    if done.returncode:
        sys.exit(f"The client failed:\n{done.stdout}{done.stderr}")
    said: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return said


def main() -> None:
    """Check that all four tasks came back as what they are, with a picture each."""
    folder = Path(sys.argv[1]).resolve()
    said = talk(folder)
    drawn = said["drawn"]
    assert isinstance(drawn, dict)
    kinds = {name: task["type"] for name, task in drawn.items()}
    assert kinds == EXPECTED, kinds
    for name, task in drawn.items():
        (picture,) = task["imgs"]
        assert (folder / picture).read_bytes().startswith(b"\x89PNG"), name
    listed = said["list"]
    assert isinstance(listed, list)
    assert sorted(listed) == sorted(task["id"] for task in drawn.values())
    print(f"uniai drew {', '.join(drawn)} and listed {len(listed)} tasks.")


main()
