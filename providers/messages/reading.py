"""An account's own messages on the site: all of them, whatever it wants by e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.utils import timezone

from providers import delivery
from providers.models import Delivery, ReadMark

# How long the list goes back.
LISTED_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Entry:
    """One message in the list: what happened, when, and the source and id of its address."""

    source: str
    pk: int
    subject: str
    at: datetime
    is_read: bool


def account_sources() -> list[delivery.Source]:
    return [source for source in delivery.sources() if source.has_accounts]


def own_rows(source: delivery.Source, user: AbstractBaseUser) -> QuerySet[Delivery]:
    """The account's messages of one source that the list shows, with ``is_read``."""
    marks = ReadMark.objects.filter(
        user=user,
        content_type=ContentType.objects.get_for_model(source.model),
        object_id=OuterRef("pk"),
    )
    since = timezone.now() - LISTED_FOR
    rows = source.rows().filter(user=user, created_at__gte=since)
    return rows.annotate(is_read=Exists(marks))


def own_messages(user: AbstractBaseUser) -> QuerySet:
    """Moment, id and source of all messages of the account, newest first; for a paginator."""
    parts = [
        own_rows(source, user)
        .annotate(source=Value(source.name))
        .order_by()
        .values_list("created_at", "pk", "source")
        for source in account_sources()
    ]
    first, *others = parts
    return first.union(*others, all=True).order_by("-created_at", "-pk", "source")


def entries(user: AbstractBaseUser, listed: list[tuple[datetime, int, str]]) -> list[Entry]:
    """One page of ``own_messages``, written in the language of the moment."""
    found: dict[tuple[str, int], Entry] = {}
    for source in account_sources():
        ids = [pk for _at, pk, name in listed if name == source.name]
        for row in own_rows(source, user).filter(pk__in=ids):
            subject = source.compose(row).subject
            found[source.name, row.pk] = Entry(
                source.name, row.pk, subject, row.created_at, row.is_read
            )
    return [found[name, pk] for _at, pk, name in listed if (name, pk) in found]


def unread_count(user: AbstractBaseUser) -> int:
    return sum(own_rows(source, user).filter(is_read=False).count() for source in account_sources())


def mark_read(row: Delivery, user: AbstractBaseUser) -> None:
    """Note that the account has opened one message; twice is once."""
    known = ContentType.objects.get_for_model(row)
    mark = ReadMark(user=user, content_type=known, object_id=row.pk)
    ReadMark.objects.bulk_create([mark], ignore_conflicts=True)


def mark_all_read(user: AbstractBaseUser, until: datetime) -> int:
    """Mark what the list showed at that moment; the number that was unread."""
    count = 0
    for source in account_sources():
        known = ContentType.objects.get_for_model(source.model)
        unread = own_rows(source, user).filter(is_read=False, created_at__lte=until)
        marks = [
            ReadMark(user=user, content_type=known, object_id=pk)
            for pk in unread.values_list("pk", flat=True)
        ]
        ReadMark.objects.bulk_create(marks, ignore_conflicts=True)
        count += len(marks)
    return count
