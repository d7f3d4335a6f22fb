"""What the bureau does with a scoring: ask, take out, record a discussion, settle, confirm."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.models import CaseReviewer
from cases.scoring import assigning, discussing, outcome, publication
from cases.scoring.arithmetic import shown
from cases.scoring.entry import possible_reviewers
from cases.scoring.forms import AskForm, DiscussionForm, OutcomeForm, ReasonForm
from cases.scoring.rounds import MANAGES
from cases.scoring.state import RoundState, state_of
from cases.scoring.views.frame import ICON, act_on_round, managed_round, round_crumbs
from cases.scoring.views.rounds import changed_since
from providers.acts import office_only, posted
from providers.withdrawal.subtree import ActRefused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who may score, each with the ties to this case; a POST asks one."""
    scoring = managed_round(request, pk)
    status = 200
    if request.method == "POST":
        form = AskForm(request.POST, users=possible_reviewers())
        if form.is_valid():
            user = form.cleaned_data["user"]
            try:
                reviewer = assigning.ask(scoring, user, by=request.user)
            except ActRefused as refused:
                for sentence in refused.sentences:
                    messages.error(request, sentence)
                status = 422
            else:
                messages.success(
                    request, _("%(name)s has been asked to score.") % {"name": reviewer.name}
                )
                return redirect("scoring_ask", pk)
        else:
            messages.error(request, _("This account may not score cases, or its term is over."))
            status = 422
    title = _("Ask reviewers")
    context = {
        "round": scoring,
        "state": state_of(pk),
        "candidates": assigning.candidates(scoring),
        "page_title": title,
        "header_title": title,
        "header_icon": ICON,
        "breadcrumbs_items": round_crumbs(scoring, title),
    }
    return render(request, "cases/scoring/ask.html", context, status=status)


@never_cache
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    office_only(request.user, MANAGES)
    reviewer = get_object_or_404(
        CaseReviewer.objects.active().select_related("round__case", "user"), pk=pk
    )

    def act(typed: dict) -> str:
        assigning.take_out(reviewer, typed["reason"], by=request.user)
        return _("%(name)s scores this case no more.") % {"name": reviewer.name}

    return act_on_round(
        request,
        reviewer.round,
        ReasonForm(**posted(request)),
        act,
        title=_("Take %(name)s out") % {"name": reviewer.name},
        sentences=[_("The sheet stays on record and counts no more. You can ask somebody else.")],
        submit=_("Take out"),
        is_grave=True,
    )


@never_cache
def discussion(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes of a discussion, and whether sheets are revised after it."""
    scoring = managed_round(request, pk)
    state = state_of(pk)
    form = DiscussionForm(
        **posted(request),
        reviewers=CaseReviewer.objects.active().filter(round=scoring).select_related("user"),
        may_revise=scoring.second_turn_at is None,
    )

    def act(typed: dict) -> str:
        discussing.record_discussion(
            scoring,
            held_on=typed["held_on"],
            present=[reviewer.pk for reviewer in typed["present"]],
            minutes=typed["minutes"],
            others=typed["others"],
            opens_second_turn=typed["second_turn"],
            by=request.user,
        )
        return _("The discussion is recorded.")

    return act_on_round(
        request,
        scoring,
        form,
        act,
        title=_("Record a discussion"),
        sentences=spread_sentences(state),
        submit=_("Record the discussion"),
    )


def spread_sentences(state: RoundState) -> list[str]:
    if state.first_result is None:
        return []
    said = _("The totals lie %(spread)s points apart; a discussion is asked for above %(limit)s.")
    figures = {"spread": shown(state.first_result.spread), "limit": state.rules.spread_limit}
    return [said % figures]


@never_cache
def end_revising(request: HttpRequest, pk: int) -> HttpResponse:
    scoring = managed_round(request, pk)

    def act(_typed: dict) -> str:
        discussing.end_second_turn(scoring, by=request.user)
        return _("Reviewers revise no more; where no revised sheet is in, the first stands.")

    return act_on_round(
        request,
        scoring,
        forms.Form(**posted(request)),
        act,
        title=_("Wait no longer for revised sheets"),
        sentences=[_("Of those who have not answered, the first sheet stands.")],
        submit=_("Wait no longer"),
    )


@never_cache
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """The outcome with its reason; before all is in, a case can only go back."""
    scoring = managed_round(request, pk)
    state = state_of(pk)
    form = OutcomeForm(
        **posted_data(request), is_ready=state.is_ready, is_below_mark=state.is_below_mark
    )

    def act(typed: dict) -> str:
        outcome.settle(scoring, by=request.user, **typed)
        return _("The outcome is settled, and whoever nominated the case is told.")

    return act_on_round(
        request,
        scoring,
        form,
        act,
        title=_("Settle the outcome"),
        sentences=outcome_sentences(state),
        points=outcome.points_against_scores(state) if scoring.is_open else [],
        points_heading=_("Why the case can only go back for completion now"),
        submit=_("Settle the outcome"),
    )


def posted_data(request: HttpRequest) -> dict:
    """For a form that takes no files."""
    return {"data": request.POST if request.method == "POST" else None}


def outcome_sentences(state: RoundState) -> list[str]:
    if state.result is None:
        return []
    said = _("Mean %(mean)s, spread %(spread)s; the pass mark is %(mark)s.") % {
        "mean": shown(state.result.mean),
        "spread": shown(state.result.spread),
        "mark": state.rules.pass_mark,
    }
    return [said, _("A shortlisted case that lies below a provider is moved to Cases.")]


@never_cache
def stand(request: HttpRequest, pk: int) -> HttpResponse:
    """The bureau's word that the scores stand for what the case says now."""
    scoring = managed_round(request, pk)

    def act(typed: dict) -> str:
        publication.confirm(scoring, reason=typed["reason"], by=request.user)
        return _("It is noted that the scores stand for this version.")

    return act_on_round(
        request,
        scoring,
        ReasonForm(**posted(request)),
        act,
        title=_("The scores still stand"),
        points=changed_since(scoring),
        points_heading=_("Changed since it was scored"),
        sentences=[
            _("Confirm it only where the change would not have led to other points."),
        ],
        submit=_("The scores stand"),
    )
