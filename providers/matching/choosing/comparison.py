"""All providers that a request asked, side by side for its enterprise: offer, score, evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Model, prefetch_related_objects
from django.utils.translation import get_language

from catalog.wording import plain
from catalog.workdays import WorkCalendar
from providers.matching.answering.working_hours import hours_to_answer
from providers.matching.choosing.deciding import Hindrance, hindrance, quote_of
from providers.matching.models import (
    NO_IDENTITY,
    Invitation,
    InvitationState,
    MatchRequest,
    Quote,
    RequestState,
)
from providers.matching.own_page.next_steps import invitation_label
from providers.matching.personal_data.consent_texts import recipient_text
from providers.matching.score.fit import Criterion, draw
from providers.matching.score.offers import case_model, offer_key
from providers.models import ProviderPage, Qualification

STATES = InvitationState
SCORE, PRICE, DAYS = "score", "price", "days"
SORTS = (SCORE, PRICE, DAYS)


@dataclass(frozen=True)
class ScoreLine:
    """One criterion with the points and the sentence that were shown when the choice was made."""

    label: str
    points: int
    max: int
    sentence: str


@dataclass(frozen=True)
class Reply:
    """One provider as its enterprise sees it. ``hours`` are working hours to the first answer."""

    invitation: Invitation
    state: InvitationState
    label: str
    badge: str
    quote: Quote | None
    lines: tuple[ScoreLine, ...]
    cases: tuple[Model, ...]
    qualifications: tuple[str, ...]
    hours: float | None
    consent_text: str
    is_open: bool
    hindrance: Hindrance | None

    @property
    def is_reply(self) -> bool:
        """Whether there is an offer to compare, and not only a state."""
        return bool(self.invitation.interested_at and not self.invitation.withdrawn_at)

    @property
    def may_consent(self) -> bool:
        """Whether it is in the matter and could see who asks."""
        return self.state not in NO_IDENTITY

    @property
    def can_choose(self) -> bool:
        return self.is_open and self.hindrance is None

    @property
    def obstacle(self) -> str:
        """Why an offer cannot be chosen now; empty where nothing needs to be said."""
        return str(self.hindrance.label) if self.is_open and self.hindrance else ""

    @property
    def shown_quote(self) -> Quote | None:
        """The quote where its price may be seen."""
        return self.quote if self.quote and self.quote.shows_price() else None

    @property
    def hours_words(self) -> str:
        return "" if self.hours is None else plain(Decimal(f"{self.hours:.1f}"))


BADGES = {
    STATES.PENDING: "",
    STATES.INTERESTED: "badge--good",
    STATES.QUOTED: "badge--good",
    STATES.CHOSEN: "badge--good",
    STATES.DECLINED: "badge--warn",
    STATES.EXPIRED: "badge--bad",
    STATES.NOT_CHOSEN: "badge--off",
    STATES.WITHDRAWN: "badge--off",
    STATES.CLOSED: "badge--off",
}


def replies_to(own: MatchRequest, sort: str = SCORE) -> list[Reply]:
    """Every provider asked, in the order wished; a constant number of queries.

    Args:
        sort: one of ``SORTS``; anything else is the score. Equals stand by score, then by lot. A
            price that is held back until verification does not decide the order.
    """
    prefetch_related_objects([own], "choices")
    invitations = list(
        own.invitations.select_related("provider", "quote")
        .prefetch_related("solutions", "quote__files")
        .with_consent()
    )
    if not invitations:
        return []
    calendar = WorkCalendar.current()
    cases, qualifications = cases_of(invitations), qualifications_of(invitations)
    shown = shown_providers(invitations)
    is_open = own.state() == RequestState.SENT
    replies = [
        Reply(
            invitation=invitation,
            state=invitation.state(),
            label=invitation_label(invitation),
            badge=BADGES[invitation.state()],
            quote=quote_of(invitation),
            lines=explained(invitation.score_lines),
            cases=cases[invitation.pk],
            qualifications=qualifications[invitation.provider_id],
            hours=hours_to_answer(invitation, calendar),
            consent_text=recipient_text(invitation.provider),
            is_open=is_open,
            hindrance=hindrance(invitation, is_shown=invitation.provider_id in shown),
        )
        for invitation in invitations
    ]
    return sorted(replies, key=lambda reply: order(reply, sort))


def sort_of(wished: str) -> str:
    """The order that an address asks for; an unknown one is the score."""
    return wished if wished in SORTS else SCORE


def order(reply: Reply, sort: str) -> tuple:
    """What a reply is sorted by; unknown values come last."""
    invitation = reply.invitation
    solutions = list(invitation.solutions.all())
    key = offer_key(invitation.provider, solutions[0] if len(solutions) == 1 else None)
    fair = (-invitation.score, draw(invitation.request.reference, key))
    if sort == PRICE:
        quote = reply.shown_quote
        return (quote is None, quote.price_max_wan if quote else 0, *fair)
    if sort == DAYS:
        return (reply.quote is None, reply.quote.days if reply.quote else 0, *fair)
    return fair


def shown_providers(invitations: Iterable[Invitation]) -> set[int]:
    """Which of the invited providers are open to the public, the rule of ``is_shown``."""
    pages = ProviderPage.objects.filter(pk__in=[row.provider_id for row in invitations])
    return set(pages.live().unexpired().unsuspended().values_list("pk", flat=True))


def cases_of(invitations: Iterable[Invitation]) -> Mapping[int, tuple[Model, ...]]:
    """The published cases of each invited provider, newest first, by invitation."""
    rows = list(invitations)
    providers = {row.provider_id: row.pk for row in rows}
    pairs = (
        case_model()
        .objects.listed()
        .filter(used_providers__provider__in=providers)
        .order_by("-first_published_at", "pk")
        .values_list("used_providers__provider", "pk")
    )
    wanted: dict[int, list[int]] = defaultdict(list)
    for provider, case in pairs:
        if provider in providers and case not in wanted[providers[provider]]:
            wanted[providers[provider]].append(case)
    pages = case_model().objects.in_bulk({case for found in wanted.values() for case in found})
    return defaultdict(
        tuple, {pk: tuple(pages[case] for case in found) for pk, found in wanted.items()}
    )


def qualifications_of(invitations: Iterable[Invitation]) -> Mapping[int, tuple[str, ...]]:
    """The names of checked and valid qualifications, by provider."""
    found: dict[int, list[str]] = defaultdict(list)
    valid = Qualification.objects.valid().select_related("type")
    for row in valid.filter(provider__in=[row.provider_id for row in invitations]):
        found[row.provider_id].append(f"{row.type} {row.level}".strip())
    return defaultdict(tuple, {pk: tuple(names) for pk, names in found.items()})


def explained(stored: list[dict]) -> tuple[ScoreLine, ...]:
    """The lines of a score as they were shown when the provider was asked."""
    language = get_language() or settings.LANGUAGE_CODE
    return tuple(
        ScoreLine(
            Criterion(row["criterion"]).label,
            row["points"],
            row["max"],
            row.get("sentence", {}).get(language, ""),
        )
        for row in stored
    )
