"""A provider's inbox in the back office, and one request with the answers to it."""

from __future__ import annotations

import uuid

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
from providers.matching.models import Invitation, InvitationState, RequestKind
from providers.matching.views.frame import MomentColumn, crumbs


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
