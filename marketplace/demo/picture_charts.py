"""Charts and dashboards shown on screens in the demonstration pictures. No figures, no words."""

from marketplace.demo.picture_canvas import GREEN, GREY, WHITE, Canvas, Colour, mix, smooth, tint
from marketplace.demo.picture_shapes import script

NIGHT: Colour = (22, 50, 90)


def bar_chart(
    c: Canvas,
    x: float,
    y: float,
    w: float,
    h: float,
    colours: tuple[Colour, ...],
    *,
    count: int = 6,
    rising: bool = True,
) -> None:
    """Draw columns on a base line; rising ones grow to the right, with some scatter."""
    with c.upright(x, w) as left:
        pitch = w / count
        for index in range(count):
            trend = (index + 1) / count if rising else 0.6
            height = h * min(1, 0.18 + 0.66 * trend + c.rng.uniform(-0.1, 0.14))
            colour = colours[index % len(colours)]
            c.rect(left + pitch * (index + 0.2), y + h - height, pitch * 0.6, height, colour, r=4)
        c.rect(left, y + h, w, 4, GREY, r=2)


def line_chart(
    c: Canvas,
    x: float,
    y: float,
    w: float,
    h: float,
    colour: Colour,
    ground: Colour,
    *,
    rising: bool = True,
    points: int = 7,
    width: float = 6,
) -> None:
    """Draw a smooth curve over a filled area, with grid lines in a tone of the ground."""
    grid = mix(ground, GREY, 0.45)
    with c.upright(x, w) as left:
        for row in range(4):
            c.rect(left, y + h * row / 3, w, 2, grid)
        levels = []
        for index in range(points):
            share = index / (points - 1)
            trend = share if rising else 1 - share
            level = 0.2 + 0.55 * trend + c.rng.uniform(-0.13, 0.13)
            levels.append((left + w * share, y + h * (1 - level)))
        curve = smooth(levels)
        c.poly([(left, y + h), *curve, (left + w, y + h)], mix(ground, colour, 0.2))
        c.line(curve, colour, width)
        c.circle(*levels[-1], width * 1.6, colour)
        c.circle(*levels[-1], width * 0.8, WHITE)


def ring(
    c: Canvas,
    cx: float,
    cy: float,
    r: float,
    shares: tuple[float, ...],
    colours: tuple[Colour, ...],
    ground: Colour = GREY,
    width: float | None = None,
) -> None:
    """Draw a ring whose segments take the given shares (0 to 1) from twelve o'clock on."""
    band = width or r * 0.34
    with c.upright(cx, 0) as x:
        c.arc(x, cy, r, 0, 360, ground, band)
        start = -90.0
        for share, colour in zip(shares, colours, strict=False):
            end = start + 360 * share
            c.arc(x, cy, r, start, end, colour, band)
            start = end


def gauge(c: Canvas, cx: float, cy: float, r: float, share: float, colour: Colour) -> None:
    """Draw a round dial with a needle at `share` of its sweep."""
    c.circle(cx, cy, r, mix(c.palette.blue, WHITE, 0.15))
    c.circle(cx, cy, r * 0.88, WHITE)
    with c.upright(cx, 0) as x:
        c.arc(x, cy, r * 0.74, 150, 390, GREY, r * 0.16)
        c.arc(x, cy, r * 0.74, 150, 150 + 240 * share, colour, r * 0.16)
        c.slice(
            x - r * 0.6, cy - r * 0.6, r * 1.2, r * 1.2,
            147 + 240 * share, 153 + 240 * share, NIGHT,
        )  # fmt: skip
    c.circle(cx, cy, r * 0.13, NIGHT)


def dashboard(c: Canvas, x: float, y: float, w: float, h: float, *, night: bool) -> None:
    """Fill a screen with figures, curves, columns and rings; the order depends on the seed."""
    with c.upright(x, w) as left:
        _dashboard(c, left, y, w, h, night=night)


def _dashboard(c: Canvas, x: float, y: float, w: float, h: float, *, night: bool) -> None:
    """Draw the content of a dashboard at its real place."""
    ground = NIGHT if night else (232, 239, 247)
    tile = (34, 70, 120) if night else WHITE
    blue = (98, 168, 238) if night else c.palette.blue
    lift = 0.25 if night else 0
    cool, warm = tint(c.palette.cool, lift), tint(c.palette.warm, lift)
    words = mix(tile, WHITE, 0.4) if night else GREY
    c.rect(x, y, w, h, ground, r=8)
    gap = w * 0.022
    c.rect(x + gap, y + gap, w * 0.3, h * 0.035, mix(ground, blue, 0.6), r=8)
    c.circle(x + w - gap * 1.6, y + gap + h * 0.018, h * 0.02, GREEN)
    top, tile_h, count = y + gap + h * 0.075, h * 0.19, c.rng.choice((3, 4, 4))
    tile_w = (w - gap * (count + 1)) / count
    for index in range(count):
        left = x + gap + index * (tile_w + gap)
        colour = (blue, cool, warm, GREEN)[index]
        c.rect(left, top, tile_w, tile_h, tile, r=10)
        c.rect(left + tile_w * 0.1, top + tile_h * 0.2, tile_w * 0.4, tile_h * 0.13, words, r=6)
        c.rect(left + tile_w * 0.1, top + tile_h * 0.5, tile_w * 0.3, tile_h * 0.3, colour, r=6)
        bar_chart(
            c, left + tile_w * 0.58, top + tile_h * 0.25, tile_w * 0.32, tile_h * 0.52,
            (mix(tile, colour, 0.55),), count=5, rising=index != 2,
        )  # fmt: skip
    low = top + tile_h + gap
    rest = y + h - gap - low
    wide = (w - gap * 3) * c.rng.choice((0.58, 0.64))
    panels = [(x + gap, wide), (x + gap * 2 + wide, w - gap * 3 - wide)]
    if c.rng.random() < 0.5:
        narrow = w - gap * 3 - wide
        panels = [(x + gap * 2 + narrow, wide), (x + gap, narrow)]
    (left, width), (right, narrow) = panels
    c.rect(left, low, width, rest, tile, r=10)
    if c.rng.random() < 0.6:
        line_chart(
            c, left + width * 0.06, low + rest * 0.14, width * 0.86, rest * 0.7, blue, tile,
            width=max(3, w * 0.008),
        )  # fmt: skip
    else:
        bar_chart(
            c, left + width * 0.06, low + rest * 0.14, width * 0.88, rest * 0.72,
            (blue, mix(tile, blue, 0.5), cool), count=9, rising=False,
        )  # fmt: skip
    half = (rest - gap) / 2
    c.rect(right, low, narrow, half, tile, r=10)
    c.rect(right, low + half + gap, narrow, half, tile, r=10)
    radius = min(half * 0.38, narrow * 0.2)
    shares = (c.rng.uniform(0.35, 0.5), c.rng.uniform(0.15, 0.25), c.rng.uniform(0.1, 0.15))
    ring(
        c, right + narrow * 0.28, low + half / 2, radius, shares, (blue, cool, warm),
        mix(tile, GREY, 0.5),
    )  # fmt: skip
    script(
        c, right + narrow * 0.56, low + half * 0.26, narrow * 0.34, 3, gap=half * 0.2, fill=words
    )
    for index in range(3):
        bar_y = low + half + gap + half * (0.2 + 0.24 * index)
        track, share = narrow * 0.84, c.rng.uniform(0.4, 0.95)
        c.rect(right + narrow * 0.08, bar_y, track, half * 0.12, mix(tile, GREY, 0.4), r=8)
        colour = (blue, cool, warm)[index]
        c.rect(right + narrow * 0.08, bar_y, track * share, half * 0.12, colour, r=8)
