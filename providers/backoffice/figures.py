"""A provider's own figures: what the database holds about it, and nothing about its rivals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from wagtail.models import Page, WorkflowState

from catalog.models import SolutionPage
from providers.models import ProviderPage, Qualification


@dataclass(frozen=True)
class Figure:
    """One number with its name; ``note`` says what is counted."""

    label: str
    value: str
    note: str = ""


_sources: list[Callable[[ProviderPage], list[Figure]]] = []


def register_figures(source: Callable[[ProviderPage], list[Figure]]) -> None:
    """Have an app that this one must not know add its figures, as it starts."""
    if source not in _sources:
        _sources.append(source)


def own_figures(provider: ProviderPage) -> list[Figure]:
    """All figures of one provider, in the order in which a member reads them."""
    figures = [*listing_figures(provider), *qualification_figures(provider)]
    for source in _sources:
        figures.extend(source(provider))
    return figures


def listing_figures(provider: ProviderPage) -> list[Figure]:
    below = Page.objects.descendant_of(provider)
    waiting = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS,
        object_id__in=[
            str(pk)
            for pk in Page.objects.descendant_of(provider, inclusive=True).values_list(
                "pk", flat=True
            )
        ],
    )
    solutions = SolutionPage.objects.listed().descendant_of(provider).count()
    return [
        Figure(_("Solutions shown to the public"), str(solutions)),
        Figure(
            _("Solutions and cases kept here"),
            str(below.count()),
            _("drafts and withdrawn ones included"),
        ),
        Figure(_("Under review"), str(waiting.count())),
    ]


def qualification_figures(provider: ProviderPage) -> list[Figure]:
    valid = Qualification.objects.filter(provider=provider).valid()
    ends = valid.exclude(valid_to=None).order_by("valid_to").values_list("valid_to", flat=True)
    first = ends.first()
    return [
        Figure(
            _("Qualifications shown as badges"),
            str(valid.count()),
            _("checked by the bureau and valid today"),
        ),
        Figure(_("The next badge ends on"), first.isoformat() if first else "–"),
    ]
