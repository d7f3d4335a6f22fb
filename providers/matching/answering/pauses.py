"""A provider closes its inbox until a day: it is not proposed and not asked anew meanwhile.

What it was asked before stays, with its deadlines.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from providers.matching.models import InboxPause
from providers.models import ProviderPage


def pauses_in_force(day: date | None = None) -> QuerySet[InboxPause]:
    """Closed inboxes; on the day named in ``until`` an inbox is open again."""
    return InboxPause.objects.filter(until__gt=day or timezone.localdate())


def pause_of(provider: ProviderPage) -> InboxPause | None:
    """The pause of a provider that is in force now."""
    return pauses_in_force().filter(provider=provider).first()


def open_to_requests(providers: QuerySet[ProviderPage]) -> QuerySet[ProviderPage]:
    """Those of the providers that may be proposed and asked now."""
    return providers.exclude(Exists(pauses_in_force().filter(provider=OuterRef("pk"))))


def closed_among(keys: Iterable[str]) -> QuerySet[InboxPause]:
    """The pauses in force of providers that these keys of offers name."""
    slugs = {key.partition("/")[0] for key in keys}
    rows = pauses_in_force().filter(provider__slug__in=slugs)
    return rows.select_related("provider").order_by("provider__slug")


@transaction.atomic
def pause_inbox(provider: ProviderPage, *, by: AbstractBaseUser, until: date) -> InboxPause:
    """Take no new requests before that day; a later call names another day.

    The day is checked by the form (tomorrow to half a year ahead).
    """
    pause, _is_new = InboxPause.objects.update_or_create(
        provider=provider,
        defaults={"until": until, "set_at": timezone.now(), "set_by": by},
    )
    return pause


@transaction.atomic
def reopen_inbox(provider: ProviderPage, *, by: AbstractBaseUser) -> None:
    """Take new requests from now on; an open inbox stays open.

    The row stays and says who opened it when.
    """
    pauses_in_force().filter(provider=provider).update(
        until=timezone.localdate(), set_at=timezone.now(), set_by=by
    )
