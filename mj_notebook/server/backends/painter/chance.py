"""Chances by name: every decision of a picture is drawn from the brief and can be drawn again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from math import floor
from random import Random
from typing import TypeVar

from mj_notebook.server.backends.painter.brief import Brief, Camera, Step, clamped_seed, ratio_of
from mj_notebook.server.backends.painter.curves import Line, Point

Choice = TypeVar("Choice")


REACH = 0.3
"""How far into a picture things reach that stand outside; they are settled with it."""


def number_of(*parts: object) -> int:
    """Return a number that depends on *parts* alone, in every process and on every machine."""
    # Joined by a character that no name has, so that ("a", "bc") and ("ab", "c") differ.
    text = "\x1f".join(str(part) for part in parts)
    # Not hash(): Python salts it anew in each process.
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")


@dataclass(frozen=True)
class Region:
    """A part of the world that one step of the family has settled."""

    key: int
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point of the world lies in this region."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True)
class Chance:
    """The chances of one tile."""

    key: int
    """What everything inside the first picture is drawn from."""

    drifts: tuple[tuple[int, float], ...] = ()
    """The variations since: what they draw from, and how far each may move a value."""

    regions: tuple[Region, ...] = ()
    """Parts of the world settled before this tile, innermost first."""

    outer: int | None = None
    """What lies outside all regions is drawn from this instead."""

    def at(self, x: float, y: float) -> "Chance":
        """Return the chances that hold at one point of the world."""
        # A picture that was never widened has one set of chances everywhere.
        if self.outer is None:
            return self
        # Innermost first: a region holds its ancestors' regions as well.
        for region in self.regions:
            if region.holds(x, y):
                return Chance(region.key, self.drifts)
        return Chance(self.outer, self.drifts)

    def value(self, name: object) -> float:
        """Return the chance called *name*, from 0 to 1; a variation moves it a little."""
        result = _value(self.key, name)
        for key, amount in self.drifts:
            # Moved, not drawn anew: relatives resemble each other by the amount.
            result = _folded(result + amount * (_value(key, name) - 0.5))
        return result

    def between(self, name: object, low: float, high: float) -> float:
        """Return the chance called *name*, from *low* to *high*."""
        return low + (high - low) * self.value(name)

    def values(self, name: object, count: int) -> list[float]:
        """Return *count* chances called *name*, each from 0 to 1."""
        results = _values(self.key, name, count)
        for key, amount in self.drifts:
            moves = _values(key, name, count)
            results = [
                _folded(old + amount * (move - 0.5))
                for old, move in zip(results, moves, strict=True)
            ]
        return results

    def line(self, name: object, spacing: float, y: float) -> Line:
        """
        Return a smooth random line over x, from -1 to 1, with a bump about every *spacing*.

        *y* is the height at which it runs: elsewhere in the world other chances may hold.
        """
        knots: dict[int, float] = {}
        # From each knot to the next: where the line begins, and how far it rises.
        spans: dict[int, Point] = {}

        def height(x: float) -> float:
            place = x / spacing
            index = floor(place)
            # A painting asks ten thousands of times, and hardly ever for a span it has not got.
            try:
                begin, rise = spans[index]
            except KeyError:
                begin, end = (knot_at(knot) * 2 - 1 for knot in (index, index + 1))
                rise = end - begin
                spans[index] = begin, rise
            t = place - index
            # Smoothstep: level at the knots, so no bump has a kink.
            return begin + rise * t * t * (3 - 2 * t)

        def knot_at(knot: int) -> float:
            if knot not in knots:
                # In blocks, whatever is asked for first: a line must not depend on the view.
                block = range(knot // 32 * 32, knot // 32 * 32 + 32)
                places = [(number * spacing, y) for number in block]
                knots.update(zip(block, self._along((name, block[0]), places), strict=True))
            return knots[knot]

        return height

    def _along(self, name: object, places: list[Point]) -> list[float]:
        if self.outer is None:
            return self.values(name, len(places))
        # Each point by itself, for a line may run from one region into another.
        owners = [self.at(*place) for place in places]
        rows = {own: own.values(name, len(places)) for own in set(owners)}
        return [rows[own][i] for i, own in enumerate(owners)]

    def pick(self, name: object, options: Sequence[Choice]) -> Choice:
        """Return one of *options*; variations keep what their ancestor picked."""
        # Without the drifts: another option would be another picture, not a variation.
        return options[int(_value(self.key, name) * len(options)) % len(options)]

    def shuffled(self, name: object, options: Sequence[Choice]) -> list[Choice]:
        """Return *options* in an order of their own; variations keep it."""
        order = list(options)
        Random(number_of(self.key, name)).shuffle(order)
        return order


def chance_of(brief: Brief, index: int) -> Chance:
    """Return the chances of tile *index* of *brief*."""
    tiles = [step.tile for step in brief.lineage] + [index]
    key = number_of("root", clamped_seed(brief.seed), tiles[0])
    drifts: list[tuple[int, float]] = []
    regions: list[Region] = []
    outer: int | None = None
    for step, tile in zip(brief.lineage, tiles[1:], strict=True):
        own = number_of("step", step.seed, tile)
        # A variation moves what is there; a wider view only adds what is new.
        if step.camera is None:
            drifts.append((own, step.amount))
            continue
        regions.append(_region(brief, step, step.camera, key if outer is None else outer))
        outer = own
    return Chance(key, tuple(drifts), tuple(regions), outer)


def kin_of(brief: Brief) -> tuple[Chance, int]:
    """Return chances the first four tiles share, and which of them a tile comes from, or -1."""
    first = brief.lineage[0].tile if brief.lineage else -1
    # Without the tile: the four tiles of a grid agree on what the prompt leaves open.
    return Chance(number_of("kin", clamped_seed(brief.seed))), first


def _region(brief: Brief, step: Step, camera: Camera, key: int) -> Region:
    """Return what the parent of *step* showed: the stage at its scale, filled up to its shape."""
    wide, tall = brief.stage_size
    ratio = ratio_of(step.aspect or brief.aspect)
    across = max(wide, tall * ratio) / 2 * camera.scale + REACH
    down = max(tall, wide / ratio) / 2 * camera.scale + REACH
    x, y = camera.cx * wide, camera.cy * tall
    return Region(key, x - across, y - down, x + across, y + down)


# The same few names are asked for at every point of a picture.
@lru_cache(maxsize=4096)
def _value(key: int, name: object) -> float:
    return number_of(key, name) / 2**64


def _values(key: int, name: object, count: int) -> list[float]:
    draw = Random(number_of(key, name)).random
    return [draw() for _ in range(count)]


def _folded(value: float) -> float:
    """Bring a moved value back into 0..1 by reflection, so that neighbours stay neighbours."""
    value = abs(value)
    return 2 - value if value > 1 else value
