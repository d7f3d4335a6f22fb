"""Personal data of nominations leave when their time has come (PIPL, art. 19)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cases.models import Nomination
from cases.nominating.drafts import MovedOnError, held

RETENTION = timedelta(days=365)


def to_erase(now: datetime) -> QuerySet[Nomination]:
    """Nominations that ended, or whose case was first published, 12 months before ``now``."""
    limit = now - RETENTION
    over = (
        Q(rejected_at__lte=limit)
        | Q(withdrawn_at__lte=limit)
        | Q(case__first_published_at__lte=limit)
    )
    return Nomination.objects.filter(over, erased_at=None).exclude(notice_given_at=None)


@transaction.atomic
def erase_contact(pk: int, now: datetime) -> bool:
    """Erase who sent it; whether there was anything due to erase."""
    row = to_erase(now).select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        return False
    erase(row)
    return True


@transaction.atomic
def erase_on_demand(nomination: Nomination) -> None:
    """Erase at the enterprise's wish (PIPL, art. 47); what was not taken on is withdrawn with it.

    Raises:
        MovedOnError: it was erased already.
    """
    row = held(nomination)
    if row.erased_at:
        raise MovedOnError
    if row.is_editable:
        row.withdrawn_at = timezone.now()
    erase(row)


def erase(row: Nomination) -> None:
    """Empty contact, answers and files; that and when it was nominated and agreed to stays."""
    for file in row.files.all():
        file.delete()
    row.contact_name = row.phone = row.email = row.company = ""
    row.answers, row.erased_at = {}, timezone.now()
    row.save()
