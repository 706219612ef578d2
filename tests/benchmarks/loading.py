"""``%load_ext mj_notebook`` against importing ipywidgets and httpx, each in fresh processes."""

import subprocess
import sys
from dataclasses import replace

from tests.benchmarks.pair import Effort, Row, compare

_SHELL = "from IPython.core.interactiveshell import InteractiveShell as S; shell = S.instance();"
HEAVY = (
    "asyncio",
    "httpx",
    "ipywidgets",
    "anywidget",
    "PIL",
    "numpy",
    "pandas",
    "starlette",
    "uvicorn",
)
_LOAD = f"""
import sys, time
{_SHELL}
known = set(sys.modules)
t = time.process_time()
shell.run_line_magic('load_ext', 'mj_notebook')
spent = (time.process_time() - t) * 1000
new = set(sys.modules) - known
heavy = sorted(new & {set(HEAVY)})
print(); print(spent, len(new), ','.join(heavy) or '-')
"""
_RIVAL = f"""
import time
{_SHELL}
t = time.process_time()
import ipywidgets, httpx
print((time.process_time() - t) * 1000)
"""


def load_extension(effort: Effort) -> Row:
    """Load the extension; the rival is what many notebooks import first."""
    _, modules, heavy = _run(_LOAD)
    row = compare(
        "%load_ext / import ipywidgets, httpx",
        lambda: float(_run(_LOAD)[0]),
        lambda: float(_run(_RIVAL)[0]),
        limit=0.20,
        pairs=min(7, effort.pairs),
        counts=f" {modules} modules",
    )
    if heavy == "-":
        return row
    return replace(row, broken=(f"%load_ext imports {heavy}.",))


def _run(code: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.split("\n")[-2].split()
