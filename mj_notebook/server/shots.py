"""What pictures show, as frozen values: equal ones give equal pixels."""

from dataclasses import dataclass

from mj_notebook.server.painter import Brief, grid_size

FULL_SIDE = 2048


@dataclass(frozen=True)
class Shot:
    """
    A picture to be painted; equal shots give equal pictures.

    Attributes:
        tile: Which of the four (0 to 3), for a single picture; None for a grid.
        enlarged: How many times larger than the tile of a grid.
        references: Pictures that were sent along and steer it, by the hash of their bytes.
        is_blend: The references are its forms too, as long as no words say otherwise.
        part: What it keeps of another picture.
    """

    brief: Brief
    tile: int | None = None
    enlarged: int = 1
    references: tuple[str, ...] = ()
    is_blend: bool = False
    part: "Part | None" = None

    @property
    def is_mixed(self) -> bool:
        """Whether it shows its references and nothing painted."""
        return self.is_blend and not self.brief.prompt

    @property
    def is_plain(self) -> bool:
        """Whether the painter alone can make it."""
        return not self.references and self.part is None

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
        width, height = (
            max(2, round(pixels * side / FULL_SIDE / 2) * 2) for pixels in grid_size(self.aspect)
        )
        if not self.is_single:
            return width, height
        return width // 2 * self.enlarged, height // 2 * self.enlarged


@dataclass(frozen=True)
class Part:
    """
    What a picture keeps of another one.

    Attributes:
        kept: The other picture; a grid where each tile keeps its own.
        mask: The hash of a picture that is white where nothing is kept.
        box: Where all of it lies, as fractions of the new picture: left, top, right, bottom.
    """

    kept: Shot
    mask: str = ""
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Swapped:
    """
    A picture with the face of another.

    Attributes:
        source: The hash of the picture that has the face.
        target: The hash of the picture that gets it.
    """

    source: str
    target: str
    width: int
    height: int
    is_single = True

    def size(self, side: int = FULL_SIDE) -> tuple[int, int]:
        """Return the target's pixels, whatever grids have."""
        del side
        return self.width, self.height


@dataclass(frozen=True)
class Given:
    """
    A picture that was sent along, shown as it is.

    Attributes:
        name: The hash of its bytes.
    """

    name: str
    is_single = True

    def size(self, side: int = FULL_SIDE) -> tuple[int, int]:
        """Return nothing that anybody needs: it was not made here."""
        del side
        return (1, 1)


Picture = Shot | Given | Swapped
