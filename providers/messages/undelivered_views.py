"""What did not arrive, for the bureau: why, how often it was tried, and what to do about it."""

from __future__ import annotations

import django_filters
from django import forms
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn

from providers import delivery
from providers.acts import confirm_act, office_only, posted
from providers.members.invitations import OFFICE
from providers.messages.handling import mark_handled, try_again
from providers.models import Channel, Dispatch
from providers.office_lists import OfficeListView

STATES = [
    ("refused", gettext_lazy("refused for good")),
    ("given_up", gettext_lazy("given up")),
    ("tried", gettext_lazy("will be tried again")),
    ("held_up", gettext_lazy("held up on its way")),
]
RULES = {
    "refused": Q(bounced_at__isnull=False),
    "given_up": Q(bounced_at=None, next_try_at=None, done_at=None),
    "tried": Q(next_try_at__isnull=False),
    # The site has handed it over; a mail server beyond goes on trying.
    "held_up": Q(done_at__isnull=False),
}


class DispatchFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"), choices=STATES, method="filter_state"
    )
    channel = django_filters.ChoiceFilter(label=gettext_lazy("Channel"), choices=Channel.choices)

    class Meta:
        model = Dispatch
        fields: list[str] = []

    def filter_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(RULES[value])


def state_of(dispatch: Dispatch) -> str:
    labels = dict(STATES)
    if dispatch.done_at:
        return labels["held_up"]
    if dispatch.next_try_at:
        return labels["tried"]
    return labels["refused" if dispatch.bounced_at else "given_up"]


def kind_of(dispatch: Dispatch) -> str:
    """What the message is about, in the words of its kind."""
    message = dispatch.message
    about = getattr(message, "about", None) or message
    return getattr(about, "get_kind_display", lambda: "–")()


def reader_of(dispatch: Dispatch) -> str:
    """Who should have read it, by number: a name or an address stands nowhere here."""
    return delivery.source_of(dispatch.message).reader(dispatch.message)


def reason_of(dispatch: Dispatch) -> str:
    """Why it did not arrive, in words."""
    return delivery.in_words(dispatch.error)


def needs_somebody(dispatch: Dispatch) -> bool:
    """Whether nothing tries it again by itself."""
    return dispatch.next_try_at is None and dispatch.done_at is None


class MomentColumn(Column):
    cell_template_name = "requests/admin/moment_cell.html"


class DeedsColumn(Column):
    cell_template_name = "desk/undelivered_deeds_cell.html"


class UndeliveredView(OfficeListView):
    """Everything that was tried in vain; what nothing tries again by itself comes first."""

    permission = OFFICE
    model = Dispatch
    page_title = gettext_lazy("Undelivered messages")
    header_icon = "warning"
    index_url_name = "undelivered"
    index_results_url_name = "undelivered_results"
    filterset_class = DispatchFilterSet
    default_ordering = (
        F("done_at").asc(nulls_first=True),
        F("next_try_at").asc(nulls_first=True),
        "-pk",
    )
    verbose_name_plural = gettext_lazy("undelivered messages")
    columns = [
        Column("kind", label=gettext_lazy("Message"), accessor=kind_of),
        Column("reader", label=gettext_lazy("To"), accessor=reader_of),
        Column("channel", label=gettext_lazy("Channel"), accessor="get_channel_display"),
        StatusTagColumn(
            "state",
            label=gettext_lazy("Status"),
            accessor=state_of,
            primary=needs_somebody,
        ),
        Column("error", label=gettext_lazy("Reason"), accessor=reason_of),
        Column("tries", label=gettext_lazy("Tries")),
        MomentColumn("next_try_at", label=gettext_lazy("Next try")),
        DeedsColumn("deeds", label=gettext_lazy("What to do"), accessor=lambda row: row),
    ]

    def get_base_queryset(self) -> QuerySet:
        rows = [source.rows() for source in delivery.sources()]
        return Dispatch.objects.troubled().prefetch_related(GenericPrefetch("message", rows))


def undelivered(request: HttpRequest, pk: int, rows: QuerySet[Dispatch]) -> Dispatch:
    office_only(request.user, OFFICE)
    return get_object_or_404(rows, pk=pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def undelivered_try(request: HttpRequest, pk: int) -> HttpResponse:
    # What a mail server still tries to hand on would arrive twice.
    row = undelivered(request, pk, Dispatch.objects.troubled().open())

    def act(data: dict) -> str:
        try_again(row, by=request.user)
        return _("It is tried again now. If it fails once more, it stands in this list again.")

    return confirm_act(
        request,
        forms.Form(**posted(request)),
        act,
        back=reverse("undelivered"),
        title=_("Try “%(message)s” again") % {"message": kind_of(row)},
        icon="rotate",
        submit=_("Try again"),
        sentences=[
            f"{reader_of(row)} · {row.get_channel_display()} · {reason_of(row)}",
            _("Correct the address first, if that was the reason."),
        ],
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def undelivered_handled(request: HttpRequest, pk: int) -> HttpResponse:
    row = undelivered(request, pk, Dispatch.objects.troubled())

    def act(data: dict) -> str:
        mark_handled(row, by=request.user)
        return _("Noted: it is dealt with, and nothing tries it again.")

    return confirm_act(
        request,
        forms.Form(**posted(request)),
        act,
        back=reverse("undelivered"),
        title=_("“%(message)s” is dealt with") % {"message": kind_of(row)},
        icon="check",
        submit=_("Mark as dealt with"),
        sentences=[
            f"{reader_of(row)} · {row.get_channel_display()} · {reason_of(row)}",
            _("The reader knows it otherwise, or need not know it any more."),
        ],
    )
