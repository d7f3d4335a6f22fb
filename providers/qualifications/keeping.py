"""Certificates of a provider: kept by its members, confirmed by the bureau."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Field
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from catalog.uploads import delete_stored
from providers.keys import fingerprint
from providers.models import ProviderPage, Qualification
from providers.withdrawal.subtree import ActRefused


@transaction.atomic
def keep(qualification: Qualification, *, by: AbstractBaseUser, seen: str = "") -> bool:
    """Store what a member entered; whether anything differed from what was stored.

    What changes takes the bureau's check back: it was given for something else. ``seen`` is the
    fingerprint (``version_of``) of what the member's form was filled with.

    Raises:
        ActRefused: a colleague has deleted or changed it meanwhile.
    """
    held = Qualification.objects.select_for_update().order_by("pk")
    stored = held.filter(pk=qualification.pk).first()
    if qualification.pk and stored is None:
        raise ActRefused([_("It was deleted meanwhile.")])
    if stored is not None and not differs(qualification, stored):
        return False
    if stored is not None and seen and version_of(stored) != seen:
        raise ActRefused([_("A colleague has changed it meanwhile; please open it again.")])
    was_checked = stored is not None and stored.checked_on is not None
    qualification.checked_on = qualification.checked_by = None
    qualification.check_note = ""
    qualification.save()
    if stored is not None and stored.file and stored.file.name != qualification.file.name:
        delete_stored(stored.file)
    note(qualification, "keep_qualification", by, check_taken_back=was_checked)
    return True


def differs(qualification: Qualification, stored: Qualification) -> bool:
    """Whether a member's field says something else; an upload always does."""
    return any(
        value_of(qualification, field) != value_of(stored, field)
        for field in Qualification._meta.concrete_fields
        if field.name not in {"checked_on", "checked_by", "check_note", "reminded"}
    )


def value_of(qualification: Qualification, field: Field) -> object:
    value = field.value_from_object(qualification)
    return (value.name or "") if isinstance(value, FieldFile) else value


@transaction.atomic
def remove(qualification: Qualification, *, by: AbstractBaseUser) -> None:
    """Delete a certificate; its file goes with the row."""
    note(qualification, "drop_qualification", by)
    qualification.delete()


@transaction.atomic
def confirm(qualification: Qualification, *, by: AbstractBaseUser, seen: str) -> None:
    """Record that the bureau has checked it; from now on it is a badge while it is valid.

    ``seen`` is the fingerprint (``version_of``) of what the officer looked at.

    Raises:
        ActRefused: a member has changed it since, or somebody was quicker.
    """
    current = Qualification.objects.select_for_update().get(pk=qualification.pk)
    if current.checked_on:
        raise ActRefused([_("It has been checked already.")])
    if version_of(current) != seen:
        raise ActRefused([_("The provider has changed it meanwhile; please look again.")])
    current.checked_on, current.checked_by = timezone.localdate(), by
    current.check_note = ""
    current.save()
    note(current, "confirm_qualification", by)


@transaction.atomic
def take_check_back(qualification: Qualification, *, by: AbstractBaseUser, reason: str) -> None:
    """Say why a certificate does not count, or no longer; its badge goes.

    Raises:
        ActRefused: no reason is given.
    """
    current = Qualification.objects.select_for_update().get(pk=qualification.pk)
    if not reason.strip():
        raise ActRefused([_("Give the reason.")])
    current.checked_on = current.checked_by = None
    current.check_note = reason
    current.save()
    note(current, "refuse_qualification", by, reason=reason)


def version_of(qualification: Qualification) -> str:
    """What a member may change, in one line, to tell whether it was changed."""
    named = ("type_id", "level", "number", "issuer", "valid_from", "valid_to")
    values = [str(getattr(qualification, name)) for name in named]
    return fingerprint("|".join([*values, qualification.file.name or ""]))


def note(qualification: Qualification, action: str, by: AbstractBaseUser, **data) -> None:
    """Write the act into the log of the provider's page."""
    provider: ProviderPage = qualification.provider
    said = {"qualification": qualification.pk, "number": qualification.number, **data}
    log(instance=provider, action=f"providers.{action}", user=by, data=said)
