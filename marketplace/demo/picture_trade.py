"""Scenes of the supply chain: customers, service, purchase, store (MKTG, ASVC, PURC, WHSE)."""

from marketplace.demo.picture_canvas import (
    AMBER,
    GREEN,
    GREY,
    INK,
    RED,
    SLATE,
    WHITE,
    Canvas,
    Colour,
    mix,
    shade,
    tint,
)
from marketplace.demo.picture_shapes import (
    arrow,
    avatar,
    backdrop,
    barcode,
    box,
    card,
    check,
    gear,
    person,
    phone,
    script,
    wrench,
)

CARTON: Colour = (214, 172, 124)


def _star(c: Canvas, cx: float, cy: float, r: float, fill: Colour) -> None:
    """Draw a five-pointed star."""
    ring = (
        (0, -1), (0.24, -0.32), (0.95, -0.31), (0.38, 0.12), (0.59, 0.81), (0, 0.4),
        (-0.59, 0.81), (-0.38, 0.12), (-0.95, -0.31), (-0.24, -0.32),
    )  # fmt: skip
    c.poly([(cx + dx * r, cy + dy * r) for dx, dy in ring], fill)


def marketing(c: Canvas) -> None:
    """MKTG: enquiries fall through a funnel of stages; the phone shows the customers won."""
    backdrop(c, floor=False)
    p = c.palette
    stages = c.rng.choice((4, 5))
    colours = [tint(p.blue, 0.1), p.cool, tint(p.blue, 0.35), p.warm, tint(p.warm, 0.3)]
    top, step, middle = 210, 400 / stages, 400
    for index in range(c.rng.randint(6, 8)):
        x, y = 165 + index * 68, c.rng.randint(70, 150)
        avatar(c, x, y, 30, c.rng.choice(p.accents))
    for index in range(stages):
        wide, low = 300 - index * 220 / stages, 300 - (index + 0.82) * 220 / stages
        y = top + index * step
        c.poly(
            [
                (middle - wide, y),
                (middle + wide, y),
                (middle + low, y + step * 0.86),
                (middle - low, y + step * 0.86),
            ],
            colours[index],
        )
        c.rect(middle - 66, y + step * 0.36, 132, 13, tint(colours[index], 0.7), r=7)
    arrow(c, (middle, top + 412), (middle, top + 450), p.warm)
    for index in range(3):
        box(c, middle - 112 + index * 80, 690, 64, 56, CARTON)
    phone(c, 800, 90, 300, 620)
    with c.upright(800, 300) as left:
        _customers(c, left)


def _customers(c: Canvas, x: float) -> None:
    """Draw the customer list on a telephone whose left edge is x."""
    p = c.palette
    c.rect(x + 22, 140, 256, 84, p.blue, r=14)
    avatar(c, x + 66, 182, 28, p.warm)
    script(c, x + 110, 164, 140, 2, gap=24, fill=tint(p.blue, 0.6))
    for row in range(4):
        y = 244 + row * 92
        c.rect(x + 22, y, 256, 78, WHITE, r=14)
        avatar(c, x + 62, y + 39, 25, p.accents[row % 3])
        script(c, x + 100, y + 18, 110, 1)
        stars = c.rng.choice((3, 4, 5))
        for index in range(5):
            _star(c, x + 112 + index * 25, y + 52, 11, AMBER if index < stars else GREY)
        if row < 2:
            check(c, x + 250, y + 28, 14)
    c.rect(x + 22, 626, 256, 52, p.cool, r=26)
    c.rect(x + 100, 645, 100, 14, WHITE, r=7)


def after_sales(c: Canvas) -> None:
    """ASVC: a repair order on a phone, a large wrench, and the service engineer on the way."""
    backdrop(c)
    p = c.palette
    gear(c, 170, 270, c.rng.randint(96, 118), tint(p.cool, 0.35), p.backdrop)
    wrench(c, 90, 640, 400, -62 + c.rng.randint(-5, 5), tint(SLATE, 0.1))
    phone(c, 430, 80, 330, 640)
    c.rect(452, 132, 286, 230, mix(WHITE, p.cool, 0.2), r=16)
    for x in (512, 610, 690):
        c.rect(x, 132, 13, 230, WHITE)
    for y in (190, 285):
        c.rect(452, y, 286, 13, WHITE)
    pin_x, pin_y = c.rng.randint(540, 650), c.rng.randint(200, 230)
    c.poly([(pin_x - 28, pin_y + 10), (pin_x + 28, pin_y + 10), (pin_x, pin_y + 66)], RED)
    c.circle(pin_x, pin_y, 33, RED)
    c.circle(pin_x, pin_y, 14, WHITE)
    done = c.rng.choice((2, 3))
    c.rect(486, 410, 6, 190, GREY)
    for row in range(4):
        y = 406 + row * 58
        c.rect(520, y - 14, 218, 44, WHITE, r=10)
        script(c, 536, y - 4, 150, 2, gap=15)
        if row < done:
            check(c, 489, y + 8, 18)
        else:
            c.circle(489, y + 8, 17, WHITE, outline=GREY, width=5)
    c.rect(520, 646, 150, 44, p.warm, r=22)
    c.rect(556, 662, 78, 12, WHITE, r=6)
    shirt = p.blue if c.rng.random() < 0.6 else p.cool
    person(c, 930, 742, 470, shirt, cap=p.warm)
    c.rect(1000, 632, 150, 92, RED, r=12)
    c.rect(1048, 606, 54, 34, None, r=10, outline=shade(RED, 0.4), width=10)
    c.rect(1000, 662, 150, 12, shade(RED, 0.3))
    c.rect(1062, 654, 26, 28, GREY, r=5)
    c.rect(870, 70, 250, 110, WHITE, r=30)
    c.poly([(930, 172), (972, 172), (936, 212)], WHITE)
    with c.upright(890, 210) as left:
        stars = c.rng.choice((4, 5))
        for index in range(5):
            _star(c, left + 22 + index * 41, 126, 18, AMBER if index < stars else GREY)


def purchase(c: Canvas) -> None:
    """PURC: quotations of several suppliers compared, with the goods stacked beside them."""
    backdrop(c)
    p = c.palette
    offers = c.rng.choice((3, 4))
    w = 620
    card(c, 80, 90, w, 520)
    c.rect(80, 90, w, 66, p.blue, r=18)
    c.rect(112, 114, 200, 18, tint(p.blue, 0.6), r=9)
    best = c.rng.randrange(offers)
    pitch = (w - 60) / offers
    for index in range(offers):
        x = 110 + pitch * index
        height = 90 if index == best else c.rng.randint(140, 230)
        colour = GREEN if index == best else (p.blue, tint(p.blue, 0.4), p.warm, p.cool)[index]
        c.rect(x + 8, 176, pitch - 16, 410, (243, 247, 251), r=14)
        avatar(c, x + pitch / 2, 226, 34, colour)
        c.rect(x + pitch / 2 - 34, 500 - height, 68, height, colour, r=8)
        c.rect(x + pitch * 0.22, 518, pitch * 0.56, 12, GREY, r=6)
        c.rect(x + pitch * 0.3, 544, pitch * 0.4, 12, GREY, r=6)
        if index == best:
            check(c, x + pitch / 2, 500 - height - 44, 28)
    for x in (140, 620):
        c.rect(x, 610, 18, 96, SLATE)
        c.rect(x - 30, 700, 78, 14, shade(SLATE, 0.4), r=7)
    c.rect(740, 704, 410, 14, shade(CARTON, 0.35))
    for x in (760, 930, 1100):
        c.rect(x, 716, 30, 22, shade(CARTON, 0.45))
    for column in range(3):
        y = 704
        for _ in range(c.rng.choice((2, 3, 3, 4)) if column != 1 else 3):
            h = c.rng.choice((86, 100, 116))
            y -= h
            colour = c.rng.choice((CARTON, CARTON, tint(p.cool, 0.3), shade(CARTON, 0.15)))
            box(c, 748 + column * 134, y, 126, h - 3, colour)
    tag_x, tag_y = 960, c.rng.randint(110, 150)
    c.poly(
        [
            (tag_x - 110, tag_y),
            (tag_x + 70, tag_y),
            (tag_x + 130, tag_y + 55),
            (tag_x + 70, tag_y + 110),
            (tag_x - 110, tag_y + 110),
        ],
        p.warm,
    )
    c.circle(tag_x + 82, tag_y + 55, 14, p.paper)
    script(c, tag_x - 80, tag_y + 32, 120, 2, gap=32, fill=WHITE)


def warehouse(c: Canvas) -> None:
    """WHSE: shelves of cartons, and a hand scanner reading a barcode label."""
    backdrop(c)
    p = c.palette
    frame = c.rng.choice((p.blue, shade(p.cool, 0.25)))
    bays, rows = c.rng.choice((2, 3)), 3
    x, y, w, h = 70, 110, 620, 600
    bay, level = w / bays, h / rows
    c.rect(x, y, w, h - 20, mix(p.paper, frame, 0.14))
    for row in range(rows):
        base = y + (row + 1) * level - 34
        for column in range(bays):
            at, end = x + column * bay + 20, x + (column + 1) * bay - 14
            while at < end - 55:
                wide = min(c.rng.choice((62, 80, 104)), end - at)
                tall = c.rng.randint(70, int(level - 66))
                colour = c.rng.choice(
                    (CARTON, CARTON, shade(CARTON, 0.14), tint(p.cool, 0.25), tint(p.warm, 0.2))
                )
                if c.rng.random() < 0.88:
                    box(c, at, base - tall, wide, tall, colour)
                at += wide + 8
        c.rect(x - 8, base, w + 16, 18, shade(p.warm, 0.08), r=3)
        for column in range(bays):
            c.rect(x + (column + 0.5) * bay - 24, base + 3, 48, 12, WHITE, r=3)
    for column in range(bays + 1):
        c.rect(x + column * bay - 9, y - 24, 18, h + 44, frame, r=4)
    card(c, 770, 470, 340, 190)
    barcode(c, 806, 500, 268, 96)
    script(c, 806, 616, 200, 1)
    sx, sy = c.rng.randint(900, 950), 120
    c.poly(
        [(sx - 40, sy + 150), (sx + 40, sy + 150), (1085, 540), (795, 540)], mix(WHITE, RED, 0.2)
    )
    barcode(c, 806, 500, 268, 60)
    c.rect(790, 546, 302, 6, RED, r=3)
    c.poly(
        [(sx + 10, sy + 90), (sx + 70, sy + 80), (sx + 170, sy + 240), (sx + 106, sy + 262)], INK
    )
    c.rect(sx - 70, sy, 170, 118, p.blue, r=32)
    c.rect(sx - 52, sy + 16, 134, 56, tint(p.blue, 0.85), r=12)
    check(c, sx + 16, sy + 44, 22)
    c.poly(
        [(sx - 62, sy + 100), (sx + 62, sy + 100), (sx + 44, sy + 150), (sx - 44, sy + 150)], INK
    )
    c.rect(sx - 40, sy + 140, 80, 12, RED, r=5)
