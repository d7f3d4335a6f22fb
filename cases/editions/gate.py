"""The gate of editions where their own ``save`` does not stand."""

from __future__ import annotations

from django.db.models.signals import pre_save
from django.dispatch import receiver
from wagtail.models import Page

from cases.models import CaseCollectionPage


@receiver(pre_save, sender=Page)
def refuse_an_edition_that_was_not_issued(sender, instance: Page, raw: bool, **kwargs) -> None:
    """An edition read as a bare ``Page`` has not the edition's ``save``: it stays as it was.

    Raises:
        PublicationRefused: the save would make public what was not issued.
    """
    if raw or not instance.live or instance.pk is None:
        return
    if instance.specific_class is not CaseCollectionPage:
        return
    edition = CaseCollectionPage.objects.get(pk=instance.pk)
    edition.live, edition.live_revision_id = True, instance.live_revision_id
    edition.check_issued()
