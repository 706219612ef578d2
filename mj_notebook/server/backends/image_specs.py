"""
Specs: what pictures show, as frozen values.

Equal specs give equal pixels, so a spec is also the key under which its picture is cached.
"""

from dataclasses import dataclass, field, replace

from mj_notebook.server.backends.backend import Controls
from mj_notebook.server.backends.painter import Brief, grid_size

# Pixels: the side of a square grid of version 7 (protocol/README.md §8).
FULL_SIDE = 2048


@dataclass(frozen=True)
class GeneratedSpec:
    """
    A picture, or a grid of four, that is generated from words.

    Attributes:
        tile: Which of the four (0 to 3), for a single picture; None for a grid.
        enlarged: How many times larger than the tile of a grid.
        references: Pictures that were sent along and steer it, by the hash of their bytes.
        is_blend: The references are its forms too, as long as no words say otherwise.
        part: What it keeps of another picture.
        edit: Which picture it changes.
        controls: How an engine is to draw it.
        drawn: The pictures as an engine has drawn them, by the hash of their bytes.
        pixels: The size of each of those.
    """

    brief: Brief
    tile: int | None = None
    enlarged: int = 1
    references: tuple[str, ...] = ()
    is_blend: bool = False
    part: "KeptPart | None" = None
    edit: "EditSpec | None" = None
    controls: Controls = field(default_factory=Controls)
    drawn: tuple[str, ...] = ()
    pixels: tuple[int, int] = (0, 0)

    @property
    def is_mixed(self) -> bool:
        """Whether it shows its references and nothing painted."""
        return self.is_blend and not self.brief.prompt

    @property
    def is_plain(self) -> bool:
        """Whether the painter alone can make it."""
        # Then a wider view has no seam.
        return not (self.references or self.part or self.edit or self.drawn)

    @property
    def is_painted(self) -> bool:
        """Whether all of its forms are the painter's, be their colours steered or not."""
        return not (self.is_mixed or self.part or self.edit or self.drawn)

    @property
    def is_single(self) -> bool:
        """Whether it is one picture and no grid."""
        return self.tile is not None

    @property
    def aspect(self) -> tuple[float, float]:
        """Width to height, of the grid and of each tile."""
        return self.brief.aspect

    def size(self, side: int = FULL_SIDE) -> tuple[int, int]:
        """Return its pixels, where a square grid has *side* on each side."""
        if self.drawn:
            return self.pixels if self.is_single else (self.pixels[0] * 2, self.pixels[1] * 2)
        width, height = (
            # Even, so that a grid can be cut into four tiles without a pixel left over.
            max(2, round(pixels * side / FULL_SIDE / 2) * 2)
            for pixels in grid_size(self.aspect)
        )
        if not self.is_single:
            return width, height
        return width // 2 * self.enlarged, height // 2 * self.enlarged


@dataclass(frozen=True)
class KeptPart:
    """
    What a picture keeps of another one.

    Attributes:
        kept: The other picture; a grid where each tile keeps its own.
        mask: The hash of a picture that is white where nothing is kept.
        box: Where all of it lies, as fractions of the new picture: left, top, right, bottom.
        strength: How far what is not kept may be from what was there; 1 for as far as it likes.
    """

    kept: GeneratedSpec
    mask: str = ""
    box: tuple[float, float, float, float] | None = None
    strength: float = 1.0


@dataclass(frozen=True)
class EditSpec:
    """
    What is changed by words.

    Attributes:
        mask: The hash of a picture that is white where it is changed; "" for everywhere.
    """

    image: str
    mask: str = ""


@dataclass(frozen=True)
class FaceSwapSpec:
    """A picture with the face of another."""

    source: str
    target: str
    width: int
    height: int
    is_single = True

    def size(self, side: int = FULL_SIDE) -> tuple[int, int]:
        """Return the target's pixels, whatever grids have."""
        # A swap has its target's size; only what is drawn follows the configured side.
        del side
        return self.width, self.height


@dataclass(frozen=True)
class UploadSpec:
    """A picture that was sent along, shown as it is."""

    name: str
    is_single = True

    def size(self, side: int = FULL_SIDE) -> tuple[int, int]:
        """Return nothing that anybody needs: it was not made here."""
        del side
        return (1, 1)


@dataclass(frozen=True)
class VideoSpec:
    """
    A picture set in motion, or two or four such videos that move differently.

    Attributes:
        start: What the first frame shows.
        width: Of each video, where a square grid has `FULL_SIDE`.
        motion: "low" or "high".
        words: The words of the prompt; some direct the camera ("pan left").
        loops: Whether it ends as it begins.
        end: The hash of the picture that its last frame is.
        count: How many videos there are: 1, 2 or 4.
        number: Which one of them it is, 0 to 3; None for all side by side.
        before: The video that it extends, instead of `start`.
    """

    start: GeneratedSpec | UploadSpec
    width: int
    height: int
    seed: int
    motion: str = "low"
    words: str = ""
    loops: bool = False
    end: str = ""
    count: int = 1
    number: int | None = None
    before: "VideoSpec | None" = None

    @property
    def is_single(self) -> bool:
        """Whether it is one video that was picked."""
        return self.number is not None

    @property
    def segments(self) -> int:
        """How many videos it is made of, one after the other."""
        # Each extension adds one to what it extends.
        return 1 + (self.before.segments if self.before else 0)

    def size(self, side: int = FULL_SIDE) -> tuple[int, int]:
        """Return its pixels; several videos share the place of one."""
        width, height = self.video_size(side)
        # Two stand side by side, each in half the width; four stand two by two.
        is_pair = self.number is None and self.count == 2
        return (width, max(2, height // 2)) if is_pair else (width, height)

    def video_size(self, side: int = FULL_SIDE) -> tuple[int, int]:
        """Return the pixels of each video, in even numbers: encoders want those."""
        width, height = (
            max(8, round(pixels * side / FULL_SIDE / 2) * 2) for pixels in (self.width, self.height)
        )
        return width, height


ImageSpec = GeneratedSpec | UploadSpec | FaceSwapSpec | VideoSpec


def select_video(spec: ImageSpec, number: str | None) -> ImageSpec:
    """Return video *number*, from 1, of several; anything else is shown as a whole."""
    if not isinstance(spec, VideoSpec) or spec.is_single or not number:
        return spec
    known = {str(place + 1): place for place in range(spec.count)}
    return replace(spec, number=known[number]) if number in known else spec
