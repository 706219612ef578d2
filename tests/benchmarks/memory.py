"""What a kernel still holds of each job after a thousand, beside the picture that each shows.

Run as a program it is such a kernel: it prints both, in bytes a job.
"""

import base64
import gc
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.pair import Effort, Row
from tests.benchmarks.saving import SEEN
from tests.benchmarks.stub import serving

# By the first 200 all that has a limit is full: live widgets, small pictures, pools of threads.
_WARM, _JOBS, _AT_ONCE = 200, 1000, 50


def thousand_jobs(effort: Effort) -> Row:
    """Run a thousand cells that draw; the rival is the JPEG that stays in the notebook."""
    del effort
    with serving(picture_side=512) as base, tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.memory"],
            env=os.environ | {"MJ_BASE_URL": base, "MJ_STORE": folder, "MJ_FRONT_END": "jupyter"},
            capture_output=True,
            text=True,
            check=True,
            timeout=600,
        )
    held, shown = json.loads(done.stderr.splitlines()[-1])
    return Row(
        "memory after 1,000 jobs, of each / its JPEG in the notebook",
        held / 1000,
        shown / 1000,
        held / shown,
        held / shown,
        held / shown,
        2,
        unit="kB",
    )


def _run() -> tuple[float, float]:
    """Return how many bytes each job has left, and how large its picture is."""
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell

    shell: Any = InteractiveShell.instance()
    shell.display_pub = CapturingDisplayPublisher()
    shell.run_line_magic("load_ext", "mj_notebook")
    sizes: list[int] = []
    before = 0
    for first in range(0, _WARM + _JOBS, _AT_ONCE):
        if first == _WARM:
            before = _resident()
        for number in range(first, first + _AT_ONCE):
            cell = f"%%mj --no-wait --out job_{number}\na red kite over dunes --seed {number}"
            shell.run_cell(cell).raise_error()
        for number in range(first, first + _AT_ONCE):
            shell.user_ns.pop(f"job_{number}").wait(120)
        sizes += _pictures(shell)
        shell.display_pub.outputs.clear()  # they went to the page
    return (_resident() - before) / _JOBS, sum(sizes) / len(sizes)


def _pictures(shell: Any) -> list[int]:
    shown = (one["data"].get("text/html", "") for one in shell.display_pub.outputs)
    return [len(base64.b64decode(one)) for html in shown for one in SEEN.findall(html)]


def _resident() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    print(json.dumps(_run()), file=sys.stderr)
