"""Scenes of design and preparation: drawings (PDES), process cards (TECH), plan (PLAN)."""

import math

from marketplace.demo.picture_canvas import (
    GREY,
    INK,
    RED,
    SLATE,
    WHITE,
    Canvas,
    Colour,
    Point,
    mix,
    shade,
    smooth,
    tint,
)
from marketplace.demo.picture_charts import NIGHT
from marketplace.demo.picture_shapes import (
    arrow,
    backdrop,
    bolt,
    card,
    check,
    drop,
    gear,
    monitor,
    person,
    script,
)

# Garment pattern pieces as outlines in a unit square each; straight or smoothed by the drawer.
BODICE: tuple[Point, ...] = (
    (0.08, 1), (0.1, 0.5), (0.02, 0.34), (0.14, 0.06), (0.36, 0), (0.42, 0.1),
    (0.5, 0.14), (0.58, 0.1), (0.64, 0), (0.86, 0.06), (0.98, 0.34), (0.9, 0.5), (0.92, 1),
)  # fmt: skip
SLEEVE: tuple[Point, ...] = (
    (0.12, 1), (0, 0.4), (0.2, 0.22), (0.38, 0.03), (0.5, 0), (0.62, 0.03), (0.8, 0.22),
    (1, 0.4), (0.88, 1),
)  # fmt: skip
COLLAR: tuple[Point, ...] = (
    (0, 0.6), (0.1, 0.1), (0.3, 0.3), (0.5, 0.36), (0.7, 0.3), (0.9, 0.1), (1, 0.6), (0.75, 0.85),
    (0.5, 0.95), (0.25, 0.85),
)  # fmt: skip
TROUSER: tuple[Point, ...] = (
    (0.2, 0), (0.5, 0.02), (0.78, 0), (0.84, 0.2), (1, 0.34), (0.84, 0.6), (0.78, 1), (0.5, 0.99),
    (0.22, 1), (0.14, 0.6), (0.08, 0.3),
)  # fmt: skip
SKIRT: tuple[Point, ...] = (
    (0.3, 0), (0.5, 0.05), (0.7, 0), (0.82, 0.4), (1, 0.92), (0.75, 0.98), (0.5, 1), (0.25, 0.98),
    (0, 0.92), (0.18, 0.4),
)  # fmt: skip


def _piece(
    c: Canvas,
    outline: tuple[Point, ...],
    x: float,
    y: float,
    w: float,
    h: float,
    colour: Colour,
    ground: Colour,
) -> None:
    """Draw one pattern piece: cutting line, dashed grain line, corner handles."""
    points = smooth([(x + px * w, y + py * h) for px, py in (*outline, outline[0])], 8)
    c.poly(points, mix(ground, colour, 0.3))
    c.line([*points, points[0]], colour, 4)
    c.dashes((x + w / 2, y + h * 0.3), (x + w / 2, y + h * 0.86), colour, 2.5, 8)
    for px, py in outline[:: max(2, len(outline) // 4)]:
        c.rect(x + px * w - 5, y + py * h - 5, 10, 10, WHITE, outline=colour, width=2)


def _dimension(c: Canvas, x: float, y: float, w: float, colour: Colour) -> None:
    """Draw a dimension line with end ticks."""
    c.line([(x, y), (x + w, y)], colour, 2.5)
    for end in (x, x + w):
        c.line([(end, y - 9), (end, y + 9)], colour, 2.5)


def design(c: Canvas) -> None:
    """PDES: a drawing station; mostly garment patterns and a dress form, else a machine part."""
    backdrop(c)
    p = c.palette
    night = c.rng.random() < 0.5
    ground = NIGHT if night else (244, 248, 253)
    x, y, w, h = 70, 110, 760, 470
    monitor(c, x, y, w, h, fill=ground, stand=98)
    for step in range(1, 19):
        c.rect(x + 92 + step * 34, y + 14, 1.5, h - 28, mix(ground, p.blue, 0.22))
    for step in range(1, 13):
        c.rect(x + 84, y + 14 + step * 34, w - 98, 1.5, mix(ground, p.blue, 0.22))
    c.rect(x + 14, y + 14, 70, h - 28, mix(ground, p.blue, 0.35), r=8)
    for index in range(6):
        colour = p.warm if index == 1 else mix(ground, WHITE if night else p.blue, 0.55)
        c.rect(x + 32, y + 40 + index * 66, 34, 34, colour, r=9)
    colours = tuple(tint(colour, 0.35 if night else 0) for colour in p.accents)
    if c.rng.random() < 0.65:
        _garment(c, x + 120, y, colours, ground)
        _dress_form(c, 985, c.rng.choice(p.accents))
    else:
        _part(c, x + 120, y, colours, ground)
        _drawing_set(c, 870)


def _garment(
    c: Canvas, x: float, y: float, colours: tuple[Colour, Colour, Colour], ground: Colour
) -> None:
    """Draw the pattern pieces of a garment with their dimension lines."""
    lead, second, third = colours
    gap = c.rng.randint(0, 26)
    body = c.rng.choice((BODICE, TROUSER, SKIRT))
    if body is TROUSER:
        _piece(c, body, x, y + 60, 140, 330, lead, ground)
        _piece(c, body, x + 155, y + 60, 140, 330, second, ground)
    else:
        _piece(c, body, x, y + 60, 250, 320, lead, ground)
    _piece(c, SLEEVE, x + 315 + gap, y + 56, 180, 200, second, ground)
    _piece(c, COLLAR, x + 325 + gap, y + 300, 220, 92, third, ground)
    if c.rng.random() < 0.6:
        _piece(c, SLEEVE, x + 512 + gap, y + 90, 80, 150, third, ground)
    _dimension(c, x, y + 420, 250, lead)
    _dimension(c, x + 325 + gap, y + 420, 220, third)


def _part(
    c: Canvas, x: float, y: float, colours: tuple[Colour, Colour, Colour], ground: Colour
) -> None:
    """Draw a flange in front view with its section beside it."""
    lead, second, third = colours
    cx, cy, r = x + 180, y + 215, c.rng.randint(145, 165)
    c.circle(cx, cy, r, mix(ground, lead, 0.3), outline=lead, width=5)
    holes = c.rng.choice((5, 6, 8))
    c.circle(cx, cy, r * 0.74, None, outline=third, width=2)
    for index in range(holes):
        turn = 2 * math.pi * index / holes
        at = (cx + r * 0.74 * math.cos(turn), cy + r * 0.74 * math.sin(turn))
        c.circle(*at, r * 0.11, ground, outline=lead, width=4)
    c.circle(cx, cy, r * 0.46, mix(ground, second, 0.35), outline=second, width=5)
    c.circle(cx, cy, r * 0.26, ground, outline=second, width=5)
    c.dashes((cx - r - 20, cy), (cx + r + 20, cy), third, 2.5, 14)
    c.dashes((cx, cy - r - 20), (cx, cy + r + 20), third, 2.5, 14)
    _dimension(c, cx - r, y + 415, 2 * r, third)
    left, wide = x + 400, c.rng.randint(50, 70)
    c.rect(left, cy - r, wide, 2 * r, mix(ground, lead, 0.3), outline=lead, width=5)
    c.rect(left + wide, cy - r * 0.46, 90, r * 0.92, mix(ground, second, 0.35))
    c.rect(left + wide, cy - r * 0.46, 90, r * 0.92, None, outline=second, width=5)
    c.dashes((left - 24, cy), (left + wide + 114, cy), third, 2.5, 14)
    _dimension(c, left, y + 415, wide + 90, third)


def _drawing_set(c: Canvas, x: float) -> None:
    """Draw the finished part on a pedestal, with a rolled drawing leaning on it."""
    p = c.palette
    c.ellipse(x - 10, 706, 270, 34, shade(p.floor, 0.14))
    c.rect(x + 20, 540, 210, 180, tint(p.blue, 0.7), r=10)
    c.rect(x, 520, 250, 28, tint(p.blue, 0.5), r=8)
    c.rect(x + 52, 478, 146, 44, shade(GREY, 0.35), r=8)
    gear(c, x + 125, 390, 110, c.rng.choice(p.accents), p.backdrop)
    c.circle(x + 125, 390, 56, None, outline=tint(p.blue, 0.6), width=8)
    c.line([(x + 226, 712), (x + 262, 430)], tint(p.warm, 0.55), 36)
    c.circle(x + 262, 430, 10, shade(p.warm, 0.3))
    c.line([(x + 229, 570), (x + 257, 574)], shade(p.warm, 0.2), 14)


def _dress_form(c: Canvas, x: float, colour: Colour) -> None:
    """Draw a tailor's dress form on its stand, with a measuring tape."""
    c.rect(x - 7, 540, 14, 160, SLATE)
    c.line([(x - 70, 712), (x, 684), (x + 70, 712)], SLATE, 12)
    torso = [(-40, 0), (-92, 26), (-84, 110), (-58, 180), (-88, 280), (-80, 318)]
    outline = [(x + dx, 235 + dy) for dx, dy in torso]
    outline += [(x - dx, 235 + dy) for dx, dy in reversed(torso)]
    c.poly(smooth(outline, 8), tint(colour, 0.35))
    c.rect(x - 30, 200, 60, 50, tint(colour, 0.35), r=10)
    c.rect(x - 24, 186, 48, 22, shade(colour, 0.3), r=8)
    c.dashes((x, 255), (x, 548), tint(colour, 0.75), 3, 9)
    tape = smooth([(x - 60, 240), (x - 34, 330), (x - 46, 420), (x - 20, 500)])
    c.line(tape, c.palette.warm if colour != c.palette.warm else c.palette.blue, 13)
    for px, py in tape[4::6]:
        c.rect(px - 6, py - 1, 7, 2.5, INK)


def _operation(c: Canvas, kind: int, cx: float, cy: float, colour: Colour) -> None:
    """Draw the sign of one operation on a process card."""
    c.circle(cx, cy, 40, tint(colour, 0.82))
    if kind == 0:
        gear(c, cx, cy, 28, colour, tint(colour, 0.82))
    elif kind == 1:
        drop(c, cx, cy - 2, 27, colour)
    elif kind == 2:
        c.line([(cx - 16, cy + 22), (cx + 15, cy - 22)], colour, 7)
        c.line([(cx + 16, cy + 22), (cx - 15, cy - 22)], colour, 7)
        c.circle(cx - 18, cy + 20, 9, None, outline=colour, width=5)
        c.circle(cx + 18, cy + 20, 9, None, outline=colour, width=5)
    elif kind == 3:
        bolt(c, cx, cy, 27, colour)
    elif kind == 4:
        c.rect(cx - 20, cy - 20, 40, 40, None, r=6, outline=colour, width=6)
        c.circle(cx, cy, 9, colour)
    else:
        c.slice(cx - 20, cy - 4, 40, 56, 180, 360, colour)
        c.circle(cx, cy - 14, 12, colour)


def process(c: Canvas) -> None:
    """TECH: process cards joined by arrows, with a clip board and gear wheels behind."""
    backdrop(c, floor=False)
    p = c.palette
    gear(c, 1070, 150, c.rng.randint(84, 110), mix(p.paper, p.cool, 0.45), p.paper)
    gear(c, 130, 690, c.rng.randint(70, 96), mix(p.paper, p.warm, 0.45), p.paper)
    columns = c.rng.choice((3, 4))
    w, h = (270, 235) if columns == 3 else (212, 222)
    pitch = (1200 - 120) / columns
    kinds = c.rng.sample(range(6), 6) + c.rng.sample(range(6), 2)
    places = [
        (60 + pitch * column + (pitch - w) / 2, 140 + row * (h + 85))
        for row in range(2)
        for column in (range(columns) if row == 0 else reversed(range(columns)))
    ]
    for index, (x, y) in enumerate(places[:-1]):
        after_x, after_y = places[index + 1]
        if after_y > y:
            arrow(c, (x + w / 2, y + h + 14), (x + w / 2, after_y - 22), shade(p.blue, 0.2))
        elif after_x > x:
            arrow(c, (x + w + 6, y + h / 2), (after_x - 18, y + h / 2), shade(p.blue, 0.2))
        else:
            arrow(c, (x - 6, y + h / 2), (after_x + w + 18, y + h / 2), shade(p.blue, 0.2))
    done = c.rng.randint(2, len(places) - 2)
    for index, (x, y) in enumerate(places):
        colour = p.accents[index % 3]
        card(c, x, y, w, h)
        c.rect(x, y, w, 18, colour, r=9)
        _operation(c, kinds[index], x + 62, y + 78, colour)
        script(c, x + 122, y + 54, w - 150, 2, gap=24)
        script(c, x + 24, y + 142, w - 48, 3, gap=24)
        if index <= done:
            check(c, x + w - 12, y + 12, 24)


def plan(c: Canvas) -> None:
    """PLAN: a large bar chart of orders over days with the line of today."""
    backdrop(c)
    p = c.palette
    x, y, w, h = 80, 90, 850, 540
    card(c, x, y, w, h)
    with c.upright(x, w) as left:
        _gantt(c, left, y, w, h)
    person(c, 1050, 735, 430, c.rng.choice(p.accents), cap=c.rng.choice((None, p.warm)), arm="hold")
    c.rect(x + 90, y + h, 18, 95, SLATE)
    c.rect(x + w - 108, y + h, 18, 95, SLATE)
    c.rect(x + 60, y + h + 88, 78, 14, shade(SLATE, 0.4), r=7)
    c.rect(x + w - 138, y + h + 88, 78, 14, shade(SLATE, 0.4), r=7)


def _gantt(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    """Draw the bar chart on its sheet, always with time running to the right."""
    p = c.palette
    head, side, days = 74, 170, 14
    c.rect(x, y, w, head, p.blue, r=18)
    c.rect(x, y + head - 20, w, 20, p.blue)
    pitch = (w - side - 24) / days
    for day in range(days):
        at = x + side + day * pitch
        rest = day % 7 in (5, 6)
        c.rect(at + 7, y + 24, pitch - 14, 26, tint(p.blue, 0.35 if rest else 0.75), r=6)
        if rest:
            c.rect(at, y + head, pitch, h - head - 18, (240, 244, 249))
    rows = c.rng.choice((6, 7))
    gap = (h - head - 30) / rows
    for row in range(rows):
        top = y + head + 15 + row * gap
        c.rect(x + 20, top + gap - 2, w - 40, 2, (226, 233, 241))
        gear(c, x + 44, top + gap / 2, 17, shade(GREY, 0.3))
        c.rect(x + 74, top + gap / 2 - 6, c.rng.randint(50, 78), 12, GREY, r=6)
        day = c.rng.choice((0, 0, 1, 2)) + row * 0.35
        while day < days - 2:
            length = min(c.rng.choice((2, 2.5, 3, 4)), days - day)
            colour = c.rng.choice((p.blue, p.blue, p.cool, p.warm, tint(p.blue, 0.45)))
            left = x + side + day * pitch
            c.rect(left, top + gap * 0.2, length * pitch - 6, gap * 0.6, colour, r=9)
            if length > 2:
                c.rect(
                    left + 12, top + gap * 0.46, length * pitch * 0.45, 7, tint(colour, 0.6), r=4
                )
            day += length + c.rng.choice((0, 0, 0.5, 1))
    today = x + side + pitch * c.rng.choice((4, 5, 8))
    c.line([(today, y + head - 4), (today, y + h - 20)], RED, 5)
    c.poly([(today - 15, y + head - 16), (today + 15, y + head - 16), (today, y + head + 8)], RED)
