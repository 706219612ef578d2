"""The renderer: specs made into pictures, of what is painted and what clients uploaded."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageFilter, ImageOps

from mj_notebook.protocol.media import media_of
from mj_notebook.server.backends import painter
from mj_notebook.server.backends.animated_webp import encode_animation
from mj_notebook.server.backends.backend import DrawBrief
from mj_notebook.server.backends.blending import blend_images, blend_recipe_of
from mj_notebook.server.backends.camera_motion import CameraMotion, camera_motion_of
from mj_notebook.server.backends.compositing import (
    extend_outwards,
    match_colours,
    paste_feathered,
    region_mask,
    side_by_side,
)
from mj_notebook.server.backends.decoding import open_picture
from mj_notebook.server.backends.face_swap import swap_face
from mj_notebook.server.backends.image_specs import (
    EditSpec,
    FaceSwapSpec,
    GeneratedSpec,
    ImageSpec,
    KeptPart,
    UploadSpec,
    VideoSpec,
)
from mj_notebook.server.backends.painter_backend import PainterBackend, paint_alone
from mj_notebook.server.backends.uploads import UploadStore
from mj_notebook.server.backends.video_frames import MILLISECONDS, video_frame, video_frames

# Shown where an uploaded picture is gone: a server in memory forgets the oldest.
_MISSING_COLOUR = "#8b8f96"
# Pixels: colours and forms are what is taken from references, and a tile is no larger.
_REFERENCE_SIDE = 1024
# How far what is painted into a region takes on the colours around it.
_REGION_TONE = 0.45
Size = tuple[int, int]


class PictureGone(Exception):
    """A picture that an engine has drawn is not kept any more, and nothing may stand for it."""


class Renderer:
    """Makes pictures as bytes; its methods take a while, and are called in threads."""

    def __init__(self, uploads: UploadStore) -> None:
        self._uploads = uploads
        self._painter = PainterBackend()
        # A task asks for several steps of the same picture, at the same size.
        self._draft = lru_cache(maxsize=32)(self._drawn_small)

    def picture(self, spec: ImageSpec, size: Size) -> bytes:
        """Return the finished picture: as PNG with its prompt, or as it was uploaded."""
        if isinstance(spec, UploadSpec):
            return self._uploaded(spec)
        if isinstance(spec, VideoSpec):
            return encode_animation(self._frames(spec, size), MILLISECONDS, spec.words)
        if isinstance(spec, FaceSwapSpec):
            return painter.encode_png(self._swap_faces(spec, size))
        if spec.drawn:
            return self._drawn_picture(spec)
        return _encoded(self._painted(spec, size), spec)

    def preview(self, spec: ImageSpec, percent: int, side: int) -> bytes:
        """Return the picture as it looks *percent* of the way, as WEBP."""
        image, left = self._draft(spec, side), 1 - percent / 100
        # Most of the blur goes early: people want to see soon what it will be.
        blurred = image.filter(ImageFilter.GaussianBlur(max(image.size) * 0.055 * left**1.7))
        buffer = BytesIO()
        blurred.save(buffer, "WEBP", quality=72, method=1)
        return buffer.getvalue()

    def _drawn_small(self, spec: ImageSpec, side: int) -> Image.Image:
        if isinstance(spec, UploadSpec):
            return open_picture(self._uploaded(spec), side) or _placeholder()
        size = _scaled(spec.size(), side)
        if isinstance(spec, VideoSpec):
            return next(self._frames(spec, size))
        if isinstance(spec, FaceSwapSpec):
            return self._swap_faces(spec, size)
        return self._painted(spec, size)

    def _painted(self, spec: GeneratedSpec, size: Size) -> Image.Image:
        if spec.tile is not None:
            return painter.mark(self.composed(spec, spec.tile, size))
        half = (size[0] // 2, size[1] // 2)
        return side_by_side([painter.mark(self.composed(spec, one, half)) for one in range(4)])

    def _drawn_picture(self, spec: GeneratedSpec) -> bytes:
        """Return what an engine has drawn: one picture as it came, or four as a grid."""
        if spec.is_single:
            content = self._uploads.get(spec.drawn[0])
            if content is None:
                raise PictureGone
            return content
        tiles = [self.composed(spec, index, spec.pixels) for index in range(4)]
        return _encoded(side_by_side(tiles), spec)

    def composed(self, spec: GeneratedSpec, index: int, size: Size) -> Image.Image:
        """
        Return one picture of *spec*, with what it keeps of another laid into it.

        Raises:
            PictureGone: An engine has drawn it, and it was not kept.
        """
        if spec.drawn:
            place = 0 if spec.is_single else index
            image = open_picture(self._uploads.get(spec.drawn[place]))
            if image is None:
                raise PictureGone
            return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)
        if spec.edit:
            return self._edited(spec, spec.edit, index, size)
        pictures = self.pictures(spec.references)
        if spec.is_mixed and pictures:
            image = blend_images(pictures, size, blend_recipe_of(spec.brief, index))
        else:
            brief = DrawBrief(scene=spec.brief, index=index, size=size, references=tuple(pictures))
            if spec.part and spec.part.box:
                wide = self._painter.draw(replace(brief, references=()))
                return self._around(spec, wide, spec.part, index)
            image = self._painter.draw(brief)
        return self._with_kept(spec, image, spec.part, index) if spec.part else image

    def _edited(self, spec: GeneratedSpec, edit: EditSpec, index: int, size: Size) -> Image.Image:
        """Return the picture that *spec* changes, changed by its words where that is wanted."""
        # The request's size decides; the picture is brought to it.
        before = open_picture(self._uploads.get(edit.image), _REFERENCE_SIDE) or _placeholder()
        image = before.resize(size, Image.Resampling.BICUBIC)
        mask = open_picture(self._uploads.get(edit.mask)) if edit.mask else None
        return self._painter.draw(
            DrawBrief(scene=spec.brief, index=index, size=size, start=image, mask=mask)
        )

    def _with_kept(
        self, spec: GeneratedSpec, image: Image.Image, part: KeptPart, index: int
    ) -> Image.Image:
        before, place = self.kept(part, index, image.size)
        if part.box:
            return extend_outwards(before, image.size, place)
        if not part.mask:
            return Image.blend(before, match_colours(image, [before]), part.strength)
        mask = open_picture(self._uploads.get(part.mask)) or Image.new("L", (8, 8), "white")
        soft = region_mask(mask, image.size)
        if spec.brief.prompt == part.kept.brief.prompt:
            return Image.composite(match_colours(image, [before], _REGION_TONE), before, soft)
        # Other words are another scene: the whole of it goes where there is room for it.
        left, top, right, bottom = soft.getbbox() or (0, 0, *image.size)
        scene = paint_alone(spec.brief, index, (max(8, right - left), max(8, bottom - top)))
        changed = before.copy()
        around = before.crop((left, top, right, bottom))
        changed.paste(match_colours(scene, [around], _REGION_TONE), (left, top))
        return Image.composite(changed, before, soft)

    def _around(
        self, spec: GeneratedSpec, image: Image.Image, part: KeptPart, index: int
    ) -> Image.Image:
        """Return *image* around what it keeps, in the colours that this has been given."""
        inner, (left, top) = self.kept(part, index, image.size)
        sample = image.crop((left, top, left + inner.width, top + inner.height))
        wide = match_colours(image, [inner], 1.0, sample)
        # What the painter alone has made is in the wider world already, without a rim.
        is_there = part.kept.is_painted and part.kept.brief.prompt == spec.brief.prompt
        return wide if is_there else paste_feathered(wide, inner, (left, top))

    def kept(self, part: KeptPart, index: int, size: Size) -> tuple[Image.Image, tuple[int, int]]:
        """
        Return what *part* keeps as it is seen in a picture of *size*, and where.

        Raises:
            PictureGone: An engine has drawn it, and it was not kept.
        """
        box = part.box or (0, 0, 1, 1)
        shown = index if part.kept.tile is None else part.kept.tile
        left, top, right, bottom = (round(edge * size[place % 2]) for place, edge in enumerate(box))
        # 8 pixels at least: a widening of a widening can leave hardly anything of the first.
        inner = self.composed(part.kept, shown, (max(8, right - left), max(8, bottom - top)))
        return inner, (left, top)

    def _frames(self, video: VideoSpec, size: Size) -> Iterator[Image.Image]:
        """Go through the frames of *video*, or of several side by side."""
        if video.number is not None:
            return map(painter.mark, self._video(video, size))
        if video.count == 1:
            return map(painter.mark, self._video(replace(video, number=0), size))
        # As in a grid: several share the pixels of one.
        each = max(4, size[0] // 2), max(4, size[1] // (video.count // 2))
        videos = [self._video(replace(video, number=place), each) for place in range(video.count)]
        return map(painter.mark, map(side_by_side, zip(*videos, strict=True)))

    def _video(self, video: VideoSpec, size: Size) -> Iterator[Image.Image]:
        """Go through one video, with those it goes on with before it."""
        if video.before:
            yield from self._video(video.before, size)
        start, motion, end = self._scene(video, size)
        yield from video_frames(start, motion, loops=video.loops, end=end)

    def _scene(
        self, video: VideoSpec, size: Size
    ) -> tuple[Image.Image, CameraMotion, Image.Image | None]:
        """Return how *video* begins, its motion, and the picture it ends with, if one is given."""
        if video.before:
            first, way, last = self._scene(video.before, size)
            # An extension begins with the last frame of what it extends.
            start = video_frame(1, first, way, loops=video.before.loops, end=last)
        elif isinstance(video.start, GeneratedSpec):
            start = self.composed(video.start, video.start.tile or 0, size)
        else:
            given = open_picture(self._uploads.get(video.start.name), max(size))
            start = ImageOps.fit(given or _placeholder(), size)
        motion = camera_motion_of(video.words, video.motion, video.seed, video.number or 0)
        end = open_picture(self._uploads.get(video.end), max(size)) if video.end else None
        return start, motion, end

    def _swap_faces(self, spec: FaceSwapSpec, size: Size) -> Image.Image:
        source, target = self.pictures((spec.source, spec.target)) or (
            _placeholder(),
            _placeholder(),
        )
        return painter.mark(swap_face(source, target.resize(size)))

    def pictures(self, names: tuple[str, ...]) -> list[Image.Image]:
        """Return the pictures that are still there; all of them, or none."""
        found = [open_picture(self._uploads.get(name), _REFERENCE_SIDE) for name in names]
        pictures = [picture for picture in found if picture]
        # Blending what is left of five would silently be another picture.
        return pictures if len(pictures) == len(names) else []

    def _uploaded(self, spec: UploadSpec) -> bytes:
        """Return the picture as it came, or as PNG if browsers would not show it."""
        content = self._uploads.get(spec.name)
        if content and media_of(content):
            return content
        # A server without a folder forgets old pictures.
        return painter.encode_png(open_picture(content) or _placeholder())


def _encoded(image: Image.Image, spec: GeneratedSpec) -> bytes:
    """Return *image* as PNG with its prompt in the text field that Midjourney's downloads have."""
    return painter.encode_png(image, {"Description": spec.brief.prompt})


def _scaled(size: Size, side: int) -> Size:
    """Return *size* with *side* as its longer one."""
    factor = side / max(size)
    return max(16, round(size[0] * factor)), max(16, round(size[1] * factor))


def _placeholder() -> Image.Image:
    return Image.new("RGB", (64, 64), _MISSING_COLOUR)
