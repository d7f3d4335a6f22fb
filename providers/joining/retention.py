"""Personal data of applications that came to nothing leave when their time has come.

The law keeps personal data no longer than their purpose needs; who applied, how the office decided
and why is its record of the act and stays.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from providers.models import Application

# The pages and messages promise it in months.
RETENTION_MONTHS = 12
RETENTION = timedelta(days=365)
ENDED = (Application.State.REFUSED, Application.State.WITHDRAWN)


def to_erase(now: datetime) -> QuerySet[Application]:
    """Applications refused or withdrawn 12 months before ``now`` that still name somebody.

    Nothing changes an application after its end, so its last change is that end.
    """
    return Application.objects.filter(
        state__in=ENDED, erased_at=None, changed_at__lte=now - RETENTION
    )


@transaction.atomic
def erase_personal_data(pk: int, now: datetime) -> bool:
    """Erase answers, contact, signature and files; whether there was anything due to erase.

    Company, credit code, the version of the undertakings and the history with its reasons stay.
    """
    row = to_erase(now).select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    for file in row.files.all():
        file.delete()
    row.answers, row.email, row.signed_by = {}, "", ""
    row.erased_at = timezone.now()
    row.save(update_fields=["answers", "email", "signed_by", "erased_at"])
    return True
