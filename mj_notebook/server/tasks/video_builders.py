"""What a video shows, by how it was asked for: animated, extended, or picked."""

from dataclasses import replace

from mj_notebook.prompt.parse import Prompt
from mj_notebook.server.backends.image_specs import GeneratedSpec, UploadSpec, VideoSpec
from mj_notebook.server.tasks.build_context import BuildContext

VIDEO_COUNTS = (1, 2, 4)
"""How many videos can be asked for at once."""

MOTIONS = ("low", "high")
"""How strong their motion can be; the first is meant where nothing is said."""

SHORT_SIDES = {"vid_1.1_i2v_480": 480, "vid_1.1_i2v_720": 720}
"""Kinds of videos, and the pixels of their shorter side."""

MAX_SEGMENTS = 5
"""Of so many videos, one after the other, the longest consists."""

_DEFAULT_SIDE = 480
# Of a panorama only the middle is animated: encoders want neither very wide nor tiny frames.
_MAX_RATIO = 2.4
# No picture was given: such a task fails, and what stands for the picture is never shown.
_NO_START = UploadSpec("")


def video_size(ratio: float, short_side: int = _DEFAULT_SIDE) -> tuple[int, int]:
    """Return the pixels of a video of a picture with this width to height."""
    ratio = min(_MAX_RATIO, max(1 / _MAX_RATIO, ratio))
    return round(short_side * max(1.0, ratio)), round(short_side * max(1.0, 1 / ratio))


def build_video(context: BuildContext) -> VideoSpec:
    """Return the videos of a picture that was sent, or those that go on with a video."""
    accepted = context.record.accepted
    prompt = Prompt.parse(f"{context.record.prompt} {accepted.added}")
    before = _parent_video(context)
    start, end = (*accepted.pictures, "", "")[:2]
    spec = VideoSpec(
        before.start if before else UploadSpec(start) if start else _NO_START,
        max(1, accepted.width),
        max(1, accepted.height),
        context.seed,
        loops=prompt.value("end") == "loop",
        end=end,
        before=before,
    )
    return _with_parameters(spec, prompt)


def build_animation(context: BuildContext, motion: str) -> VideoSpec:
    """Return the videos of the one picture that a task shows."""
    start = context.parent_spec
    assert isinstance(start, GeneratedSpec)
    # The video is made of the picture as it was drawn, not of its enlargement.
    alone = replace(start, tile=start.tile or 0, enlarged=1)
    width, height = video_size(alone.aspect[0] / alone.aspect[1])
    spec = VideoSpec(alone, width, height, context.seed)
    return _as_button_asks(spec, context.prompt, motion)


def build_extension(context: BuildContext, motion: str) -> VideoSpec:
    """Return the videos that go on with the one that a task shows."""
    before = build_picked_video(context)
    spec = VideoSpec(before.start, before.width, before.height, context.seed, before=before)
    return _as_button_asks(spec, context.prompt, motion)


def build_picked_video(context: BuildContext) -> VideoSpec:
    """Return one video of several."""
    video = _parent_video(context)
    assert video is not None
    return video


def _parent_video(context: BuildContext) -> VideoSpec | None:
    """Return that video of the parent that is meant."""
    video = context.parent_spec
    if not isinstance(video, VideoSpec):
        return None
    return video if video.is_single else replace(video, number=context.record.accepted.number - 1)


def _as_button_asks(spec: VideoSpec, prompt: Prompt, motion: str) -> VideoSpec:
    """Return *spec* as the buttons ask for it: their own motion, and always all four."""
    return replace(_with_parameters(spec, prompt), motion=motion, count=VIDEO_COUNTS[-1])


def _with_parameters(spec: VideoSpec, prompt: Prompt) -> VideoSpec:
    """Return *spec* with what stands in the prompt; what can't be meant was refused before."""
    motion, count = prompt.value("motion"), prompt.value("bs")
    return replace(
        spec,
        words=prompt.text,
        # A window's prompt may hold anything; only submits are checked.
        motion=motion if motion in MOTIONS else MOTIONS[0],
        count=int(count) if count in {str(known) for known in VIDEO_COUNTS} else VIDEO_COUNTS[-1],
    )
