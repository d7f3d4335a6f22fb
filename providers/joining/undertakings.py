"""The sentences that an applicant signs, and the version they are recorded under."""

from __future__ import annotations

from django.utils.translation import gettext as _

# Raise it whenever a sentence below, or its translation, changes in meaning.
TEXT_VERSION = "2026-11"


def truthfulness_text() -> str:
    """The word that everything said and sent is true (domain: statement on credit record)."""
    return _(
        "Everything stated in this application and every document sent with it is true, complete "
        "and valid. The organisation is on no list of dishonest or seriously unlawful entities and "
        "had no major incident of safety, quality or environment in the last three years. Changes "
        "will be reported without delay; we answer for false statements."
    )


def supervision_text() -> str:
    """The plan: whoever takes part submits to the lead provider's supervision and guidance."""
    return _(
        "In all services to enterprises of this programme the organisation accepts the supervision "
        "and guidance of the lead provider, takes part in its internal acceptance of results, and "
        "keeps to the rules of this platform."
    )
