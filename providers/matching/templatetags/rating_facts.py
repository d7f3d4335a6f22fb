"""What enterprises said afterwards, for the public pages of providers and solutions.

Ratings inform; no list is ordered by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.translation import ngettext

from catalog.models import SolutionPage
from providers.matching.models import Rating
from providers.models import ProviderPage

register = template.Library()

# An average of fewer would speak of single enterprises (design: Matching).
AVERAGE_FROM = 5
# How many texts a page shows, the newest first.
SHOWN_TEXTS = 20


@dataclass(frozen=True)
class Said:
    """How many ratings there are, their average where it may be shown, and the newest texts."""

    count: int
    average: Decimal | None
    texts: tuple[Rating, ...]
    # Whether an average will be shown once there are enough.
    may_have_average: bool

    average_from = AVERAGE_FROM

    @property
    def count_words(self) -> str:
        words = ngettext(
            "%(count)s enterprise has rated its finished work.",
            "%(count)s enterprises have rated their finished work.",
            self.count,
        )
        return words % {"count": self.count}

    @property
    def waits_for_average(self) -> bool:
        return self.may_have_average and self.average is None


@register.filter
def stars(number: int) -> str:
    """A number of stars in words, such as “4 of 5 stars”."""
    said = ngettext("%(count)s of 5 stars", "%(count)s of 5 stars", number)
    return said % {"count": number}


@register.simple_tag
def ratings_of_provider(provider: ProviderPage) -> Said | None:
    """What was said about a provider's finished work; None where nothing was read yet.

    The stars of all ratings that were read make the average, from five on.
    """
    ratings = Rating.objects.read().filter(choice__invitation__provider=provider)
    given = list(ratings.values_list("stars", flat=True))
    if not given:
        return None
    return Said(len(given), average_of(given), newest(ratings), may_have_average=True)


@register.simple_tag
def ratings_of_solution(solution: SolutionPage) -> Said | None:
    """What was said about work with one solution; never an average, it would count few."""
    ratings = Rating.objects.read().filter(choice__invitation__solutions=solution)
    count = ratings.count()
    return Said(count, None, newest(ratings), may_have_average=False) if count else None


def average_of(given: list[int]) -> Decimal | None:
    """The mean to one decimal, halves up; None below the number from which it is shown."""
    if len(given) < AVERAGE_FROM:
        return None
    mean = Decimal(sum(given)) / len(given)
    return mean.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def newest(ratings) -> tuple[Rating, ...]:
    """The newest texts that are shown, each with the month of its rating and the kind asked for."""
    shown = Rating.objects.with_text().filter(pk__in=ratings)
    return tuple(shown.select_related("choice__request__industry")[:SHOWN_TEXTS])
