"""Paintings: each picture once, off the event loop, kept for a while."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mj_notebook.server.backends.image_specs import GeneratedSpec, ImageSpec
from mj_notebook.server.backends.painter import Brief
from mj_notebook.server.backends.render_cache import Closing, RenderCache

GRID = GeneratedSpec(Brief("a kite", 7))
SIDE = 64


class Painter:
    """Stands in for the painter: counts what it does, and can be made to wait or to fail."""

    def __init__(self) -> None:
        self.painted: list[int] = []
        self.threads: set[str] = set()
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.fails = False

    def __call__(self, spec: ImageSpec, size: tuple[int, int]) -> bytes:
        """Paint in no time, or when it may."""
        assert isinstance(spec, GeneratedSpec)
        self.painted.append(spec.brief.seed)
        self.threads.add(threading.current_thread().name)
        self.may_go_on.wait(10)
        if self.fails:
            raise ValueError("no colours left")
        return b"picture %d %d" % (spec.brief.seed, size[0])


@pytest.fixture
def painter() -> Painter:
    """Return a painter that counts; the real one's pictures are looked at elsewhere."""
    return Painter()


@pytest.fixture
def renders(painter: Painter) -> Iterator[RenderCache]:
    """Return paintings in memory."""
    with closing(RenderCache(SIDE, render=painter)) as made:
        yield made


def test_many_who_ask_get_one_painting(renders: RenderCache, painter: Painter) -> None:
    """At once or later, it is painted once, and not in the thread that asks."""

    async def ask() -> list[bytes]:
        return await asyncio.gather(*(renders.picture(GRID) for _ in range(20)))

    contents = asyncio.run(ask()) + asyncio.run(ask())
    assert len(set(contents)) == 1
    assert painter.painted == [7]
    assert threading.current_thread().name not in painter.threads


def test_who_goes_away_takes_nothing_from_others(renders: RenderCache, painter: Painter) -> None:
    """A request that is broken off leaves the painting to those who still wait."""
    painter.may_go_on.clear()

    async def ask() -> bytes:
        gone = asyncio.ensure_future(renders.picture(GRID))
        stays = asyncio.ensure_future(renders.picture(GRID))
        await asyncio.sleep(0)
        gone.cancel()
        painter.may_go_on.set()
        return await stays

    assert asyncio.run(ask()) == b"picture 7 64"


def test_a_painting_that_failed_is_tried_again(renders: RenderCache, painter: Painter) -> None:
    """Nobody is left waiting, and the failure is not kept."""
    painter.fails = True
    with pytest.raises(ValueError, match="no colours left"):
        asyncio.run(renders.picture(GRID))
    painter.fails = False
    assert asyncio.run(renders.picture(GRID))


def test_nothing_is_begun_where_python_ends(renders: RenderCache) -> None:
    """Who asks is told in one word, which no log repeats; what would be begun ahead is not."""
    renders.close()
    with pytest.raises(Closing):
        asyncio.run(renders.picture(GRID))
    renders.prefetch(GRID)


def test_what_is_begun_ahead_is_there_when_asked_for(
    renders: RenderCache, painter: Painter
) -> None:
    """It is painted once all the same."""
    renders.prefetch(GRID)
    assert asyncio.run(renders.picture(GRID))
    assert painter.painted == [7]


def test_only_a_few_are_begun_ahead(renders: RenderCache, painter: Painter) -> None:
    """A client that watches a thousand tasks doesn't make the server paint a thousand pictures."""
    painter.may_go_on.clear()
    for seed in range(1000):
        renders.prefetch(GeneratedSpec(Brief("a kite", seed)))
    painter.may_go_on.set()
    asyncio.run(renders.picture(GeneratedSpec(Brief("a kite", 5000))))
    assert len(painter.painted) <= 5


def test_memory_is_bounded(painter: Painter) -> None:
    """The pictures that nobody asked for longest are forgotten first."""
    others = [GeneratedSpec(Brief("a kite", seed)) for seed in (1, 2)]
    with closing(RenderCache(SIDE, render=painter, in_memory=len(b"picture 7 64") * 2)) as made:
        for spec in (GRID, others[0], GRID, others[1], GRID, others[0]):
            asyncio.run(made.picture(spec))
    assert painter.painted == [7, 1, 2, 1]


def test_a_folder_keeps_pictures_over_a_restart(tmp_path: Path, painter: Painter) -> None:
    """What was painted before is read."""
    for _ in range(2):
        with closing(RenderCache(SIDE, tmp_path, render=painter)) as made:
            assert asyncio.run(made.picture(GRID)) == b"picture 7 64"
    assert painter.painted == [7]


def test_a_folder_is_bounded(tmp_path: Path, painter: Painter) -> None:
    """The oldest pictures make room."""
    with closing(RenderCache(SIDE, tmp_path, render=painter, on_disk=40)) as made:
        for seed in range(10):
            asyncio.run(made.picture(GeneratedSpec(Brief("a kite", seed))))
    assert 1 <= len(list((tmp_path / "pictures").iterdir())) <= 3


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path: Path, painter: Painter) -> None:
    """The picture is handed out all the same."""
    (tmp_path / "pictures").write_text("in the way")
    with closing(RenderCache(SIDE, tmp_path, render=painter)) as made:
        assert asyncio.run(made.picture(GRID)) == b"picture 7 64"


def test_previews_get_sharper() -> None:
    """The real painter's: the nearer the end, the nearer to the picture."""

    async def differences(made: RenderCache) -> list[float]:
        return [len(await made.preview(GRID, percent)) for percent in (15, 46, 93)]

    with closing(RenderCache(512)) as made:
        sizes = asyncio.run(differences(made))
    assert len(set(sizes)) == 3
