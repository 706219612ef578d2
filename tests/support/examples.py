"""How many examples a test tries: few for each change, many by night."""

import os

IS_SEARCH = os.environ.get("MJ_TEST_EXAMPLES") == "search"
"""Whether examples are looked for that nobody has tried, as `.ci/nightly` does."""


def examples(few: int, *, many: int) -> int:
    """Return *few*, which find what a change breaks, or *many* where all the night is there."""
    return many if IS_SEARCH else few
