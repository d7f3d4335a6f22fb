"""Requests in the back office: a provider's inbox, and the office's oversight."""

from __future__ import annotations

import uuid
from datetime import datetime

import django_filters
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import BaseListingView

from catalog.uploads import picture_response
from providers.backoffice.access import is_provider_member
from providers.matching.answers import decline, say_interested
from providers.matching.forms import DeclineForm, InterestForm
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import (
    Invitation,
    InvitationState,
    MatchRequest,
    RequestKind,
    Turn,
    identity_of,
)

SEES_ALL = "matching.view_matchrequest"
OVERSEES = "matching.oversee_requests"


def oversees(user) -> bool:
    return user.has_perm(SEES_ALL) or user.has_perm(OVERSEES)


# -- a provider's inbox -------------------------------------------------------------------------


class InvitationFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"), choices=InvitationState.choices, method="filter_state"
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Asks for"), field_name="request__kind", choices=RequestKind.choices
    )

    class Meta:
        model = Invitation
        fields: list[str] = []

    def filter_state(self, queryset, name: str, value: str):
        return queryset.in_state(value)


class MomentColumn(Column):
    cell_template_name = "requests/admin/moment_cell.html"


class InboxView(BaseListingView):
    """The requests that reached the member's own provider, the most urgent first."""

    model = Invitation
    page_title = gettext_lazy("Requests")
    header_icon = "mail"
    index_url_name = "matching_inbox"
    index_results_url_name = "matching_inbox_results"
    filterset_class = InvitationFilterSet
    paginate_by = 50
    default_ordering = ("deadline_at", "public_id")
    verbose_name_plural = gettext_lazy("requests")
    columns = [
        TitleColumn(
            "reference",
            label=gettext_lazy("Reference"),
            accessor="request.reference",
            url_name="matching_invitation",
            id_accessor="public_id",
        ),
        Column("kind", label=gettext_lazy("Asks for"), accessor="request.get_kind_display"),
        Column("industry", label=gettext_lazy("Industry chain"), accessor="request.industry.name"),
        Column("provider", label=gettext_lazy("Provider"), accessor="provider.title"),
        StatusTagColumn(
            "state",
            label=gettext_lazy("Status"),
            accessor=lambda invitation: invitation.state().label,
            primary=lambda invitation: invitation.state() == InvitationState.PENDING,
        ),
        MomentColumn("deadline_at", label=gettext_lazy("Answer by"), sort_key="deadline_at"),
    ]

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not is_provider_member(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        return (
            Invitation.objects.for_member(self.request.user)
            .select_related("request__industry", "provider")
            .prefetch_related("request__choices")
        )


@never_cache
def invitation(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One request with the member's answer; 404 for another provider's, existing or not."""
    row = get_object_or_404(
        Invitation.objects.for_member(request.user).select_related(
            "request__industry", "request__level", "provider"
        ),
        public_id=public_id,
    )
    forms = {"interested": InterestForm(prefix="yes"), "declined": DeclineForm(prefix="no")}
    status = 200
    if request.method == "POST":
        answer = request.POST.get("answer")
        if answer == "interested":
            form = forms[answer] = InterestForm(request.POST, prefix="yes")
        elif answer == "declined":
            form = forms[answer] = DeclineForm(request.POST, prefix="no")
        else:
            raise Http404
        if form.is_valid():
            return record_answer(request, row, answer, form.cleaned_data)
        messages.error(request, _("The answer was not sent; please correct it below."))
        status = 422
    context = {
        "invitation": row,
        "need": row.request,
        "state": row.state(),
        "can_answer": row.state() == InvitationState.PENDING,
        "identity": row.identity(),
        "photo_url": reverse("matching_attachment", args=[row.public_id]),
        "interest_form": forms["interested"],
        "decline_form": forms["declined"],
        "breadcrumbs_items": crumbs(
            reverse("matching_inbox"), row.request.reference, _("Requests")
        ),
        "header_title": row.request.reference,
        "header_icon": "mail",
    }
    return render(request, "requests/admin/invitation.html", context, status=status)


def record_answer(
    request: HttpRequest, row: Invitation, answer: str, cleaned: dict
) -> HttpResponse:
    try:
        if answer == "interested":
            say_interested(
                row, by=request.user, visit_on=cleaned["visit_on"], message=cleaned["message"]
            )
        else:
            decline(row, by=request.user, reason=cleaned["reason"], message=cleaned["message"])
    except MovedOnError:
        messages.error(request, _("This request can no longer be answered."))
    else:
        messages.success(request, _("Your answer has been sent to the enterprise."))
    return redirect("matching_invitation", row.public_id)


@never_cache
@require_safe
def attachment(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The photo, for a member whose provider may know who asks."""
    row = get_object_or_404(Invitation.objects.for_member(request.user), public_id=public_id)
    if row.identity() is None:
        raise Http404
    return picture_response(row.request.photo)


# -- the office's oversight ---------------------------------------------------------------------


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


def crumbs(index_url: str, label: str, index_label: str) -> list[dict]:
    return [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": index_url, "label": index_label},
        {"url": "", "label": label},
    ]
