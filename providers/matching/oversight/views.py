"""The office's oversight of requests: all of them, without more data than each may see."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import BaseListingView
from wagtail.admin.widgets.button import Button

from providers.matching.asking.attachments import attachment_links, attachment_response
from providers.matching.models import InvitationState, MatchRequest, Turn
from providers.matching.office_frame import MomentColumn, crumbs
from providers.matching.officers import ADVISES, OVERSEES, SEES_ALL, oversees, visible_request
from providers.matching.oversight.filters import RequestFilterSet
from providers.matching.oversight.request_page import page_context
from providers.matching.oversight.table import answer_counts, requests_table
from providers.office_lists import CountingPaginator

__all__ = ["ADVISES", "OVERSEES", "SEES_ALL", "oversees", "visible_request"]


class ProvidersColumn(Column):
    """Every provider asked, with where it stands."""

    cell_template_name = "requests/admin/providers_cell.html"


class RequestPaginator(CountingPaginator):
    counted = ngettext_lazy("%(count)s request", "%(count)s requests", "count")


class RequestsView(BaseListingView):
    """Every sent request that the officer may see, newest first."""

    model = MatchRequest
    page_title = gettext_lazy("All requests")
    header_icon = "mail"
    index_url_name = "matching_requests"
    index_results_url_name = "matching_requests_results"
    filterset_class = RequestFilterSet
    paginate_by = 50
    paginator_class = RequestPaginator
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
            primary=lambda request: request.turn() in (Turn.NOBODY, Turn.CENTRE, Turn.OFFICE),
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
            .prefetch_related("invitations__provider", "choices", "advice")
        )

    def get_filterset_kwargs(self) -> dict:
        return {**super().get_filterset_kwargs(), "officer": self.request.user}

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        address, chosen = reverse("matching_requests_export"), self.request.GET.urlencode()
        return [
            Button(
                _("What is late"),
                url=reverse("matching_requests_late"),
                icon_name="time",
                priority=10,
            ),
            Button(
                _("Waiting times"),
                url=reverse("matching_requests_waiting"),
                icon_name="history",
                priority=20,
            ),
            Button(
                _("Export as CSV"),
                url=f"{address}?{chosen}" if chosen else address,
                icon_name="download",
                priority=30,
            ),
        ]


class RequestsExport(RequestsView):
    """The list as it is filtered, whole, for a spreadsheet."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return requests_table(self.get_queryset())


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
    context = {
        **page_context(row, request.user),
        "attachments": files_for(row) if request.user.has_perm(SEES_ALL) else [],
        "breadcrumbs_items": crumbs(reverse("matching_requests"), row.reference, _("All requests")),
        "header_title": row.reference,
        "header_icon": "mail",
    }
    return render(request, "requests/admin/oversight.html", context)


@never_cache
@require_safe
def request_attachment(request: HttpRequest, reference: str, attachment: str) -> HttpResponse:
    """A photo or PDF of the request, for those who see all."""
    row = visible_request(request, reference)
    if not request.user.has_perm(SEES_ALL):
        raise Http404
    return attachment_response(get_object_or_404(row.attachments, public_id=attachment))


def files_for(row: MatchRequest) -> list[dict]:
    """The enterprise's files as links, for those who see all."""
    return attachment_links(
        row.attachments.all(),
        lambda file: reverse("matching_request_attachment", args=[row.reference, file.public_id]),
    )
