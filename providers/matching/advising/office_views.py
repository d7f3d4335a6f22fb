"""The centre's advice: the queue of requests that want it, and the form that proposes providers."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn

from providers.acts import office_only
from providers.matching.advising.forms import AdviceForm
from providers.matching.advising.proposing import TooManyError, may_be_advised, mix_of, propose
from providers.matching.advising.queue import AdviceClock, advice_wanted
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import MatchRequest, OversightNote, Side
from providers.matching.office_frame import MomentColumn, crumbs
from providers.matching.officers import ADVISES, visible_request
from providers.matching.score.offers import Proposal, proposals_of
from providers.office_lists import OfficeListView
from providers.once import once_a_request

# How many offers the form shows before it is asked for all.
SHOWN = 12


def advice_count(request: HttpRequest) -> int:
    """How many requests want advice, counted once for menu and first page."""
    return once_a_request(request, "advice_wanted", lambda: advice_wanted().count())


class AdviceQueueView(OfficeListView):
    """Requests to which the centre has to propose providers, the oldest first."""

    permission = ADVISES
    model = MatchRequest
    page_title = gettext_lazy("Advice wanted")
    header_icon = "help"
    index_url_name = "matching_advice"
    index_results_url_name = "matching_advice_results"
    default_ordering = ("advice_asked_at", "reference")
    verbose_name_plural = gettext_lazy("requests that want advice")
    counted = ngettext_lazy(
        "%(count)s request wants advice", "%(count)s requests want advice", "count"
    )

    @cached_property
    def clock(self) -> AdviceClock:
        return AdviceClock.current()

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TitleColumn(
                "reference",
                label=_("Reference"),
                url_name="matching_request_advise",
                id_accessor="reference",
            ),
            Column("kind", label=_("Asks for"), accessor="get_kind_display"),
            Column("industry", label=_("Industry chain"), accessor="industry.name"),
            MomentColumn("advice_asked_at", label=_("Asked on")),
            Column("age", label=_("Working days"), accessor=self.age),
            MomentColumn("due", label=_("Propose by"), accessor=self.due),
            StatusTagColumn(
                "late", label=_("Status"), accessor=self.lateness, primary=self.is_late
            ),
        ]

    def age(self, request: MatchRequest) -> int:
        return self.clock.age(request.advice_asked_at)

    def due(self, request: MatchRequest):
        return self.clock.due(request.advice_asked_at)

    def is_late(self, request: MatchRequest) -> bool:
        return self.due(request) < timezone.now()

    def lateness(self, request: MatchRequest) -> str:
        return _("late") if self.is_late(request) else _("in time")

    def get_base_queryset(self) -> QuerySet:
        return advice_wanted().select_related("industry")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def advise(request: HttpRequest, reference: str) -> HttpResponse:
    """The ranked offers for a request, of which the officer proposes some, each with a reason."""
    office_only(request.user, ADVISES)
    row = visible_request(request, reference)
    back = reverse("matching_request", args=[row.reference])
    if not may_be_advised(row):
        messages.error(request, _("This request wants no advice any more."))
        return redirect(back)
    offered = offers_left(row)
    waiting = row.advice.open().count()
    form = AdviceForm(
        request.POST if request.method == "POST" else None,
        offered={item.key: item for item in offered},
        mix=mix_of(row, [item.provider for item in offered]),
        waiting=waiting,
    )
    if request.method == "POST" and form.is_valid():
        return carry_out(request, row, form, back)
    context = {
        "need": row,
        "form": form,
        "mix": form.mix,
        "waiting": waiting,
        "rows": rows_of(form, offered, show_all="all" in request.GET or form.is_bound),
        "count": len(offered),
        "shown": SHOWN,
        "breadcrumbs_items": crumbs(reverse("matching_advice"), row.reference, _("Advice wanted")),
        "header_title": _("Advice for %(reference)s") % {"reference": row.reference},
        "header_icon": "help",
        "back": back,
    }
    status = 422 if form.is_bound else 200
    return render(request, "requests/admin/advice.html", context, status=status)


def offers_left(row: MatchRequest) -> list[Proposal]:
    """The ranked offers of providers that were neither asked nor proposed before."""
    known = {
        *row.invitations.values_list("provider_id", flat=True),
        *row.advice.values_list("provider_id", flat=True),
    }
    return [item for item in proposals_of(row).items if item.provider.pk not in known]


def rows_of(form: AdviceForm, offered: list[Proposal], *, show_all: bool) -> list[dict]:
    """What the form shows of each offer; a diagnosis visit shows all, since it must mix them."""
    chosen = form.data.getlist("propose") if form.is_bound else []
    lead_ids = form.mix.lead_ids if form.mix else frozenset()
    shown = offered if show_all or form.mix else offered[:SHOWN]
    return [
        {
            "proposal": item,
            "is_chosen": item.key in chosen,
            "is_partner": item.provider.pk in lead_ids,
            "reason_name": form.reason_name(item.key),
            "reason": form.reason(item.key) if form.is_bound else "",
        }
        for item in shown
    ]


def carry_out(request: HttpRequest, row: MatchRequest, form: AdviceForm, back: str) -> HttpResponse:
    """Propose what was ticked; why fewer than three stands among the office's notes."""
    try:
        made = propose(row, form.picks(), by=request.user)
    except TooManyError:
        messages.error(request, _("Too many proposals wait for the enterprise's answer."))
        return redirect(back)
    except MovedOnError:
        messages.error(request, _("The request has moved on; this is no longer possible."))
        return redirect(back)
    if shortage := form.cleaned_data.get("shortage"):
        OversightNote.objects.get_or_create(
            request=row, side=Side.CENTRE, by=request.user, text=shortage
        )
    said = ngettext(
        "%(count)s provider is proposed to the enterprise; nobody is asked before it agrees.",
        "%(count)s providers are proposed to the enterprise; nobody is asked before it agrees.",
        len(made),
    )
    messages.success(request, said % {"count": len(made)})
    return redirect(back)
