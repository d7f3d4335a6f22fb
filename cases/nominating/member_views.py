"""A provider's members follow the cases that their provider has offered, wherever they lie."""

from __future__ import annotations

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.models import CasePage
from cases.nominating.deciding import give_up
from cases.nominating.drafts import MovedOnError
from cases.stages import CaseStage, stages_of
from providers.acts import confirm_act, posted
from providers.backoffice.deeds import deeds_of
from providers.backoffice.task_list import Surroundings, own_listing
from providers.backoffice.views import page_of, provider_or_404
from providers.models import ProviderPage
from providers.withdrawal.subtree import ActRefused

ENDED = frozenset({CaseStage.PUBLISHED, CaseStage.REJECTED, CaseStage.WITHDRAWN})


def cases_of(provider: ProviderPage) -> QuerySet[CasePage]:
    """Cases below the provider's own page, and those it nominated that have moved on."""
    own = Q(path__startswith=provider.path) | Q(nomination__provider=provider)
    return CasePage.objects.filter(own).select_related("nomination").order_by("-pk")


@never_cache
@require_safe
def own_cases(request: HttpRequest) -> HttpResponse:
    """Every case of the reader's provider with its stage."""
    provider = provider_or_404(request)
    cases = list(cases_of(provider).defer_streamfields())
    stages = stages_of(cases)
    around = Surroundings([case for case in cases if lies_below(provider, case)])
    rows = [
        {
            "case": case,
            "title": case.draft_title or case.title,
            "stage": stages[case.pk],
            "message": message_of(case),
            "listing": own_listing(case, around) if lies_below(provider, case) else None,
            "can_give_up": hasattr(case, "nomination") and stages[case.pk] not in ENDED,
        }
        for case in cases
    ]
    for row in rows:
        row["deeds"] = deeds_of(row["listing"]) if row["listing"] else []
    context = page_of(_("My cases"), "pick", reverse("own_cases")) | {
        "rows": rows,
        "add_url": reverse("wagtailadmin_pages:add", args=["cases", "casepage", provider.pk]),
    }
    return render(request, "cases/nominating/own_cases.html", context)


def lies_below(provider: ProviderPage, case: CasePage) -> bool:
    """Whether the provider still keeps the case's text."""
    return case.path.startswith(provider.path)


def message_of(case: CasePage) -> str:
    nomination = getattr(case, "nomination", None)
    return nomination.message if nomination else ""


@never_cache
def own_give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a nomination of one's own provider; 404 for any other."""
    provider = provider_or_404(request)
    case = get_object_or_404(CasePage.objects.filter(nomination__provider=provider), pk=pk)

    def act(_said: dict) -> str:
        try:
            give_up(case.nomination, by=request.user)
        except MovedOnError as moved:
            raise ActRefused(
                [_("It has moved on meanwhile; this is no longer possible.")]
            ) from moved
        return _("The nomination is withdrawn.")

    return confirm_act(
        request,
        forms.Form(**posted(request)),
        act,
        back=reverse("own_cases"),
        title=_("Withdraw “%(title)s”") % {"title": case.draft_title},
        icon="pick",
        submit=_("Withdraw the nomination"),
        is_grave=True,
        sentences=[_("It is scored no further. The draft stays where it lies.")],
    )
