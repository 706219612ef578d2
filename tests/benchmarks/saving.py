"""A saved notebook with a hundred jobs, beside the same notebook with nothing but their JPEGs."""

import contextlib
import io
import json
import os
import re
import tempfile
from typing import Any

from tests.benchmarks.pair import Effort, Row
from tests.benchmarks.stub import serving

_JOBS, _SIDE = 100, 2048
_OURS = "%%mj --no-wait --out job\na red kite over dunes --seed {number}"
_BARE = "display(Image(base64.b64decode(pictures[{number}])))"
SEEN = re.compile(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)")


def hundred_jobs(effort: Effort) -> Row:
    """Save what a page is sent of 100 grids of 2048 px; the rival shows the JPEGs that are seen."""
    del effort
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell

    import mj_notebook as mj
    from mj_notebook.api import state
    from mj_notebook.settings.settings import Pacing

    shell: Any = InteractiveShell.instance()
    usual = shell.display_pub
    with serving(picture_side=_SIDE) as base, tempfile.TemporaryDirectory() as folder:
        os.environ["MJ_FRONT_END"] = "jupyter"
        # Another row may have left its own pace; here only the outputs count.
        mj.configure(base_url=base, store=folder, pacing=Pacing(first=(), then=0.05, slowest=0.05))
        with contextlib.redirect_stdout(io.StringIO()):
            shell.run_line_magic("reload_ext", "mj_notebook")
        ours, bare = [], []
        try:
            for number in range(_JOBS):
                shell.display_pub = CapturingDisplayPublisher()
                cell = _OURS.format(number=number)
                with contextlib.redirect_stdout(io.StringIO()):
                    shell.run_cell(cell, store_history=False).raise_error()
                shell.user_ns["job"].wait(60)
                outputs = _kept(shell.display_pub.outputs)
                (seen,) = SEEN.findall(json.dumps(outputs))
                ours.append(_cell(cell, outputs))
                bare.append(_cell(_BARE.format(number=number), [_shown(seen)]))
        finally:
            shell.display_pub = usual
            state.close()
    large, small = (len(json.dumps({"cells": one}, indent=1)) / 1000 for one in (ours, bare))
    what = f"a notebook with {_JOBS} jobs / the same JPEGs alone"
    ratio = large / small
    return Row(what, large, small, ratio, ratio, ratio, 1.2, unit="kB")


def _kept(published: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the outputs as the page has them in the end: what is updated stands in its place."""
    kept: dict[str, dict[str, Any]] = {}
    for number, one in enumerate(published):
        key = (one.get("transient") or {}).get("display_id", f"output {number}")
        kept[key] = {
            "data": one["data"],
            "metadata": one.get("metadata") or {},
            "output_type": "display_data",
        }
    return list(kept.values())


def _shown(jpeg: str) -> dict[str, Any]:
    words = "<IPython.core.display.Image object>"
    return {
        "data": {"image/jpeg": jpeg, "text/plain": [words]},
        "metadata": {},
        "output_type": "display_data",
    }


def _cell(source: str, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {},
        "outputs": outputs,
        "source": source,
    }
