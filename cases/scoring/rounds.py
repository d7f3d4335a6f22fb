"""Opening a scoring on one version of a nominated case."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cases.models import CasePage, Nomination, ScoringRound, ScoringScheme
from cases.scoring.records import hold_nomination, record
from catalog.editing import take_for_writing
from providers.withdrawal.subtree import ActRefused

# Who opens a scoring, asks reviewers and settles the outcome; who reads what came of it.
MANAGES = "cases.change_scoringround"
READS = "cases.view_scoringround"


@transaction.atomic
def open_round(page: CasePage, *, by: AbstractBaseUser) -> ScoringRound:
    """Begin a scoring of the case's latest version by the criteria in force.

    Raises:
        ActRefused: the gate is open, nothing is nominated, or it is being scored already.
    """
    hold_nomination(page.pk)
    take_for_writing(page.pk)
    case = CasePage.objects.get(pk=page.pk)
    if points := points_against(case):
        raise ActRefused(points)
    opened = ScoringRound.objects.create(
        case=case,
        scheme=ScoringScheme.objects.in_force(),
        revision=case.get_latest_revision(),
        opened_by=by,
    )
    # What was asked for with a return is answered by this version.
    returned = Nomination.objects.open().filter(case=case.pk, returned_at__isnull=False)
    returned.update(returned_at=None, message="")
    record(opened, "scoring_opened", by)
    return opened


def points_against(case: CasePage) -> list[str]:
    """Why no scoring of the case can begin now, as sentences."""
    if ScoringRound.objects.open().filter(case=case.pk).exists():
        return [_("This case is being scored already.")]
    latest = case.get_latest_revision()
    draft = latest.as_object() if latest else case
    found = [str(sentence) for sentence in draft.missing()]
    if latest is None:
        found.append(_("There is no saved version to score."))
    # What was public before cases were scored may be scored without having been nominated.
    if not case.first_published_at and not is_nominated(case):
        found.append(_("It is not nominated, or the nomination is over."))
    scheme = ScoringScheme.objects.in_force()
    if scheme is None:
        found.append(_("No criteria are in force yet."))
    elif not scheme.is_balanced:
        found.append(_("The weights of the criteria in force do not add up to 100."))
    return found


def is_nominated(case: CasePage) -> bool:
    return Nomination.objects.sent().open().filter(case=case.pk).exists()


def waiting_for_a_round():
    """Nominated cases that nobody scores and that no scoring has settled since."""
    settled = [ScoringRound.Outcome.SHORTLISTED, ScoringRound.Outcome.REJECTED]
    rounds = ScoringRound.objects.open() | ScoringRound.objects.filter(
        outcome__in=settled, closed_at__gte=F("case__nomination__submitted_at")
    )
    nominated = Nomination.objects.sent().open().filter(case__isnull=False)
    return CasePage.objects.filter(pk__in=nominated.values("case")).exclude(
        pk__in=rounds.values("case")
    )
