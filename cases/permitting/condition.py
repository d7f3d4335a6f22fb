"""No case is public without its enterprise's permission for just what it says."""

from __future__ import annotations

from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from cases.models import CasePage, PublicationPermission
from catalog.models import publication_conditions


@receiver(publication_conditions, sender=CasePage)
def enterprise_agrees(sender, page: CasePage, **kwargs) -> list[str]:
    """Whether somebody of the enterprise agreed to this content."""
    if page.pk is None:
        return []
    if PublicationPermission.objects.covering(page).exists():
        return []
    earlier = PublicationPermission.objects.standing().filter(case_id=page.pk)
    if earlier.exists():
        return [_("The enterprise has agreed to another version of this case.")]
    return [_("The enterprise has not given its permission to publish this case.")]
