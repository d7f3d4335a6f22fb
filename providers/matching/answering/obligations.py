"""What matching says when a provider wants to withdraw its profile."""

from __future__ import annotations

from django.dispatch import receiver
from django.utils.translation import ngettext

from providers.matching.models import Choice, InvitationState
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


@receiver(provider_obligations)
def work_under_way(sender, provider: ProviderPage, **kwargs) -> list[str]:
    """Work that the provider was chosen for and that has not come to an end."""
    own = Choice.objects.under_way().filter(
        invitation__provider=provider,
        request__withdrawn_at=None,
        request__cancelled_at=None,
        request__none_suitable_at=None,
    )
    count = own.count()
    if not count:
        return []
    said = ngettext(
        "%(count)s piece of work is not finished; it goes on and stays in your inbox.",
        "%(count)s pieces of work are not finished; they go on and stay in your inbox.",
        count,
    )
    return [said % {"count": count}]
