"""Editions as other parts of the site list them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from cases.editions.reading import shown_cases
from cases.models import CaseCollectionPage, CasePage, CollectionIssue, IssuedCase


def newest_issues() -> QuerySet[CollectionIssue]:
    """Every issue that the public may read, the newest first."""
    issues = CollectionIssue.objects.readable().select_related("collection")
    return issues.order_by("-issued_at", "-pk")


def editions() -> QuerySet[CaseCollectionPage]:
    """Editions that the public may read, the newest first."""
    return CaseCollectionPage.objects.listed().order_by("-first_published_at", "-pk")


def editions_showing(case: CasePage) -> QuerySet[CaseCollectionPage]:
    """Editions whose current issue shows the case, the newest first."""
    issues = CollectionIssue.objects.readable().newest()
    rows = IssuedCase.objects.filter(shown_cases(), case=case, issue__in=issues)
    return editions().filter(issues__cases__in=rows).distinct()


def issued_places() -> list[tuple[str, datetime]]:
    """Addresses of the cases of current issues, as far as they are shown, and their dates."""
    current = CollectionIssue.objects.readable().newest().select_related("collection")
    found = []
    for issue in current.order_by("pk"):
        shown = IssuedCase.objects.filter(shown_cases(), issue=issue)
        places = shown.values_list("place", flat=True)
        found += [(f"{issue.collection.url}{place}/", issue.issued_at) for place in places]
    return found
