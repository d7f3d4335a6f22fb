"""The drawing surface of the demonstration pictures: scale, palette, mirroring, primitives.

All coordinates are in picture units (1200 × 800, origin top left, angles in degrees clockwise
from three o'clock as Pillow counts them). The surface itself is three times as large and is
reduced at the end, which smooths every edge.
"""

import io
import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 800
SCALE = 3
QUALITIES = (82, 76, 70)
MAX_BYTES = 68_000

Colour = tuple[int, int, int]
Point = tuple[float, float]

WHITE: Colour = (255, 255, 255)
BLUE: Colour = (31, 95, 168)
INK: Colour = (24, 52, 92)
GREY: Colour = (196, 207, 219)
SLATE: Colour = (106, 124, 146)
AMBER: Colour = (238, 170, 64)
RED: Colour = (214, 92, 78)
GREEN: Colour = (58, 160, 122)
SKIN: tuple[Colour, ...] = ((246, 208, 172), (238, 194, 155), (228, 180, 140))


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Return `first` moved towards `second` by `share` (0 to 1)."""
    return tuple(round(a + (b - a) * share) for a, b in zip(first, second, strict=True))


def tint(colour: Colour, share: float) -> Colour:
    """Return the colour lightened: share 0 leaves it, 1 gives white."""
    return mix(colour, WHITE, share)


def shade(colour: Colour, share: float) -> Colour:
    """Return the colour darkened towards the ink of the palette."""
    return mix(colour, INK, share)


def smooth(points: Sequence[Point], steps: int = 14) -> list[Point]:
    """Return a curve through all points (Catmull-Rom), as a dense list of points."""
    padded = [points[0], *points, points[-1]]
    curve: list[Point] = []
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(steps):
            t = step / steps
            curve.append(
                tuple(
                    0.5
                    * (
                        2 * b
                        + (c - a) * t
                        + (2 * a - 5 * b + 4 * c - d) * t**2
                        + (3 * b - a - 3 * c + d) * t**3
                    )
                    for a, b, c, d in zip(p0, p1, p2, p3, strict=True)
                )
            )
    return [*curve, points[-1]]


@dataclass(frozen=True)
class Palette:
    """The few colours of one picture: blue always leads, two accents follow."""

    paper: Colour
    blue: Colour
    cool: Colour
    warm: Colour

    @property
    def accents(self) -> tuple[Colour, Colour, Colour]:
        """Return the three leading colours, in order of weight."""
        return (self.blue, self.cool, self.warm)

    @property
    def backdrop(self) -> Colour:
        """Return the tone of large quiet shapes behind the scene."""
        return mix(self.paper, self.blue, 0.09)

    @property
    def floor(self) -> Colour:
        """Return the tone of the ground."""
        return mix(self.paper, self.blue, 0.17)

    @property
    def shadow(self) -> Colour:
        """Return the tone of soft shadows on the paper."""
        return mix(self.paper, INK, 0.15)


PAPERS: tuple[Colour, ...] = ((243, 247, 252), (240, 247, 247), (249, 247, 242), (245, 246, 251))
COOLS: tuple[Colour, ...] = ((42, 157, 143), (63, 150, 178), (84, 164, 128), (74, 138, 205))
WARMS: tuple[Colour, ...] = ((238, 170, 64), (232, 139, 86), (222, 122, 98), (226, 184, 88))
BLUES: tuple[Colour, ...] = (BLUE, BLUE, (28, 84, 150), (43, 108, 178))


class Canvas:
    """A seeded drawing surface; `mirrored` turns the layout round without turning charts."""

    def __init__(self, seed: str) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - a repeatable layout is wanted, not secrecy
        self.palette = Palette(
            *(self.rng.choice(colours) for colours in (PAPERS, BLUES, COOLS, WARMS))
        )
        self.mirrored = self.rng.random() < 0.5
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), self.palette.paper)
        self._draw = ImageDraw.Draw(self.image)

    @contextmanager
    def upright(self, x: float, w: float) -> Iterator[float]:
        """Draw a part unmirrored (charts, check marks); gives the part's real left edge."""
        if not self.mirrored:
            yield x
            return
        self.mirrored = False
        try:
            yield WIDTH - x - w
        finally:
            self.mirrored = True

    def _points(self, points: Sequence[Point]) -> list[Point]:
        if self.mirrored:
            return [((WIDTH - x) * SCALE, y * SCALE) for x, y in points]
        return [(x * SCALE, y * SCALE) for x, y in points]

    def _box(self, x: float, y: float, w: float, h: float) -> tuple[float, float, float, float]:
        left = WIDTH - x - w if self.mirrored else x
        return (left * SCALE, y * SCALE, (left + w) * SCALE - 1, (y + h) * SCALE - 1)

    def _angles(self, start: float, end: float) -> Point:
        return (180 - end, 180 - start) if self.mirrored else (start, end)

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        fill: Colour | None,
        *,
        r: float = 0,
        outline: Colour | None = None,
        width: float = 0,
    ) -> None:
        """Draw a rectangle with corner radius `r`; nothing if it has no extent."""
        if w <= 0 or h <= 0:
            return
        self._draw.rounded_rectangle(
            self._box(x, y, w, h),
            radius=min(r, w / 2, h / 2) * SCALE,
            fill=fill,
            outline=outline,
            width=round(width * SCALE),
        )

    def ellipse(self, x: float, y: float, w: float, h: float, fill: Colour) -> None:
        """Draw a filled ellipse in the given box."""
        self._draw.ellipse(self._box(x, y, w, h), fill=fill)

    def circle(
        self,
        cx: float,
        cy: float,
        r: float,
        fill: Colour | None,
        *,
        outline: Colour | None = None,
        width: float = 0,
    ) -> None:
        """Draw a circle round its centre."""
        self._draw.ellipse(
            self._box(cx - r, cy - r, 2 * r, 2 * r),
            fill=fill,
            outline=outline,
            width=round(width * SCALE),
        )

    def poly(self, points: Sequence[Point], fill: Colour) -> None:
        """Draw a filled polygon."""
        self._draw.polygon(self._points(points), fill=fill)

    def line(self, points: Sequence[Point], fill: Colour, width: float = 4) -> None:
        """Draw a line with round joints and round ends."""
        self._draw.line(self._points(points), fill=fill, width=round(width * SCALE), joint="curve")
        for x, y in (points[0], points[-1]):
            self.circle(x, y, width / 2, fill)

    def dashes(
        self, start: Point, end: Point, fill: Colour, width: float = 3, dash: float = 12
    ) -> None:
        """Draw a dashed straight line."""
        length = math.dist(start, end)
        count = max(1, int(length / (2 * dash)))
        for index in range(count):
            near, far = (index + 0.1) / count, (index + 0.6) / count
            self.line(
                [
                    tuple(a + (b - a) * share for a, b in zip(start, end, strict=True))
                    for share in (near, far)
                ],
                fill,
                width,
            )

    def arc(
        self,
        cx: float,
        cy: float,
        r: float,
        start: float,
        end: float,
        fill: Colour,
        width: float,
    ) -> None:
        """Draw a ring segment; `r` is its outer radius."""
        self._draw.arc(
            self._box(cx - r, cy - r, 2 * r, 2 * r),
            *self._angles(start, end),
            fill=fill,
            width=round(width * SCALE),
        )

    def slice(
        self, x: float, y: float, w: float, h: float, start: float, end: float, fill: Colour
    ) -> None:
        """Draw a filled sector of the ellipse in the given box."""
        self._draw.pieslice(self._box(x, y, w, h), *self._angles(start, end), fill=fill)

    def jpeg(self) -> bytes:
        """Return the reduced picture as a JPEG, at the best quality that stays below the limit."""
        reduced = self.image.reduce(SCALE)
        for quality in QUALITIES:
            stream = io.BytesIO()
            reduced.save(stream, "JPEG", quality=quality, optimize=True, progressive=True)
            if stream.tell() <= MAX_BYTES:
                break
        return stream.getvalue()
