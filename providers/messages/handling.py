"""What an officer does about a message that did not arrive."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from providers import delivery
from providers.models import Dispatch
from providers.withdrawal.subtree import ActRefused


@transaction.atomic
def try_again(dispatch: Dispatch, *, by: AbstractBaseUser) -> None:
    """Plan a try for now and count from the beginning; it is made once this is committed.

    Raises:
        ActRefused: it has arrived meanwhile, or somebody has dealt with it.
    """
    row = troubled_row(dispatch, Dispatch.objects.troubled().open())
    row.tries, row.next_try_at, row.bounced_at = 0, timezone.now(), None
    row.save(update_fields=["tries", "next_try_at", "bounced_at"])
    log(instance=row, action="providers.retry_message", user=by)
    source = delivery.source_of(row.message)
    transaction.on_commit(lambda: delivery.deliver_waiting(source), robust=True)


@transaction.atomic
def mark_handled(dispatch: Dispatch, *, by: AbstractBaseUser) -> None:
    """Note that somebody has told the reader otherwise; nothing tries it again.

    Raises:
        ActRefused: it has arrived meanwhile, or somebody has dealt with it.
    """
    row = troubled_row(dispatch, Dispatch.objects.troubled())
    row.handled_at, row.handled_by, row.next_try_at = timezone.now(), by, None
    row.save(update_fields=["handled_at", "handled_by", "next_try_at"])
    log(instance=row, action="providers.handle_message", user=by)


def troubled_row(dispatch: Dispatch, rows: QuerySet[Dispatch]) -> Dispatch:
    """The row as it stands now, locked."""
    row = rows.select_for_update().filter(pk=dispatch.pk).first()
    if row is None:
        raise ActRefused([_("This message has arrived or was dealt with meanwhile.")])
    return row
