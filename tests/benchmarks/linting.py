"""Lint of a prompt of 300 words, against the millisecond that it may take."""

import itertools
import time

from mj_notebook.prompt.lint import check_prompt
from tests.benchmarks.pair import Effort, Row, compare

_PROMPTS = 20
_WORDS = "a red kite over dunes at dawn, with long shadows " * 30
_PARAMETERS = "--ar 3:2 --v 7 --s 250 --no text, people --sref https://x.example/a.png"


def long_prompt(effort: Effort) -> Row:
    """Look at prompts that all differ, with what people write behind them."""
    numbers = itertools.count()

    def each() -> float:
        prompts = [f"{_WORDS}{next(numbers)} {_PARAMETERS}" for _ in range(_PROMPTS)]
        started = time.process_time()
        for prompt in prompts:
            assert not check_prompt(prompt).findings
        return (time.process_time() - started) * 1000 / _PROMPTS

    each()
    words = len(f"{_WORDS}{_PARAMETERS}".split())
    return compare(
        "lint of one prompt / 1 ms",
        each,
        lambda: 1.0,
        limit=1,
        pairs=effort.pairs,
        counts=f" {words} words",
    )
