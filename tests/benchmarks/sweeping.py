"""Sweeps: ten thousand cells planned in a second, and a figure of 1,600 against Pillow itself."""

import io
import random
import resource
import tempfile
import time
from collections.abc import Callable

from PIL import Image

import mj_notebook as mj
from mj_notebook.experiments.sweep import MOST_LOOKED_AT
from mj_notebook.images.contact_sheet import Sheet, Style, Table, lay_out
from mj_notebook.images.fonts import Letters
from mj_notebook.images.sheet_png import fitted, write_png
from tests.benchmarks.pair import Effort, Row, compare

_SIDE, _CELL = 128, 41.0
_DPI = 150.0
_SCALE = _DPI / 72


def plan(effort: Effort) -> Row:
    """Plan a sweep of four axes of ten values, with the look at its first prompts."""
    with tempfile.TemporaryDirectory() as folder:
        mj.configure(store=folder)
        ten = [f"fox {number}" for number in range(10)]

        def each() -> float:
            started = time.process_time()
            made = mj.sweep("a {{animal}}", animal=ten, s=range(10), chaos=range(10), w=range(10))
            spent = (time.process_time() - started) * 1000
            assert len(made) == 10_000
            assert made.plan.looked_at == MOST_LOOKED_AT
            return spent

        each()
        return compare(
            "10,000 cells planned / 1 s",
            each,
            lambda: 1000.0,
            limit=1,
            pairs=effort.pairs,
            counts=f" {MOST_LOOKED_AT} of them looked at",
        )


def figure(effort: Effort) -> Row:
    """Write a sheet of 40 × 40 pictures; the rival decodes, fits and pastes them into one image."""
    chance, letters = random.Random(7), Letters([])
    contents = [_noise(chance) for _ in range(8)]
    keys = [[f"{(row * 40 + column) % 8}" for column in range(40)] for row in range(40)]
    labels = [str(number) for number in range(40)]
    table = Table("", ("y", "x"), labels, labels, keys, {}, {})
    sheet = lay_out(table, Style(_CELL), letters.measure)

    def picture(key: str, width: int, height: int) -> Image.Image:
        return fitted(contents[int(key)], None, width, height)

    def ours() -> float:
        with tempfile.TemporaryFile() as file:
            started = time.process_time()
            write_png(file, sheet, picture, letters, _DPI)
            return (time.process_time() - started) * 1000

    # First: what is the most that was ever in memory can only grow.
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ours()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    whole = round(sheet.width * _SCALE) * round(sheet.height * _SCALE) * 3 >> 20
    assert grown * 2 < whole, f"{grown} MB of memory for a sheet of {whole} MB"
    return compare(
        "figure of 1,600 pictures / Pillow decodes and pastes them",
        ours,
        lambda: _pasted(sheet, picture),
        limit=2.5,
        pairs=min(3, effort.pairs),
        counts=f" {grown} MB of memory for a sheet of {whole} MB",
    )


def _noise(chance: random.Random) -> bytes:
    small = Image.frombytes("RGB", (32, 32), chance.randbytes(32 * 32 * 3))
    buffer = io.BytesIO()
    small.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC).save(buffer, "PNG")
    return buffer.getvalue()


def _pasted(sheet: Sheet, picture: Callable[[str, int, int], Image.Image]) -> float:
    started = time.process_time()
    size = round(sheet.width * _SCALE), round(sheet.height * _SCALE)
    whole = Image.new("RGB", size, "white")
    for tile in sheet.tiles:
        side = round(tile.width * _SCALE)
        image = picture(tile.key, side, side)
        whole.paste(image, (round(tile.x * _SCALE), round(tile.y * _SCALE)))
    return (time.process_time() - started) * 1000
