"""What is written in a picture; the engine itself is tried by `.ci/nightly`, as it is 100 MB."""

import pytest

from mj_notebook.errors import UsageError
from mj_notebook.experiments.measures import measures_named
from mj_notebook.images.legibility import legibility, written


def test_letters_count_not_lines() -> None:
    """A long line that can be read outweighs a short one that can't; nothing written is None."""
    lines = (("GRAND HOTEL", 1.0), ("x", 0.0))
    assert legibility(lines) == round(11 / 12, 4)
    assert written(lines) == "GRAND HOTEL x"
    assert legibility(()) is None
    assert written(()) is None


def test_it_is_asked_for_by_name() -> None:
    """It is slow, so it is none of the usual ones; what it needs is told where it is missing."""
    assert not {"text", "legibility"} & {one.name for one in measures_named()}
    with pytest.raises(UsageError, match="rapidocr is not installed"):
        measures_named(["hash", "legibility"])
