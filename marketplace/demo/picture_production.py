"""Scenes of production and its safeguards: PROD, QUAL, EQPT, SAFE and ENRG."""

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
    smooth,
    tint,
)
from marketplace.demo.picture_charts import NIGHT, bar_chart, gauge, line_chart, ring
from marketplace.demo.picture_shapes import (
    backdrop,
    bolt,
    card,
    check,
    cross,
    drop,
    gear,
    lamp_tower,
    monitor,
    person,
    script,
)


def _sewing_machine(c: Canvas, x: float, top: float, colour: Colour) -> None:
    """Draw a sewing machine standing on a table top."""
    c.rect(x - 80, top - 16, 160, 16, shade(colour, 0.3), r=5)
    c.rect(x + 38, top - 92, 40, 80, colour, r=8)
    c.rect(x - 78, top - 104, 156, 40, colour, r=16)
    c.rect(x - 76, top - 80, 34, 44, colour, r=8)
    c.rect(x - 62, top - 40, 5, 26, SLATE)
    c.circle(x + 84, top - 84, 20, shade(colour, 0.25))
    c.circle(x + 84, top - 84, 8, tint(colour, 0.6))
    c.rect(x - 24, top - 128, 5, 26, SLATE)
    c.rect(x - 34, top - 134, 25, 24, c.palette.warm, r=4)


def _press(c: Canvas, x: float, top: float, colour: Colour) -> None:
    """Draw a bench press with its tool, standing on a table top."""
    c.rect(x - 78, top - 18, 156, 18, shade(colour, 0.3), r=5)
    c.rect(x + 30, top - 150, 44, 136, colour, r=8)
    c.rect(x - 66, top - 160, 140, 46, colour, r=12)
    c.rect(x - 52, top - 116, 52, 44, shade(colour, 0.25), r=5)
    c.poly([(x - 42, top - 72), (x - 10, top - 72), (x - 26, top - 40)], SLATE)
    c.rect(x - 52, top - 30, 54, 12, c.palette.warm, r=3)
    c.circle(x + 52, top - 136, 9, GREEN)


def line_station(c: Canvas) -> None:
    """PROD: work stations along a line; each has a terminal that shows the ticket in hand."""
    backdrop(c)
    p = c.palette
    stations = c.rng.choice((2, 3))
    pitch = 1080 / stations
    machine = c.rng.choice((_sewing_machine, _sewing_machine, _press))
    c.rect(0, 96, 1200, 12, shade(p.backdrop, 0.12))
    top = 500
    for index in range(stations):
        middle = 60 + pitch * (index + 0.5)
        colour = p.accents[(index + c.rng.randint(0, 1)) % 3]
        c.line([(middle, 100), (middle, 132)], SLATE, 5)
        c.poly(
            [(middle - 62, 168), (middle + 62, 168), (middle + 34, 130), (middle - 34, 130)], INK
        )
        c.rect(middle - 46, 168, 92, 8, tint(AMBER, 0.5), r=4)
        person(c, middle - 76, 692, 400, colour, cap=p.warm if colour != p.warm else p.blue)
        c.rect(middle + 112, 330, 10, 175, SLATE)
        _terminal(c, middle + 62, 214, done=index != stations - 1)
    c.rect(40, top, 1120, 26, shade(p.floor, 0.3), r=6)
    for index in range(stations):
        middle = 60 + pitch * (index + 0.5)
        machine(c, middle + 14, top, tint(p.blue, 0.72) if index % 2 else tint(p.cool, 0.6))
        for side in (-130, 130):
            c.rect(middle + side - 9, top + 26, 18, 170, shade(p.floor, 0.42))
        c.rect(middle - 104, top + 26, 130, 62, shade(p.floor, 0.2), r=6)
        c.rect(middle - 62, top + 50, 46, 10, WHITE, r=5)
    c.rect(0, 690, 1200, 44, shade(GREY, 0.35), r=8)
    for x in range(20, 1200, 44):
        c.circle(x, 712, 13, tint(SLATE, 0.5))
    for x in range(c.rng.randint(50, 110), 1130, c.rng.choice((150, 180))):
        colour = c.rng.choice((p.blue, p.cool, p.warm))
        c.rect(x, 642, 92, 48, tint(colour, 0.25), r=8)
        c.rect(x + 20, 656, 52, 18, WHITE, r=4)


def _terminal(c: Canvas, x: float, y: float, *, done: bool) -> None:
    """Draw a station terminal with a work ticket."""
    c.rect(x, y, 118, 152, INK, r=14)
    c.rect(x + 9, y + 9, 100, 134, WHITE, r=8)
    c.rect(x + 9, y + 9, 100, 26, c.palette.blue, r=8)
    for row in range(4):
        for column in range(4):
            if c.rng.random() < 0.6:
                c.rect(x + 20 + column * 9, y + 48 + row * 9, 9, 9, INK)
    script(c, x + 64, y + 50, 36, 2, gap=17)
    if done:
        check(c, x + 88, y + 116, 18)
    else:
        ring(c, x + 88, y + 116, 18, (0.62,), (c.palette.warm,), GREY, 7)
    script(c, x + 20, y + 104, 40, 2, gap=16)


def quality(c: Canvas) -> None:
    """QUAL: goods pass below a camera; a magnifier shows a fault, the screen lists results."""
    backdrop(c)
    p = c.palette
    goods = c.rng.choice(p.accents)
    c.poly([(400, 200), (560, 200), (700, 500), (230, 500)], mix(p.paper, AMBER, 0.28))
    c.rect(150, 90, 24, 590, shade(GREY, 0.3))
    c.rect(150, 90, 350, 24, shade(GREY, 0.3), r=8)
    c.rect(455, 108, 50, 26, SLATE)
    c.rect(405, 130, 150, 62, INK, r=14)
    c.rect(440, 188, 80, 22, shade(SLATE, 0.4), r=6)
    c.circle(532, 150, 7, GREEN)
    cloth = c.rng.random() < 0.55
    (_cloth_table if cloth else _parts_belt)(c, goods)
    monitor(c, 770, 130, 370, 300, fill=(240, 245, 251), stand=120)
    with c.upright(770, 370) as left:
        _results(c, left, goods)
    c.rect(740, 546, 420, 18, shade(p.floor, 0.35), r=6)
    for x in (790, 1096):
        c.rect(x, 560, 16, 150, shade(p.floor, 0.35))
    _magnifier(c, c.rng.randint(240, 320), c.rng.randint(330, 390), goods, cloth=cloth)


def _cloth_table(c: Canvas, colour: Colour) -> None:
    """Draw cloth running over an inspection table, its faults framed."""
    c.poly([(170, 500), (700, 500), (770, 600), (110, 600)], tint(colour, 0.3))
    for index in range(1, 9):
        top, low = 170 + 530 * index / 9, 110 + 660 * index / 9
        c.line([(top, 502), (low, 598)], tint(colour, 0.5), 3)
    c.rect(110, 600, 660, 60, shade(colour, 0.1))
    c.rect(95, 596, 690, 16, SLATE, r=8)
    for x in (130, 720):
        c.rect(x, 655, 28, 70, shade(SLATE, 0.4))
    c.rect(90, 650, 700, 22, shade(SLATE, 0.25), r=8)
    for slot in c.rng.sample(range(4), c.rng.choice((2, 3))):
        x, y = 250 + slot * 105 + c.rng.randint(0, 40), c.rng.randint(518, 558)
        c.circle(x, y + 8, 6, INK)
        c.rect(x - 24, y - 10, 48, 36, None, r=6, outline=RED, width=4)


def _parts_belt(c: Canvas, colour: Colour) -> None:
    """Draw parts on a belt; one of them is marked as faulty."""
    c.rect(60, 560, 700, 60, shade(SLATE, 0.3), r=30)
    c.rect(72, 568, 676, 44, tint(SLATE, 0.3), r=22)
    for x in range(100, 740, 64):
        c.circle(x, 590, 15, shade(SLATE, 0.5))
    for x in (120, 670):
        c.rect(x, 616, 28, 108, shade(SLATE, 0.4))
    faulty, kind = c.rng.randrange(5), c.rng.choice(("gear", "bottle", "block"))
    top = {"gear": 452, "bottle": 424, "block": 470}[kind]
    for index in range(5):
        x = 105 + index * 130
        if kind == "gear":
            gear(c, x + 45, 512, 48, colour, tint(colour, 0.7))
        elif kind == "bottle":
            c.rect(x + 32, 446, 28, 40, tint(colour, 0.55), r=4)
            c.rect(x + 28, 436, 36, 18, colour, r=5)
            c.rect(x + 14, 472, 64, 88, tint(colour, 0.35), r=14)
            c.rect(x + 14, 500, 64, 34, WHITE)
        else:
            c.rect(x, 484, 92, 76, tint(colour, 0.15), r=8)
            c.circle(x + 46, 522, 18, tint(colour, 0.7))
        if index == faulty:
            c.rect(x - 12, top, 116, 564 - top, None, r=10, outline=RED, width=5)


def _results(c: Canvas, x: float, colour: Colour) -> None:
    """Draw the list of inspection results on the screen whose left edge is x."""
    c.rect(x + 14, 144, 342, 44, c.palette.blue, r=8)
    failed = c.rng.randrange(4)
    for row in range(4):
        y = 206 + row * 52
        c.rect(x + 30, y, 310, 42, WHITE, r=8)
        c.rect(x + 42, y + 7, 44, 28, tint(colour, 0.3), r=4)
        script(c, x + 102, y + 11, 150, 2, gap=14)
        (cross if row == failed else check)(c, x + 310, y + 21, 15)


def _magnifier(c: Canvas, x: float, y: float, colour: Colour, *, cloth: bool) -> None:
    """Draw a magnifier over a fault: weave for cloth, a scratch for parts."""
    p, r = c.palette, 74
    c.line([(x - 46, y + 46), (x - 120, y + 122)], shade(p.warm, 0.2), 24)
    c.circle(x, y, r + 13, p.blue)
    c.circle(x, y, r, tint(colour, 0.6))
    if cloth:
        for offset in range(-60, 61, 20):
            reach = (r * r - offset * offset) ** 0.5 - 3
            c.line([(x + offset, y - reach), (x + offset, y + reach)], tint(colour, 0.42), 5)
            c.line([(x - reach, y + offset), (x + reach, y + offset)], tint(colour, 0.42), 5)
        c.circle(x + 8, y - 4, 17, INK)
    else:
        c.line([(x - 14, y - 22), (x + 2, y - 6), (x + 8, y - 10), (x + 26, y + 14)], INK, 6)
    c.rect(x - 26, y - 38, 68, 68, None, r=8, outline=RED, width=6)


def equipment(c: Canvas) -> None:
    """EQPT: a machine tool with its gauges, and the ring of its overall effectiveness."""
    backdrop(c)
    p = c.palette
    body = c.rng.choice((tint(p.blue, 0.2), tint(p.cool, 0.15), tint(SLATE, 0.2)))
    c.ellipse(60, 690, 700, 44, shade(p.floor, 0.14))
    c.rect(90, 260, 620, 440, body, r=26)
    c.rect(90, 600, 620, 104, shade(body, 0.3), r=20)
    c.rect(130, 305, 370, 250, INK, r=18)
    c.rect(142, 317, 346, 226, mix(NIGHT, p.cool, 0.35), r=12)
    c.poly([(200, 317), (280, 317), (190, 543), (142, 543), (142, 470)], mix(NIGHT, p.cool, 0.5))
    c.rect(280, 317, 74, 74, GREY, r=4)
    c.rect(296, 391, 42, 32, shade(GREY, 0.3))
    c.poly([(304, 423), (330, 423), (317, 458)], AMBER)
    gear(c, 317, 500, 42, tint(p.warm, 0.2), mix(NIGHT, p.cool, 0.35))
    c.rect(535, 305, 140, 250, tint(body, 0.72), r=14)
    c.rect(551, 321, 108, 78, NIGHT, r=8)
    line_chart(c, 561, 333, 88, 54, GREEN, NIGHT, rising=False, points=6, width=3)
    for row in range(3):
        for column in range(3):
            colour = c.rng.choice((p.blue, GREY, p.warm, SLATE))
            c.circle(575 + column * 30, 430 + row * 38, 11, colour)
    for index in range(6):
        c.rect(140 + index * 60, 630, 40, 10, tint(body, 0.3), r=5)
        c.rect(140 + index * 60, 652, 40, 10, tint(body, 0.3), r=5)
    lamp_tower(c, 620, 262, 34, 2 if c.rng.random() < 0.75 else 1)
    for index in range(c.rng.choice((2, 3))):
        gauge(c, 185 + index * 130, 196, 54, c.rng.uniform(0.3, 0.85), p.accents[index])
        c.rect(178 + index * 130, 248, 14, 16, SLATE)
    card(c, 770, 130, 350, 500)
    share = c.rng.uniform(0.66, 0.86)
    ring(c, 945, 310, 132, (share,), (p.blue,), tint(p.blue, 0.86), 34)
    inner = c.rng.uniform(0.55, 0.9)
    ring(c, 945, 310, 86, (inner,), (p.cool,), tint(p.cool, 0.84), 22)
    gear(c, 945, 310, 42, p.warm)
    for index, colour in enumerate(p.accents):
        y = 490 + index * 44
        c.circle(816, y + 8, 11, colour)
        c.rect(844, y, 230, 16, (232, 238, 245), r=8)
        with c.upright(844, 230) as left:
            c.rect(left, y, 230 * c.rng.uniform(0.55, 0.95), 16, colour, r=8)


def _tank(c: Canvas, x: float, top: float, w: float, colour: Colour) -> None:
    """Draw a storage tank with a hazard diamond and a level glass."""
    base = 716
    c.rect(x + w * 0.1, base - 30, w * 0.12, 34, SLATE)
    c.rect(x + w * 0.78, base - 30, w * 0.12, 34, SLATE)
    c.ellipse(x, top - w * 0.18, w, w * 0.36, tint(colour, 0.2))
    c.rect(x, top, w, base - 20 - top, colour, r=12)
    c.rect(x + w * 0.1, top + 16, w * 0.1, base - top - 70, tint(colour, 0.3), r=8)
    cx, cy, r = x + w * 0.54, top + (base - top) * 0.36, w * 0.27
    c.poly([(cx, cy - r), (cx + r, cy), (cx, cy + r), (cx - r, cy)], WHITE)
    r *= 0.84
    c.poly([(cx, cy - r), (cx + r, cy), (cx, cy + r), (cx - r, cy)], RED)
    drop(c, cx, cy - 2, r * 0.42, WHITE)


def _cone(c: Canvas, x: float, base: float, h: float) -> None:
    """Draw a warning cone."""
    c.rect(x - h * 0.36, base - h * 0.08, h * 0.72, h * 0.1, shade(RED, 0.35), r=5)

    def band(low: float, high: float, colour: Colour) -> None:
        wide, narrow = h * (0.28 - 0.23 * low), h * (0.28 - 0.23 * high)
        y0, y1 = base - h * 0.08 - h * 0.9 * low, base - h * 0.08 - h * 0.9 * high
        c.poly([(x - wide, y0), (x + wide, y0), (x + narrow, y1), (x - narrow, y1)], colour)

    orange = mix(RED, AMBER, 0.4)
    for low, high, colour in (
        (0, 0.22, orange), (0.22, 0.4, WHITE), (0.4, 0.62, orange), (0.62, 0.78, WHITE),
        (0.78, 1, orange),
    ):  # fmt: skip
        band(low, high, colour)


def safety(c: Canvas) -> None:
    """SAFE: a shield over hazard tanks, cones and a safety officer."""
    backdrop(c)
    p = c.palette
    for index in range(c.rng.choice((2, 3))):
        colour = (tint(p.blue, 0.35), tint(p.cool, 0.3), tint(SLATE, 0.3))[index]
        _tank(c, 60 + index * 172, c.rng.randint(330, 450), 150, colour)
    pipe = shade(GREY, 0.25)
    c.line([(40, 640), (540, 640), (540, 700)], pipe, 18)
    c.circle(300, 640, 24, None, outline=RED, width=9)
    cx, cy, s = c.rng.randint(630, 700), 340, c.rng.randint(215, 240)
    # The right half from the top to the tip: shoulder, side, then one curve down.
    half = smooth([(0, -1), (0.36, -0.84), (0.8, -0.76)], 8)
    half += smooth([(0.8, -0.76), (0.8, 0), (0.62, 0.52), (0.32, 0.86), (0, 1.05)], 10)
    for scale, colour in ((1, WHITE), (0.92, p.blue)):
        outline = [(cx + dx * s * scale, cy + dy * s * scale) for dx, dy in half]
        outline += [(cx - dx * s * scale, cy + dy * s * scale) for dx, dy in reversed(half)]
        c.poly(outline, colour)
    outline = [(cx + dx * s * 0.92, cy + dy * s * 0.92) for dx, dy in half]
    c.poly(outline, shade(p.blue, 0.22))
    check(c, cx, cy, 120, tint(p.blue, 0.12))
    person(c, 960, 735, 440, c.rng.choice((p.cool, p.blue)), cap=AMBER, arm="hold")
    c.rect(926, 400, 14, 150, tint(AMBER, 0.2))
    c.rect(980, 400, 14, 150, tint(AMBER, 0.2))
    for index in range(c.rng.choice((1, 2, 3))):
        _cone(c, (1105, 820, 700)[index], (752, 768, 756)[index], (150, 130, 116)[index])


def energy(c: Canvas) -> None:
    """ENRG: a row of meters for electricity, water and gas over a curve of the day's load."""
    backdrop(c, floor=False)
    p = c.palette
    count = c.rng.choice((3, 4))
    pitch = 1060 / count
    kinds = c.rng.sample(("power", "water", "gas", "steam"), count)
    signs = {"power": p.warm, "water": p.blue, "gas": RED, "steam": p.cool}
    c.rect(0, 300, 1200, 20, shade(GREY, 0.2))
    c.rect(0, 300, 1200, 6, GREY)
    for index, kind in enumerate(kinds):
        x = 70 + pitch * (index + 0.5)
        c.rect(x - 118, 80, 236, 262, c.palette.shadow, r=26)
        c.rect(x - 118, 70, 236, 262, shade(signs[kind], 0.1), r=26)
        c.rect(x - 104, 84, 208, 234, WHITE, r=18)
        gauge(c, x, 170, 74, c.rng.uniform(0.25, 0.85), signs[kind])
        with c.upright(x - 68, 136) as left:
            for digit in range(5):
                c.rect(left + digit * 28, 264, 24, 34, INK if digit < 4 else RED, r=5)
                c.rect(left + 8 + digit * 28, 276, 8, 10, WHITE, r=3)
        _energy_sign(c, kind, x, 345, signs[kind])
    card(c, 80, 420, 760, 310)
    line_chart(
        c, 120, 460, 680, 220, p.blue, WHITE, points=c.rng.choice((8, 9, 10)),
        rising=c.rng.random() < 0.4,
    )  # fmt: skip
    c.dashes((120, 512), (800, 512), RED, 4, 14)
    card(c, 880, 420, 240, 310, p.blue)
    leaf = c.rng.random() < 0.5
    if leaf:
        c.poly(smooth([(930, 620), (940, 510), (1070, 470), (1060, 590), (930, 620)]), GREEN)
        c.line([(920, 640), (990, 560), (1040, 510)], WHITE, 7)
    else:
        bolt(c, 1000, 548, 84, AMBER)
    bar_chart(c, 915, 650, 170, 46, (tint(p.blue, 0.55),), count=7, rising=False)


def _energy_sign(c: Canvas, kind: str, x: float, y: float, colour: Colour) -> None:
    """Draw the sign of an energy carrier on a disc."""
    c.circle(x, y, 36, WHITE)
    c.circle(x, y, 31, colour)
    if kind == "power":
        bolt(c, x, y, 22, WHITE)
    elif kind == "water":
        drop(c, x, y, 20, WHITE)
    elif kind == "gas":
        drop(c, x, y - 2, 22, WHITE)
        drop(c, x, y + 7, 10, colour)
    else:
        for dx in (-11, 0, 11):
            c.line(
                smooth(
                    [(x + dx, y + 15), (x + dx + 4, y + 5), (x + dx - 4, y - 5), (x + dx, y - 15)]
                ),
                WHITE,
                4.5,
            )
