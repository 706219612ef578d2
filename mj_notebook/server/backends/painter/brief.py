"""What is to be painted: the words, the numbers and the family of a picture, as frozen values."""

from dataclasses import dataclass, replace

# As Midjourney's: a seed has 32 bits.
LARGEST_SEED = 2**32 - 1
# Beyond it a side of the picture would be only a few pixels long.
WIDEST_RATIO = 14.0
GRID_SIDE = 2048
STEP_OF_SIZES = 16


@dataclass(frozen=True)
class Camera:
    """Where the viewer looks, in fractions of the picture as it was first composed."""

    cx: float = 0.0
    """Centre, to the right of the picture's own centre: 0.5 is half a picture."""

    cy: float = 0.0
    """Centre, below the picture's own centre."""

    scale: float = 1.0
    """How much more is seen: 2.0 shows the picture in the middle at half its size."""

    def then(self, other: "Camera") -> "Camera":
        """Return the camera that looks through *other* from where this one stands."""
        return Camera(
            cx=self.cx + other.cx * self.scale,
            cy=self.cy + other.cy * self.scale,
            scale=self.scale * max(0.05, other.scale),
        )


@dataclass(frozen=True)
class Step:
    """One step of a family: which tile was taken further, and how."""

    tile: int
    """The parent's tile, 0 to 3."""

    seed: int
    """What the new four tiles draw their own chances from."""

    amount: float = 0.0
    """How far details may move: 0.15 is subtle, 0.6 is strong, 0 keeps them all."""

    camera: Camera | None = None
    """For a step that looks further out: what the parent showed. Only what lies outside is new."""

    aspect: tuple[float, float] | None = None
    """For a step that looks further out: the shape of the parent."""


@dataclass(frozen=True)
class Brief:
    """Everything a picture is made from; equal briefs give equal pixels."""

    prompt: str
    """The text of the prompt without parameters."""

    seed: int = 0

    aspect: tuple[float, float] = (1.0, 1.0)
    """Width to height of the picture."""

    lineage: tuple[Step, ...] = ()
    """How this picture came from earlier ones, oldest first."""

    camera: Camera = Camera()

    stage: tuple[float, float] | None = None
    """Width to height the world was first composed for, where it is not `aspect`."""

    @property
    def stage_size(self) -> tuple[float, float]:
        """The width and height of the picture as it was composed; its short side is 1 long."""
        ratio = ratio_of(self.stage or self.aspect)
        return max(ratio, 1.0), max(1 / ratio, 1.0)

    def varied(self, tile: int, amount: float, seed: int) -> "Brief":
        """
        Return a brief whose four tiles are relatives of tile *tile* of this one.

        An *amount* of 0.15 moves details a little, 0.6 far; composition and colours stay.
        """
        step = Step(tile % 4, clamped_seed(seed), min(1.0, max(0.0, amount)))
        return replace(self, lineage=(*self.lineage, step))

    def remixed(self, prompt: str) -> "Brief":
        """Return a brief with the same chances (so the same composition) and other words."""
        return replace(self, prompt=prompt)

    def widened(
        self, tile: int, camera: Camera, seed: int, aspect: tuple[float, float] | None = None
    ) -> "Brief":
        """
        Return a brief that shows more of the world around tile *tile*: a zoom or a pan.

        The tile itself stays what it was; the four new tiles differ only around it. *camera* is
        seen from this picture: `Camera(scale=2.0)` zooms out, `Camera(cx=0.5)` pans. *aspect* is
        another shape for the new picture, say (1, 1) for "make square".
        """
        step = Step(tile % 4, clamped_seed(seed), camera=self.camera, aspect=self.aspect)
        return replace(
            self,
            lineage=(*self.lineage, step),
            camera=self.camera.then(camera),
            aspect=aspect or self.aspect,
            # The world keeps the shape that it was composed for, whatever part of it is shown.
            stage=self.stage or self.aspect,
        )


def clamped_seed(seed: int) -> int:
    """Return *seed* folded into what Midjourney calls a seed."""
    return int(seed) % (LARGEST_SEED + 1)


def ratio_of(aspect: tuple[float, float]) -> float:
    """Return width / height of *aspect*, brought to what can be painted; nonsense is square."""
    width, height = aspect
    # Also refuses what is no number at all: comparisons with NaN are false.
    if not (0 < width < 1e9 and 0 < height < 1e9):
        return 1.0
    return min(WIDEST_RATIO, max(1 / WIDEST_RATIO, width / height))


def grid_size(aspect: tuple[float, float]) -> tuple[int, int]:
    """Return the pixels of a whole grid: about 2048² in area, both sides multiples of 16."""
    ratio = ratio_of(aspect)
    ideal = GRID_SIDE * ratio**0.5
    # Of the sizes around the ideal one, that with the least strain; both sides in whole steps.
    first = int(ideal / STEP_OF_SIZES) - 1
    sizes = [
        (columns * STEP_OF_SIZES, max(2, round(columns / ratio)) * STEP_OF_SIZES)
        for columns in range(first, first + 4)
    ]
    return min(sizes, key=lambda size: _strain(size, ratio))


def _strain(size: tuple[int, int], ratio: float) -> float:
    """Return how far *size* is from the wanted shape and area; the shape counts more."""
    width, height = size
    shape = abs(width / height / ratio - 1)
    area = abs(width * height / GRID_SIDE**2 - 1)
    return shape * 4 + area
