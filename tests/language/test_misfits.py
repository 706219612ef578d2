"""What looks at a call stays out of sight of those who ask what kind of function it is."""

import asyncio
import inspect

import pytest

from mj_notebook.client.asynchronous import AsyncClient
from mj_notebook.client.sync import Client
from mj_notebook.errors import UsageError
from mj_notebook.language.misfits import fitting, nearest
from mj_notebook.session.board import Board


async def fly(height: int) -> int:
    """Fly."""
    return height


def test_what_is_awaited_is_known_as_such() -> None:
    """Frameworks ask before they call; what does not fit is told when it is awaited."""
    assert inspect.iscoroutinefunction(AsyncClient.fetch)
    assert inspect.iscoroutinefunction(Board.all_ended)
    assert not inspect.iscoroutinefunction(Client.fetch)
    looked_at = fitting(fly)
    assert asyncio.run(looked_at(3)) == 3
    with pytest.raises(UsageError, match="There is no option 'hight'"):
        asyncio.run(looked_at(hight=3))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("name", "meant"), [("seeed", "seed"), ("search", None), ("nope", None), ("stelth", "stealth")]
)
def test_a_slip_of_the_pen_is_told_from_another_word(name: str, meant: str | None) -> None:
    """A third of the letters may be wrong at most; else what is known is listed."""
    assert nearest(name, ["stealth", "seed", "no"]) == meant
