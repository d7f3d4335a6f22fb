"""Whether a request was asked already, by mistake or by impatience.

The warning must not tell a stranger who has asked here. It is given only to somebody who types the
same phone together with the same company or credit code, so it tells nothing that is not known.
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from django.utils import timezone

from providers.matching.models import MatchRequest

DUPLICATE_WINDOW = timedelta(days=14)


def is_duplicate(contact: dict, scenarios: tuple[str, ...], edited: int | None) -> bool:
    """Whether the same enterprise asked for the same things lately; ``edited`` does not count."""
    found = MatchRequest.objects.like(
        phone=contact["phone"],
        scenarios=scenarios,
        since=timezone.now() - DUPLICATE_WINDOW,
    ).exclude(pk=edited)
    return any(same_enterprise(request, contact) for request in found)


def same_enterprise(request: MatchRequest, contact: dict) -> bool:
    same_code = bool(contact["uscc"]) and request.uscc == contact["uscc"]
    return same_code or folded(request.company) == folded(contact["company"])


def folded(company: str) -> str:
    """A company's name without the differences of typing: width, case and spaces."""
    return "".join(unicodedata.normalize("NFKC", company).casefold().split())
