"""Completion of cells and lines in a shell, against the 20 milliseconds that a Tab may take."""

import time

from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from tests.benchmarks.pair import Effort, Row, compare

_CELLS = (
    "%%mj\na red kite --",
    "%%mj\na red kite --v 7 --ar ",
    "%%mj\na red ki",
    "%%mj edit ",
    "%mj press ",
    "%mj ",
    "kite.press('U",
)


def cell(effort: Effort) -> Row:
    """Complete one cell after the other; the first of each is not counted, as it loads."""
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "mj_notebook")

    def each() -> float:
        started = time.process_time()
        with provisionalcompleter():
            for text in _CELLS:
                list(shell.Completer.completions(text, len(text)))
        return (time.process_time() - started) * 1000 / len(_CELLS)

    each()
    return compare(
        "completion of one cell / 20 ms", each, lambda: 20.0, limit=1, pairs=effort.pairs
    )
