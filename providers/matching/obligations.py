"""What matching says when a provider wants to withdraw its profile."""

from __future__ import annotations

from django.dispatch import receiver
from django.utils.translation import ngettext

from providers.matching.models import InvitationState
from providers.models import ProviderPage
from providers.withdrawal.withdrawing import provider_obligations


@receiver(provider_obligations)
def requests_that_wait(sender, provider: ProviderPage, **kwargs) -> list[str]:
    """Requests that the provider has not answered."""
    count = provider.invitations.in_state(InvitationState.PENDING).count()
    if not count:
        return []
    said = ngettext(
        "%(count)s request waits for your answer; it stays in your inbox.",
        "%(count)s requests wait for your answer; they stay in your inbox.",
        count,
    )
    return [said % {"count": count}]
