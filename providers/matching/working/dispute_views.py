"""Disputes as the office handles and settles them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import BooleanField, Case, Q, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn

from catalog.uploads import evidence_response
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import AcceptanceDocument, Choice, Dispute, MatchRequest, Side
from providers.matching.office_frame import MomentColumn, crumbs
from providers.matching.officers import SEES_ALL, oversees
from providers.matching.working.dispute_forms import RecommendForm, SettleForm
from providers.matching.working.disputes import (
    handler_of,
    may_recommend,
    may_settle,
    recommend,
    settle_dispute,
)
from providers.menu_items import CountingMenuItem
from providers.office_lists import OfficeListView

STATUS = [("open", gettext_lazy("open")), ("settled", gettext_lazy("settled"))]
# What of a request names the enterprise.
IDENTIFYING = ("company", "uscc", "contact_name", "phone", "email")


class DisputeFilterSet(WagtailFilterSet):
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"), choices=STATUS, method="filter_status"
    )
    handler = django_filters.ChoiceFilter(
        label=gettext_lazy("Handled first by"),
        choices=[(side.value, side.label) for side in (Side.LEAD, Side.COMMITTEE)],
        method="filter_handler",
    )

    class Meta:
        model = Dispute
        fields: list[str] = []

    def filter_status(self, queryset, name: str, value: str):
        return queryset.filter(settled_at__isnull=value == "open")

    def filter_handler(self, queryset, name: str, value: str):
        return queryset.filter(has_party_of_lead=value == Side.COMMITTEE)


class DisputesView(OfficeListView):
    """Every dispute that the officer may see; those that are open first, the oldest on top."""

    model = Dispute
    page_title = gettext_lazy("Disputes")
    header_icon = "warning"
    index_url_name = "matching_disputes"
    index_results_url_name = "matching_disputes_results"
    filterset_class = DisputeFilterSet
    default_ordering = ("-is_open", "opened_at", "pk")
    verbose_name_plural = gettext_lazy("disputes")
    counted = ngettext_lazy("%(count)s dispute", "%(count)s disputes", "count")
    columns = [
        TitleColumn(
            "reference",
            label=gettext_lazy("Reference"),
            accessor="choice.request.reference",
            get_url=lambda row: reverse("matching_dispute", args=[row.choice.request.reference]),
        ),
        Column(
            "provider",
            label=gettext_lazy("Provider"),
            accessor="choice.invitation.provider.title",
        ),
        Column("opened_by", label=gettext_lazy("Opened by"), accessor="get_opened_by_display"),
        MomentColumn("opened_at", label=gettext_lazy("Opened on"), sort_key="opened_at"),
        Column("age", label=gettext_lazy("Days open"), accessor=lambda row: days_open(row)),
        Column(
            "handler",
            label=gettext_lazy("Handled first by"),
            accessor=lambda row: (Side.COMMITTEE if row.has_party_of_lead else Side.LEAD).label,
        ),
        StatusTagColumn(
            "status",
            label=gettext_lazy("Status"),
            accessor=lambda row: status_words(row),
            primary=lambda row: row.settled_at is None,
        ),
    ]

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not oversees(request.user):
            raise Http404
        # Past the check of a single permission: two of them see disputes.
        return super(OfficeListView, self).dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        is_open = Case(
            When(settled_at=None, then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        rows = Dispute.objects.visible_to(self.request.user).annotate(is_open=is_open)
        return rows.select_related("choice__request", "choice__invitation__provider")


def days_open(dispute: Dispute) -> int:
    """Full days from its opening to its settlement, or until now."""
    return ((dispute.settled_at or timezone.now()) - dispute.opened_at).days


def status_words(dispute: Dispute) -> str:
    if dispute.settled_at:
        return dispute.get_outcome_display()
    if dispute.recommended_at:
        return _("waits for the bureau")
    if dispute.stated_at:
        return _("both sides heard, waits for a recommendation")
    return _("waits for the other side's view and a recommendation")


def waiting_for(user) -> int:
    """How many open disputes wait for the user's own part."""
    found = Dispute.objects.visible_to(user).open()
    if may_settle(user):
        return found.count()
    return found.filter(Q(recommended_at=None), has_party_of_lead=user.has_perm(SEES_ALL)).count()


class DisputesMenuItem(CountingMenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return oversees(request.user)

    def waiting(self, request: HttpRequest) -> int:
        return waiting_for(request.user)


# -- the disputes of one request ----------------------------------------------------------------


@dataclass(frozen=True)
class DisputeRow:
    """One dispute as the office reads it; nothing in its texts names the enterprise.

    ``forms`` are those of what the reader may do.
    """

    dispute: Dispute
    handler: Side
    text: str
    statement: str
    recommendation: str
    decision: str
    forms: dict[str, forms.Form]

    @property
    def days_open(self) -> int:
        return days_open(self.dispute)

    @property
    def status_words(self) -> str:
        return status_words(self.dispute)

    @property
    def url(self) -> str:
        return reverse("matching_dispute", args=[self.dispute.choice.request.reference])


def disputes_for(need: MatchRequest) -> list[DisputeRow]:
    """What ``requests/admin/dispute.html`` shows as ``disputes``, without forms.

    The caller has checked that the reader may see the request.
    """
    disputes = Dispute.objects.filter(choice__request=need).select_related("choice__request")
    return [row_of(dispute) for dispute in disputes]


def row_of(dispute: Dispute, **offered: forms.Form) -> DisputeRow:
    need = dispute.choice.request
    return DisputeRow(
        dispute=dispute,
        handler=handler_of(need),
        text=withhold(dispute.text, need),
        statement=withhold(dispute.statement, need),
        recommendation=withhold(dispute.recommendation, need),
        decision=withhold(dispute.decision, need),
        forms=offered,
    )


def withhold(text: str, need: MatchRequest) -> str:
    """A text without what names or reaches the enterprise, should a side have written it."""
    for name in IDENTIFYING:
        value = getattr(need, name)
        if len(value) > 1:
            # However a number is spaced, and a name is capitalised.
            written = r"[\s-]*".join(re.escape(sign) for sign in value if sign not in "- ")
            text = re.sub(written, "***", text, flags=re.IGNORECASE)
    return text


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, reference: str) -> HttpResponse:
    """The disputes of one request, with the forms to recommend and to settle the open one."""
    user = request.user
    found = list(
        Dispute.objects.visible_to(user)
        .filter(choice__request__reference=reference)
        .select_related("choice__request", "choice__invitation__provider")
    )
    if not found:
        raise Http404
    last = found[-1]
    offered = forms_for(user, last)
    status = 200
    if request.method == "POST":
        name = request.POST.get("deed", "")
        if name not in permitted(user, last):
            raise Http404
        form = FORMS[name](request.POST, prefix=name)
        if form.is_valid():
            return carry_out(request, last, name, form.cleaned_data)
        offered[name] = form
        status = 422
    rows = [row_of(each) for each in found[:-1]] + [row_of(last, **offered)]
    return render(request, "requests/admin/dispute_page.html", page_of(user, rows), status=status)


FORMS = {"recommend": RecommendForm, "settle": SettleForm}


def permitted(user, dispute: Dispute) -> set[str]:
    """What the user may do with a dispute while it is open."""
    deeds = {"recommend"} if may_recommend(user, dispute) else set()
    return deeds | ({"settle"} if may_settle(user) else set())


def forms_for(user, dispute: Dispute) -> dict[str, forms.Form]:
    """New forms of what the user may do now."""
    if dispute.settled_at:
        return {}
    initial = {"recommend": {"text": dispute.recommendation}}
    return {
        name: FORMS[name](prefix=name, initial=initial.get(name))
        for name in permitted(user, dispute)
    }


def carry_out(request: HttpRequest, dispute: Dispute, name: str, typed: dict) -> HttpResponse:
    try:
        if name == "recommend":
            recommend(dispute, by=request.user, text=typed["text"])
            told = _("Your recommendation is with the bureau.")
        else:
            settle_dispute(
                dispute, by=request.user, outcome=typed["outcome"], decision=typed["decision"]
            )
            told = _("The dispute is settled; both sides have been told.")
    except MovedOnError:
        messages.error(request, _("The dispute is settled already."))
    else:
        messages.success(request, told)
    return redirect("matching_dispute", dispute.choice.request.reference)


def page_of(user, rows: list[DisputeRow]) -> dict:
    """The context of the page: the disputes with the work they are about.

    Prices and files are for those who see all; the lead provider reads neither.
    """
    choice = rows[-1].dispute.choice
    need = choice.request
    sees_all = user.has_perm(SEES_ALL)
    return {
        "rows": rows,
        "need": need,
        "choice": choice,
        "criteria": [withhold(line.text, need) for line in choice.criteria.all()],
        "hand_overs": [
            {
                "row": row,
                "message": withhold(row.message, need),
                "refusal": withhold(row.refusal, need),
            }
            for row in choice.hand_overs.all()
        ],
        "sees_all": sees_all,
        "documents": choice.documents.all() if may_settle(user) else (),
        "request_url": reverse("matching_request", args=[need.reference]),
        "breadcrumbs_items": crumbs(reverse("matching_disputes"), need.reference, _("Disputes")),
        "header_title": _("Dispute on request %(reference)s") % {"reference": need.reference},
        "header_icon": "warning",
    }


@never_cache
@require_safe
def document(request: HttpRequest, reference: str, document_id: int) -> HttpResponse:
    """A document of the acceptance, for the bureau that settles; the form promises so."""
    if not may_settle(request.user):
        raise Http404
    visible = Choice.objects.filter(request__in=MatchRequest.objects.visible_to(request.user))
    found = AcceptanceDocument.objects.filter(
        pk=document_id, choice__in=visible, choice__request__reference=reference
    ).first()
    if found is None:
        raise Http404
    return evidence_response(found.file, found.name)
