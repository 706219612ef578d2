"""The canvas: shapes given in world coordinates become smooth pixels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot

from PIL import Image, ImageChops, ImageDraw

from mj_notebook.server.backends.painter import masks, texture
from mj_notebook.server.backends.painter.colour import Colour, ramp
from mj_notebook.server.backends.painter.curves import Outline, Point
from mj_notebook.server.backends.painter.masks import Box

Shape = tuple[Box, Image.Image]
"""A mask (L) and where it lies on the canvas; None in its place is what can't be seen."""


@dataclass(frozen=True)
class Fade:
    """Paint that runs through *stops* from the height *top* to the height *bottom*."""

    stops: tuple[Colour, ...]
    top: float
    bottom: float


Paint = Colour | Fade


class Canvas:
    """A picture being painted; the world's unit is the short side of the first picture."""

    def __init__(self, size: tuple[int, int], left: float, top: float, unit: float) -> None:
        self.image = Image.new("RGB", size)
        self.width, self.height = size
        self.left, self.top = left, top
        self.unit = unit
        """Pixels to one unit of the world."""
        # A fixed share of the picture: previews must not be coarser than what they announce.
        self.grain = round(max(0.2, min(size) / 1024), 3)

    @property
    def right(self) -> float:
        """The world's x at the right border."""
        return self.left + self.width / self.unit

    @property
    def bottom(self) -> float:
        """The world's y at the lower border."""
        return self.top + self.height / self.unit

    def smaller(self, factor: int) -> "Canvas":
        """Return an empty canvas of the same view with *factor* times fewer pixels a side."""
        size = (max(8, self.width // factor), max(8, self.height // factor))
        return Canvas(size, self.left, self.top, size[0] * self.unit / self.width)

    def lay(self, other: "Canvas", until: float = 1e9) -> None:
        """Cover this canvas with *other*, softly enlarged, down to the height *until*."""
        rows = min(self.height, max(1, int((until - self.top) * self.unit)))
        scale = other.height / self.height
        # Only the rows that are wanted are enlarged: a sky ends at the horizon.
        part = (0, 0, other.width, min(other.height, rows * scale))
        soft = other.image.resize((self.width, rows), Image.Resampling.BILINEAR, box=part)
        self.image.paste(soft, (0, 0))

    def pixel(self, x: float, y: float) -> Point:
        """Return where a point of the world lies."""
        return ((x - self.left) * self.unit, (y - self.top) * self.unit)

    def sees(self, x: float, y: float, reach: float) -> bool:
        """Tell whether anything within *reach* of a point can be seen."""
        return (
            self.left - reach < x < self.right + reach
            and self.top - reach < y < self.bottom + reach
        )

    def step(self, finest: float) -> float:
        """Return how far apart the points of a line may lie: *finest*, or twice that, and so on."""
        # Doubled, never stretched: the points of a coarse line are among those of a fine one, so
        # small pictures have the same forms as large ones.
        while finest * self.unit < 2:
            finest *= 2
        return finest

    def shows(self, size: float) -> bool:
        """Tell whether something so large is more than a faint trace on this canvas."""
        # In pixels; less disappears when the mask is reduced.
        return size * self.unit > 0.4

    # -- masks ---------------------------------------------------------------------------------

    def shape(
        self, outlines: Iterable[Sequence[Point]], values: Sequence[int] | None = None
    ) -> Shape | None:
        """
        Return the smooth mask of *outlines* together, or None where they can't be seen.

        *values* says how dense each outline is, up to 255; all are full by default.
        """
        left, top, unit = self.left, self.top, self.unit
        # Written out instead of calling `pixel`: this is the innermost loop of the painter.
        solid = [[((x - left) * unit, (y - top) * unit) for x, y in points] for points in outlines]
        box = self._box_of(solid)
        return None if box is None else (box, masks.smooth_mask(box, solid, values))

    def _box_of(self, outlines: list[list[Point]]) -> Box | None:
        points = [point for points in outlines for point in points]
        if not points:
            return None
        across = [x for x, _ in points]
        down = [y for _, y in points]
        left, right = max(0, int(min(across)) - 1), min(self.width, int(max(across)) + 2)
        top, bottom = max(0, int(min(down)) - 1), min(self.height, int(max(down)) + 2)
        return (left, top, right, bottom) if left < right and top < bottom else None

    def noise(self, seed: int, across: float, down: float) -> Image.Image:
        """Return soft noise that is fixed to the world and repeats *across* and *down*."""
        # Tiles are fixed to the world, so a zoomed picture shows the same noise, only smaller.
        side = 128
        tile = texture.cloudy(seed, (side, side))
        left, top = self.left / across * side, self.top / down * side
        right, bottom = self.right / across * side, self.bottom / down * side
        x, y = left // side * side, top // side * side
        columns, rows = int((right - x) // side) + 1, int((bottom - y) // side) + 1
        wide = texture.repeated(tile, (columns * side, rows * side))
        box = (left - x, top - y, right - x, bottom - y)
        return wide.resize(self.image.size, Image.Resampling.BICUBIC, box=box)

    # -- painting ------------------------------------------------------------------------------

    def fill(
        self, outlines: Iterable[Sequence[Point]], paint: Paint, opacity: float = 1.0
    ) -> Shape | None:
        """Paint *outlines* together and return their mask."""
        shape = self.shape(outlines)
        self.paste(shape, paint, opacity)
        return shape

    def paste(self, shape: Shape | None, paint: Paint, opacity: float = 1.0) -> None:
        """Paint through a mask."""
        if shape is None:
            return
        box, mask = shape
        if opacity < 1:
            mask = mask.point(masks.scaled(opacity))
        self.image.paste(self._colours(box, paint), box, mask)

    def boxes(
        self, outlines: Iterable[Sequence[Point]], tone: Colour, opacity: float = 1.0
    ) -> None:
        """Paint upright boxes (first and third corner count) straight away: fast, for many."""
        # Pillow blends only where the drawing mode has an alpha channel.
        draw = ImageDraw.Draw(self.image, "RGBA" if opacity < 1 else "RGB")
        ink = (*tone, round(255 * opacity)) if opacity < 1 else tone
        left, top, unit, width, height = self.left, self.top, self.unit, self.width, self.height
        for points in outlines:
            x0, y0 = round((points[0][0] - left) * unit), round((points[0][1] - top) * unit)
            x1, y1 = round((points[2][0] - left) * unit), round((points[2][1] - top) * unit)
            if x1 > 0 and y1 > 0 and x0 < width and y0 < height:
                # The right and lower edges are part of a rectangle in Pillow.
                draw.rectangle((x0, y0, max(x0, x1 - 1), max(y0, y1 - 1)), ink)

    def veil(self, top: float, middle: float, bottom: float, tone: Colour, strength: float) -> None:
        """Hang mist across the whole canvas, densest at the height *middle*."""
        first = max(0, int(self.pixel(0, top)[1]))
        last = min(self.height, int(self.pixel(0, bottom)[1]))
        if first >= last:
            return
        levels = bytearray()
        for row in range(first, last):
            y = self.top + row / self.unit
            share = (y - top) / (middle - top) if y < middle else (bottom - y) / (bottom - middle)
            # Denser in its middle than a straight slope: mist has no visible border.
            levels.append(round(255 * strength * float(max(0.0, share) ** 1.5)))
        column = Image.frombytes("L", (1, last - first), bytes(levels))
        mask = column.resize((self.width, last - first), Image.Resampling.NEAREST)
        self.image.paste(Image.new("RGB", mask.size, tone), (0, first), mask)

    def panel(
        self, paint: Paint, *, top: float, bottom: float, left: float = -1e9, right: float = 1e9
    ) -> None:
        """Paint an upright rectangle, across the whole canvas unless *left* or *right* say so."""
        (x0, y0), (x1, y1) = self.pixel(left, top), self.pixel(right, bottom)
        box = (
            max(0, round(x0)),
            max(0, round(y0)),
            min(self.width, round(x1)),
            min(self.height, round(y1)),
        )
        if box[0] < box[2] and box[1] < box[3]:
            self.image.paste(self._colours(box, paint), box)

    def fill_below(self, line: Outline, bottom: float, paint: Paint) -> None:
        """Paint everything between *line* (left to right) and the height *bottom*."""
        # Only the part with an edge goes through a smooth mask; the rest is a plain rectangle.
        lowest = max(y for _, y in line)
        edge = [*line, (line[-1][0], lowest), (line[0][0], lowest)]
        self.fill([edge], paint)
        self.panel(paint, top=lowest, bottom=bottom)

    def ground(self, line: Outline, tones: tuple[Colour, ...], low: float) -> None:
        """Paint all below *line*, through *tones* from its highest point to the height *low*."""
        top = min(y for _, y in line)
        self.fill_below(line, self.bottom, Fade(tones, top, low))

    def _colours(self, box: Box, paint: Paint) -> Image.Image:
        size = (box[2] - box[0], box[3] - box[1])
        if not isinstance(paint, Fade):
            return Image.new("RGB", size, paint)
        start, end = self.top + box[1] / self.unit, self.top + box[3] / self.unit
        # A few rows, drawn tall: mixing in Oklab for each row would take longer than painting.
        rows = max(2, min(24, size[1]))
        height = (paint.bottom - paint.top) or 1e-6
        tones = bytearray()
        for row in range(rows):
            y = start + (end - start) * (row + 0.5) / rows
            tones += bytes(ramp(paint.stops, (y - paint.top) / height))
        strip = Image.frombytes("RGB", (1, rows), bytes(tones))
        tall = strip.resize((1, size[1]), Image.Resampling.BILINEAR)
        return tall.resize(size, Image.Resampling.NEAREST)

    def glow(self, x: float, y: float, radius: float, tone: Colour, strength: float) -> None:
        """Let light shine around a point, strongest there and gone at *radius*."""
        self.paste(self.spot(x, y, radius, radius, strength=strength), tone)

    def spot(
        self, x: float, y: float, across: float, down: float, *, strength: float, power: float = 2.0
    ) -> Shape | None:
        """Return a soft round mask, *strength* in its middle and gone at its half axes."""
        px, py = self.pixel(x, y)
        wide, tall = across * self.unit, down * self.unit
        box = (
            max(0, int(px - wide)),
            max(0, int(py - tall)),
            min(self.width, int(px + wide) + 1),
            min(self.height, int(py + tall) + 1),
        )
        if box[0] >= box[2] or box[1] >= box[3] or wide < 1 or tall < 1:
            return None
        # The part of the round gradient within the box: a light at the border is cut, not squeezed.
        source = (
            max(0.0, (box[0] - px + wide) / wide * 128),
            max(0.0, (box[1] - py + tall) / tall * 128),
            min(256.0, (box[2] - px + wide) / wide * 128),
            min(256.0, (box[3] - py + tall) / tall * 128),
        )
        size = (box[2] - box[0], box[3] - box[1])
        disc = masks.radial().resize(size, Image.Resampling.BILINEAR, box=source)
        return (box, disc.point(masks.falloff(strength, power)))

    def grainy(
        self, shape: Shape | None, tone: Colour, start: Point, end: Point, strength: float = 1.0
    ) -> None:
        """Spray *tone* through a mask: dense at *start*, thinning in dots, none beyond *end*."""
        if shape is None:
            return
        box, mask = shape
        size = (box[2] - box[0], box[3] - box[1])
        slope = self._slope(box, start, end)
        # Cropped from the whole canvas: shapes side by side must not repeat the same dots.
        dots = texture.speckle((self.width, self.height), self.grain).crop(box)
        sprayed = ImageChops.add(slope, dots, 1, -128).point(masks.spray(strength))
        self.image.paste(Image.new("RGB", size, tone), box, ImageChops.multiply(mask, sprayed))

    def rim(self, shape: Shape | None, tone: Colour, width: float, strength: float) -> None:
        """Edge a mask with *tone* on the left (*width* below 0) or right, and a little on top."""
        if shape is None:
            return
        box, mask = shape
        step = width * self.unit
        across = round(-step) or (1 if step < 0 else -1)
        # What the form covers and its shifted copy does not is an edge of the wanted side.
        moved = Image.new("L", mask.size)
        moved.paste(mask, (across, max(1, abs(across) // 2)))
        edge = ImageChops.subtract(mask, moved).point(masks.scaled(strength))
        # Where the canvas cuts a form off there is no edge that light could catch.
        if across > 0 and box[0] == 0:
            edge.paste(0, (0, 0, across, edge.height))
        if across < 0 and box[2] == self.width:
            edge.paste(0, (edge.width + across, 0, edge.width, edge.height))
        if box[1] == 0:
            edge.paste(0, (0, 0, edge.width, max(1, abs(across) // 2)))
        self.image.paste(Image.new("RGB", mask.size, tone), box, edge)

    def _slope(self, box: Box, start: Point, end: Point) -> Image.Image:
        """Return a gradient over *box*, 255 at *start* and 0 at *end*."""
        (ax, ay), (bx, by) = self.pixel(*start), self.pixel(*end)
        dx, dy = bx - ax, by - ay
        length = hypot(dx, dy) or 1.0
        step_x, step_y = dx / length**2 * 256, dy / length**2 * 256
        origin = masks.FLAT + (box[0] - ax) * step_x + (box[1] - ay) * step_y
        size = (box[2] - box[0], box[3] - box[1])
        # Affine from a long column: Pillow has no gradient of any direction.
        return masks.long_gradient().transform(
            size, Image.Transform.AFFINE, (0, 0, 1, step_x, step_y, origin), fillcolor=0
        )
