"""A warm ``%%mj`` without a panel against one bare httpx POST, both as cells of one shell."""

import contextlib
import gc
import io
import itertools
import json
import os
import tempfile
import urllib.request
from dataclasses import replace

from tests.benchmarks.pair import Effort, Row, compare
from tests.benchmarks.stub import serving

_CELLS = 40
# Each time another picture: what was asked for before would only be shown again.
_OURS = "%%mj --quiet --no-wait\na red kite over dunes --ar 3:2 --seed {{seeds.next}}"
_BARE = "_ = http.post(url, json={'prompt': 'a red kite over dunes --ar 3:2'}).json()['result']"


class Seeds:
    """Counts: each look at `next` is another number."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    @property
    def next(self) -> int:
        """The next number."""
        return next(self._numbers)


def warm_cell(effort: Effort) -> Row:
    """Submit from a warm cell: arguments, history, one POST."""
    import time

    import httpx
    from IPython.core.interactiveshell import InteractiveShell

    import mj_notebook as mj
    from mj_notebook.api import state
    from mj_notebook.settings.settings import Pacing

    shell = InteractiveShell.instance()
    with serving() as base, tempfile.TemporaryDirectory() as folder, httpx.Client() as http:
        os.environ["MJ_FRONT_END"] = "jupyter"
        mj.configure(base_url=base, store=folder, pacing=Pacing(first=(600.0,), then=600.0))
        with contextlib.redirect_stdout(io.StringIO()):
            shell.run_line_magic("reload_ext", "mj_notebook")
        shell.user_ns |= {"seeds": Seeds(), "http": http, "url": f"{base}/mj/submit/imagine"}

        def spent(cell: str) -> float:
            started = time.process_time()
            for _ in range(_CELLS):
                assert shell.run_cell(cell, store_history=False).success
            return (time.process_time() - started) * 1000 / _CELLS

        for _ in range(2):
            _counts(base)  # of the second time, when all is warm
            spent(_OURS)
            spent(_BARE)
        _, connections = _counts(base)
        gc.collect()
        gc.freeze()  # what this program has loaded besides is in no notebook
        row = compare(
            "warm %%mj / bare httpx POST in a cell",
            lambda: spent(_OURS),
            lambda: spent(_BARE),
            limit=1.6,
            pairs=effort.pairs,
        )
        gc.unfreeze()
        state.close()
    broken = () if connections <= 2 else (f"{connections} connections instead of one each.",)
    return replace(row, counts=f" {connections} connections for both", broken=broken)


def _counts(base: str) -> list[int]:
    with urllib.request.urlopen(f"{base}/counts", timeout=5) as answer:
        counted: list[int] = json.load(answer)
    return counted
