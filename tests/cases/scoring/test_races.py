"""Reviewers and officers at the same moment, on PostgreSQL.

Run by ``make test-postgresql``; SQLite lets one transaction write at a time, so there is no race.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache

from cases.models import CasePage, ScoreSheet, ScoringRound
from cases.scoring import assigning, outcome, sheets
from cases.scoring.entry import EntryRefused
from cases.scoring.rounds import open_round
from cases.scoring.state import state_of
from providers.models import Notice, NoticeKind
from providers.withdrawal.subtree import ActRefused
from tests.cases.scoring.making import another, asked, entries, handed_in, nominated, opened, user
from tests.matching.test_races import all_at_once, on_postgresql

__all__ = ["on_postgresql"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("demo_site"),
    pytest.mark.usefixtures("on_postgresql"),
]
AT_ONCE = 12
TIMES = 6


def tried(act: Callable[[], object]) -> Callable[[], object]:
    """What the act returned, or that it was refused; anything else is a failure of the test."""

    def run() -> object:
        try:
            return act() or True
        except (ActRefused, EntryRefused):
            return False

    return run


@pytest.fixture(autouse=True)
def clear() -> None:
    cache.clear()


def test_of_two_last_sheets_at_once_both_are_in_and_the_bureau_hears_it_once():
    for turn in range(TIMES):
        scoring = opened(nominated(f"case-{turn}"))
        reviewers = asked(scoring)
        for reviewer in reviewers:
            sheets.save_draft(reviewer, entries(scoring, 8), by=reviewer.user)
        done = all_at_once(
            [tried(lambda row=row: sheets.submit(row, by=row.user)) for row in reviewers]
        )
        assert all(done)
        assert state_of(scoring.pk).result is not None
        told = Notice.objects.filter(kind=NoticeKind.SCORING_COMPLETE, page=scoring.case_id)
        assert told.count() == 1


def test_the_same_sheet_is_handed_in_once():
    scoring = opened()
    reviewer = asked(scoring)[0]
    sheets.save_draft(reviewer, entries(scoring, 8), by=reviewer.user)
    done = all_at_once([tried(lambda: sheets.submit(reviewer, by=reviewer.user))] * AT_ONCE)
    assert sum(map(bool, done)) == 1


def test_a_first_draft_begun_many_times_is_one_sheet():
    scoring = opened()
    reviewer = asked(scoring)[0]
    done = all_at_once(
        [tried(lambda: sheets.save_draft(reviewer, entries(scoring, 5), by=reviewer.user))]
        * AT_ONCE
    )
    assert all(done)
    sheet = ScoreSheet.objects.get(reviewer=reviewer)
    assert sheet.lines.count() == 6


def test_an_outcome_and_a_late_sheet_have_an_order():
    """Either the sheet is in before the case goes back, or it is refused; never both half."""
    for turn in range(TIMES):
        scoring = opened(nominated(f"case-{turn}"))
        first, late = asked(scoring)
        handed_in(first, 8)
        sheets.save_draft(late, entries(scoring, 7), by=late.user)
        done = all_at_once(
            [
                tried(lambda row=late: sheets.submit(row, by=row.user)),
                tried(
                    lambda row=scoring: outcome.settle(
                        row, "complete", reason="补材料", by=user("bureau")
                    )
                ),
            ]
        )
        closed = ScoringRound.objects.get(pk=scoring.pk)
        assert done[1]
        assert closed.outcome == "complete"
        sheet = late.sheets.get()
        assert bool(sheet.submitted_at) == bool(done[0])
        assert not sheet.submitted_at or sheet.submitted_at <= closed.closed_at


def test_an_outcome_by_points_never_overtakes_a_reviewer_who_is_asked():
    """A third reviewer, asked at the same moment, is either waited for or too late."""
    another("colleague")
    for turn in range(TIMES):
        scoring = opened(nominated(f"case-{turn}"))
        for reviewer in asked(scoring):
            handed_in(reviewer, 8)
        done = all_at_once(
            [
                tried(lambda row=scoring: assigning.ask(row, user("colleague"), by=user("bureau"))),
                tried(
                    lambda row=scoring: outcome.settle(
                        row, "shortlisted", reason="理由", by=user("bureau")
                    )
                ),
            ]
        )
        assert sum(map(bool, done)) == 1


def test_two_outcomes_at_once_are_one():
    scoring = opened()
    for reviewer in asked(scoring):
        handed_in(reviewer, 8)
    done = all_at_once(
        [
            tried(lambda to=to: outcome.settle(scoring, to, reason="理由", by=user("bureau")))
            for to in ("shortlisted", "rejected") * 3
        ]
    )
    assert sum(map(bool, done)) == 1


def test_of_many_openings_at_once_one_stands():
    page = nominated()
    done = all_at_once(
        [tried(lambda: open_round(CasePage.objects.get(pk=page.pk), by=user("bureau")))] * AT_ONCE
    )
    assert sum(map(bool, done)) == 1
    assert page.scoring_rounds.count() == 1
