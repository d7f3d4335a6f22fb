"""The sentences that an enterprise agrees to, and the version it is recorded under."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from providers.models import ProviderPage

# Raise it whenever a sentence below, or its translation, changes in meaning.
TEXT_VERSION = "2026-11"


def recipient_text(provider: ProviderPage) -> str:
    """What a tick beside one proposal says: recipient, contact, kinds of data, purpose."""
    return _(
        "Give my company's name, credit code and attachments, and my name, phone and e-mail, to "
        "%(recipient)s (contact: %(contact)s), for this request only."
    ) % {"recipient": provider.legal_name or provider.title, "contact": contact_of(provider)}


def contact_of(provider: ProviderPage) -> str:
    """The recipient's public contact, as the law on personal data asks to name it."""
    return (
        provider.public_phone
        or provider.local_office_address
        or provider.website
        or _("through the service centre")
    )


def notice_text() -> str:
    """What the tick in the last step says."""
    return _(
        "I have read the rules on personal data (version %(version)s) and agree that the platform "
        "uses my contact for this request and keeps it until 12 months after the request has ended."
    ) % {"version": TEXT_VERSION}


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
