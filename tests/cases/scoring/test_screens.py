"""The scoring through its screens: a reviewer's sheet, the bureau's page, drafts, what is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.models import CaseReviewer, ScoringRound
from cases.scoring import discussing
from cases.scoring.own_sheets import awaited_count
from cases.scoring.state import state_of
from tests.cases.scoring.making import (
    another,
    asked,
    handed_in,
    nominated,
    opened,
    scored,
    user,
)
from tests.pages import page_text, signed_in

pytestmark = pytest.mark.usefixtures("site_with_a_nomination")

SECRET_REASON = "只有我知道的理由七九三"


def sheet_form(scoring: ScoringRound, points: int | str, reason: str = "有台账。", **more) -> dict:
    found = dict(more)
    for criterion in scoring.scheme.criteria.all():
        found[f"points_{criterion.pk}"] = str(points)
        found[f"reason_{criterion.pk}"] = reason
    return found


def post(username: str, name: str, pk: int, data: dict) -> HttpResponse:
    return signed_in(username).post(reverse(name, args=[pk]), data)


def get(username: str, name: str, *args) -> HttpResponse:
    return signed_in(username).get(reverse(name, args=args))


# -- a reviewer's sheet ---------------------------------------------------------------------------


def test_the_sheet_shows_every_criterion_with_its_anchors():
    scoring = opened()
    reviewer = asked(scoring)[0]
    text = page_text(get("committee", "scoring_sheet", reviewer.pk))
    for criterion in scoring.scheme.criteria.all():
        for said in (criterion.name, criterion.anchor_0, criterion.anchor_5, criterion.anchor_10):
            assert said in text
    assert reverse("scoring_reading", args=[scoring.pk]) in text


def test_a_draft_is_kept_however_little_of_it_there_is():
    scoring = opened()
    reviewer = asked(scoring)[0]
    criterion = scoring.scheme.criteria.all()[0]
    data = {f"points_{criterion.pk}": "7", "action": "keep"}
    assert post("committee", "scoring_sheet", reviewer.pk, data).status_code == 302
    sheet = reviewer.sheets.get()
    assert sheet.submitted_at is None
    assert sheet.lines.get(criterion=criterion).points == 7
    page = get("committee", "scoring_sheet", reviewer.pk)
    assert page.context["form"][f"points_{criterion.pk}"].value() == 7


def test_handing_in_what_is_not_whole_says_what_is_missing_and_loses_nothing():
    scoring = opened()
    reviewer = asked(scoring)[0]
    first, second = scoring.scheme.criteria.all()[:2]
    data = sheet_form(scoring, 6, action="submit")
    data |= {f"reason_{first.pk}": "", f"points_{second.pk}": ""}
    response = post("committee", "scoring_sheet", reviewer.pk, data)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {f"reason_{first.pk}", f"points_{second.pk}"}
    assert reviewer.sheets.get().lines.get(criterion=first).points == 6
    assert reviewer.sheets.get().submitted_at is None


@pytest.mark.parametrize("odd", ["11", "-1", "5.5", "x", "١", "9" * 30, "\x00"])
def test_odd_points_break_nothing(odd):
    scoring = opened()
    reviewer = asked(scoring)[0]
    data = sheet_form(scoring, odd)
    assert post("committee", "scoring_sheet", reviewer.pk, data).status_code in (302, 422)
    assert not [
        line for sheet in reviewer.sheets.all() for line in sheet.lines.all() if line.points
    ]


def test_the_confirmation_shows_the_total_and_asks_whether_there_is_a_tie():
    scoring = opened()
    reviewer = asked(scoring)[0]
    data = sheet_form(scoring, 6, action="submit")
    response = post("committee", "scoring_sheet", reviewer.pk, data)
    assert response.url == reverse("scoring_submit", args=[reviewer.pk])
    page = get("committee", "scoring_submit", reviewer.pk)
    assert "60" in page_text(page)
    assert post("committee", "scoring_submit", reviewer.pk, {}).status_code == 422
    assert reviewer.sheets.get().submitted_at is None
    assert post("committee", "scoring_submit", reviewer.pk, {"untied": "on"}).status_code == 302
    assert reviewer.sheets.get().submitted_at


def test_a_get_hands_nothing_in():
    scoring = opened()
    reviewer = asked(scoring)[0]
    post("committee", "scoring_sheet", reviewer.pk, sheet_form(scoring, 6))
    for name in ("scoring_submit", "scoring_keep", "scoring_decline", "scoring_sheet"):
        get("committee", name, reviewer.pk)
    assert reviewer.sheets.get().submitted_at is None
    reviewer.refresh_from_db()
    assert reviewer.is_active


def test_declining_by_form_needs_a_reason():
    scoring = opened()
    reviewer = asked(scoring)[0]
    assert post("committee", "scoring_decline", reviewer.pk, {"reason": ""}).status_code == 422
    assert post("committee", "scoring_decline", reviewer.pk, {"reason": "出差"}).status_code == 302
    reviewer.refresh_from_db()
    assert reviewer.declined_at


def test_after_a_discussion_the_first_sheet_can_be_kept_by_one_click():
    scoring = scored(90, 50)
    discussing.record_discussion(
        scoring,
        held_on=timezone.localdate(),
        present=list(scoring.reviewers.values_list("pk", flat=True)),
        minutes="讨论纪要七九三",
        opens_second_turn=True,
        by=user("bureau"),
    )
    reviewer = scoring.reviewers.get(user=user("committee"))
    page = get("committee", "scoring_sheet", reviewer.pk)
    assert "讨论纪要七九三" in page_text(page)
    criterion = scoring.scheme.criteria.all()[0]
    assert page.context["form"][f"points_{criterion.pk}"].value() == 9
    assert post("committee", "scoring_keep", reviewer.pk, {"untied": "on"}).status_code == 302
    assert reviewer.sheets.get(turn=2).total == 90


def test_the_list_shows_what_waits_and_the_menu_counts_it():
    scoring = opened()
    reviewer = asked(scoring)[0]
    before = awaited_count(user("committee"))
    page = get("committee", "scoring_own")
    assert scoring.case.draft_title in page_text(page)
    assert [row.reviewer.pk for row in page.context["waiting"]].count(reviewer.pk) == 1
    handed_in(reviewer, 7)
    assert awaited_count(user("committee")) == before - 1
    page = get("committee", "scoring_own")
    assert reviewer.pk in [row.reviewer.pk for row in page.context["done"]]


@pytest.mark.parametrize("username", ["lead", "provider1", "provider2"])
def test_whoever_scores_nothing_has_no_such_list(username):
    assert get(username, "scoring_own").status_code == 404


# -- blind ----------------------------------------------------------------------------------------


def pages_that_could_tell(scoring: ScoringRound, reviewer: CaseReviewer, username: str) -> str:
    """All that the account can read about the scoring."""
    client = signed_in(username)
    addresses = [
        reverse("scoring_sheet", args=[reviewer.pk]),
        reverse("scoring_own"),
        reverse("scoring"),
        reverse("scoring_round", args=[scoring.pk]),
        reverse("scoring_ask", args=[scoring.pk]),
        reverse("scoring_outcome", args=[scoring.pk]),
        reverse("scoring_discussion", args=[scoring.pk]),
        reverse("scoring_reading", args=[scoring.pk]),
        reverse("scoring_ranking"),
        reverse("scoring_ranking_export"),
        reverse("case_file", args=[scoring.case_id]),
        reverse("wagtailadmin_home"),
    ]
    return "".join(page_text(client.get(address)) for address in addresses)


@pytest.mark.parametrize("username", ["bureau", "committee", "expert"])
def test_nobody_reads_anothers_points_before_all_are_in(username):
    another("colleague")
    scoring = opened()
    mine, _expert, _third = asked(scoring, "colleague", "committee", "expert")
    client = signed_in("colleague")
    data = sheet_form(scoring, 9, SECRET_REASON, action="submit")
    client.post(reverse("scoring_sheet", args=[mine.pk]), data)
    assert SECRET_REASON not in pages_that_could_tell(scoring, mine, username)
    client.post(reverse("scoring_submit", args=[mine.pk]), {"untied": "on"})
    assert mine.sheets.get().submitted_at
    assert SECRET_REASON not in pages_that_could_tell(scoring, mine, username)
    for name in ("committee", "expert"):
        handed_in(scoring.reviewers.get(user=user(name)), 7)
    own = scoring.reviewers.get(user=user(username)) if username != "bureau" else mine
    assert SECRET_REASON in pages_that_could_tell(scoring, own, username)


def test_a_draft_is_its_reviewers_alone_even_once_the_round_is_closed():
    scoring = opened()
    mine, other = asked(scoring)
    post("committee", "scoring_sheet", mine.pk, sheet_form(scoring, 9, SECRET_REASON))
    handed_in(other, 5)
    data = {"outcome": "complete", "reason": "补材料"}
    assert post("bureau", "scoring_outcome", scoring.pk, data).status_code == 302
    for username in ("bureau", "expert"):
        assert SECRET_REASON not in pages_that_could_tell(scoring, other, username)
    # Nor is the sheet of the only one who was in time shown to the one who was not.
    assert "有台账可查。" not in page_text(get("committee", "scoring_sheet", mine.pk))


# -- the bureau's part ----------------------------------------------------------------------------


def test_the_bureau_opens_asks_discusses_and_settles_by_its_screens():
    page = nominated()
    bureau = signed_in("bureau")
    assert page.draft_title in page_text(bureau.get(reverse("scoring_new")))
    assert bureau.post(reverse("scoring_open", args=[page.pk])).status_code == 302
    scoring = page.scoring_rounds.get()
    for name in ("committee", "expert"):
        response = bureau.post(reverse("scoring_ask", args=[scoring.pk]), {"user": user(name).pk})
        assert response.status_code == 302
    for reviewer, points in zip(scoring.reviewers.all(), (9, 6), strict=True):
        handed_in(reviewer, points)
    address = reverse("scoring_outcome", args=[scoring.pk])
    assert bureau.post(address, {"outcome": "shortlisted", "reason": "好"}).status_code == 422
    data = {
        "held_on": str(timezone.localdate()),
        "present": [reviewer.pk for reviewer in scoring.reviewers.all()],
        "minutes": "核对了材料。",
    }
    discussion = reverse("scoring_discussion", args=[scoring.pk])
    assert bureau.post(discussion, data | {"minutes": ""}).status_code == 422
    assert bureau.post(discussion, data).status_code == 302
    assert bureau.post(address, {"outcome": "shortlisted", "reason": ""}).status_code == 422
    assert bureau.post(address, {"outcome": "shortlisted", "reason": "好"}).status_code == 302
    scoring.refresh_from_db()
    assert scoring.outcome == "shortlisted"
    assert "核对了材料。" in page_text(bureau.get(reverse("scoring_round", args=[scoring.pk])))


def test_below_the_mark_the_form_asks_for_the_other_reason():
    scoring = scored(70, 60)
    data = {"outcome": "shortlisted", "reason": "填补空白"}
    response = post("bureau", "scoring_outcome", scoring.pk, data)
    assert response.status_code == 422
    assert "below_mark_reason" in response.context["form"].fields
    data |= {"below_mark_reason": "行业内首例"}
    assert post("bureau", "scoring_outcome", scoring.pk, data).status_code == 302


def test_while_sheets_are_missing_a_case_can_only_go_back():
    scoring = opened()
    asked(scoring)
    page = get("bureau", "scoring_outcome", scoring.pk)
    assert [value for value, _label in page.context["form"].fields["outcome"].choices] == [
        "complete"
    ]
    data = {"outcome": "shortlisted", "reason": "好"}
    assert post("bureau", "scoring_outcome", scoring.pk, data).status_code == 422


def test_what_stands_against_opening_is_listed():
    page = nominated()
    page.nomination.delete()
    response = get("bureau", "scoring_open", page.pk)
    assert response.context["points"]
    assert post("bureau", "scoring_open", page.pk, {}).status_code == 422
    assert not page.scoring_rounds.exists()


def test_ties_stand_beside_each_account_that_could_be_asked():
    scoring = opened()
    user("committee").groups.add(*user("provider2").groups.filter(provider_team__isnull=False))
    text = page_text(get("bureau", "scoring_ask", scoring.pk))
    assert "电样智造" in text


@pytest.mark.parametrize(
    "name",
    [
        "scoring_open",
        "scoring_ask",
        "scoring_discussion",
        "scoring_outcome",
        "scoring_end_revising",
        "scoring_stand",
        "scoring_take_out",
    ],
)
def test_only_the_bureau_manages(name):
    scoring = scored(90, 80)
    pk = {
        "scoring_open": scoring.case_id,
        "scoring_take_out": scoring.reviewers.first().pk,
    }.get(name, scoring.pk)
    address = reverse(name, args=[pk])
    data = {"reason": "x", "outcome": "rejected", "user": user("bureau").pk}
    for username in ("committee", "lead", "expert", "provider1"):
        client = signed_in(username)
        assert client.get(address).status_code == 404, username
        assert client.post(address, data).status_code == 404, username
        assert ScoringRound.objects.get(pk=scoring.pk).is_open, username


@pytest.mark.parametrize("name", ["scoring_round", "scoring_reading", "scoring_reading_preview"])
def test_the_committee_reads_what_the_bureau_reads(name):
    scoring = scored(90, 80)
    for username, status in (
        ("bureau", 200),
        ("committee", 200),
        ("lead", 404),
        ("provider1", 404),
        ("provider2", 404),
    ):
        assert get(username, name, scoring.pk).status_code == status, username


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_screen_stands_in_every_state_and_language(language):
    """None of them fails whatever the round has come to."""
    states = [opened(nominated("one")), scored(90, 50, page=nominated("two"))]
    states += list(ScoringRound.objects.exclude(pk__in=[each.pk for each in states]))
    client = signed_in("bureau")
    client.cookies["django_language"] = language
    for scoring in states:
        for name in (
            "scoring_round",
            "scoring_ask",
            "scoring_discussion",
            "scoring_outcome",
            "scoring_end_revising",
            "scoring_stand",
            "scoring_reading",
        ):
            assert client.get(reverse(name, args=[scoring.pk])).status_code == 200, name
    for name in ("scoring", "scoring_new", "scoring_ranking", "scoring_experts", "scoring_own"):
        assert client.get(reverse(name)).status_code == 200, name


def test_nobody_without_an_account_reaches_any_of_it():
    scoring = scored(90, 80)
    client = Client()
    for name, args in (
        ("scoring", []),
        ("scoring_round", [scoring.pk]),
        ("scoring_sheet", [scoring.reviewers.first().pk]),
        ("scoring_ranking_export", []),
    ):
        assert client.get(reverse(name, args=args)).status_code == 302


# -- queries --------------------------------------------------------------------------------------


def queries_of(act: Callable[[], object]) -> int:
    """How many queries the act makes once caches are warm."""
    act()
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


@pytest.mark.parametrize("name", ["scoring", "scoring_ranking", "scoring_new", "scoring_own"])
def test_a_list_reads_as_often_however_long_it_is(name):
    client, address = signed_in("committee" if name == "scoring_own" else "bureau"), reverse(name)
    scored(90, 80, page=nominated("one"))
    nominated("first")
    before = queries_of(lambda: client.get(address))
    for slug in ("two", "three", "four"):
        for reviewer in asked(opened(nominated(slug))):
            handed_in(reviewer, 7)
        nominated(f"{slug}-more")
    assert queries_of(lambda: client.get(address)) <= before


def test_candidates_are_read_as_often_however_many():
    scoring = opened()
    client, address = signed_in("bureau"), reverse("scoring_ask", args=[scoring.pk])
    before = queries_of(lambda: client.get(address))
    for place in range(5):
        another(f"more{place}")
    assert queries_of(lambda: client.get(address)) <= before


def test_a_state_is_read_as_often_however_many_reviewers():
    few = scored(90, 80, page=nominated("one"))
    many = scored(90, 80, 70, 80, 70, page=nominated("two"))
    counts = [
        queries_of(lambda pk=scoring.pk: state_of(pk).result.criteria) for scoring in (few, many)
    ]
    assert counts[0] == counts[1]
