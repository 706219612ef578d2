"""Each row of what was seen of real servers has a test, or a reason why it is otherwise here."""

from importlib import import_module

import pytest

from tests.server.conformance.rows import DIFFERENT, PARTLY, SHOWN, seen_rows

for _name in ("open", "new_api", "plus", "trueai"):
    import_module(f"tests.server.conformance.test_{_name}_running")
import_module("tests.server.conformance.test_fault_dialects")


@pytest.mark.parametrize("row", seen_rows(), ids=" ".join)
def test_a_row_is_shown_or_otherwise_for_a_reason(row: tuple[str, str]) -> None:
    """Not both, and not neither."""
    assert bool(SHOWN.get(row)) != bool(DIFFERENT.get(row))


def test_every_test_and_reason_is_about_a_row() -> None:
    """What is not in the sheet was not seen."""
    rows = set(seen_rows())
    assert set(SHOWN) | set(DIFFERENT) | set(PARTLY) <= rows
    assert set(PARTLY) <= set(SHOWN)


def test_most_rows_agree() -> None:
    """These are the numbers; whoever changes one says why."""
    counted = {
        dialect: (
            sum(row[0] == dialect for row in seen_rows()),
            sum(row[0] == dialect for row in SHOWN),
        )
        for dialect in ("open", "new-api", "plus", "trueai")
    }
    assert counted == {"open": (18, 18), "new-api": (16, 14), "plus": (6, 6), "trueai": (6, 6)}
