"""
The table of causes: what servers say when they say no, what it means, and what to do about it.

It is read from `causes.json`. The words are the servers' own, in Chinese and English; where they
come from stands in the protocol sheet (README.md §1, §2.2, §3.6, §7 and Appendix B), and for the
gateway's tokens in new-api's ``middleware/auth.go``, ``middleware/distributor.go``,
``model/token.go`` and ``i18n/locales/en.yaml``. Discord's are of its API
(https://discord.com/developers/docs). `outcomes` looks a cause up; ``CAUSES.md`` in the folder of
the package is written from this table.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

from mj_notebook.protocol.vocabulary import Outcome

FILE = Path(__file__).with_name("causes.json")


class Cause(NamedTuple):
    """
    One thing that can be wrong at a server.

    Attributes:
        name: What programs call it; errors carry it.
        outcome: What became of the request; None where the words alone don't tell, as with those
            that stand in failed tasks.
        meaning: What is wrong, as a clause.
        advice: What to do next, as a sentence.
        words: What servers say, any of these; ``…`` stands for anything. None at all in a row that
            is told by the status alone.
        statuses: The HTTP statuses it comes with; empty for any.
        codes: The return codes it comes with, None where there is none; empty for any.
        by_gateway: Whether it is so only where a gateway stands before the proxy: one that signs
            its answers, or that takes the secret where it answers by itself.
        by_filter: Whether it is so only where the request chose among the proxy's accounts.
    """

    name: str
    outcome: Outcome | None
    meaning: str
    advice: str
    words: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    codes: tuple[int | None, ...] = ()
    by_gateway: bool = False
    by_filter: bool = False


def _read(row: dict[str, Any], shared: dict[str, str]) -> Cause:
    """Return a row of the file; an advice that many rows give is written there once, by a name."""
    outcome = Outcome[row["outcome"]] if row["outcome"] else None
    lists = {key: tuple(row.get(key, ())) for key in ("words", "statuses", "codes")}
    advice = shared.get(row["advice"], row["advice"])
    return Cause(**{**row, **lists, "outcome": outcome, "advice": advice})


_content = json.loads(FILE.read_text("utf-8"))

# The first row that fits is the cause, so what is particular stands before what is general.
CAUSES = tuple(_read(row, _content["advice"]) for row in _content["causes"])

# A secret that is let in elsewhere is none of these: somebody behind a gateway says it of another.
OF_A_SECRET = frozenset(
    {"secret-refused", "token-missing", "token-unknown", "token-expired", "token-disabled"}
)
# The first row of a name is the one that words are told by.
CAUSE = {cause.name: cause for cause in reversed(CAUSES)}
CAUSE_OF_STATUS = {
    status: cause for cause in CAUSES if not cause.words for status in cause.statuses
}
# Said of so many things that neither an outcome nor an advice follows: they are only translated.
WITHOUT_CAUSE: dict[str, str] = _content["without_cause"]
