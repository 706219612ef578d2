"""Video frames: a still picture set in motion, frame by frame; pure functions of pictures."""

import math
from collections.abc import Iterator

from PIL import Image, ImageOps

from mj_notebook.server.backends.camera_motion import CameraMotion, motion_mesh

FRAMES = 24
"""In one video that extends nothing."""

MILLISECONDS = 90
"""How long each frame is shown."""

# Below it the camera stands: a cosine leaves that much at the end of its turn.
_STANDSTILL = 1e-9


def video_frames(
    start: Image.Image, motion: CameraMotion, *, loops: bool = False, end: Image.Image | None = None
) -> Iterator[Image.Image]:
    """Go through the frames of a video that begins with *start* as it is."""
    for place in range(FRAMES):
        yield video_frame(place / (FRAMES - 1), start, motion, loops=loops, end=end)


def video_frame(
    time: float,
    start: Image.Image,
    motion: CameraMotion,
    *,
    loops: bool = False,
    end: Image.Image | None = None,
) -> Image.Image:
    """Return the frame at *time*, 0 to 1, of the same video."""
    # A whole turn of a cosine: it starts and ends at rest, and in the same place.
    back_and_forth = (1 - math.cos(math.tau * time)) / 2
    seen = _warp(start, motion, back_and_forth if loops else _eased(time), time)
    if end is None:
        return seen
    # The way to the other picture is walked from both ends, and they meet in between.
    to_come = _warp(ImageOps.fit(end, start.size), motion, 1 - _eased(time), time)
    # The blend starts late and ends early, so that both ends are the pictures themselves.
    return Image.blend(seen, to_come, _eased(min(1.0, max(0.0, time * 1.6 - 0.3))))


def _warp(image: Image.Image, motion: CameraMotion, progress: float, time: float) -> Image.Image:
    if progress < _STANDSTILL:
        # The first frame is the picture, pixel by pixel; warping would soften it.
        return image.copy()
    cells = motion_mesh(motion, image.size, progress, time)
    return image.transform(image.size, Image.Transform.MESH, cells, Image.Resampling.BILINEAR)


def _eased(time: float) -> float:
    # Smoothstep: a camera starts and stops softly.
    return time * time * (3 - 2 * time)
