"""A request that was begun on a case keeps an entry of the case's adoption ledger."""

from __future__ import annotations

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from cases.models import Adoption, CasePage
from providers.matching.models import Choice, FallReason

State, Reason = Adoption.State, Adoption.Reason

# What a ledger says of a choice that came to nothing after its contract.
REASONS = {
    FallReason.PRICE: Reason.FUNDING,
    FallReason.FUNDING: Reason.FUNDING,
    FallReason.SCOPE: Reason.PROCESS,
    FallReason.CAPACITY: Reason.STAFF,
}


@receiver(post_save, sender=Choice)
def follow_the_work(sender, instance: Choice, raw: bool = False, **kwargs) -> None:
    """From the contract on, the entry says what became of the work.

    Work that closed without confirmation stays in progress: silence proves nothing either way.
    """
    if raw or instance.contracted_at is None:
        return
    begun_on = instance.request.begun_on_id
    case = CasePage.objects.filter(pk=begun_on or 0).first()
    if case is None:
        return
    Adoption.objects.update_or_create(
        request=instance.request,
        defaults=standing_of(instance),
        create_defaults={
            "case": case,
            "started_on": timezone.localdate(instance.contracted_at),
            **standing_of(instance),
        },
    )


def standing_of(choice: Choice) -> dict:
    """How the ledger puts the stage of a contracted choice."""
    if choice.accepted_at:
        return {
            "state": State.SUCCEEDED,
            "reason": "",
            "finished_on": timezone.localdate(choice.accepted_at),
            "level_reached": choice.level_reached,
        }
    ended_at = choice.ended_at or choice.fell_through_at
    if ended_at:
        return {
            "state": State.FAILED,
            "reason": REASONS.get(choice.fall_reason, Reason.OTHER),
            "finished_on": timezone.localdate(ended_at),
        }
    return {"state": State.RUNNING, "reason": "", "finished_on": None}
