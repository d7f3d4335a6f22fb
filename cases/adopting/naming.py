"""Whether an enterprise is named beside the case that it repeated: asked on its request's page."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cases.models import Adoption
from providers.matching.lifecycle import MovedOnError, locked
from providers.matching.models import (
    Consent,
    EventKind,
    MatchRequest,
    RequestEvent,
    Side,
    note,
)
from providers.matching.personal_data.consent_texts import TEXT_VERSION, text_hash
from providers.matching.personal_data.retention import ERASED_TEXT

State = Adoption.State


def entry_of(request: MatchRequest) -> Adoption | None:
    """The entry that the request keeps, where its enterprise may say whether it is named.

    Asked is whoever came to a good end; a failure is never named.
    """
    entries = Adoption.objects.filter(request=request, state=State.SUCCEEDED)
    entry = entries.select_related("case").first()
    if entry is None or (request.erased_at and not entry.shown_name):
        return None
    return entry


def naming_text(entry: Adoption) -> str:
    """What the tick says; the case is named, the enterprise is not."""
    return _(
        "Show our company's name in public beside the case “%(case)s”, as one that has done the "
        "same, until we withdraw this consent."
    ) % {"case": entry.case.title}


@transaction.atomic
def agree_to_be_named(request: MatchRequest) -> None:
    """The enterprise lets its name be shown; a second click finds what the first one did.

    Raises:
        MovedOnError: nothing may be named, or the request's data are erased.
    """
    request = locked(request)
    entry = entry_of(request)
    if entry is None or request.erased_at:
        raise MovedOnError
    if entry.shown_name:
        return
    text = naming_text(entry)
    Consent.objects.create(
        request=request,
        kind=Consent.Kind.NAMING,
        text=text,
        text_version=TEXT_VERSION,
        text_hash=text_hash(text),
        given_at=timezone.now(),
    )
    with translation.override(settings.LANGUAGE_CODE):
        # Nobody's name: the consent itself lies beside the request.
        entry.named_by = _("the enterprise itself, on the page of its request")
    entry.enterprise_name, entry.named_on = request.company, timezone.localdate()
    entry.save(update_fields=["enterprise_name", "named_by", "named_on"])
    note(request, EventKind.NAMING_GIVEN, Side.ENTERPRISE)


@transaction.atomic
def take_name_back(request: MatchRequest) -> None:
    """The name goes at once, whoever recorded the consent.

    Raises:
        MovedOnError: the request keeps no entry any more.
    """
    request = locked(request)
    entry = entry_of(request)
    if entry is None:
        raise MovedOnError
    if not entry.shown_name:
        return
    forget_name(request)
    note(request, EventKind.NAMING_WITHDRAWN, Side.ENTERPRISE)


def forget_name(request: MatchRequest) -> None:
    """Take the enterprise's name out of the ledger, and end its consent."""
    naming = request.consents.live().filter(kind=Consent.Kind.NAMING)
    naming.update(withdrawn_at=timezone.now())
    entries = Adoption.objects.filter(request=request)
    entries.update(enterprise_name="", named_by="", named_on=None)


@receiver(post_save, sender=RequestEvent)
def forget_with_the_request(
    sender, instance: RequestEvent, created: bool, raw: bool = False, **kwargs
) -> None:
    """Who has its data erased is named no longer, and nothing written freely about it stays.

    What the clock erases is the contact; a name shown by consent stays until that is withdrawn.
    """
    if raw or not created or instance.kind != EventKind.ERASED:
        return
    entries = Adoption.objects.filter(request=instance.request)
    entries.exclude(reason_note="").update(reason_note=ERASED_TEXT)
    if instance.side == Side.ENTERPRISE:
        forget_name(instance.request)
    else:
        entries.filter(named_by="").update(enterprise_name="")
