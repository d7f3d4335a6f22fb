"""A provider's inbox in the back office: its list, and closing it for a time."""

from __future__ import annotations

import django_filters
from django.contrib import messages
from django.db.models import Case, Count, DateTimeField, F, Q, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import BaseListingView

from providers.acts import posted
from providers.backoffice.access import is_provider_member
from providers.matching.answering.forms import PauseForm
from providers.matching.answering.pauses import pause_inbox, pause_of, reopen_inbox
from providers.matching.answering.quoting import quote_is_late
from providers.matching.models import Invitation, InvitationState, RequestKind
from providers.matching.office_frame import MomentColumn
from providers.matching.wording import plain_day
from providers.models import ProviderPage
from providers.office_lists import CountingPaginator

STATES = InvitationState
# What waits for the provider stands above what waits for others, and that above what is over.
RANKS = (
    (STATES.PENDING, 0),
    (STATES.INTERESTED, 1),
    (STATES.CHOSEN, 1),
    (STATES.QUOTED, 2),
)
LAST_RANK = 3


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
    template_name = "requests/admin/inbox.html"
    index_url_name = "matching_inbox"
    index_results_url_name = "matching_inbox_results"
    filterset_class = InvitationFilterSet
    paginate_by = 50
    paginator_class = CountingPaginator
    default_ordering = ("rank", "urgent", "-deadline_at", "public_id")
    verbose_name_plural = gettext_lazy("requests")
    columns = [
        TitleColumn(
            "reference",
            label=gettext_lazy("Reference"),
            accessor="request.reference",
            url_name="matching_invitation",
            id_accessor="public_id",
        ),
        StatusTagColumn(
            "state",
            label=gettext_lazy("Status"),
            accessor=lambda invitation: invitation.state().label,
            primary=lambda invitation: invitation.state() == InvitationState.PENDING,
        ),
        MomentColumn("deadline_at", label=gettext_lazy("Answer by"), sort_key="deadline_at"),
        Column(
            "quote_due_on",
            label=gettext_lazy("Quote by"),
            accessor=lambda invitation: quote_due(invitation),
            sort_key="quote_due_on",
        ),
        Column("kind", label=gettext_lazy("Asks for"), accessor="request.get_kind_display"),
        Column("industry", label=gettext_lazy("Industry chain"), accessor="request.industry.name"),
    ]

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not is_provider_member(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[Invitation]:
        return (
            by_urgency(Invitation.objects.for_member(self.request.user))
            .select_related("request__industry", "provider")
            .prefetch_related("request__choices")
        )

    def get_paginator(self, *args, **kwargs) -> CountingPaginator:
        paginator = super().get_paginator(*args, **kwargs)
        paginator.counted = ngettext_lazy("%(count)s request", "%(count)s requests", "count")
        return paginator

    def get_context_data(self, *args, **kwargs) -> dict:
        provider = own_provider(self.request)
        return super().get_context_data(*args, **kwargs) | {
            "tallies": tallies(self.request.user, self.request.GET.get("state", "")),
            "pause": pause_of(provider),
            "is_held": not provider.is_shown(),
        }


def by_urgency(rows: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Annotates ``rank`` and, for the unanswered, ``urgent``: the deadline to sort them by."""
    whens = [
        When(pk__in=Invitation.objects.in_state(state).values("pk"), then=Value(rank))
        for state, rank in RANKS
    ]
    return rows.annotate(
        rank=Case(*whens, default=Value(LAST_RANK)),
        urgent=Case(
            When(
                pk__in=Invitation.objects.in_state(STATES.PENDING).values("pk"),
                then=F("deadline_at"),
            ),
            output_field=DateTimeField(),
        ),
    )


def tallies(user, chosen: str) -> list[dict]:
    """How many requests stand in which state, each with the address that shows them only."""
    counts = Invitation.objects.for_member(user).aggregate(
        **{
            state.value: Count(
                "pk",
                distinct=True,
                filter=Q(pk__in=Invitation.objects.in_state(state).values("pk")),
            )
            for state in InvitationState
        }
    )
    index = reverse("matching_inbox")
    found = [
        {
            "label": state.label,
            "count": counts[state.value],
            "url": f"{index}?{urlencode({'state': state.value})}",
            "is_chosen": chosen == state.value,
        }
        for state in InvitationState
        if counts[state.value]
    ]
    whole = {
        "label": _("all"),
        "count": sum(row["count"] for row in found),
        "url": index,
        "is_chosen": chosen not in counts,
    }
    return [whole, *found] if found else []


def quote_due(invitation: Invitation) -> str:
    """By when the quote was promised, as long as it has not come."""
    if not invitation.quote_due_on or invitation.state() != InvitationState.INTERESTED:
        return ""
    day = plain_day(invitation.quote_due_on)
    if quote_is_late(invitation, timezone.localdate()):
        return _("%(day)s, overdue") % {"day": day}
    return day


def own_provider(request: HttpRequest) -> ProviderPage:
    """The member's provider; 404 for everybody else."""
    provider = None
    if is_provider_member(request.user):
        provider = ProviderPage.objects.of_member(request.user).first()
    if provider is None:
        raise Http404
    return provider


# -- closing it for a time ----------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: HttpRequest) -> HttpResponse:
    """Close the inbox until a day, or name another day."""
    provider = own_provider(request)
    form = PauseForm(posted(request)["data"])
    if request.method == "POST" and form.is_valid():
        pause_inbox(provider, by=request.user, until=form.cleaned_data["until"])
        messages.success(
            request,
            _("The inbox is closed until %(day)s.")
            % {"day": plain_day(form.cleaned_data["until"])},
        )
        return redirect("matching_inbox")
    context = {
        "form": form,
        "submit": _("Close the inbox"),
        "back": reverse("matching_inbox"),
        "sentences": [
            _("As long as the inbox is closed, you are not proposed and nobody can ask you anew."),
            _("Requests that you have received stay, and so do their deadlines."),
            _("You can open the inbox again at any time."),
        ],
        "page_title": _("Close the inbox"),
        "header_icon": "mail",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/act.html", context, status=status)


@never_cache
@require_POST
def reopen(request: HttpRequest) -> HttpResponse:
    """Open a closed inbox."""
    reopen_inbox(own_provider(request), by=request.user)
    messages.success(request, _("The inbox is open."))
    return redirect("matching_inbox")
