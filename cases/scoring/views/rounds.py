"""The scorings as the bureau and the zone committee see them: the list, a new one, one of them."""

from __future__ import annotations

import django_filters
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from cases.models import CasePage, CaseRules, ScoringRound
from cases.models.scoring import FIRST_TURN
from cases.scoring.arithmetic import shown
from cases.scoring.publication import changed_fields, last_round, stands
from cases.scoring.rounds import MANAGES, READS, open_round, points_against, waiting_for_a_round
from cases.scoring.state import RoundState, state_from, state_of, with_all
from cases.scoring.ties import ties_of_all
from cases.scoring.views.frame import ICON, crumbs
from cases.scoring.words import status_words
from providers.acts import confirm_act, office_only
from providers.office_lists import OfficeListView


class RoundFilterSet(WagtailFilterSet):
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        choices=[
            ("open", gettext_lazy("open")),
            *ScoringRound.Outcome.choices,
        ],
        method="filter_status",
    )

    class Meta:
        model = ScoringRound
        fields: list[str] = []

    def filter_status(self, queryset, name: str, value: str):
        return queryset.open() if value == "open" else queryset.filter(outcome=value)


class RoundsView(OfficeListView):
    """Every scoring, the open ones first."""

    permission = READS
    model = ScoringRound
    page_title = gettext_lazy("Scoring")
    header_icon = ICON
    index_url_name = "scoring"
    index_results_url_name = "scoring_results"
    filterset_class = RoundFilterSet
    default_ordering = ("closed_at", "-opened_at", "-pk")
    verbose_name_plural = gettext_lazy("scorings")
    counted = ngettext_lazy("%(count)s scoring", "%(count)s scorings", "count")

    @cached_property
    def rules(self) -> CaseRules:
        return CaseRules.current()

    @cached_property
    def columns(self) -> list[Column]:
        def of(row: ScoringRound) -> RoundState:
            return state_from(row, self.rules)

        return [
            TitleColumn(
                "case",
                label=_("Case"),
                accessor="case.draft_title",
                get_url=lambda row: reverse("scoring_round", args=[row.pk]),
            ),
            Column(
                "opened_at",
                label=_("Opened on"),
                accessor=lambda row: f"{timezone.localdate(row.opened_at):%Y-%m-%d}",
                sort_key="opened_at",
            ),
            Column("in", label=_("Sheets in"), accessor=lambda row: sheets_in(of(row))),
            Column("mean", label=_("Mean"), accessor=lambda row: figure(of(row), "mean")),
            Column("spread", label=_("Spread"), accessor=lambda row: figure(of(row), "spread")),
            StatusTagColumn(
                "status",
                label=_("Status"),
                accessor=lambda row: status_words(of(row)),
                primary=lambda row: row.is_open,
            ),
        ]

    def get_base_queryset(self):
        return with_all(ScoringRound.objects.all())

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = [
            HeaderButton(_("Ranking"), url=reverse("scoring_ranking"), icon_name="order"),
        ]
        if self.request.user.has_perm(MANAGES):
            buttons += [
                HeaderButton(
                    _("Open a scoring"), url=reverse("scoring_new"), icon_name="plus-inverse"
                ),
                HeaderButton(
                    _("Outside experts"), url=reverse("scoring_experts"), icon_name="user"
                ),
            ]
        return buttons


def sheets_in(state: RoundState) -> str:
    """Of the first turn: how many of those asked have handed theirs in."""
    count = len(state.active)
    return _("%(in)s of %(all)s") % {"in": count - len(state.waiting(FIRST_TURN)), "all": count}


def figure(state: RoundState, name: str) -> str:
    """Mean or spread; a dash while it is blind."""
    return "–" if state.result is None else f"{shown(getattr(state.result, name)):f}"


# -- a new one ------------------------------------------------------------------------------------


@never_cache
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """The nominated cases that no scoring is open for or has settled."""
    office_only(request.user, MANAGES)
    cases = waiting_for_a_round().select_related("nomination").order_by("nomination__submitted_at")
    context = {
        "cases": cases.defer_streamfields(),
        "page_title": _("Open a scoring"),
        "header_title": _("Open a scoring"),
        "header_icon": ICON,
        "breadcrumbs_items": crumbs(("", _("Open a scoring"))),
    }
    return render(request, "cases/scoring/new.html", context)


@never_cache
def open_one(request: HttpRequest, page_id: int) -> HttpResponse:
    """What stands against it, and the confirmation."""
    office_only(request.user, MANAGES)
    case = get_object_or_404(CasePage, pk=page_id)

    def act(_typed: dict) -> str:
        open_round(case, by=request.user)
        return _("The scoring is open. Now ask the reviewers.")

    title = _("Open a scoring of “%(title)s”") % {"title": case.draft_title}
    return confirm_act(
        request,
        forms.Form(request.POST if request.method == "POST" else None),
        act,
        back=reverse("scoring"),
        title=title,
        icon=ICON,
        breadcrumbs_items=crumbs((reverse("scoring_new"), _("Open a scoring")), ("", title)),
        sentences=[
            _("The latest version of the case is scored; later changes do not reach the reviewers.")
        ],
        points=points_against(case),
        points_heading=_("What stands against it"),
        submit=_("Open the scoring"),
    )


# -- one of them ----------------------------------------------------------------------------------


@never_cache
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in, what came of it, and what the bureau may do."""
    office_only(request.user, READS)
    get_object_or_404(ScoringRound, pk=pk)
    state = state_of(pk)
    case = state.round.case
    context = {
        "state": state,
        "round": state.round,
        "case": case,
        "rows": reviewer_rows(state),
        "status": status_words(state),
        "changed": changed_since(state.round),
        "confirmations": state.round.confirmations.all(),
        "may_manage": request.user.has_perm(MANAGES),
        "earlier": case.scoring_rounds.exclude(pk=pk),
        "page_title": case.draft_title,
        "header_title": case.draft_title,
        "header_icon": ICON,
        "breadcrumbs_items": crumbs(("", case.draft_title)),
    }
    return render(request, "cases/scoring/round.html", context)


def reviewer_rows(state: RoundState) -> list[dict]:
    """Everybody who was asked, with what stands in the way of those who still score."""
    active = [each.reviewer.user for each in state.active]
    ties = ties_of_all(active, state.round.case)
    return [
        {
            "reviewer": each.reviewer,
            "first": each.sheets.get(1),
            "second": each.sheets.get(2),
            "ties": ties.get(each.reviewer.user_id, []) if each.reviewer.is_active else [],
            "is_expert": hasattr(each.reviewer.user, "outside_expert"),
        }
        for each in state.reviewers
    ]


def changed_since(scoring: ScoringRound) -> list[str]:
    """Labels of what the latest version says otherwise than the one that was shortlisted."""
    case = CasePage.objects.get(pk=scoring.case_id)
    last = last_round(case)
    is_last = last is not None and last.pk == scoring.pk
    if (
        case.first_published_at
        or not is_last
        or scoring.outcome != ScoringRound.Outcome.SHORTLISTED
    ):
        return []
    latest = case.get_latest_revision_as_object()
    return [] if stands(scoring, latest) else changed_fields(last, latest)
