"""Camera motion: how the view moves through a picture, and how its forms sway; no pixels here."""

import math
from random import Random
from typing import NamedTuple

LOW, HIGH = "low", "high"

# How much larger the picture gets, how far it sways (in its sides), how far the camera turns.
_ZOOM = {LOW: 0.10, HIGH: 0.42}
_SWAY = {LOW: 0.004, HIGH: 0.009}
_TURN = {LOW: 0.0, HIGH: 0.05}
# Of what lies outside the picture once it is larger, so much is travelled through.
_PAN_SHARE = 0.92
# What lies low in a picture is near as a rule, and passes by faster.
_FAR, _NEAR = 0.45, 1.0
# As many cells as the sway needs to look smooth; each costs one transform a frame.
_COLUMNS = 10
_ROWS = 10

# Words of a prompt that tell the camera where to go: right and down, as seen in the picture.
_DIRECTIONS = {
    "pan left": (-1.0, 0.0),
    "pan right": (1.0, 0.0),
    "pan up": (0.0, -1.0),
    "tilt up": (0.0, -1.0),
    "pan down": (0.0, 1.0),
    "tilt down": (0.0, 1.0),
    "zoom in": (0.0, 0.0),
    "push in": (0.0, 0.0),
    "dolly in": (0.0, 0.0),
}

Point = tuple[float, float]
Quad = tuple[float, float, float, float, float, float, float, float]
Cell = tuple[tuple[int, int, int, int], Quad]


class CameraMotion(NamedTuple):
    """
    How the camera moves through a picture.

    Attributes:
        zoom: How much larger the picture is at its end.
        x: Where the camera goes: -1 is as far left as the picture has something to show.
        y: The same, down.
        turn: How far it turns, in radians.
        sway: How far forms swing, in sides of the picture.
        phase: Where they begin to.
    """

    zoom: float
    x: float
    y: float
    turn: float
    sway: float
    phase: float


def camera_motion_of(words: str, strength: str, seed: int, number: int) -> CameraMotion:
    """Return how video *number* (0 to 3) of a prompt moves: each of four in another direction."""
    chance = Random(f"{seed} {number} motion")
    # Quarter turns apart, so that four videos of one picture can be told apart; the first
    # direction differs from seed to seed.
    angle = (number + chance.random() * 0.6) * math.pi / 2 + Random(f"{seed} way").random() * 6.3
    named = next(
        (direction for word, direction in _DIRECTIONS.items() if word in words.lower()), None
    )
    x, y = named or (math.cos(angle), math.sin(angle))
    # A fifth more or less than usual: otherwise all videos would run in step.
    zoom = _ZOOM[strength] * (0.8 + 0.4 * chance.random())
    return CameraMotion(
        zoom=zoom,
        x=x,
        y=y,
        turn=_TURN[strength] * (1 if number % 2 else -1) * (0.6 + 0.4 * chance.random()),
        sway=_SWAY[strength] * (0.8 + 0.4 * chance.random()),
        phase=chance.random(),
    )


def motion_mesh(
    motion: CameraMotion, size: tuple[int, int], progress: float, time: float
) -> list[Cell]:
    """
    Return which part of a picture is seen in which cell of a frame, for `Image.transform`.

    Args:
        motion: How the camera moves.
        size: Of picture and frame, in pixels.
        progress: How far the camera has moved, 0 to 1; at 0 the picture is seen as it is.
        time: In swings of the forms.
    """
    width, height = size
    columns = [round(width * step / _COLUMNS) for step in range(_COLUMNS + 1)]
    rows = [round(height * step / _ROWS) for step in range(_ROWS + 1)]
    points = [[_source_point(motion, size, (x, y), progress, time) for x in columns] for y in rows]
    return [
        (
            (columns[c], rows[r], columns[c + 1], rows[r + 1]),
            (*points[r][c], *points[r + 1][c], *points[r + 1][c + 1], *points[r][c + 1]),
        )
        for r in range(_ROWS)
        for c in range(_COLUMNS)
        if columns[c] < columns[c + 1] and rows[r] < rows[r + 1]
    ]


def _source_point(
    motion: CameraMotion,
    size: tuple[int, int],
    place: tuple[int, int],
    progress: float,
    time: float,
) -> Point:
    """Return the point of the picture that is seen at *place* of the frame."""
    u, v = place[0] / size[0] - 0.5, place[1] / size[1] - 0.5
    # The camera comes nearer: a smaller part of the picture fills the frame, and what is left
    # over at the sides is room to pan.
    scale = 1 / (1 + motion.zoom * progress)
    room = (1 - scale) / 2 * _PAN_SHARE
    near = _FAR + (_NEAR - _FAR) * (v + 0.5)
    turn = motion.turn * progress
    ratio = size[0] / size[1]
    # Turned in units of one side, so that a circle stays one in pictures that are no squares.
    x = (u * math.cos(turn) - v / ratio * math.sin(turn)) * scale + motion.x * room * near
    y = (u * ratio * math.sin(turn) + v * math.cos(turn)) * scale + motion.y * room * near
    # It swings in with the motion: the first frame must be the picture itself.
    swing = motion.sway * progress
    x += swing * near * math.sin(math.tau * (time + motion.phase + v * 1.5))
    y += swing * 0.6 * math.sin(math.tau * (time + motion.phase * 2 + u * 1.5))
    # What would lie outside is the picture's rim, drawn out a little.
    return _clamp(x + 0.5) * size[0], _clamp(y + 0.5) * size[1]


def _clamp(share: float) -> float:
    return min(1.0, max(0.0, share))
