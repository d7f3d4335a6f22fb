"""Scenes of management: money, people, approvals, decisions (FINA, HRMS, COLL, DECN)."""

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
from marketplace.demo.picture_charts import bar_chart, dashboard, line_chart
from marketplace.demo.picture_shapes import (
    avatar,
    backdrop,
    barcode,
    card,
    check,
    cross,
    lamp_tower,
    monitor,
    person,
    plant,
    script,
)


def _coins(c: Canvas, x: float, base: float, count: int) -> None:
    """Draw a stack of coins."""
    for index in range(count):
        y = base - index * 19
        c.ellipse(x - 52, y - 26, 104, 36, shade(AMBER, 0.25))
        c.ellipse(x - 52, y - 34, 104, 36, AMBER)
    c.ellipse(x - 34, base - (count - 1) * 19 - 28, 68, 23, tint(AMBER, 0.4))


def finance(c: Canvas) -> None:
    """FINA: an open ledger, columns of cost, a calculator and coins."""
    backdrop(c)
    p = c.palette
    c.rect(60, 640, 1080, 26, shade(p.floor, 0.35), r=8)
    with c.upright(90, 700) as left:
        _ledger(c, left, 130, 700, 480)
    with c.upright(860, 250) as left:
        _calculator(c, left, 168)
    for index in range(c.rng.choice((2, 3))):
        _coins(c, 850 + index * 112, 636, c.rng.randint(2, 5))


def _ledger(c: Canvas, x: float, y: float, w: float, h: float) -> None:
    """Draw an open ledger: entries on the left page, charts on the right page."""
    p = c.palette
    c.rect(x - 16, y + 14, w + 32, h + 12, shade(p.blue, 0.3), r=22)
    c.rect(x, y, w / 2, h, WHITE, r=14)
    c.rect(x + w / 2, y, w / 2, h, WHITE, r=14)
    c.rect(x + w / 2 - 26, y, 26, h, (236, 241, 247))
    c.rect(x + w / 2, y, 26, h, (243, 247, 251))
    c.rect(x + w / 2 - 2, y, 4, h, GREY)
    c.rect(x + 34, y + 34, 130, 18, p.blue, r=8)
    rows = c.rng.choice((7, 8))
    for row in range(rows):
        top = y + 80 + row * 360 / rows
        c.rect(x + 34, top + 32, w / 2 - 84, 2, (222, 230, 239))
        c.rect(x + 34, top + 8, c.rng.randint(70, 120), 12, GREY, r=6)
        colour = c.rng.choice((p.cool, p.cool, RED, SLATE))
        c.rect(x + 210, top + 8, c.rng.randint(50, 84), 12, tint(colour, 0.2), r=6)
    right = x + w / 2 + 50
    bar_chart(c, right, y + 40, 260, 180, p.accents, count=c.rng.choice((5, 6)))
    line_chart(c, right, y + 280, 260, 140, p.cool, WHITE, points=6, rising=c.rng.random() < 0.6)


def _calculator(c: Canvas, x: float, y: float) -> None:
    """Draw a desk calculator."""
    p = c.palette
    c.rect(x + 6, y + 10, 250, 380, p.shadow, r=24)
    c.rect(x, y, 250, 380, INK, r=24)
    c.rect(x + 24, y + 24, 202, 70, mix(WHITE, p.cool, 0.25), r=10)
    for digit in range(c.rng.randint(4, 6)):
        c.rect(x + 196 - digit * 28, y + 44, 18, 32, INK, r=4)
    for row in range(4):
        for column in range(4):
            colour = p.warm if column == 3 else tint(SLATE, 0.6)
            if row == 3 and column == 3:
                colour = p.cool
            c.rect(x + 24 + column * 53, y + 116 + row * 62, 43, 48, colour, r=10)


def people(c: Canvas) -> None:
    """HRMS: a month of attendance on the wall and the crew in front of it."""
    backdrop(c)
    p = c.palette
    x, y, w, h = 430, 56, 690, 432
    card(c, x, y, w, h)
    c.rect(x, y, w, 76, p.blue, r=18)
    c.rect(x, y + 50, w, 26, p.blue)
    for at in (x + 110, x + w - 110):
        c.rect(at - 9, y - 24, 18, 56, INK, r=9)
    c.rect(x + w / 2 - 80, y + 30, 160, 18, tint(p.blue, 0.65), r=9)
    with c.upright(x, w) as left:
        start, late, away = c.rng.randrange(6), c.rng.sample(range(30), 2), c.rng.randrange(30)
        cell = (w - 40) / 7
        for day in range(30):
            column, row = (day + start) % 7, (day + start) // 7
            at, top = left + 20 + column * cell, y + 90 + row * 54
            rest = column > 4
            c.rect(at + 4, top + 3, cell - 8, 47, (241, 245, 250) if rest else WHITE, r=8)
            c.rect(at + 4, top + 3, cell - 8, 47, None, r=8, outline=(222, 230, 239), width=2)
            if day == away and not rest:
                cross(c, at + cell / 2, top + 26, 15)
            elif not rest:
                check(c, at + cell / 2, top + 26, 15, AMBER if day in late else GREEN)
    card(c, 90, 96, 260, 330)
    c.rect(190, 76, 60, 40, SLATE, r=10)
    avatar(c, 220, 222, 76, c.rng.choice(p.accents))
    script(c, 140, 326, 160, 2, gap=26)
    barcode(c, 140, 384, 160, 22)
    count = c.rng.choice((5, 6, 7))
    shirts = [c.rng.choice((p.blue, p.cool, p.warm, tint(p.blue, 0.3))) for _ in range(count)]
    for index, shirt in enumerate(shirts):
        cap = c.rng.choice((None, None, AMBER, p.blue)) if shirt != p.warm else None
        at = 120 + index * 960 / (count - 1)
        person(c, at, 752 - (index % 2) * 16, c.rng.randint(268, 300), shirt, cap=cap)


def _bubble(
    c: Canvas, x: float, y: float, w: float, rows: int, fill: Colour, words: Colour, *, own: bool
) -> float:
    """Draw a chat bubble with its tail on the speaker's side; returns its height."""
    h = 38 + rows * 24
    c.rect(x + 3, y + 6, w, h, c.palette.shadow, r=22)
    tail = x + w - 44 if own else x + 44
    c.poly(
        [(tail - 16, y + h - 4), (tail + 16, y + h - 4), (tail + (22 if own else -22), y + h + 20)],
        fill,
    )
    c.rect(x, y, w, h, fill, r=22)
    script(c, x + 26, y + 24, w - 52, rows, gap=24, fill=words)
    return h


def together(c: Canvas) -> None:
    """COLL: messages, approvals that pass from hand to hand, and an andon light that calls."""
    backdrop(c, floor=False)
    p = c.palette
    y = 80.0
    for index in range(4):
        own = index % 2 == 1
        rows = c.rng.choice((1, 2, 2))
        w = c.rng.randint(230, 300)
        x = 460 - w if own else 130
        fill = p.blue if own else WHITE
        height = _bubble(c, x, y, w, rows, fill, tint(p.blue, 0.6) if own else GREY, own=own)
        avatar(c, 504 if own else 82, y + height - 12, 34, p.cool if own else p.warm)
        y += height + 46
    card(c, 590, 80, 390, 560)
    with c.upright(590, 390) as left:
        _approval(c, left, 80)
    c.rect(0, 700, 1200, 100, p.floor)
    c.rect(1018, 560, 150, 180, tint(p.blue, 0.3), r=10)
    c.rect(1038, 590, 110, 60, tint(p.blue, 0.75), r=6)
    lamp_tower(c, 1093, 562, 64, c.rng.choice((0, 1, 1)))
    plant(c, 160, 740, 120)


def _approval(c: Canvas, x: float, y: float) -> None:
    """Draw an approval form: what is asked, who has agreed, who is next."""
    p = c.palette
    c.rect(x, y, 390, 70, p.cool, r=18)
    c.rect(x + 32, y + 26, 160, 18, tint(p.cool, 0.65), r=9)
    script(c, x + 32, y + 96, 320, 3, gap=26)
    done = c.rng.choice((1, 2, 3))
    c.rect(x + 55, y + 220, 6, 240, GREY)
    for step in range(4):
        top = y + 188 + step * 80
        avatar(c, x + 58, top + 32, 30, p.accents[step % 3])
        script(c, x + 110, top + 20, 130, 2, gap=22)
        if step < done:
            check(c, x + 332, top + 32, 22)
        else:
            c.circle(x + 332, top + 32, 20, WHITE, outline=AMBER if step == done else GREY, width=6)
    c.rect(x + 32, y + 512, 150, 30, GREEN, r=15)
    c.rect(x + 208, y + 512, 150, 30, (232, 238, 245), r=15)


def decision(c: Canvas) -> None:
    """DECN: a wall of charts and the people who decide by it."""
    backdrop(c)
    p = c.palette
    x, y, w, h = (110, 60, 980, 540) if c.rng.random() < 0.5 else (70, 70, 860, 530)
    monitor(c, x, y, w, h, stand=96)
    dashboard(c, x + 14, y + 14, w - 28, h - 28, night=c.rng.random() < 0.5)
    if w < 900:
        person(
            c, 1050, 742, 470, c.rng.choice((p.cool, p.warm)), arm=c.rng.choice(("hold", "down"))
        )
        plant(c, 60, 740, 150)
    else:
        for index in range(c.rng.choice((2, 3))):
            at = (250, 950, 800)[index]
            shirt = p.accents[(index + 1) % 3]
            person(c, at, 880, 420, shirt, back=True)
