"""The office's oversight of requests: all of them, without more data than each may see."""

from __future__ import annotations

from datetime import datetime

import django_filters
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import BaseListingView

from catalog.uploads import picture_response
from providers.matching.models import (
    InvitationState,
    MatchRequest,
    RequestKind,
    Turn,
    identity_of,
)
from providers.matching.views.frame import MomentColumn, crumbs

SEES_ALL = "matching.view_matchrequest"
OVERSEES = "matching.oversee_requests"


def oversees(user) -> bool:
    return user.has_perm(SEES_ALL) or user.has_perm(OVERSEES)


class RequestFilterSet(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Asks for"), choices=RequestKind.choices)
    turn = django_filters.ChoiceFilter(
        label=gettext_lazy("Waits for"), choices=Turn.choices, method="filter_turn"
    )
    wants_advice = django_filters.BooleanFilter(label=gettext_lazy("The centre advises"))
    withdrawn = django_filters.BooleanFilter(
        label=gettext_lazy("Withdrawn"),
        field_name="withdrawn_at",
        lookup_expr="isnull",
        exclude=True,
    )

    class Meta:
        model = MatchRequest
        fields: list[str] = []

    def filter_turn(self, queryset, name: str, value: str):
        return queryset.whose_turn(value)


class ProvidersColumn(Column):
    """Every provider asked, with where it stands."""

    cell_template_name = "requests/admin/providers_cell.html"


class RequestsView(BaseListingView):
    """Every sent request that the officer may see, newest first."""

    model = MatchRequest
    page_title = gettext_lazy("All requests")
    header_icon = "mail"
    index_url_name = "matching_requests"
    index_results_url_name = "matching_requests_results"
    filterset_class = RequestFilterSet
    paginate_by = 50
    default_ordering = ("-sends_at", "reference")
    verbose_name_plural = gettext_lazy("requests")
    columns = [
        TitleColumn(
            "reference",
            label=gettext_lazy("Reference"),
            url_name="matching_request",
            id_accessor="reference",
        ),
        Column("kind", label=gettext_lazy("Asks for"), accessor="get_kind_display"),
        Column("industry", label=gettext_lazy("Industry chain"), accessor="industry.name"),
        MomentColumn("sends_at", label=gettext_lazy("Sent"), sort_key="sends_at"),
        StatusTagColumn(
            "turn",
            label=gettext_lazy("Waits for"),
            accessor=lambda request: (request.turn() or request.state()).label,
            primary=lambda request: request.turn() in (Turn.NOBODY, Turn.CENTRE),
        ),
        Column("answers", label=gettext_lazy("Answers"), accessor=lambda row: answer_counts(row)),
        ProvidersColumn(
            "providers",
            label=gettext_lazy("Providers"),
            accessor=lambda request: request.invitations.all(),
        ),
        MomentColumn(
            "deadline",
            label=gettext_lazy("Answer by"),
            accessor=lambda request: pending_deadline(request),
        ),
    ]

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not oversees(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        return (
            MatchRequest.objects.visible_to(self.request.user)
            .select_related("industry")
            .prefetch_related("invitations__provider", "choices")
        )


def answer_counts(request: MatchRequest) -> str:
    """How many of the providers asked are interested, and how many have declined."""
    asked = request.invitations.all()
    if not asked:
        return ""
    return _("%(asked)s asked: %(interested)s interested, %(declined)s declined") % {
        "asked": len(asked),
        "interested": sum(1 for row in asked if row.interested_at),
        "declined": sum(1 for row in asked if row.declined_at),
    }


def pending_deadline(request: MatchRequest) -> datetime | None:
    """Until when the last unanswered provider may answer; none when nothing is awaited."""
    return max(
        (
            row.deadline_at
            for row in request.invitations.all()
            if row.state() == InvitationState.PENDING
        ),
        default=None,
    )


@never_cache
@require_safe
def oversight(request: HttpRequest, reference: str) -> HttpResponse:
    """One request for the office: identifying data and answers only where all may be seen."""
    row = visible_request(request, reference)
    sees_all = request.user.has_perm(SEES_ALL)
    context = {
        "need": row,
        "state": row.state(),
        "turn": row.turn(),
        "sees_all": sees_all,
        "identity": identity_of(row) if sees_all and not row.erased_at else None,
        "photo_url": reverse("matching_request_attachment", args=[row.reference]),
        "invitations": row.invitations.select_related("provider").with_consent(),
        "calls": row.messages.to_call() if sees_all else (),
        "breadcrumbs_items": crumbs(reverse("matching_requests"), row.reference, _("All requests")),
        "header_title": row.reference,
        "header_icon": "mail",
    }
    return render(request, "requests/admin/oversight.html", context)


@never_cache
@require_safe
def request_attachment(request: HttpRequest, reference: str) -> HttpResponse:
    """The photo, for those who see all."""
    row = visible_request(request, reference)
    if not request.user.has_perm(SEES_ALL):
        raise Http404
    return picture_response(row.photo)


def visible_request(request: HttpRequest, reference: str) -> MatchRequest:
    rows = MatchRequest.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("industry", "level"), reference=reference)
