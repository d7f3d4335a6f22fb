"""A case is first published as it was scored, or with the bureau's word that the scores stand."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.models import CasePage, ScoresStand, ScoringRound
from cases.models.permissions import fingerprint_of
from cases.scoring.records import record
from cases.scoring.ties import ties_of
from catalog.editing import take_for_writing
from catalog.models import kept_pages, publication_conditions
from providers.review.difference import differences
from providers.withdrawal.subtree import ActRefused


@receiver(publication_conditions, sender=CasePage)
def scored_and_shortlisted(sender, page: CasePage, **kwargs) -> list[str]:
    """What the scoring has against a first publication; later edits are not scored again."""
    if page.pk is None or was_published(page):
        return []
    last = last_round(page)
    if last is None or last.outcome != ScoringRound.Outcome.SHORTLISTED:
        is_open = last is not None and last.is_open
        return [
            _("It is being scored; the outcome is not settled yet.")
            if is_open
            else _("No scoring has shortlisted it.")
        ]
    if stands(last, page):
        return []
    said = _("Changed since it was scored: {fields}. The bureau confirms that the scores stand.")
    return [format_lazy(said, fields=", ".join(changed_fields(last, page)))]


def was_published(page: CasePage) -> bool:
    """As stored: in memory a page that goes live has its first day already."""
    return CasePage.objects.filter(pk=page.pk, first_published_at__isnull=False).exists()


@receiver(kept_pages)
def scored_cases_are_kept(sender, pages: QuerySet, **kwargs) -> bool:
    """What somebody was asked to score is on record."""
    return ScoringRound.objects.filter(case__in=pages.values("pk")).exists()


def last_round(case: CasePage) -> ScoringRound | None:
    return ScoringRound.objects.filter(case=case.pk).select_related("revision").first()


def stands(scoring: ScoringRound, page: CasePage) -> bool:
    """Whether the page says what was scored, or the bureau has confirmed what it says."""
    mark = fingerprint_of(page.serializable_data())
    if mark == fingerprint_of(scoring.revision.content):
        return True
    return scoring.confirmations.filter(fingerprint=mark).exists()


def changed_fields(scoring: ScoringRound, page: CasePage) -> list[str]:
    """Labels of the fields that differ from the scored version."""
    scored = scoring.revision.as_object()
    return [str(field.label) for field in differences(scored, page) if field.is_changed]


@transaction.atomic
def confirm(scoring: ScoringRound, *, reason: str, by: AbstractBaseUser) -> ScoresStand:
    """Say for the latest version of the case that the scores stand.

    Raises:
        ActRefused: no reason, not the last scoring, not shortlisted, nothing has changed, or
            whoever confirms has a tie to the case.
    """
    take_for_writing(scoring.case_id)
    case = CasePage.objects.get(pk=scoring.case_id)
    latest = case.get_latest_revision_as_object()
    last = last_round(case)
    if last is None or last.pk != scoring.pk or last.outcome != ScoringRound.Outcome.SHORTLISTED:
        raise ActRefused([_("No scoring has shortlisted it.")])
    if ties := ties_of(by, case):
        raise ActRefused(ties)
    if not reason.strip():
        raise ActRefused([_("Give the reason.")])
    if stands(last, latest):
        raise ActRefused([_("The scores stand for this version already.")])
    confirmed = ScoresStand.objects.create(
        round=last,
        fingerprint=fingerprint_of(latest.serializable_data()),
        reason=reason.strip(),
        confirmed_by=by,
    )
    fields = changed_fields(last, latest)
    record(last, "scores_stand", by, reason=confirmed.reason, fields=fields)
    return confirmed
