"""
One person's kernel of many: it asks for all prompts, and runs a cell again that failed.

``python -m tests.faults.person NUMBER`` prints as JSON the SHA-256 of the picture of each prompt.
"""

import dataclasses
import json
import random
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from mj_notebook.session.job import Job
    from mj_notebook.session.session import Session

_T = TypeVar("_T")
# Seconds until a person presses the key again; and until even the most patient one goes home.
_AGAIN, _PATIENCE = 0.5, 300.0


def prompt_of(number: int) -> str:
    """Return one of the prompts that all ask for."""
    return f"a red kite over dunes, number {number} --ar 3:2"


def main() -> None:
    """Ask for as many prompts as the argument says, in an order of one's own."""
    import mj_notebook as mj

    usual = mj.current_settings().pacing
    mj.configure(pacing=dataclasses.replace(usual, first=(), then=0.3, slowest=0.5, looks=(0.0,)))
    prompts = [prompt_of(number) for number in range(int(sys.argv[1]))]
    random.shuffle(prompts)
    said: dict[str, int] = {}
    session = _patiently(mj.current_session, said)
    begun: dict[str, Job] = {one: _patiently(lambda: _ask(session, one), said) for one in prompts}  # noqa: B023
    seen = {one: _patiently(lambda: _picture(session, begun, one), said) for one in prompts}  # noqa: B023
    print(json.dumps({"seen": seen, "said": said}))


def _patiently(act: Callable[[], _T], said: dict[str, int]) -> _T:
    """Do what a person does until it works; count the sentences that were in the way."""
    from mj_notebook.errors import MJError

    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return act()
        except MJError as error:
            sentence = f"{type(error).__name__}: {error.args[0]}"
            said[sentence] = said.get(sentence, 0) + 1
            if time.monotonic() > until:
                raise
            time.sleep(_AGAIN)


def _ask(session: "Session", prompt: str) -> "Job":
    from mj_notebook.protocol.requests import Imagine

    return session.start(Imagine(prompt=prompt)).accepted(60)


def _picture(session: "Session", begun: "dict[str, Job]", prompt: str) -> str:
    job = begun[prompt]
    if job.error is not None:  # the cell is run again
        job = begun[prompt] = _ask(session, prompt)
    job.wait(60).content()
    kept = job.pictures.kept
    assert kept is not None
    return kept.sha256


if __name__ == "__main__":
    main()
