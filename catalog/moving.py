"""Moving a public listing: the rules hold at the new place too.

A move changes the tree and not the page, so the gate in the page's ``save`` does not see it.
"""

from __future__ import annotations

from django.db.models.signals import pre_save
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import pre_page_move

from catalog.models import ListingPage, PublicationRefused


@receiver(pre_page_move)
def refuse_a_move_that_breaks_the_rules(
    sender, instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs
) -> None:
    """Raise ``PublicationRefused`` where the page could not be public under its new parent."""
    if parent_page_before.pk == parent_page_after.pk:
        return
    if blockers := added_blockers(instance.specific, parent_page_after.specific):
        raise PublicationRefused(blockers)


def added_blockers(page: Page, destination: Page) -> list[str]:
    """What a public listing would lack below another page and does not lack where it is."""
    if not isinstance(page, ListingPage) or not page.live:
        return []
    here = {str(sentence) for sentence in page.blockers()}
    moved = type(page).objects.get(pk=page.pk)
    # What treebeard, and the page itself, take for its parent.
    moved._cached_parent_obj = destination
    return [sentence for sentence in moved.blockers() if str(sentence) not in here]


@receiver(pre_save, sender=Page)
def refuse_the_gate_walked_round(sender, instance: Page, raw: bool, **kwargs) -> None:
    """A listing read as a bare ``Page`` has not the listing's ``save``: it stays as it was.

    Raises:
        PublicationRefused: the save would make it public or change what of it is.
    """
    if raw or not instance.live or instance.pk is None:
        return
    if not issubclass(instance.specific_class or Page, ListingPage):
        return
    before = Page.objects.filter(pk=instance.pk).values_list("live", "live_revision_id").first()
    if before is not None and before != (True, instance.live_revision_id):
        listing = instance.specific
        listing.live, listing.live_revision_id = True, instance.live_revision_id
        listing.check_decided()
        listing.check_complete()
