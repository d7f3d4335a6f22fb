"""How each case and each edition is used, for the bureau."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from cases.models import Adoption, CaseCollectionPage, CasePage, UseCount
from providers.matching.models import MatchRequest

# How far back the second figure of views and downloads looks.
RECENT = timedelta(days=30)


@dataclass(frozen=True)
class Use:
    """One case or edition; the recent figures are those of the last thirty days."""

    title: str
    kind: str
    url: str
    views: int
    recent_views: int
    downloads: int
    recent_downloads: int
    requests: int
    adoptions: int


def uses(today: date | None = None) -> list[Use]:
    """Every public case and edition, the most asked for first; a fixed number of queries."""
    since = (today or timezone.localdate()) - RECENT
    counts = counted(since)
    begun_on = begun("begun_on")
    begun_in = begun("begun_in")
    adopted = dict(
        Adoption.objects.reached().values_list("case").annotate(n=Count("pk")).order_by()
    )
    adopted_in = dict(
        Adoption.objects.reached()
        .filter(request__begun_in__isnull=False)
        .values_list("request__begun_in")
        .annotate(n=Count("pk"))
        .order_by()
    )
    rows = [
        *rows_of(CasePage.objects.live(), counts, begun_on, adopted),
        *rows_of(CaseCollectionPage.objects.live(), counts, begun_in, adopted_in),
    ]
    return sorted(rows, key=lambda row: (-row.requests, -row.views, row.url))


def counted(since: date) -> dict[tuple[int, str], tuple[int, int]]:
    """All and recent counts by page and kind."""
    rows = UseCount.objects.values("page_id", "what").annotate(
        total=Sum("count"), recent=Sum("count", filter=Q(day__gte=since))
    )
    return {(row["page_id"], row["what"]): (row["total"], row["recent"] or 0) for row in rows}


def begun(field: str) -> dict[int, int]:
    """How many sent requests name each page in that field."""
    sent = MatchRequest.objects.filter(submitted_at__isnull=False, **{f"{field}__isnull": False})
    return dict(sent.values_list(field).annotate(n=Count("pk")).order_by())


def rows_of(pages: QuerySet, counts: dict, requests: dict, adoptions: dict) -> list[Use]:
    return [
        Use(
            title=page.title,
            kind=str(page._meta.verbose_name),
            url=page.get_url() or "",
            views=counts.get((page.pk, UseCount.What.VIEW), (0, 0))[0],
            recent_views=counts.get((page.pk, UseCount.What.VIEW), (0, 0))[1],
            downloads=counts.get((page.pk, UseCount.What.DOWNLOAD), (0, 0))[0],
            recent_downloads=counts.get((page.pk, UseCount.What.DOWNLOAD), (0, 0))[1],
            requests=requests.get(page.pk, 0),
            adoptions=adoptions.get(page.pk, 0),
        )
        for page in pages
    ]
