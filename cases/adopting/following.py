"""A request that was begun on a case keeps an entry of the case's adoption ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cases.models import Adoption, CasePage
from providers.matching.models import Choice, FallReason

State, Reason = Adoption.State, Adoption.Reason

# What the ledger says of a choice that came to nothing after its contract; every other reason
# stands there in words, for the office.
REASONS = {
    FallReason.PRICE: Reason.FUNDING,
    FallReason.FUNDING: Reason.FUNDING,
    FallReason.SCOPE: Reason.PROCESS,
}


@receiver(post_save, sender=Choice)
def follow_the_work(sender, instance: Choice, raw: bool = False, **kwargs) -> None:
    """From the contract on, the entry says what became of the work.

    It is written only when that has changed, so that what the office adds to it stays.
    """
    if raw or instance.contracted_at is None:
        return
    case = CasePage.objects.filter(pk=instance.request.begun_on_id or 0).first()
    if case is None:
        return
    contracts = Choice.objects.filter(request=instance.request_id, contracted_at__isnull=False)
    standing = standing_of(contracts.order_by("contracted_at", "pk").last())
    entry = Adoption.objects.filter(request=instance.request_id).first()
    if entry is None:
        begun = timezone.localdate(instance.contracted_at)
        entry = Adoption(case=case, request=instance.request, started_on=begun)
    elif entry.state == standing["state"]:
        return
    for name, value in standing.items():
        setattr(entry, name, value)
    if entry.finished_on:
        # The office may have moved the beginning.
        entry.finished_on = max(entry.started_on, entry.finished_on)
    entry.save()


def standing_of(choice: Choice) -> dict:
    """How the ledger puts the stage of a contracted choice."""
    if choice.accepted_at:
        return ended(State.SUCCEEDED, choice.accepted_at, level_reached=choice.level_reached)
    if choice.unconfirmed_at:
        return ended(State.UNCONFIRMED, choice.unconfirmed_at)
    if choice.fell_through_at:
        reason = REASONS.get(choice.fall_reason, Reason.OTHER)
        words = in_site_language(lambda: str(FallReason(choice.fall_reason).label))
        return ended(State.FAILED, choice.fell_through_at, reason=reason, reason_note=words)
    if choice.ended_at:
        words = in_site_language(lambda: _("Ended without acceptance after a dispute."))
        return ended(State.FAILED, choice.ended_at, reason=Reason.OTHER, reason_note=words)
    return {"state": State.RUNNING, "reason": "", "reason_note": "", "finished_on": None}


def ended(state: State, at: datetime, **facts) -> dict:
    """The fields of an entry that has come to an end at that moment."""
    day = timezone.localdate(at)
    return {"reason": "", "reason_note": "", **facts, "state": state, "finished_on": day}


def in_site_language(say: Callable[[], str]) -> str:
    """What is stored for the office is in the language of the site, whoever acted."""
    with translation.override(settings.LANGUAGE_CODE):
        return say()
