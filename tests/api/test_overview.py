"""`mj.help()` lists what there is; `mj.help("imagine")` tells all of one."""

import inspect

import pytest

import mj_notebook as mj
from mj_notebook.api.overview import GROUPED
from mj_notebook.errors import UsageError
from mj_notebook.session.job import FOR_PEOPLE


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


def test_a_class_is_told_with_what_it_has() -> None:
    """Each name that a job lists stands there, with what it gives; internals don't."""
    text = mj.help("Job").text
    for name in FOR_PEOPLE:
        assert f"  .{name} " in text or f"    {name}: " in text
    assert ".set_submission" not in text
    assert "  .to_pandas " in mj.help("History").text
    assert not {"*", "`"} & set(repr(mj.help()))


def test_a_name_that_is_none_is_refused() -> None:
    """One sentence, with what was meant."""
    with pytest.raises(UsageError, match=r"There is no mj\.imagin\. Did you mean 'imagine'"):
        mj.help("imagin")
