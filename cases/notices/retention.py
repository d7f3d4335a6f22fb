"""Who objected leaves when the time has come; what was decided stays, with proof of the erasure."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from cases.models import CaseRules, Objection
from catalog.uploads import delete_stored

# Never later than the promised months.
DAYS_A_MONTH = 30
# A notice whose result nobody publishes keeps nobody's data for ever.
WITHOUT_RESULT = timedelta(days=365)
ERASED_TEXT = "—"


def objections_to_erase(now: datetime) -> QuerySet[Objection]:
    """Objections of notices that ended in a result, or were withdrawn, so many months ago."""
    limit = now - timedelta(days=CaseRules.current().objector_months * DAYS_A_MONTH)
    ended = Q(notice__result__published_at__lte=limit) | Q(notice__record__withdrawn_at__lte=limit)
    left_lying = Q(notice__ends_on__lte=(limit - WITHOUT_RESULT).date())
    return Objection.objects.filter(ended | left_lying, erased_at=None)


@transaction.atomic
def erase_objector(pk: int, now: datetime) -> bool:
    """Erase name, contact, files and all that was written to and by whoever objected.

    What the parties read, the decision with its public sentence, and what was agreed to and when
    stay. Whether there was anything due.
    """
    row = Objection.objects.select_for_update().filter(pk=pk, erased_at=None).first()
    if row is None:
        return False
    for file in row.files.all():
        delete_stored(file.file)
    row.files.all().delete()
    row.name = row.phone = row.email = row.sent_from = ""
    row.text = ERASED_TEXT
    row.answer = ERASED_TEXT if row.answer else ""
    row.admission_reason = ERASED_TEXT if row.admission_reason else ""
    row.erased_at = now
    row.save()
    return True
