"""The studio: what is painted, put together with the pictures that clients sent along."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from PIL import Image, ImageFilter, ImageOps

from mj_notebook.protocol.media import media_of
from mj_notebook.server.animation import encode_animation
from mj_notebook.server.blending import blended, recipe_of
from mj_notebook.server.decoding import open_picture
from mj_notebook.server.filming import MILLISECONDS, frame_at, moved, side_by_side
from mj_notebook.server.mixing import (
    inlaid,
    region_mask,
    steered,
    surrounded,
)
from mj_notebook.server.motions import Motion, motion_of
from mj_notebook.server.painter import (
    Brief,
    encode_png,
    paint_grid,
    paint_preview,
    paint_tile,
    preview_tile,
)
from mj_notebook.server.painter.canvas import Canvas
from mj_notebook.server.painter.grid import painted, tile_size
from mj_notebook.server.painter.marks import mark
from mj_notebook.server.references import References
from mj_notebook.server.shots import Edit, Film, Given, Part, Picture, Shot, Swapped
from mj_notebook.server.swapping import face_swapped

_EMPTY = "#8b8f96"
_HEAD = 33
_REFERENCE_SIDE = 1024
# How far what is painted into a region takes on the colours around it.
_FITTED = 0.45
Size = tuple[int, int]
Share = tuple[float, float, float, float]


class Studio:
    """Makes pictures as bytes; its methods take a while, and are called in threads."""

    def __init__(self, references: References) -> None:
        self._references = references

    def picture(self, shot: Picture, size: Size) -> bytes:
        """Return the finished picture: as PNG that tells its prompt, or as it was given."""
        if isinstance(shot, Given):
            return self._given(shot)
        if isinstance(shot, Film):
            return encode_animation(self._frames(shot, size), MILLISECONDS, shot.words)
        if isinstance(shot, Swapped):
            return encode_png(self._swapped(shot, size))
        return captioned(encode_png(self._painted(shot, size)), shot.brief.prompt)

    def preview(self, shot: Picture, percent: int, side: int) -> bytes:
        """Return the picture as it looks *percent* of the way, as WEBP."""
        if isinstance(shot, Shot) and shot.is_plain:
            if shot.tile is None:
                return paint_preview(shot.brief, percent, side)
            return preview_tile(shot.brief, shot.tile, percent, side)
        image = self._small(shot, side)
        unsure = max(image.size) * 0.05 * (1 - percent / 100)
        return _webp(image.filter(ImageFilter.GaussianBlur(unsure)))

    def _small(self, shot: Picture, side: int) -> Image.Image:
        if isinstance(shot, Given):
            return open_picture(self._given(shot), side) or _empty()
        if isinstance(shot, Film):
            return next(self._frames(shot, _scaled(shot.size(), side)))
        size = _scaled(shot.size(), side)
        return self._swapped(shot, size) if isinstance(shot, Swapped) else self._painted(shot, size)

    def _painted(self, shot: Shot, size: Size) -> Image.Image:
        if shot.tile is not None:
            return self._tile(shot, shot.tile, size)
        if shot.is_plain:
            return paint_grid(shot.brief, size)
        grid = Image.new("RGB", size)
        width, height = size[0] // 2, size[1] // 2
        for index in range(4):
            tile = self._tile(shot, index, (width, height))
            grid.paste(tile, (index % 2 * width, index // 2 * height))
        return grid

    def _tile(self, shot: Shot, index: int, size: Size) -> Image.Image:
        if shot.is_plain:
            return paint_tile(shot.brief, index, size)
        return _marked(self._unmarked(shot, index, size))

    def _unmarked(self, shot: Shot, index: int, size: Size) -> Image.Image:
        """Return one picture of *shot*, with what it keeps of another laid into it."""
        if shot.edit:
            return self._edited(shot, shot.edit, index, size)
        pictures = self._pictures(shot.references)
        if shot.is_mixed and pictures:
            image = blended(pictures, size, recipe_of(shot.brief, index))
        else:
            canvas = painted(shot.brief, index, tile_size(shot.brief, size), shot.brief.camera)
            if shot.part and shot.part.box:
                return self._around(shot, canvas.image, shot.part, shot.part.box, index)
            image = steered(canvas.image, pictures)
        return self._with_kept(shot, image, shot.part, index) if shot.part else image

    def _edited(self, shot: Shot, edit: Edit, index: int, size: Size) -> Image.Image:
        """Return the picture that *shot* changes, changed by its words where that is wanted."""
        before = open_picture(self._references.get(edit.image), _REFERENCE_SIDE) or _empty()
        image = before.resize(size, Image.Resampling.BICUBIC)
        mask = open_picture(self._references.get(edit.mask)) if edit.mask else None
        if mask is None:
            painting = _drawing(shot.brief, index, size)
            return blended((image, painting), size, recipe_of(shot.brief, index))
        soft = region_mask(mask, size)
        box = soft.getbbox() or (0, 0, *size)
        part = _drawing(shot.brief, index, (box[2] - box[0], box[3] - box[1]))
        changed = image.copy()
        changed.paste(steered(part, [image], 0.3), box[:2])
        return Image.composite(changed, image, soft)

    def _with_kept(self, shot: Shot, image: Image.Image, part: Part, index: int) -> Image.Image:
        if part.box:
            inner, place = self._inner(part, part.box, index, image.size)
            return surrounded(inner, image.size, place)
        shown = index if part.kept.tile is None else part.kept.tile
        mask = open_picture(self._references.get(part.mask)) or Image.new("L", (8, 8), "white")
        before = self._unmarked(part.kept, shown, image.size)
        soft = region_mask(mask, image.size)
        if shot.brief.prompt == part.kept.brief.prompt:
            return Image.composite(steered(image, [before], _FITTED), before, soft)
        # Other words are another scene: the whole of it goes where there is room for it.
        left, top, right, bottom = soft.getbbox() or (0, 0, *image.size)
        scene = _drawing(shot.brief, index, (max(8, right - left), max(8, bottom - top)))
        changed = before.copy()
        around = before.crop((left, top, right, bottom))
        changed.paste(steered(scene, [around], _FITTED), (left, top))
        return Image.composite(changed, before, soft)

    def _around(
        self, shot: Shot, image: Image.Image, part: Part, box: Share, index: int
    ) -> Image.Image:
        """Return *image* around what it keeps, in the colours that this has been given."""
        inner, (left, top) = self._inner(part, box, index, image.size)
        sample = image.crop((left, top, left + inner.width, top + inner.height))
        wide = steered(image, [inner], 1.0, sample)
        # What the painter alone has made is in the wider world already, without a rim.
        is_there = part.kept.is_painted and part.kept.brief.prompt == shot.brief.prompt
        return wide if is_there else inlaid(wide, inner, (left, top))

    def _inner(
        self, part: Part, box: Share, index: int, size: Size
    ) -> tuple[Image.Image, tuple[int, int]]:
        """Return what *part* keeps as it is seen in a picture of *size*, and where."""
        shown = index if part.kept.tile is None else part.kept.tile
        left, top, right, bottom = (round(edge * size[place % 2]) for place, edge in enumerate(box))
        inner = self._unmarked(part.kept, shown, (max(8, right - left), max(8, bottom - top)))
        return inner, (left, top)

    def _frames(self, film: Film, size: Size) -> Iterator[Image.Image]:
        """Go through the frames of *film*, or of its films side by side."""
        if film.number is not None:
            return map(_marked, self._film(film, size))
        if film.count == 1:
            return map(_marked, self._film(replace(film, number=0), size))
        each = max(4, size[0] // 2), max(4, size[1] // (film.count // 2))
        films = [self._film(replace(film, number=place), each) for place in range(film.count)]
        return map(_marked, side_by_side(films))

    def _film(self, film: Film, size: Size) -> Iterator[Image.Image]:
        """Go through one film, with those it goes on with before it."""
        if film.before:
            yield from self._film(film.before, size)
        start, motion, end = self._scene(film, size)
        yield from moved(start, motion, loops=film.loops, end=end)

    def _scene(self, film: Film, size: Size) -> tuple[Image.Image, Motion, Image.Image | None]:
        """Return where *film* begins, its way, and where it leads, where that is given."""
        if film.before:
            begin, way, lead = self._scene(film.before, size)
            start = frame_at(1, begin, way, loops=film.before.loops, end=lead)
        elif isinstance(film.start, Shot):
            start = self._unmarked(film.start, film.start.tile or 0, size)
        else:
            given = open_picture(self._references.get(film.start.name), max(size))
            start = ImageOps.fit(given or _empty(), size)
        motion = motion_of(film.words, film.motion, film.seed, film.number or 0)
        end = open_picture(self._references.get(film.end), max(size)) if film.end else None
        return start, motion, end

    def _swapped(self, shot: Swapped, size: Size) -> Image.Image:
        source, target = self._pictures((shot.source, shot.target)) or (_empty(), _empty())
        return _marked(face_swapped(source, target.resize(size)))

    def _pictures(self, names: tuple[str, ...]) -> list[Image.Image]:
        """Return the pictures that are still there; all of them, or none."""
        found = [open_picture(self._references.get(name), _REFERENCE_SIDE) for name in names]
        pictures = [picture for picture in found if picture]
        return pictures if len(pictures) == len(names) else []

    def _given(self, shot: Given) -> bytes:
        """Return the picture as it came, or as PNG if browsers would not show it."""
        content = self._references.get(shot.name)
        if content and media_of(content):
            return content
        # A server without a folder forgets old pictures.
        return encode_png(open_picture(content) or _empty())


def captioned(png: bytes, prompt: str) -> bytes:
    """Return *png* with its prompt in the text field that Midjourney's downloads have."""
    text = b"Description\0\0\0\0\0" + prompt.encode("utf-8", "replace")
    body = b"iTXt" + text
    chunk = struct.pack(">I", len(text)) + body + struct.pack(">I", zlib.crc32(body))
    return png[:_HEAD] + chunk + png[_HEAD:]


def _marked(image: Image.Image) -> Image.Image:
    """Return *image* with the mark of a demonstration."""
    canvas = Canvas(image.size, 0, 0, 1)
    canvas.image = image
    mark(canvas)
    return canvas.image


def _drawing(brief: Brief, index: int, size: Size) -> Image.Image:
    """Return what the words of *brief* say as a whole picture of *size*."""
    fitting = replace(brief, aspect=(float(size[0]), float(size[1])))
    return painted(fitting, index, tile_size(fitting, size), fitting.camera).image.resize(size)


def _scaled(size: Size, side: int) -> Size:
    """Return *size* with *side* as its longer one."""
    factor = side / max(size)
    return max(16, round(size[0] * factor)), max(16, round(size[1] * factor))


def _empty() -> Image.Image:
    return Image.new("RGB", (64, 64), _EMPTY)


def _webp(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=72, method=1)
    return buffer.getvalue()
