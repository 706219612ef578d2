"""Tabular: what every table of ours can do."""

from typing import Any

import pandas as pd
import pytest

from mj_notebook.store.tabular import Tabular


class Squares(Tabular[int]):
    """Numbers with their squares."""

    columns = ("number", "square")

    def to_records(self) -> list[dict[str, Any]]:
        """Return a record for each number."""
        return [{"number": row, "square": row * row} for row in self]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": f"{len(self)} squares"}


def test_it_is_a_sequence_that_nobody_changes() -> None:
    """Its rows can be counted, taken and sliced; the list it was made of may change."""
    given = [1, 2, 3]
    squares = Squares(given)
    given.append(4)
    assert (len(squares), squares[-1], list(squares[:2]), 3 in squares) == (3, 3, [1, 2], True)
    assert repr(squares) == "3 squares"
    with pytest.raises(IndexError):
        squares[3]


@pytest.mark.parametrize("rows", [[], [2], [2, 3]], ids=repr)
def test_it_is_a_frame(rows: list[int]) -> None:
    """Each record is a row; a table without rows has its columns too."""
    expected = pd.DataFrame({"number": rows, "square": [row * row for row in rows]})
    found = Squares(rows).to_pandas()
    assert list(found.columns) == ["number", "square"]
    assert found.to_dict("records") == expected.to_dict("records")
