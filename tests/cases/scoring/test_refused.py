"""A reviewer tied to the case is refused in every way a score can be entered.

The reviewer was asked while there was no tie and has begun a draft; then the tie arises. Every way
is tried with every kind of tie that there is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from wagtail.snippets.models import get_snippet_models

from cases.models import (
    CasePage,
    CaseReviewer,
    CriterionPoints,
    DeclaredTies,
    Nomination,
    OutsideExpert,
    ScoreSheet,
    ScoringRound,
)
from cases.scoring import assigning, sheets
from cases.scoring.entry import hindrances
from cases.scoring.ties import ties_of
from marketplace.roles import LEAD
from providers.models import ProviderStanding, ProviderTeam
from providers.withdrawal.subtree import ActRefused
from tests.cases.scoring.making import another, another_expert, asked, entries, opened, user
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("site_with_a_nomination")

WHO = "expert"


@pytest.fixture
def begun() -> CaseReviewer:
    """An expert without a tie who has begun a draft in a round with an officer."""
    scoring = opened()
    reviewer = asked(scoring, WHO, "committee")[0]
    sheets.save_draft(reviewer, entries(scoring, 3), by=reviewer.user)
    return CaseReviewer.objects.get(pk=reviewer.pk)


# -- how a tie arises -----------------------------------------------------------------------------


def join(reviewer: CaseReviewer, provider) -> None:
    reviewer.user.groups.add(ProviderTeam.objects.get(provider=provider).group)


def case_of(reviewer: CaseReviewer) -> CasePage:
    return reviewer.round.case


def joins_the_provider_above(reviewer: CaseReviewer) -> None:
    join(reviewer, provider_of("provider1"))


def joins_a_named_provider(reviewer: CaseReviewer) -> None:
    join(reviewer, case_of(reviewer).used_providers.exclude(provider=None).first().provider)


def joins_the_provider_of_a_used_solution(reviewer: CaseReviewer) -> None:
    case = case_of(reviewer)
    solution = case.used_solutions.exclude(solution=None).first().solution
    case.used_providers.all().delete()
    join(reviewer, solution.get_parent())


def joins_a_provider_that_a_later_draft_names(reviewer: CaseReviewer) -> None:
    """Not on the page yet: only the latest version says it."""
    case = case_of(reviewer)
    other = ProviderTeam.objects.exclude(provider__in=parties(case)).first().provider
    draft = case.get_latest_revision_as_object()
    row = draft.used_providers.all()[0]
    row.provider = other
    draft.used_providers = [row]
    draft.save_revision()
    assert not case.used_providers.filter(provider=other).exists()
    join(reviewer, other)


def parties(case: CasePage) -> list[int]:
    used = list(case.used_providers.values_list("provider", flat=True))
    return [*used, provider_of("provider1").pk]


def joins_an_affiliate_of_the_lead_provider(reviewer: CaseReviewer) -> None:
    case = case_of(reviewer)
    other = ProviderTeam.objects.exclude(provider__in=parties(case)).last().provider
    ProviderStanding.objects.filter(provider=other).update(is_lead_affiliate=True)
    join(reviewer, other)


def reviews_for_the_lead_provider(reviewer: CaseReviewer) -> None:
    reviewer.user.groups.add(Group.objects.get(name=LEAD))


def writes_at_the_case(reviewer: CaseReviewer) -> None:
    draft = case_of(reviewer).get_latest_revision_as_object()
    draft.summary = "改了一句。"
    draft.save_revision(user=reviewer.user)


def is_its_nominator(reviewer: CaseReviewer) -> None:
    Nomination.objects.filter(case=case_of(reviewer)).update(by=reviewer.user)


def declare(reviewer: CaseReviewer, organisations: str = "") -> DeclaredTies:
    return DeclaredTies.objects.create(user=reviewer.user, organisations=organisations)


def declares_the_enterprise(reviewer: CaseReviewer) -> None:
    declare(reviewer).enterprises.add(case_of(reviewer).enterprise)


def declares_a_provider(reviewer: CaseReviewer) -> None:
    declare(reviewer).providers.add(case_of(reviewer).used_providers.first().provider)


def declares_the_enterprise_in_words(reviewer: CaseReviewer) -> None:
    """However it is typed: full-width brackets and spaces do not count."""
    name = case_of(reviewer).enterprise_name
    declare(reviewer, f"别的公司\n {name.replace('（', '(').replace('）', ')')} \n")


def works_for_the_enterprise(reviewer: CaseReviewer) -> None:
    OutsideExpert.objects.filter(user=reviewer.user).update(
        organisation=case_of(reviewer).enterprise_name
    )


TIES = (
    joins_the_provider_above,
    joins_a_named_provider,
    joins_the_provider_of_a_used_solution,
    joins_a_provider_that_a_later_draft_names,
    joins_an_affiliate_of_the_lead_provider,
    reviews_for_the_lead_provider,
    writes_at_the_case,
    is_its_nominator,
    declares_the_enterprise,
    declares_a_provider,
    declares_the_enterprise_in_words,
    works_for_the_enterprise,
)


# No ties, and yet no entry.


def term_ends(reviewer: CaseReviewer) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    OutsideExpert.objects.filter(user=reviewer.user).update(ends_on=yesterday)


def term_is_ended(reviewer: CaseReviewer) -> None:
    OutsideExpert.objects.filter(user=reviewer.user).update(ended_at=timezone.now())


def account_is_closed(reviewer: CaseReviewer) -> None:
    type(reviewer.user).objects.filter(pk=reviewer.user_id).update(is_active=False)


def is_taken_out(reviewer: CaseReviewer) -> None:
    assigning.take_out(reviewer, "换人", by=user("bureau"))


def declines(reviewer: CaseReviewer) -> None:
    assigning.decline(reviewer, "不熟悉", by=reviewer.user)


def round_is_closed(reviewer: CaseReviewer) -> None:
    ScoringRound.objects.filter(pk=reviewer.round_id).update(
        closed_at=timezone.now(), outcome="complete", reason="补材料"
    )


OTHER_HINDRANCES = (
    term_ends,
    term_is_ended,
    account_is_closed,
    is_taken_out,
    declines,
    round_is_closed,
)


# -- the ways -------------------------------------------------------------------------------------


def form_of(scoring: ScoringRound, points: int, **more: str) -> dict:
    found = dict(more)
    for criterion in scoring.scheme.criteria.all():
        found[f"points_{criterion.pk}"] = str(points)
        found[f"reason_{criterion.pk}"] = "后来改的。"
    return found


def post(reviewer: CaseReviewer, name: str, pk: int, data: dict) -> HttpResponse:
    return signed_in(reviewer.user.get_username()).post(reverse(name, args=[pk]), data)


def draft_by_form(reviewer: CaseReviewer) -> HttpResponse:
    return post(reviewer, "scoring_sheet", reviewer.pk, form_of(reviewer.round, 9))


def submission_by_form(reviewer: CaseReviewer) -> HttpResponse:
    data = form_of(reviewer.round, 9, action="submit")
    return post(reviewer, "scoring_sheet", reviewer.pk, data)


def confirmation_by_form(reviewer: CaseReviewer) -> HttpResponse:
    return post(reviewer, "scoring_submit", reviewer.pk, {"untied": "on"})


def first_sheet_kept_by_form(reviewer: CaseReviewer) -> HttpResponse:
    return post(reviewer, "scoring_keep", reviewer.pk, {"untied": "on"})


def under_anothers_sheet(reviewer: CaseReviewer) -> HttpResponse:
    other = CaseReviewer.objects.filter(round=reviewer.round).exclude(pk=reviewer.pk).get()
    return post(reviewer, "scoring_sheet", other.pk, form_of(reviewer.round, 9))


def under_anothers_confirmation(reviewer: CaseReviewer) -> HttpResponse:
    other = CaseReviewer.objects.filter(round=reviewer.round).exclude(pk=reviewer.pk).get()
    return post(reviewer, "scoring_submit", other.pk, {"untied": "on"})


def under_another_round(reviewer: CaseReviewer) -> HttpResponse:
    """The form of this case, posted under the reviewer's own sheet of a closed round."""
    elsewhere = CaseReviewer.objects.filter(user=reviewer.user, round__closed_at__isnull=False)
    other = elsewhere.exclude(round=reviewer.round).first()
    return post(reviewer, "scoring_sheet", other.pk, form_of(reviewer.round, 9))


def draft_by_act(reviewer: CaseReviewer) -> None:
    sheets.save_draft(reviewer, entries(reviewer.round, 9), by=reviewer.user)


def submission_by_act(reviewer: CaseReviewer) -> None:
    sheets.submit(reviewer, by=reviewer.user)


def first_sheet_kept_by_act(reviewer: CaseReviewer) -> None:
    sheets.keep_first(reviewer, by=reviewer.user)


def by_somebody_else(reviewer: CaseReviewer) -> None:
    """An officer enters points in the name of the tied one."""
    sheets.save_draft(reviewer, entries(reviewer.round, 9), by=user("bureau"))


def sheet_saved(reviewer: CaseReviewer) -> None:
    ScoreSheet(reviewer=reviewer, turn=2, submitted_at=timezone.now()).save()


def sheet_created(reviewer: CaseReviewer) -> None:
    ScoreSheet.objects.create(reviewer=reviewer, turn=2)


def sheet_found_or_created(reviewer: CaseReviewer) -> None:
    ScoreSheet.objects.get_or_create(reviewer=reviewer, turn=2)


def sheet_changed(reviewer: CaseReviewer) -> None:
    sheet = reviewer.sheets.get()
    sheet.submitted_at = timezone.now()
    sheet.save()


def sheets_in_bulk(reviewer: CaseReviewer) -> None:
    ScoreSheet.objects.bulk_create([ScoreSheet(reviewer=reviewer, turn=2)])


def sheets_updated_in_bulk(reviewer: CaseReviewer) -> None:
    sheet = reviewer.sheets.get()
    sheet.submitted_at = timezone.now()
    ScoreSheet.objects.bulk_update([sheet], ["submitted_at"])


def sheets_by_query(reviewer: CaseReviewer) -> None:
    ScoreSheet.objects.filter(reviewer=reviewer).update(submitted_at=timezone.now())


def sheets_by_relation(reviewer: CaseReviewer) -> None:
    reviewer.sheets.update(submitted_at=timezone.now())


def line_changed(reviewer: CaseReviewer) -> None:
    line = reviewer.sheets.get().lines.first()
    line.points = 9
    line.save()


def line_updated_or_created(reviewer: CaseReviewer) -> None:
    sheet = reviewer.sheets.get()
    criterion = sheet.lines.first().criterion
    CriterionPoints.objects.update_or_create(
        sheet=sheet, criterion=criterion, defaults={"points": 9}
    )


def lines_in_bulk(reviewer: CaseReviewer) -> None:
    sheet = reviewer.sheets.get()
    criterion = sheet.lines.first().criterion
    CriterionPoints.objects.bulk_create(
        [CriterionPoints(sheet=sheet, criterion=criterion, points=9)], ignore_conflicts=True
    )


def lines_updated_in_bulk(reviewer: CaseReviewer) -> None:
    lines = list(reviewer.sheets.get().lines.all())
    for line in lines:
        line.points = 9
    CriterionPoints.objects.bulk_update(lines, ["points"])


def lines_by_query(reviewer: CaseReviewer) -> None:
    CriterionPoints.objects.filter(sheet__reviewer=reviewer).update(points=9)


def asked_anew_by_act(reviewer: CaseReviewer) -> None:
    assigning.ask(reviewer.round, reviewer.user, by=user("bureau"))


def asked_anew_by_form(reviewer: CaseReviewer) -> HttpResponse:
    address = reverse("scoring_ask", args=[reviewer.round_id])
    return signed_in("bureau").post(address, {"user": reviewer.user_id})


WAYS = (
    draft_by_form,
    submission_by_form,
    confirmation_by_form,
    first_sheet_kept_by_form,
    under_anothers_sheet,
    under_anothers_confirmation,
    under_another_round,
    draft_by_act,
    submission_by_act,
    first_sheet_kept_by_act,
    by_somebody_else,
    sheet_saved,
    sheet_created,
    sheet_found_or_created,
    sheet_changed,
    sheets_in_bulk,
    sheets_updated_in_bulk,
    sheets_by_query,
    sheets_by_relation,
    line_changed,
    line_updated_or_created,
    lines_in_bulk,
    lines_updated_in_bulk,
    lines_by_query,
    asked_anew_by_act,
    asked_anew_by_form,
)


def stored() -> list:
    """All that was ever entered, as it stands."""
    lines = CriterionPoints.objects.order_by("pk").values_list("pk", "sheet", "points", "reason")
    rows = ScoreSheet.objects.order_by("pk").values_list("pk", "reviewer", "turn", "submitted_at")
    return [*lines, *rows]


def is_refused(way: Callable, reviewer: CaseReviewer) -> bool:
    """Whether the way is refused in so many words, and not merely without effect."""
    try:
        response = way(reviewer)
    except (PermissionDenied, ActRefused):
        return True
    if response is None:
        return False
    if response.status_code == 302:
        # To the sheet as it stands, or to the sign-in.
        return "/admin/scoring/mine/" in response.url or "/login/" in response.url
    return response.status_code in (403, 404, 422)


def named(each: Callable) -> str:
    return each.__name__


@pytest.mark.parametrize(
    "tie", [joins_a_named_provider, declares_the_enterprise, writes_at_the_case], ids=named
)
@pytest.mark.parametrize("way", WAYS, ids=named)
def test_a_tied_reviewer_enters_nothing_whatever_the_way(begun, way, tie):
    refuse(begun, way, tie)


@pytest.mark.parametrize("tie", TIES, ids=named)
@pytest.mark.parametrize("way", [submission_by_form, sheet_created, lines_by_query], ids=named)
def test_nor_whatever_the_tie(begun, way, tie):
    refuse(begun, way, tie)


def refuse(begun: CaseReviewer, way: Callable, tie: Callable) -> None:
    """Let the tie arise, try the way, and see that nothing of it was stored."""
    tie(begun)
    assert ties_of(begun.user, case_of(begun)), "the tie is not known"
    before = stored()
    assert is_refused(way, begun)
    assert stored() == before


@pytest.mark.parametrize("hindrance", OTHER_HINDRANCES, ids=named)
@pytest.mark.parametrize(
    "way",
    [draft_by_form, submission_by_act, line_changed, sheets_in_bulk, sheets_by_query],
    ids=named,
)
def test_nor_does_who_may_not_score_any_more(begun, way, hindrance):
    hindrance(begun)
    assert hindrances(begun)
    before = stored()
    assert is_refused(way, begun)
    assert stored() == before


@pytest.mark.parametrize(
    "way",
    [
        draft_by_form,
        submission_by_form,
        confirmation_by_form,
        draft_by_act,
        submission_by_act,
        sheet_saved,
        sheet_created,
        sheet_found_or_created,
        sheet_changed,
        sheets_in_bulk,
        sheets_updated_in_bulk,
        sheets_by_query,
        sheets_by_relation,
        line_changed,
        line_updated_or_created,
        lines_updated_in_bulk,
        lines_by_query,
    ],
    ids=named,
)
def test_the_same_ways_are_open_without_a_tie(begun, way):
    """So that the refusals above are refusals of the tie."""
    assert not ties_of(begun.user, case_of(begun))
    before = stored()
    way(begun)
    assert stored() != before


@pytest.mark.parametrize("tie", TIES, ids=named)
def test_a_tied_account_is_not_asked(tie):
    """The tie stands first, and the account is asked afterwards."""
    scoring = opened()
    reviewer = CaseReviewer(round=scoring, user=user(WHO))
    tie(reviewer)
    with pytest.raises(ActRefused):
        asked(scoring, WHO)
    response = signed_in("bureau").post(
        reverse("scoring_ask", args=[scoring.pk]), {"user": user(WHO).pk}
    )
    assert response.status_code == 422
    assert not scoring.reviewers.exists()
    listed = [each for each in assigning.candidates(scoring) if each.user == user(WHO)]
    assert not any(each.may_be_asked for each in listed)


def test_whoever_may_not_score_is_not_asked():
    scoring = opened()
    late = another_expert("late", ends_on=timezone.localdate() - timedelta(days=1)).user
    boss = type(late).objects.create_superuser("boss", password="x-1-y-2-z-3")
    for account in (user("provider2"), user("lead"), late, boss):
        with pytest.raises(ActRefused):
            assigning.ask(scoring, account, by=user("bureau"))
    assert assigning.ask(scoring, another("colleague"), by=user("bureau")).is_active


def test_no_form_of_the_back_office_edits_sheets_by_itself():
    """Neither a snippet nor a setting of these models has an address of its own."""
    closed = (ScoringRound, CaseReviewer, ScoreSheet, CriterionPoints)
    assert not set(closed) & set(get_snippet_models())
    for model in closed:
        name = f"wagtailsnippets_cases_{model._meta.model_name}:list"
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_the_operators_superuser_is_no_way_round():
    """It may do what the bureau does, and has no sheet."""
    scoring = opened()
    reviewer = asked(scoring)[0]
    type(reviewer.user).objects.create_superuser("boss", password="x-1-y-2-z-3")
    before = stored()
    client = signed_in("boss")
    for name in ("scoring_sheet", "scoring_submit", "scoring_keep", "scoring_decline"):
        address = reverse(name, args=[reviewer.pk])
        assert client.post(address, form_of(scoring, 9)).status_code == 404
    assert stored() == before
