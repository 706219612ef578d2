"""How an engine draws what a spec says: which pictures are sent along, and what is kept of them."""

from dataclasses import replace
from typing import NamedTuple

from PIL import Image, ImageOps

from mj_notebook.server.backends.backend import Backend, Controls, DrawBrief, DrawFailed, Watcher
from mj_notebook.server.backends.blending import blend_images, blend_recipe_of
from mj_notebook.server.backends.compositing import extend_outwards, hard_mask, region_mask
from mj_notebook.server.backends.decoding import open_picture
from mj_notebook.server.backends.engine_sizes import frame_for
from mj_notebook.server.backends.image_specs import EditSpec, GeneratedSpec, KeptPart
from mj_notebook.server.backends.renderer import PictureGone, Renderer
from mj_notebook.server.backends.uploads import UploadStore

# Said to an engine that must be told something, where a person said nothing.
_BLEND_WORDS = "one picture made of these pictures"
# How far a picture that was blended by colours and masks is drawn anew.
_BLEND_STRENGTH = 0.55
# What an edit without a mask may change of the picture.
_EDIT_STRENGTH = 0.75
# How much the four of a grid differ in guidance at full chaos, as shares of it.
_CHAOS = (0.0, -0.6, 0.5, -0.3)
_USUAL_GUIDANCE = 7.0
_GONE = "A picture that it is made of is not kept any more; send it again."


class DrawnPictures(NamedTuple):
    """
    What came of a drawing.

    Attributes:
        notes: What a person should know of it, a sentence each.
    """

    pictures: tuple[Image.Image, ...]
    notes: tuple[str, ...]


class Start(NamedTuple):
    """What a picture begins with, and where and how far it is changed."""

    image: Image.Image
    mask: Image.Image | None = None
    strength: float | None = None
    kept: Image.Image | None = None
    """A mask that is black where not a pixel may change."""


class EngineDrawing:
    """One task, drawn by an engine."""

    def __init__(
        self,
        backend: Backend,
        renderer: Renderer,
        uploads: UploadStore,
        spec: GeneratedSpec,
        side: int,
    ) -> None:
        self._backend, self._renderer, self._uploads = backend, renderer, uploads
        self._spec, self._can = spec, backend.capabilities()
        self._frame = frame_for(spec.size(side), self._can, is_grid=not spec.is_single)
        self._notes: dict[str, None] = {}

    def draw(self, watcher: Watcher) -> DrawnPictures:
        """
        Draw the four of a grid, or the one.

        Raises:
            DrawFailed: One of them could not be drawn.
            DrawCancelled: Nobody wants them any more.
        """
        tiles = range(4) if self._spec.tile is None else (self._spec.tile,)
        pictures = []
        for place, index in enumerate(tiles):

            def share(done: float, place: int = place) -> None:
                watcher.progress((place + min(1.0, max(0.0, done))) / len(tiles))

            try:
                pictures.append(self._tile(index, replace(watcher, progress=share)))
            except PictureGone:
                raise DrawFailed(_GONE) from None
            share(1.0)
        return DrawnPictures(tuple(pictures), tuple(self._notes))

    def _tile(self, index: int, watcher: Watcher) -> Image.Image:
        references = self._references()
        start = self._start(index, references)
        # An engine that takes no pictures, and is asked to blend some.
        if start is not None and references and self._spec.is_mixed and not self._can.varies:
            return start.image
        brief = self._brief(index, start, references)
        image = self._fitted(self._backend.draw(brief, watcher))
        if start and start.kept:
            # An engine may touch what it should not; what is not masked stays as it was.
            return Image.composite(image, start.image, start.kept)
        return image

    def _brief(self, index: int, start: Start | None, references: list[Image.Image]) -> DrawBrief:
        scene, frame = self._spec.brief, self._frame
        if not scene.prompt and self._spec.is_blend:
            scene = scene.remixed(_BLEND_WORDS)
        # As the painter has it: the last step of a family is what its chances come from.
        seed = scene.lineage[-1].seed if scene.lineage else scene.seed
        return DrawBrief(
            scene=scene,
            index=index,
            size=frame.engine,
            seed=(seed + index) % 2**32,
            controls=_spread(self._spec.controls, index),
            start=frame.wider(start.image) if start else None,
            mask=frame.wider_mask(start.mask) if start and start.mask else None,
            strength=start.strength if start else None,
            references=() if start else tuple(references[: self._can.references]),
        )

    def _references(self) -> list[Image.Image]:
        names = self._spec.references
        pictures = self._renderer.pictures(names)
        if names and not pictures:
            raise DrawFailed(_GONE)
        return pictures

    # -- what it begins with --

    def _start(self, index: int, references: list[Image.Image]) -> Start | None:
        spec = self._spec
        if spec.edit:
            return self._edited(spec.edit)
        if spec.part:
            return self._with_kept(spec.part, index)
        if not references or self._can.references >= (len(references) if spec.is_blend else 1):
            self._note_left_out(references, self._can.references)
            return None
        if spec.is_mixed:
            recipe = blend_recipe_of(spec.brief, index)
            return Start(
                blend_images(references, self._frame.wanted, recipe), None, _BLEND_STRENGTH
            )
        if not self._can.varies:
            self._note_left_out(references, 0)
            return None
        self._note_left_out(references, 1)
        image = ImageOps.fit(references[0], self._frame.wanted, Image.Resampling.BICUBIC)
        return Start(image, None, 1 - spec.controls.image_weight)

    def _note_left_out(self, references: list[Image.Image], most: int) -> None:
        if len(references) > most:
            seen = {0: "no pictures", 1: "one picture"}.get(most, f"{most} pictures")
            left = "the others" if most else "those of the prompt"
            self._notes[f"{self._backend.engine} looks at {seen}; {left} had no effect."] = None

    def _edited(self, edit: EditSpec) -> Start:
        image, mask = self._opened(edit.image), self._opened(edit.mask) if edit.mask else None
        self._require(self._can.inpaints if mask else self._can.varies, "change pictures by words")
        before = image.resize(self._frame.wanted, Image.Resampling.LANCZOS)
        if mask is None:
            return Start(before, None, _EDIT_STRENGTH)
        return Start(before, hard_mask(mask, before.size), 1.0, region_mask(mask, before.size))

    def _with_kept(self, part: KeptPart, index: int) -> Start:
        size = self._frame.wanted
        before, place = self._renderer.kept(part, index, size)
        if part.box:
            self._require(self._can.outpaints, "go on with a picture around it")
            # The surroundings are guessed, so that an engine begins with the right colours.
            wide = extend_outwards(before, size, place)
            wide.paste(before, place)
            mask = Image.new("L", size, 255)
            mask.paste(Image.new("L", before.size), place)
            return Start(wide, mask, 1.0, mask)
        if not part.mask:
            self._require(self._can.varies, "vary a picture")
            return Start(before, None, part.strength)
        self._require(self._can.inpaints, "change a part of a picture")
        mask = self._opened(part.mask)
        return Start(before, hard_mask(mask, size), part.strength, region_mask(mask, size))

    def _opened(self, name: str) -> Image.Image:
        image = open_picture(self._uploads.get(name))
        if image is None:
            raise DrawFailed(_GONE)
        return image

    def _require(self, can: object, what: str) -> None:
        if not can:
            raise DrawFailed(f"{self._backend.engine} can't {what}.")

    def _fitted(self, drawn: Image.Image) -> Image.Image:
        """Return what was drawn in the size that was asked for; what is another size is told."""
        wanted = self._frame.engine
        image = drawn.convert("RGB")
        if image.size != wanted:
            self._notes[
                f"{self._backend.engine} drew {image.width} × {image.height} pixels where"
                f" {wanted[0]} × {wanted[1]} were asked for; the picture was brought to that size."
            ] = None
            image = ImageOps.fit(image, wanted, Image.Resampling.LANCZOS)
        return self._frame.cropped(image)


def _spread(controls: Controls, index: int) -> Controls:
    """Return *controls* for one of the four: chaos lets each follow the words more or less."""
    if not controls.chaos:
        return controls
    guidance = _USUAL_GUIDANCE if controls.guidance is None else controls.guidance
    share = 1 + _CHAOS[index % 4] * controls.chaos
    return replace(controls, guidance=max(1.0, guidance * share), chaos=0.0)
