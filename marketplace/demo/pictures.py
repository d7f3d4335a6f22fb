"""Illustrations of the demonstration catalogue, drawn by code and repeatable by their seed.

The pictures carry no words, no trade marks and no portraits: they decorate fictitious
solutions, providers and cases. The same motif and seed always give the same picture.
"""

from collections.abc import Callable

from marketplace.demo import (
    picture_design,
    picture_office,
    picture_places,
    picture_production,
    picture_trade,
)
from marketplace.demo.picture_canvas import Canvas

# Scenario codes first (the catalogue's own codes), then providers, then cases.
_SCENES: dict[str, Callable[[Canvas], None]] = {
    "PDES": picture_design.design,
    "TECH": picture_design.process,
    "MKTG": picture_trade.marketing,
    "ASVC": picture_trade.after_sales,
    "PLAN": picture_design.plan,
    "PROD": picture_production.line_station,
    "QUAL": picture_production.quality,
    "EQPT": picture_production.equipment,
    "SAFE": picture_production.safety,
    "ENRG": picture_production.energy,
    "PURC": picture_trade.purchase,
    "WHSE": picture_trade.warehouse,
    "FINA": picture_office.finance,
    "HRMS": picture_office.people,
    "COLL": picture_office.together,
    "DECN": picture_office.decision,
    "provider": picture_places.provider,
    "workshop": picture_places.workshop,
    "screen": picture_places.screen,
    "before_after": picture_places.before_after,
}

MOTIFS: tuple[str, ...] = tuple(_SCENES)


def draw(motif: str, seed: str) -> bytes:
    """Return the picture of a motif as a JPEG of 1200 × 800 pixels.

    `motif` is one of `MOTIFS`. `seed` is any stable text, such as the slug of the page the
    picture belongs to; it settles layout, colours and counts. An unknown motif raises KeyError.
    """
    scene = _SCENES[motif]
    canvas = Canvas(f"{motif}/{seed}")
    scene(canvas)
    return canvas.jpeg()
