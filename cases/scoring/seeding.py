"""The first version of the criteria for cases (domain: typical cases, selection criteria)."""

from __future__ import annotations

import json
from pathlib import Path

from cases.models import ScoringCriterion, ScoringScheme

SEED = Path(__file__).resolve().parents[1] / "data" / "criteria.json"


def seed_criteria() -> int:
    """Create the first version where there is none; later ones are the bureau's.

    Returns how many rows were made.
    """
    if ScoringScheme.objects.exists():
        return 0
    seed = json.loads(SEED.read_text(encoding="utf-8"))
    scheme = ScoringScheme(effective_on=seed["effective_on"], note=seed["note"])
    scheme.criteria = [
        ScoringCriterion(sort_order=order, **row) for order, row in enumerate(seed["criteria"])
    ]
    scheme.save()
    return 1 + len(seed["criteria"])
