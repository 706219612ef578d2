"""From columns to a pandas DataFrame with types; pandas is loaded here and nowhere else."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mj_notebook.errors import UsageError
from mj_notebook.language import translated
from mj_notebook.store.columns import COMMON_PARAMETERS, PARAMETER_TYPES, ColumnType
from mj_notebook.store.record_columns import LATEST, Table

if TYPE_CHECKING:
    import pandas as pd


def frame_of(table: Table) -> "pd.DataFrame":
    """Return *table* as a DataFrame, with columns of the common parameters in any case."""
    pd = import_pandas()
    length = len(next(iter(table.values()), ()))
    absent = {name: [None] * length for name in COMMON_PARAMETERS if name not in table}
    table = {**table, **absent}
    columns = {name: _series(pd, values, PARAMETER_TYPES[name]) for name, values in table.items()}
    return pd.DataFrame(columns, copy=False)


def import_pandas() -> Any:
    """Return pandas, or say how to get it."""
    try:
        import pandas as pd
    except ImportError as error:
        raise UsageError(
            translated("pandas is not installed."),
            hint=translated(
                'Run pip install "mj-notebook[pandas]", or go through the records themselves.'
            ),
        ) from error
    return pd


def _series(pd: Any, values: Sequence[Any], kind: ColumnType) -> Any:
    if kind is ColumnType.TEXT:
        # Before pandas 3 its "str" was another type, which makes a word of None.
        dtype: Any = "str" if int(pd.__version__.split(".")[0]) >= 3 else object
        # A dozen columns hold nothing as a rule: what was never rated, parameters nobody wrote.
        if values and values.count(None) == len(values):
            return pd.array([None], dtype=dtype).repeat(len(values))
        return pd.array(values, dtype=dtype)
    if kind in {ColumnType.MOMENT, ColumnType.SPAN}:
        return _times(pd, values, kind)
    if kind is ColumnType.FLAG:
        return pd.array(values, dtype="boolean")
    numbers, unknown = _numbers(values)
    if kind is ColumnType.NUMBER:
        return numbers
    # Exact as long as no number passes 2**53, and those of Midjourney end at 2**32.
    numbers[unknown] = 0
    return pd.arrays.IntegerArray(numbers.astype("int64"), unknown)


def _times(pd: Any, values: Sequence[Any], kind: ColumnType) -> Any:
    numbers, unknown = _numbers(values)
    unknown |= (numbers < 0) | (numbers >= LATEST)
    numbers[unknown] = 0
    times = numbers.astype("int64").astype(
        "timedelta64[ms]" if kind is ColumnType.SPAN else "datetime64[ms]"
    )
    times[unknown] = "NaT"
    return times if kind is ColumnType.SPAN else pd.DatetimeIndex(times).tz_localize("UTC")


def _numbers(values: Sequence[Any]) -> tuple[Any, Any]:
    import numpy as np  # pandas has it

    numbers = np.array(values, dtype="float64")
    unknown = np.isnan(numbers)
    return numbers, unknown
