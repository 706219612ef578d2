"""`mj.help()` lists what there is; `mj.help("imagine")` tells all of one."""

import inspect

import pytest

import mj_notebook as mj
from mj_notebook.api.overview import GROUPED
from mj_notebook.errors import UsageError


def test_every_function_is_listed() -> None:
    """Each public function stands in a group, with its first sentence; the rest are types."""
    functions = {name for name in mj.__all__ if inspect.isfunction(getattr(mj, name))}
    assert functions - GROUPED == {"current_session", "current_settings"}
    text = repr(mj.help())
    for name in GROUPED:
        assert f"mj.{name} " in text


def test_one_name_is_told_whole() -> None:
    """What it takes, and what its docstring says."""
    text = repr(mj.help("blend"))
    assert text.startswith("mj.blend(*pictures, dimensions=None, bot=None, mode=None,")
    assert "two to five pictures" in text
    assert "Attributes" in repr(mj.help("Job"))


def test_a_name_that_is_none_is_refused() -> None:
    """One sentence, and where the names are."""
    with pytest.raises(UsageError, match=r"There is no mj\.imagin\."):
        mj.help("imagin")
