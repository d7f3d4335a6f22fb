"""What somebody who objects agrees to, and the version it is recorded under."""

from __future__ import annotations

from django.utils.translation import gettext as _

from cases.models import CaseRules

# Raise it whenever the sentence below, or its translation, changes in meaning.
TEXT_VERSION = "2026-12"


def consent_text(rules: CaseRules) -> str:
    """What the tick beside the contact says."""
    return _(
        "I have read the rules on personal data (version %(version)s) and agree that my name "
        "and contact are used to handle this objection and to answer me, and for nothing else. "
        "Only the office that handles it sees them; they are erased within %(months)s months "
        "after the result of the notice."
    ) % {"version": TEXT_VERSION, "months": rules.objector_months}
