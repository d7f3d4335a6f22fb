"""Who keeps messages of its own: what a row tells, whom, and in which language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q

from providers.delivery.letters import Letter
from providers.models import Channel, Delivery, DeliveryQuerySet, MessageGroup


def nothing_more(row: Delivery, channel: Channel) -> None:
    """What most sources do when a channel has taken or refused a message."""


@dataclass(frozen=True)
class Source:
    """How the rows of one model become letters.

    ``rows`` come with the relations that the other functions read; those that fit ``held`` do not
    go out.
    ``reader`` says who reads without a name, in the language of the moment. ``group`` is None for
    what cannot be switched off. ``reached`` and ``unreached`` are called when a channel has taken a
    message, and when it has refused it for good or is given up.
    """

    model: type[Delivery]
    rows: Callable[[], DeliveryQuerySet]
    compose: Callable[[Delivery], Letter]
    reader: Callable[[Delivery], str]
    group: Callable[[Delivery], MessageGroup | None]
    held: Q = field(default_factory=lambda: Q(pk__in=()))
    reached: Callable[[Delivery, Channel], None] = nothing_more
    unreached: Callable[[Delivery, Channel], None] = nothing_more

    @property
    def name(self) -> str:
        """How addresses name it: ``notice``, ``message``, ``robotpost``."""
        return self.model._meta.model_name

    @property
    def has_accounts(self) -> bool:
        """Whether its rows are written to accounts, who read them on the site too."""
        return any(field.name == "user" for field in self.model._meta.fields)


_sources: dict[type[Delivery], Source] = {}


def register(source: Source) -> Source:
    """Make the rows of a model known, as its app starts."""
    _sources[source.model] = source
    return source


def sources() -> tuple[Source, ...]:
    return tuple(_sources.values())


def source_of(row: Delivery) -> Source:
    return _sources[type(row)]


def source_named(name: str) -> Source | None:
    return next((source for source in sources() if source.name == name), None)


def language_of(user: AbstractBaseUser | None) -> str:
    """The language that an account chose in the back office; the site's own for everybody else."""
    profile = getattr(user, "wagtail_userprofile", None)
    chosen = profile.preferred_language if profile else ""
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
