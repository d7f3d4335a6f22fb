"""How each case and each edition is used, for the bureau: in all, and month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from wagtail.models import Page

from cases.models import Adoption, CaseCollectionPage, CaseIndexPage, CasePage, UseCount
from providers.matching.models import MatchRequest

What = UseCount.What


@dataclass
class Figures:
    """What came of a page in some time: read, taken along, asked for, repeated."""

    views: int = 0
    pdf: int = 0
    data: int = 0
    requests: int = 0
    adoptions: int = 0

    def add(self, other: Figures) -> None:
        for name in vars(other):
            setattr(self, name, getattr(self, name) + getattr(other, name))


# Which figure each kind of use adds to.
COUNTED = {What.VIEW: "views", What.PDF: "pdf", What.DATA: "data"}


@dataclass(frozen=True)
class Use:
    """One page with its figures by the first day of each month, the latest month first."""

    page: Page
    months: dict[date, Figures] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return str(self.page._meta.verbose_name)

    @property
    def total(self) -> Figures:
        total = Figures()
        for figures in self.months.values():
            total.add(figures)
        return total

    def of_month(self, month: date) -> Figures:
        return self.months.get(month, Figures())


def uses() -> list[Use]:
    """Every public case and edition and the list of cases, the most asked for first.

    A fixed number of queries; a page without any use stands there with zeros. Equal ones are in
    the order of their addresses.
    """
    pages: list[Page] = [
        *CasePage.objects.live().defer_streamfields(),
        *CaseCollectionPage.objects.live(),
        *CaseIndexPage.objects.live(),
    ]
    return sorted(uses_of(pages), key=most_asked_for)


def most_asked_for(use: Use) -> tuple:
    total = use.total
    return -total.adoptions, -total.requests, -total.views, use.page.url_path


def use_of(page: Page) -> Use:
    """The figures of one page."""
    return uses_of([page])[0]


def uses_of(pages: Iterable[Page]) -> list[Use]:
    """The figures of pages in their order, in a fixed number of queries."""
    pages = list(pages)
    found: dict[int, dict[date, Figures]] = defaultdict(lambda: defaultdict(Figures))
    for page, month, name, count in [*counted(pages), *begun(pages), *repeated(pages)]:
        figures = found[page][month]
        setattr(figures, name, getattr(figures, name) + count)
    return [Use(page, dict(sorted(found[page.pk].items(), reverse=True))) for page in pages]


Row = tuple[int, date, str, int]


def counted(pages: list[Page]) -> list[Row]:
    """Views and downloads by page and month."""
    rows = UseCount.objects.filter(page__in=[page.pk for page in pages])
    months = rows.annotate(month=TruncMonth("day")).values_list("page_id", "month", "what")
    return [
        (page, month, COUNTED[What(what)], count)
        for page, month, what, count in months.annotate(n=Sum("count")).order_by()
    ]


def begun(pages: list[Page]) -> list[Row]:
    """Requests that were sent from a case, or from a case as an edition shows it."""
    found: list[Row] = []
    for name in ("begun_on", "begun_in"):
        sent = MatchRequest.objects.filter(**{f"{name}__in": [page.pk for page in pages]})
        months = sent.annotate(month=TruncMonth("submitted_at")).values_list(name, "month")
        rows = months.annotate(n=Count("pk")).order_by()
        found += [(page, first_of(month), "requests", count) for page, month, count in rows]
    return found


def repeated(pages: list[Page]) -> list[Row]:
    """Adoptions that came to a good end, in the month in which they did."""
    numbers = [page.pk for page in pages]
    found: list[Row] = []
    for name in ("case", "request__begun_in"):
        reached = Adoption.objects.reached().filter(**{f"{name}__in": numbers})
        months = reached.annotate(month=TruncMonth("finished_on")).values_list(name, "month")
        rows = months.annotate(n=Count("pk")).order_by()
        found += [(page, month, "adoptions", count) for page, month, count in rows]
    return found


def first_of(month: datetime) -> date:
    """The first day of a month as the database gives it for a moment."""
    return timezone.localdate(month)
