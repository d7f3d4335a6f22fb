"""Scenes of places: providers' buildings and teams, factory halls, screens, before and after."""

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
from marketplace.demo.picture_charts import dashboard
from marketplace.demo.picture_shapes import (
    FLOOR_Y,
    card,
    check,
    cross,
    gear,
    lamp_tower,
    monitor,
    person,
    plant,
    script,
    tree,
)

PAPER_PILE: Colour = (246, 240, 226)


def _tower(c: Canvas, x: float, w: float, floors: int, colour: Colour) -> None:
    """Draw an office tower with a grid of windows and a door."""
    storey = 54
    top = FLOOR_Y - floors * storey - 50
    c.rect(x, top, w, FLOOR_Y - top, colour, r=10)
    c.rect(x + w * 0.78, top, w * 0.22, FLOOR_Y - top, shade(colour, 0.14), r=10)
    c.rect(x - 8, top - 10, w + 16, 20, shade(colour, 0.35), r=6)
    columns = max(3, int(w // 58))
    pitch = (w - 24) / columns
    glass = tint(colour, 0.62)
    for floor in range(floors):
        for column in range(columns):
            lit = c.rng.random() < 0.14
            c.rect(
                x + 12 + column * pitch + pitch * 0.14,
                top + 32 + floor * storey,
                pitch * 0.72,
                storey * 0.58,
                tint(AMBER, 0.45) if lit else glass,
                r=4,
            )
    c.rect(x + w / 2 - 36, FLOOR_Y - 62, 72, 62, INK, r=4)
    c.rect(x + w / 2 - 30, FLOOR_Y - 56, 28, 56, tint(colour, 0.72))
    c.rect(x + w / 2 + 2, FLOOR_Y - 56, 28, 56, tint(colour, 0.72))
    c.rect(x + w / 2 - 52, FLOOR_Y - 74, 104, 13, c.palette.warm, r=4)


def _glass_block(c: Canvas, x: float, w: float, floors: int, colour: Colour) -> None:
    """Draw a low office block with ribbons of glass and a sloped roof line."""
    storey = 66
    top = FLOOR_Y - floors * storey - 40
    c.poly([(x, top), (x + w, top - 60), (x + w, FLOOR_Y), (x, FLOOR_Y)], WHITE)
    c.poly(
        [(x - 12, top + 6), (x + w + 12, top - 58), (x + w + 12, top - 78), (x - 12, top - 14)],
        colour,
    )
    for floor in range(floors):
        y = top + 34 + floor * storey
        c.rect(x + 18, y, w - 36, 38, tint(colour, 0.45), r=5)
        for at in range(int(x) + 70, int(x + w) - 30, 62):
            c.rect(at, y, 5, 38, WHITE)
    c.rect(x + 18, FLOOR_Y - 46, w - 36, 46, tint(colour, 0.7))
    c.rect(x + w / 2 - 44, FLOOR_Y - 60, 88, 60, shade(colour, 0.45), r=4)
    c.rect(x + w / 2 - 2, FLOOR_Y - 56, 4, 56, WHITE)


def _plant_hall(c: Canvas, x: float, w: float, teeth: int, colour: Colour) -> None:
    """Draw a factory hall with a saw-tooth roof and a gate."""
    top = FLOOR_Y - 190
    pitch = w / teeth
    for index in range(teeth):
        left = x + index * pitch
        c.poly([(left, top + 2), (left, top - 76), (left + pitch, top + 2)], shade(colour, 0.18))
        c.poly(
            [(left + 10, top), (left + 10, top - 50), (left + pitch * 0.7, top)], tint(colour, 0.6)
        )
    c.rect(x, top, w, 190, tint(colour, 0.3))
    for index in range(teeth * 2):
        c.rect(x + (index + 0.25) * pitch / 2, top + 34, pitch / 4, 44, tint(colour, 0.75), r=4)
    c.rect(x + w / 2 - 60, FLOOR_Y - 92, 120, 92, shade(colour, 0.35))
    for row in range(5):
        c.rect(x + w / 2 - 54, FLOOR_Y - 86 + row * 17, 108, 11, tint(colour, 0.1), r=3)


def _team(c: Canvas, left: float, right: float, count: int) -> None:
    """Draw a row of colleagues in front of the building."""
    p = c.palette
    step = (right - left) / max(1, count - 1)
    for index in range(count):
        shirt = c.rng.choice((p.blue, p.cool, p.warm, tint(p.blue, 0.25)))
        cap = c.rng.choice((None, None, None, AMBER))
        if shirt == p.warm:
            cap = None
        arm = c.rng.choice(("down", "down", "hold"))
        base = 780 - (index % 2) * 16
        person(c, left + index * step, base, c.rng.randint(215, 245), shirt, cap=cap, arm=arm)


def provider(c: Canvas) -> None:
    """Draw the house of a provider: tower, glass block or hall, with trees and its team."""
    p = c.palette
    c.circle(c.rng.randint(880, 1060), c.rng.randint(130, 200), 66, tint(p.warm, 0.55))
    for _ in range(c.rng.choice((2, 3))):
        x, y = c.rng.randint(60, 900), c.rng.randint(60, 210)
        c.rect(x, y, 190, 44, WHITE, r=22)
        c.circle(x + 74, y + 4, 36, WHITE)
        c.circle(x + 124, y + 12, 26, WHITE)
    x = -20.0
    while x < 1200:
        w, h = c.rng.randint(70, 150), c.rng.randint(120, 330)
        c.rect(x, FLOOR_Y - h, w, h, p.backdrop, r=4)
        x += w + c.rng.randint(0, 30)
    c.rect(0, FLOOR_Y, 1200, 124, p.floor)
    c.rect(0, FLOOR_Y, 1200, 8, shade(p.floor, 0.14))
    main, other = c.rng.sample((p.blue, p.cool, shade(p.blue, 0.3), tint(p.blue, 0.25)), 2)
    kind = c.rng.randrange(4)
    if kind == 0:
        _tower(c, 560, c.rng.randint(240, 300), c.rng.randint(7, 9), main)
        _glass_block(c, 180, 360, c.rng.choice((2, 3)), other)
    elif kind == 1:
        _glass_block(c, 250, c.rng.randint(620, 700), c.rng.choice((3, 4, 5)), main)
    elif kind == 2:
        _plant_hall(c, 430, c.rng.randint(560, 640), c.rng.choice((4, 5)), other)
        _tower(c, 210, 220, c.rng.randint(5, 7), main)
    else:
        _tower(c, 250, 230, c.rng.randint(5, 8), main)
        _tower(c, 520, 300, c.rng.randint(4, 6), other)
        _tower(c, 850, 200, c.rng.randint(6, 9), main)
    for x in (70, 150, 1080, 1150):
        if c.rng.random() < 0.8:
            tree(c, x, FLOOR_Y + 6, c.rng.randint(130, 190))
    start = c.rng.randint(220, 420)
    count = c.rng.randint(3, 6)
    _team(c, start, start + (count - 1) * 118, count)


def _hall(c: Canvas) -> None:
    """Draw the inside of a factory hall: wall, windows, roof beams, lamps, floor with lane."""
    p = c.palette
    wall = mix(p.paper, p.blue, 0.07)
    c.rect(0, 0, 1200, 520, wall)
    c.rect(0, 500, 1200, 300, p.floor)
    c.rect(0, 496, 1200, 12, shade(p.floor, 0.14))
    for index in range(6):
        c.rect(40 + index * 196, 190, 140, 110, mix(wall, WHITE, 0.8), r=6)
        c.rect(107 + index * 196, 190, 6, 110, wall)
        c.rect(40 + index * 196, 242, 140, 6, wall)
    beam = mix(wall, p.blue, 0.28)
    c.rect(0, 40, 1200, 14, beam)
    c.rect(0, 118, 1200, 14, beam)
    bays = c.rng.choice((6, 8, 10))
    for index in range(bays):
        left, pitch = index * 1200 / bays, 1200 / bays
        c.line([(left, 125), (left + pitch / 2, 47), (left + pitch, 125)], beam, 8)
    for index in range(4):
        x = 150 + index * 300
        c.line([(x, 130), (x, 160)], SLATE, 4)
        c.poly([(x - 52, 190), (x + 52, 190), (x + 26, 158), (x - 26, 158)], shade(p.blue, 0.4))
        c.rect(x - 38, 189, 76, 8, tint(AMBER, 0.55), r=4)
    c.poly([(0, 800), (0, 770), (1200, 700), (1200, 716), (60, 800)], tint(AMBER, 0.35))


def _machine_tool(c: Canvas, x: float, base: float, s: float, colour: Colour) -> None:
    """Draw a closed machining centre of width 240·s."""
    c.rect(x, base - 190 * s, 240 * s, 190 * s, colour, r=14 * s)
    c.rect(x, base - 44 * s, 240 * s, 44 * s, shade(colour, 0.3), r=10 * s)
    c.rect(x + 20 * s, base - 168 * s, 126 * s, 106 * s, INK, r=8 * s)
    c.rect(x + 28 * s, base - 160 * s, 110 * s, 90 * s, tint(colour, 0.45), r=5 * s)
    c.rect(x + 70 * s, base - 160 * s, 28 * s, 40 * s, GREY)
    c.poly(
        [(x + 76 * s, base - 120 * s), (x + 92 * s, base - 120 * s), (x + 84 * s, base - 98 * s)],
        AMBER,
    )
    c.rect(x + 164 * s, base - 168 * s, 58 * s, 100 * s, tint(colour, 0.75), r=8 * s)
    c.rect(x + 172 * s, base - 160 * s, 42 * s, 34 * s, INK, r=4 * s)
    for index in range(3):
        c.circle(x + 178 * s + index * 15 * s, base - 104 * s, 5 * s, (GREEN, AMBER, RED)[index])
    lamp_tower(c, x + 204 * s, base - 188 * s, 17 * s, c.rng.choice((2, 2, 2, 1)))


def _robot_cell(c: Canvas, x: float, base: float, s: float, colour: Colour) -> None:
    """Draw a robot arm on its pedestal beside a feed table."""
    c.rect(x + 130 * s, base - 74 * s, 130 * s, 18 * s, SLATE, r=5 * s)
    for leg in (144, 234):
        c.rect(x + leg * s, base - 58 * s, 12 * s, 58 * s, SLATE)
    c.rect(x + 170 * s, base - 108 * s, 50 * s, 34 * s, c.palette.cool, r=5 * s)
    c.rect(x + 10 * s, base - 36 * s, 110 * s, 36 * s, shade(colour, 0.45), r=8 * s)
    c.rect(x + 38 * s, base - 80 * s, 54 * s, 50 * s, colour, r=10 * s)
    elbow, wrist = (x + 40 * s, base - 190 * s), (x + 170 * s, base - 200 * s)
    c.line([(x + 65 * s, base - 80 * s), elbow], colour, 34 * s)
    c.line([elbow, wrist], colour, 28 * s)
    c.line([wrist, (x + 192 * s, base - 140 * s)], shade(colour, 0.3), 18 * s)
    c.rect(x + 174 * s, base - 140 * s, 38 * s, 12 * s, INK, r=4 * s)
    for px, py in ((x + 65 * s, base - 80 * s), elbow, wrist):
        c.circle(px, py, 13 * s, tint(colour, 0.6))


def _loom(c: Canvas, x: float, base: float, s: float, colour: Colour) -> None:
    """Draw a roller machine with a web of material running through it."""
    c.rect(x, base - 150 * s, 34 * s, 150 * s, shade(colour, 0.25), r=8 * s)
    c.rect(x + 210 * s, base - 150 * s, 34 * s, 150 * s, shade(colour, 0.25), r=8 * s)
    web = tint(c.palette.warm, 0.35)
    c.poly(
        [
            (x + 30 * s, base - 128 * s),
            (x + 214 * s, base - 128 * s),
            (x + 214 * s, base - 46 * s),
            (x + 30 * s, base - 46 * s),
        ],
        web,
    )
    for index in range(1, 8):
        at = x + (30 + index * 23) * s
        c.rect(at, base - 128 * s, 3, 82 * s, tint(web, 0.4))
    c.rect(x - 6 * s, base - 164 * s, 256 * s, 36 * s, colour, r=16 * s)
    c.rect(x - 6 * s, base - 60 * s, 256 * s, 36 * s, colour, r=16 * s)
    c.circle(x + 17 * s, base - 146 * s, 10 * s, tint(colour, 0.6))
    c.circle(x + 227 * s, base - 42 * s, 10 * s, tint(colour, 0.6))
    c.rect(x + 96 * s, base - 24 * s, 52 * s, 24 * s, shade(colour, 0.45))


MACHINES = (_machine_tool, _robot_cell, _loom)


def workshop(c: Canvas) -> None:
    """Draw a factory hall with machines in two rows and the people who run them."""
    p = c.palette
    _hall(c)
    colours = [tint(p.blue, 0.15), p.cool, tint(SLATE, 0.15), p.warm]
    kinds = c.rng.sample(MACHINES, 2)
    for index in range(4):
        c.rng.choice(kinds)(c, 50 + index * 290, 530, 0.78, tint(c.rng.choice(colours), 0.3))
    count = c.rng.choice((2, 3))
    pitch = 1140 / count
    for index in range(count):
        left = 40 + index * pitch
        c.ellipse(left - 10, 696, 330, 28, shade(p.floor, 0.12))
        c.rng.choice(kinds)(c, left, 710, 1.28, c.rng.choice(colours[:3]))
        if index < 2 or c.rng.random() < 0.6:
            arm = c.rng.choice(("hold", "down"))
            shirt = c.rng.choice((p.blue, p.cool))
            person(c, left + pitch * 0.5 + 170 / count + 50, 770, 300, shirt, cap=AMBER, arm=arm)


def screen(c: Canvas) -> None:
    """Draw a large dashboard on a stand in the hall, with one or two people before it."""
    p = c.palette
    _hall(c)
    kind = c.rng.choice(MACHINES)
    for index in range(4):
        kind(c, 30 + index * 300, 540, 0.8, mix(p.floor, p.blue, 0.3))
    x, w = (160, 800) if c.rng.random() < 0.5 else (280, 780)
    y, h = 90, 480
    c.ellipse(x + w / 2 - 190, 706, 380, 34, shade(p.floor, 0.16))
    for at in (x + w / 2 - 90, x + w / 2 + 66):
        c.rect(at, y + h, 24, 150, SLATE)
    c.rect(x + w / 2 - 160, 706, 320, 18, shade(SLATE, 0.4), r=9)
    c.rect(x, y, w, h, INK, r=22)
    dashboard(c, x + 16, y + 16, w - 32, h - 32, night=c.rng.random() < 0.6)
    spots = [(x + w + 60, "down"), (x - 50, "point")]
    for at, arm in c.rng.sample(spots, c.rng.choice((1, 2))):
        shirt = c.rng.choice((p.cool, p.warm, p.blue))
        cap = AMBER if shirt != p.warm and c.rng.random() < 0.6 else None
        person(c, at, 772, 400, shirt, cap=cap, arm=arm)


def _pile(c: Canvas, x: float, base: float, w: float, sheets: int) -> None:
    """Draw an untidy pile of papers, its top sheets turned."""
    for index in range(sheets):
        shift, slope = c.rng.randint(-16, 16), c.rng.randint(-5, 5)
        wide, y = w * c.rng.uniform(0.85, 1), base - (index + 1) * 14
        if index == 0:
            slope = 0
        tone = c.rng.choice((PAPER_PILE, WHITE, shade(PAPER_PILE, 0.1)))
        left, right = x + shift, x + shift + wide
        c.poly([(left, y), (right, y + slope), (right, y + slope + 14), (left, y + 14)], tone)
        c.line([(left, y + 13), (right, y + slope + 13)], shade(PAPER_PILE, 0.25), 2)
        if c.rng.random() < 0.2:
            c.rect(right - 30, y + 2, 34, 9, c.palette.warm, r=2)


def before_after(c: Canvas) -> None:
    """Draw one desk twice: buried in paper on the left, with a tidy screen on the right."""
    p = c.palette
    c.mirrored = False
    drab = (226, 221, 211)
    c.rect(0, 0, 600, 800, drab)
    c.rect(600, 0, 600, 800, mix(WHITE, p.blue, 0.1))
    c.circle(300, 360, 240, shade(drab, 0.06))
    c.circle(910, 360, 250, mix(WHITE, p.blue, 0.18))
    c.rect(0, 690, 600, 110, shade(drab, 0.14))
    c.rect(600, 690, 600, 110, mix(WHITE, p.blue, 0.28))
    wood = (176, 142, 108)
    for left, colour in ((40, wood), (660, shade(GREY, 0.3))):
        c.rect(left, 560, 500, 24, colour, r=6)
        for leg in (left + 26, left + 456):
            c.rect(leg, 584, 18, 150, shade(colour, 0.25))
    for index in range(3):
        _pile(c, 66 + index * 162, 560, 128, c.rng.randint(5, 19))
    for _ in range(c.rng.randint(3, 5)):
        x, y = c.rng.randint(50, 470), c.rng.randint(735, 762)
        c.poly([(x, y), (x + 70, y - 14), (x + 84, y + 10), (x + 12, y + 24)], WHITE)
        c.line([(x + 20, y + 2), (x + 62, y - 6)], GREY, 4)
    for slot in c.rng.sample(range(3), c.rng.choice((2, 3))):
        x, y = 110 + slot * 105 + c.rng.randint(0, 20), c.rng.randint(150, 210)
        c.rect(x, y, 74, 88, (247, 226, 150), r=3)
        script(c, x + 12, y + 18, 50, 3, gap=20, fill=shade(drab, 0.35))
    c.circle(490, 150, 56, WHITE, outline=shade(drab, 0.5), width=9)
    c.line([(490, 112), (490, 150), (520, 166)], INK, 6)
    cross(c, 90, 90, 40)
    monitor(c, 700, 210, 410, 290, stand=60)
    dashboard(c, 714, 224, 382, 262, night=c.rng.random() < 0.35)
    plant(c, 1136, 560, 130)
    card(c, 672, 530, 96, 28, WHITE, r=6)
    gear(c, 1030, 130, 44, tint(p.cool, 0.3), mix(WHITE, p.blue, 0.16))
    gear(c, 1100, 90, 30, tint(p.warm, 0.3), mix(WHITE, p.blue, 0.12))
    check(c, 690, 90, 40)
    c.circle(600, 380, 62, WHITE)
    c.circle(600, 380, 52, p.blue)
    c.line([(574, 380), (612, 380)], WHITE, 12)
    c.poly([(606, 354), (636, 380), (606, 406)], WHITE)
