"""Where a case stands on its way into the collection, derived from what happened."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cases.models import CasePage, Nomination, NoticePage, NoticeSubject, ScoringRound


class CaseStage(TextChoices):
    DRAFT = "draft", _("draft")
    NOMINATED = "nominated", _("nominated")
    UNDER_REVIEW = "under_review", _("being scored")
    SHORTLISTED = "shortlisted", _("shortlisted")
    ON_NOTICE = "on_notice", _("on public notice")
    PUBLISHED = "published", _("published")
    REJECTED = "rejected", _("not taken")
    WITHDRAWN = "withdrawn", _("withdrawn")


def stage_of(case: CasePage) -> CaseStage:
    """The stage of one case; see ``stages_of``."""
    return stages_of([case])[case.pk]


def stages_of(cases: Collection[CasePage]) -> dict[int, CaseStage]:
    """The stage of each case by its id, in a fixed number of queries."""
    ids = [case.pk for case in cases]
    nominations = {row.case_id: row for row in Nomination.objects.filter(case__in=ids)}
    rounds: dict[int, ScoringRound] = {}
    for row in ScoringRound.objects.filter(case__in=ids).order_by("opened_at", "pk"):
        rounds[row.case_id] = row
    on_notice = NoticeSubject.objects.filter(notice__in=NoticePage.objects.standing())
    subjects = on_notice.filter(record__taken_out_at=None)
    noticed = set(subjects.filter(page__in=ids).values_list("page_id", flat=True))
    return {
        case.pk: stage_from(
            case,
            nominations.get(case.pk),
            rounds.get(case.pk),
            is_noticed=case.pk in noticed,
        )
        for case in cases
    }


def stage_from(
    case: CasePage,
    nomination: Nomination | None,
    last_round: ScoringRound | None,
    *,
    is_noticed: bool,
) -> CaseStage:
    """The furthest that a case has come; an end that was set stands before all but publication.

    A scoring that was closed before the case was handed in anew says nothing of it any more.
    """
    if case.live:
        return CaseStage.PUBLISHED
    if nomination and nomination.withdrawn_at:
        return CaseStage.WITHDRAWN
    if nomination and nomination.rejected_at:
        return CaseStage.REJECTED
    if last_round is not None and not was_nominated_since(last_round, nomination):
        if last_round.closed_at is None:
            return CaseStage.UNDER_REVIEW
        if last_round.outcome == ScoringRound.Outcome.REJECTED:
            return CaseStage.REJECTED
        if last_round.outcome == ScoringRound.Outcome.SHORTLISTED:
            return CaseStage.ON_NOTICE if is_noticed else CaseStage.SHORTLISTED
    if nomination and nomination.submitted_at:
        return CaseStage.NOMINATED
    return CaseStage.DRAFT


def was_nominated_since(scoring: ScoringRound, nomination: Nomination | None) -> bool:
    """Whether the case was handed in after that scoring was closed."""
    if scoring.closed_at is None or nomination is None or nomination.submitted_at is None:
        return False
    return nomination.submitted_at > scoring.closed_at
