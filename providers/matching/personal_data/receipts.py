"""What an enterprise has agreed to, as it may keep it (PIPL arts. 14, 15, 23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from providers.matching.models import Consent, MatchRequest
from providers.matching.wording import beijing_time


@dataclass(frozen=True)
class Receipt:
    """One consent word for word, with its fingerprint; it names the recipient, not the giver."""

    title: str
    text: str
    version: str
    fingerprint: str
    given_at: datetime
    withdrawn_at: datetime | None
    by_phone: bool


def receipts_of(request: MatchRequest) -> list[Receipt]:
    """Every consent of a request, withdrawn ones too, in the order in which they were given."""
    rows = request.consents.select_related("recipient")
    return [
        Receipt(
            title=title_of(row),
            text=row.text,
            version=row.text_version,
            fingerprint=row.text_hash,
            given_at=row.given_at,
            withdrawn_at=row.withdrawn_at,
            by_phone=row.noted_by_id is not None,
        )
        for row in rows
    ]


def title_of(consent: Consent) -> str:
    if consent.recipient is None:
        return consent.get_kind_display()
    recipient = consent.recipient.legal_name or consent.recipient.title
    return _("Data given to %(recipient)s") % {"recipient": recipient}


def receipts_text(request: MatchRequest) -> str:
    """The receipts as plain text, one below the other, in the language of the reader."""
    parts = [_("Consents of request %(reference)s") % {"reference": request.reference}]
    for receipt in receipts_of(request):
        lines = [
            receipt.title,
            receipt.text,
            _("Given: %(when)s") % {"when": beijing_time(receipt.given_at)},
        ]
        if receipt.by_phone:
            lines.append(_("Read out on the phone and noted by the service centre."))
        if receipt.withdrawn_at:
            lines.append(_("Withdrawn: %(when)s") % {"when": beijing_time(receipt.withdrawn_at)})
        lines.append(_("Version of the text: %(version)s") % {"version": receipt.version})
        lines.append(
            _("Fingerprint of the text (SHA-256): %(fingerprint)s")
            % {"fingerprint": receipt.fingerprint}
        )
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
