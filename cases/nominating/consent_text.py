"""The rules on personal data that an enterprise agrees to with its nomination (PIPL, art. 17)."""

from __future__ import annotations

from django.utils.translation import gettext as _

# Raise it whenever the sentence, or its translation, changes in meaning.
TEXT_VERSION = "2026-12"
RETENTION_MONTHS = 12


def notice_text() -> str:
    """What the tick in the last step says."""
    return _(
        "I have read the rules on personal data (version %(version)s) and agree that the bureau "
        "uses my contact to handle this nomination and keeps it until %(months)s months after it "
        "has ended or its case was published."
    ) % {"version": TEXT_VERSION, "months": RETENTION_MONTHS}
