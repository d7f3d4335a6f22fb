"""Cases to be scored, rounds, reviewers and sheets for tests, made as the site makes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Page

from cases.models import (
    CaseIndexPage,
    CasePage,
    CaseReviewer,
    Nomination,
    OutsideExpert,
    ScoreSheet,
    ScoringRound,
)
from cases.scoring.assigning import ask
from cases.scoring.rounds import open_round
from cases.scoring.sheets import Entry, save_draft, submit
from catalog.models import Evidence
from marketplace.roles import BUREAU, COMMITTEE, EXPERTS
from providers.models import ProviderPage
from tests.pages import provider_of

# The demonstration's case that is being scored: used are solutions of P10 and P05 (provider2).
MODEL = "daigong-jinxiaocun-buke"
GROUPS = {"bureau": BUREAU, "committee": COMMITTEE}


def user(username: str):
    return get_user_model().objects.get(username=username)


def another(username: str, office: str = "bureau"):
    """One more account of that office."""
    made = get_user_model().objects.create_user(username, password="x-1-y-2-z-3")
    made.groups.add(Group.objects.get(name=GROUPS[office]))
    return made


def another_expert(
    username: str, *, organisation: str = "演示研究院", ends_on: date | None = None
) -> OutsideExpert:
    """One more outside expert in its term."""
    made = get_user_model().objects.create_user(username, password="x-1-y-2-z-3")
    made.groups.add(Group.objects.get(name=EXPERTS))
    return OutsideExpert.objects.create(
        user=made,
        organisation=organisation,
        ends_on=ends_on or timezone.localdate() + timedelta(days=30),
        accepted_at=timezone.now(),
    )


def complete_case(parent: Page | None = None, slug: str = "scored-case") -> CasePage:
    """A draft that passes the gate, below Cases or a provider's page."""
    parent = parent or CaseIndexPage.objects.get()
    parent.refresh_from_db()
    page = CasePage.objects.get(slug=MODEL).copy(
        to=parent,
        update_attrs={"slug": slug, "title": f"测试案例 {slug}", "draft_title": f"测试案例 {slug}"},
        copy_revisions=False,
        keep_live=False,
    )
    for row in page.indicators.all():
        Evidence.objects.create(
            page_id=page.pk, name=row.indicator.name, indicator=row.indicator, file="evidence/x.pdf"
        )
    page.save_revision()
    return CasePage.objects.get(pk=page.pk)


def nominated(slug: str = "scored-case", *, username: str = "provider1") -> CasePage:
    """A complete case below the page of that member's provider, nominated by it.

    In the state ``nominated`` the one that is usually asked for is there already.
    """
    if kept := CasePage.objects.child_of(provider_of(username)).filter(slug=slug).first():
        return kept
    provider: ProviderPage = provider_of(username)
    page = complete_case(provider, slug)
    Nomination.objects.create(
        case=page,
        side=Nomination.Side.PROVIDER,
        provider=provider,
        by=user(username),
        submitted_at=timezone.now(),
    )
    return page


def opened(page: CasePage | None = None) -> ScoringRound:
    return open_round(page or nominated(), by=user("bureau"))


def asked(scoring: ScoringRound, *usernames: str) -> list[CaseReviewer]:
    """Ask these accounts; by default one of the committee and an expert."""
    names = usernames or ("committee", "expert")
    return [ask(scoring, user(name), by=user("bureau")) for name in names]


def entries(scoring: ScoringRound, points: Sequence[int] | int) -> dict[int, Entry]:
    """The same points for all criteria, or those given in their order."""
    criteria = list(scoring.scheme.criteria.all())
    each = [points] * len(criteria) if isinstance(points, int) else points
    return {
        criterion.pk: Entry(given, "有台账可查。")
        for criterion, given in zip(criteria, each, strict=True)
    }


def handed_in(reviewer: CaseReviewer, points: Sequence[int] | int) -> ScoreSheet:
    """Fill in a sheet with these points and hand it in."""
    save_draft(reviewer, entries(reviewer.round, points), by=reviewer.user)
    return submit(reviewer, by=reviewer.user)


def scored(*totals: int, page: CasePage | None = None) -> ScoringRound:
    """An open round in which each reviewer gave the same points for everything: tens of a total."""
    scoring = opened(page)
    names = ["committee", "expert", *(f"third{place}" for place in range(len(totals) - 2))]
    for name in names[2:]:
        another(name)
    for reviewer, total in zip(asked(scoring, *names), totals, strict=True):
        handed_in(reviewer, total // 10)
    return ScoringRound.objects.get(pk=scoring.pk)
