"""What providers answers to catalog's questions."""

from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from catalog.models import Evidence, SolutionPage, publish_blockers
from catalog.uploads import delete_stored
from providers.models import ApplicationFile, ProviderPage, Qualification, Undertaking


@receiver(post_delete, sender=ApplicationFile)
@receiver(post_delete, sender=Evidence)
@receiver(post_delete, sender=Qualification)
def file_goes_with_its_row(
    sender, instance: ApplicationFile | Evidence | Qualification, **kwargs
) -> None:
    """Also where the row goes with its page or its application, which asks no view."""
    if instance.file:
        delete_stored(instance.file)


@receiver(publish_blockers, sender=ProviderPage)
def profile_needs_undertaking(sender, page: ProviderPage, **kwargs) -> list[str]:
    return undertaking_blockers(page)


@receiver(publish_blockers, sender=SolutionPage)
def solution_needs_signed_listed_provider(sender, page: SolutionPage, **kwargs) -> list[str]:
    provider = page.provider
    if not isinstance(provider, ProviderPage):
        return [_("A solution must lie under its provider.")]
    found = undertaking_blockers(provider)
    if not provider.live:
        found.append(_("The provider's own profile is not published yet."))
    return found


def undertaking_blockers(provider: ProviderPage) -> list[str]:
    """The plan: every provider accepts the lead provider's supervision before it is listed."""
    if Undertaking.objects.filter(provider=provider).exists():
        return []
    return [_("The provider has not signed the undertaking.")]
