"""Things that appear in several demonstration pictures: furniture of screens, people, signs."""

import math
from collections.abc import Sequence

from marketplace.demo.picture_canvas import (
    AMBER,
    GREEN,
    GREY,
    HEIGHT,
    INK,
    RED,
    SKIN,
    SLATE,
    WHITE,
    WIDTH,
    Canvas,
    Colour,
    shade,
    tint,
)

FLOOR_Y = 676


def backdrop(c: Canvas, *, floor: bool = True) -> None:
    """Draw the quiet ground of a scene: one large shape, some specks, the floor if wanted."""
    tone = c.palette.backdrop
    kind = c.rng.randrange(3)
    if kind == 0:
        c.circle(600 + c.rng.randint(-60, 60), 410, 345, tone)
    elif kind == 1:
        c.circle(350, 400, 285, tone)
        c.circle(800, 360, 325, tone)
    else:
        c.rect(90, 90, 1020, 640, tone, r=120)
    for _ in range(c.rng.randint(7, 11)):
        x, y = c.rng.randint(30, WIDTH - 30), c.rng.randint(25, 300)
        colour = tint(c.rng.choice(c.palette.accents), 0.6)
        if c.rng.random() < 0.5:
            c.circle(x, y, c.rng.randint(4, 8), colour)
        else:
            c.line([(x - 8, y), (x + 8, y)], colour, 4)
            c.line([(x, y - 8), (x, y + 8)], colour, 4)
    if floor:
        c.rect(0, FLOOR_Y, WIDTH, HEIGHT - FLOOR_Y, c.palette.floor)
        c.rect(0, FLOOR_Y, WIDTH, 7, shade(c.palette.floor, 0.12))


def card(
    c: Canvas, x: float, y: float, w: float, h: float, fill: Colour = WHITE, r: float = 18
) -> None:
    """Draw a sheet with a soft shadow below it."""
    c.rect(x + 5, y + 10, w, h, c.palette.shadow, r=r)
    c.rect(x, y, w, h, fill, r=r)


def script(
    c: Canvas, x: float, y: float, w: float, rows: int, *, gap: float = 20, fill: Colour = GREY
) -> None:
    """Draw rows of stand-in writing."""
    for row in range(rows):
        share = c.rng.uniform(0.55, 0.75) if row == rows - 1 else c.rng.uniform(0.85, 1)
        c.rect(x, y + row * gap, w * share, gap * 0.42, fill, r=gap)


def check(c: Canvas, cx: float, cy: float, r: float, fill: Colour | None = GREEN) -> None:
    """Draw a check mark, on a disc unless `fill` is None (then the mark itself is green)."""
    if fill is not None:
        c.circle(cx, cy, r, fill)
    with c.upright(cx, 0) as x:
        c.line(
            [
                (x - r * 0.45, cy + r * 0.02),
                (x - r * 0.1, cy + r * 0.38),
                (x + r * 0.5, cy - r * 0.32),
            ],
            WHITE if fill is not None else GREEN,
            r * 0.2,
        )


def cross(c: Canvas, cx: float, cy: float, r: float, fill: Colour = RED) -> None:
    """Draw a cross on a disc."""
    c.circle(cx, cy, r, fill)
    s = r * 0.36
    c.line([(cx - s, cy - s), (cx + s, cy + s)], WHITE, r * 0.2)
    c.line([(cx - s, cy + s), (cx + s, cy - s)], WHITE, r * 0.2)


def arrow(c: Canvas, start: tuple[float, float], end: tuple[float, float], fill: Colour) -> None:
    """Draw a straight arrow."""
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    c.line([start, end], fill, 7)
    c.poly(
        [
            (end[0] + 16 * math.cos(angle + turn), end[1] + 16 * math.sin(angle + turn))
            for turn in (0, 2.3, -2.3)
        ],
        fill,
    )


def gear(c: Canvas, cx: float, cy: float, r: float, fill: Colour, hole: Colour = WHITE) -> None:
    """Draw a gear wheel with outer radius `r`."""
    teeth = 10
    outline = []
    for index in range(teeth):
        middle = 2 * math.pi * index / teeth
        for offset, radius in ((-0.21, 0.79), (-0.13, 1), (0.13, 1), (0.21, 0.79)):
            angle = middle + offset
            outline.append((cx + r * radius * math.cos(angle), cy + r * radius * math.sin(angle)))
    c.poly(outline, fill)
    c.circle(cx, cy, r * 0.8, fill)
    c.circle(cx, cy, r * 0.36, hole)


def person(
    c: Canvas,
    x: float,
    base: float,
    h: float,
    shirt: Colour,
    *,
    cap: Colour | None = None,
    arm: str = "down",
    back: bool = False,
) -> None:
    """Draw a standing person; `arm` is down, point (ahead and up) or hold (a tablet)."""
    skin, hair = c.rng.choice(SKIN), c.rng.choice((INK, (70, 58, 58), (52, 60, 78)))
    trousers, sleeve = shade(shirt, 0.72), shade(shirt, 0.2)
    c.ellipse(x - h * 0.19, base - h * 0.025, h * 0.38, h * 0.05, shade(c.palette.floor, 0.16))
    for side in (-1, 1):
        c.rect(x + side * h * 0.062 - h * 0.05, base - h * 0.5, h * 0.1, h * 0.49, trousers, r=6)
        c.rect(x + side * h * 0.07 - h * 0.055, base - h * 0.035, h * 0.12, h * 0.035, INK, r=6)
    shoulder, reach = base - h * 0.745, x + h * 0.11
    far = x - h * 0.125
    c.line([(far, shoulder), (far - h * 0.035, base - h * 0.5)], sleeve, h * 0.07)
    c.circle(far - h * 0.037, base - h * 0.475, h * 0.033, skin)
    c.rect(x - h * 0.045, base - h * 0.84, h * 0.09, h * 0.09, shade(skin, 0.12))
    c.rect(x - h * 0.145, base - h * 0.79, h * 0.29, h * 0.35, shirt, r=h * 0.075)
    c.rect(x - h * 0.12, base - h * 0.55, h * 0.24, h * 0.12, shirt, r=h * 0.02)
    head = base - h * 0.905
    c.circle(x, head, h * 0.088, hair if back else skin)
    if not back:
        c.slice(x - h * 0.093, head - h * 0.1, h * 0.186, h * 0.17, 185, 355, hair)
        c.circle(x - h * 0.088, head + h * 0.01, h * 0.018, skin)
    if cap:
        c.slice(x - h * 0.1, head - h * 0.125, h * 0.2, h * 0.2, 180, 360, cap)
        c.rect(x - h * 0.1, head - h * 0.04, h * (0.2 if back else 0.24), h * 0.027, cap, r=5)
    hands = {
        "down": ((reach + h * 0.06, base - h * 0.5),),
        "point": ((reach + h * 0.13, base - h * 0.7), (reach + h * 0.23, base - h * 0.83)),
        "hold": ((reach + h * 0.05, base - h * 0.56), (reach + h * 0.13, base - h * 0.6)),
    }[arm]
    c.line([(reach, shoulder + h * 0.01), *hands], sleeve, h * 0.07)
    c.circle(*hands[-1], h * 0.035, skin)
    if arm == "hold":
        c.rect(hands[-1][0] - h * 0.01, base - h * 0.69, h * 0.045, h * 0.15, INK, r=4)


def avatar(c: Canvas, cx: float, cy: float, r: float, colour: Colour) -> None:
    """Draw the round portrait of a user."""
    c.circle(cx, cy, r, tint(colour, 0.72))
    c.slice(cx - r * 0.6, cy + r * 0.16, r * 1.2, r * 1.16, 180, 360, colour)
    c.circle(cx, cy - r * 0.2, r * 0.34, colour)


def monitor(
    c: Canvas, x: float, y: float, w: float, h: float, *, fill: Colour = WHITE, stand: float = 70
) -> None:
    """Draw a screen with a table stand of the given height; content goes inside by 16 units."""
    c.rect(x + w / 2 - 36, y + h, 72, stand, shade(GREY, 0.25))
    c.rect(x + w / 2 - 110, y + h + stand - 14, 220, 16, shade(GREY, 0.4), r=8)
    c.rect(x, y, w, h, INK, r=20)
    c.rect(x + 14, y + 14, w - 28, h - 28, fill, r=8)


def phone(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    """Draw a telephone with an empty light screen."""
    c.rect(x + 7, y + 12, w, h, c.palette.shadow, r=32)
    c.rect(x, y, w, h, INK, r=32)
    c.rect(x + 10, y + 10, w - 20, h - 20, tint(c.palette.blue, 0.93), r=24)
    c.rect(x + w / 2 - 34, y + 18, 68, 10, INK, r=5)


def box(c: Canvas, x: float, y: float, w: float, h: float, colour: Colour) -> None:
    """Draw a carton seen from the front."""
    c.rect(x, y, w, h, colour, r=5)
    c.rect(x + w * 0.42, y, w * 0.16, h, tint(colour, 0.35))
    c.rect(x, y + h - h * 0.1, w, h * 0.1, shade(colour, 0.12), r=4)
    c.rect(x + w * 0.68, y + h * 0.58, w * 0.22, h * 0.2, tint(colour, 0.75), r=2)


def barcode(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    """Draw a barcode label without its white ground."""
    at = x
    while at < x + w - 6:
        bar = c.rng.choice((3, 4, 7))
        c.rect(at, y, bar, h, INK)
        at += bar + c.rng.choice((4, 6))


def plant(c: Canvas, x: float, base: float, h: float) -> None:
    """Draw a potted plant."""
    leaf = tint(GREEN, 0.15)
    for dx, top in ((-0.26, 0.72), (0.26, 0.76), (-0.1, 0.95), (0.12, 0.98)):
        tip = (x + dx * h, base - top * h)
        bend = h * 0.09
        c.poly(
            [
                (x, base - h * 0.28),
                (tip[0] - bend, tip[1] + h * 0.22),
                tip,
                (tip[0] + bend, tip[1] + h * 0.24),
            ],
            leaf if dx < 0 else shade(leaf, 0.15),
        )
    c.poly(
        [
            (x - h * 0.18, base - h * 0.32),
            (x + h * 0.18, base - h * 0.32),
            (x + h * 0.13, base),
            (x - h * 0.13, base),
        ],
        c.palette.warm,
    )


def lamp_tower(c: Canvas, x: float, base: float, w: float, lit: int) -> None:
    """Draw an andon tower: red, amber, green from the top; the lamp numbered `lit` shines."""
    c.rect(x - w * 0.12, base - w * 1.6, w * 0.24, w * 1.6, SLATE)
    c.rect(x - w * 0.55, base - w * 0.2, w * 1.1, w * 0.2, shade(SLATE, 0.4), r=6)
    top = base - w * 4.45
    for index, colour in enumerate((RED, AMBER, GREEN)):
        y = top + index * w * 0.95
        if index == lit:
            c.circle(x, y + w * 0.45, w * 1.05, tint(colour, 0.72))
        c.rect(x - w / 2, y, w, w * 0.88, colour if index == lit else tint(colour, 0.5), r=8)
    c.rect(x - w * 0.35, top - w * 0.2, w * 0.7, w * 0.2, shade(SLATE, 0.3), r=6)


def tree(c: Canvas, x: float, base: float, h: float) -> None:
    """Draw a round or a pointed tree."""
    leaf = tint(c.rng.choice((GREEN, c.palette.cool)), 0.2)
    c.rect(x - h * 0.035, base - h * 0.4, h * 0.07, h * 0.4, (138, 110, 92))
    if c.rng.random() < 0.6:
        c.circle(x, base - h * 0.65, h * 0.32, leaf)
        c.circle(x - h * 0.1, base - h * 0.72, h * 0.15, tint(leaf, 0.2))
    else:
        c.ellipse(x - h * 0.2, base - h, h * 0.4, h * 0.82, leaf)


def drop(c: Canvas, cx: float, cy: float, r: float, fill: Colour) -> None:
    """Draw a water drop."""
    c.circle(cx, cy + r * 0.25, r * 0.72, fill)
    c.poly([(cx, cy - r), (cx - r * 0.65, cy - r * 0.02), (cx + r * 0.65, cy - r * 0.02)], fill)


def bolt(c: Canvas, cx: float, cy: float, r: float, fill: Colour) -> None:
    """Draw a lightning bolt."""
    shape = ((0.2, -1), (-0.55, 0.15), (-0.05, 0.15), (-0.2, 1), (0.55, -0.2), (0.05, -0.2))
    with c.upright(cx, 0) as x:
        c.poly([(x + dx * r, cy + dy * r) for dx, dy in shape], fill)


def wrench(c: Canvas, x: float, y: float, length: float, angle: float, fill: Colour) -> None:
    """Draw an open-ended wrench from its grip at (x, y); angle in degrees."""
    turn = math.radians(angle)
    ahead, side = (math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))

    def at(along: float, across: float) -> tuple[float, float]:
        return (
            x + length * (along * ahead[0] + across * side[0]),
            y + length * (along * ahead[1] + across * side[1]),
        )

    c.line([at(0, 0), at(0.75, 0)], fill, length * 0.15)
    c.circle(*at(0, 0), length * 0.04, c.palette.paper)
    jaw: Sequence[tuple[float, float]] = (
        (0.66, -0.1), (0.78, -0.19), (0.94, -0.19), (1.04, -0.1), (0.9, -0.075),
        (0.85, 0), (0.9, 0.075), (1.04, 0.1), (0.94, 0.19), (0.78, 0.19), (0.66, 0.1),
    )  # fmt: skip
    c.poly([at(*point) for point in jaw], fill)
