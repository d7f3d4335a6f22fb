"""What follows when something of the catalogue is gone."""

from __future__ import annotations

from django.db.models import Model
from django.db.models.signals import post_delete
from django.dispatch import receiver

from catalog.models import Recognition
from catalog.uploads import delete_stored


@receiver(post_delete, sender=Recognition)
def document_goes_with_its_decision(sender: type[Model], instance: Model, **kwargs) -> None:
    """Also for other apps' decisions: whatever has a ``document`` in the private storage."""
    if instance.document:
        delete_stored(instance.document)
