"""Nested loops: only where nothing gets lost."""

import pytest

from mj_notebook.errors import MJError
from mj_notebook.session.worker import installed_version, nesting_package_for


@pytest.mark.parametrize(
    ("versions", "chosen"),
    [
        (
            {"nest-asyncio2": "1.7.4", "nest-asyncio": "1.6.0", "ipykernel": "7.4.0"},
            "nest_asyncio2",
        ),
        ({"nest-asyncio2": "1.7.3", "ipykernel": "6.31.0"}, "nest_asyncio2"),
        ({"nest-asyncio": "1.6.0", "ipykernel": "6.31.0"}, "nest_asyncio"),
        ({"nest-asyncio": "1.6.0", "ipykernel": "7.0.1"}, "nest_asyncio"),
        ({"nest-asyncio": "1.6.0"}, "nest_asyncio"),
    ],
    ids=["both on 7.4", "fork on 6.31", "original on 6.31", "original on 7.0", "no kernel"],
)
def test_what_loses_nothing_is_taken(versions: dict[str, str], chosen: str) -> None:
    """The fork wherever it is new enough, else the original where the kernel bears it."""
    assert nesting_package_for(versions.get) == chosen


@pytest.mark.parametrize(
    "versions",
    [
        {"nest-asyncio": "1.6.0", "ipykernel": "7.1.0"},
        {"nest-asyncio2": "1.7.2", "nest-asyncio": "1.6.0", "ipykernel": "7.4.0"},
        {},
    ],
    ids=["original on 7.1", "old fork on 7.4", "nothing installed"],
)
def test_what_would_lose_clicks_is_refused(versions: dict[str, str]) -> None:
    """Where clicks and queued cells would vanish, one sentence says what to install."""
    with pytest.raises(MJError) as caught:
        nesting_package_for(versions.get)
    assert caught.value.hint


def test_versions_are_those_of_this_environment() -> None:
    """An installed package has its version, another one has none."""
    assert installed_version("nest-asyncio")
    assert installed_version("no-such-package-here") is None
