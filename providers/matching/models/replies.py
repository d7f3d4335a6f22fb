"""One provider asked, and its answer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import SolutionPage
from providers.matching.models.consents import Consent
from providers.matching.models.requests import MatchRequest
from providers.models import ProviderPage


class DeclineReason(models.TextChoices):
    CAPACITY = "capacity", _("no capacity in the time wished")
    SCOPE = "scope", _("outside what we offer")
    INDUSTRY = "industry", _("no experience in this industry")
    BUDGET = "budget", _("the budget does not fit")
    TIMING = "timing", _("the start wished does not fit")
    CONFLICT = "conflict", _("conflict with another customer")
    OTHER = "other", _("another reason")


class InvitationState(models.TextChoices):
    PENDING = "pending", _("waiting for an answer")
    INTERESTED = "interested", _("interested")
    QUOTED = "quoted", _("quoted")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("no answer in time")
    WITHDRAWN = "withdrawn", _("reply withdrawn")
    CHOSEN = "chosen", _("chosen by the enterprise")
    NOT_CHOSEN = "not_chosen", _("another provider was chosen")
    CLOSED = "closed", _("request ended")


# A provider that is out of the matter has no need to know who asks.
NO_IDENTITY = frozenset(
    {
        InvitationState.CLOSED,
        InvitationState.DECLINED,
        InvitationState.EXPIRED,
        InvitationState.WITHDRAWN,
        InvitationState.NOT_CHOSEN,
    }
)


@dataclass(frozen=True)
class Identity:
    """What identifies the enterprise; handed out only where somebody may see it."""

    company: str
    uscc: str
    contact_name: str
    phone: str
    email: str


class InvitationQuerySet(models.QuerySet):
    def sent(self, at: datetime | None = None) -> InvitationQuerySet:
        """Invitations that have reached their provider."""
        return self.filter(request__in=MatchRequest.objects.due(at))

    def for_member(self, user, at: datetime | None = None) -> InvitationQuerySet:
        """What a member of a provider may see: its own provider's, once sent."""
        return self.sent(at).filter(provider__team__group__user=user)

    def with_consent(self) -> InvitationQuerySet:
        """Annotates whether the enterprise lets this provider know who it is."""
        live = Consent.objects.live().filter(
            request=OuterRef("request"), recipient=OuterRef("provider")
        )
        return self.annotate(has_consent=Exists(live))

    def in_state(self, state: str, at: datetime | None = None) -> InvitationQuerySet:
        """The same rule as ``Invitation.state``, for filters."""
        at = at or timezone.now()
        states = InvitationState
        choice = Invitation._meta.get_field("choices").related_model
        active = choice.objects.active()
        chosen = Exists(active.filter(invitation=OuterRef("pk")))
        another = Exists(active.filter(request=OuterRef("request")))
        given_up = (
            Q(request__withdrawn_at__isnull=False)
            | Q(request__cancelled_at__isnull=False)
            | Q(request__none_suitable_at__isnull=False)
        )
        declined, withdrawn = Q(declined_at__isnull=False), Q(withdrawn_at__isnull=False)
        open_request = ~given_up & ~another & Q(declined_at=None, withdrawn_at=None)
        unanswered = open_request & Q(interested_at=None)
        quoted = Q(quoted_at__isnull=False)
        rules = {
            states.CHOSEN: ~given_up & chosen,
            states.CLOSED: given_up,
            states.DECLINED: ~given_up & declined,
            states.WITHDRAWN: ~given_up & ~declined & withdrawn,
            states.NOT_CHOSEN: ~given_up & ~declined & ~withdrawn & ~chosen & another,
            states.QUOTED: open_request & quoted,
            states.INTERESTED: open_request & ~quoted & Q(interested_at__isnull=False),
            states.EXPIRED: unanswered & Q(deadline_at__lt=at),
            states.PENDING: unanswered & Q(deadline_at__gte=at),
        }
        return self.filter(rules[states(state)])


class Invitation(models.Model):
    """A request as one provider receives it; providers do not see each other."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(
        MatchRequest, models.CASCADE, related_name="invitations", verbose_name=_("request")
    )
    provider = models.ForeignKey(
        ProviderPage, models.PROTECT, related_name="invitations", verbose_name=_("provider")
    )
    solutions = models.ManyToManyField(
        SolutionPage, related_name="invitations", verbose_name=_("solutions"), blank=True
    )
    # The lines of the score as they were shown to the enterprise: key, points, max.
    score_lines = models.JSONField(default=list, editable=False)
    # With the request, or later when the enterprise widens the circle.
    invited_at = models.DateTimeField(_("asked on"), default=timezone.now, editable=False)
    deadline_at = models.DateTimeField(_("answer by"))

    interested_at = models.DateTimeField(_("interested since"), null=True, editable=False)
    visit_on = models.DateField(_("visit on"), null=True, blank=True)
    quote_due_on = models.DateField(_("quote by"), null=True, blank=True)
    # When the quote was first sent; the quote itself is a row beside it.
    quoted_at = models.DateTimeField(_("quoted on"), null=True, editable=False)
    # The provider takes its reply back after it was interested.
    withdrawn_at = models.DateTimeField(_("reply withdrawn on"), null=True, editable=False)
    withdrawal_reason = models.TextField(_("reason"), max_length=300, blank=True)
    declined_at = models.DateTimeField(_("declined on"), null=True, editable=False)
    decline_reason = models.CharField(_("reason"), max_length=10, choices=DeclineReason, blank=True)
    message = models.TextField(_("message to the enterprise"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["deadline_at", "public_id"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["request", "provider"], name="one_invitation_a_provider"
            ),
            models.CheckConstraint(
                condition=Q(interested_at=None) | Q(declined_at=None),
                name="interested_or_declined_not_both",
            ),
            models.CheckConstraint(
                condition=Q(interested_at=None, visit_on=None)
                | Q(interested_at__isnull=False, visit_on__isnull=False),
                name="interest_names_a_visit",
            ),
            models.CheckConstraint(
                condition=Q(declined_at=None, decline_reason="")
                | (Q(declined_at__isnull=False) & ~Q(decline_reason="")),
                name="decline_gives_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(decline_reason="other") | ~Q(message=""),
                name="other_reason_is_explained",
            ),
            models.CheckConstraint(
                condition=Q(quoted_at=None) | Q(interested_at__isnull=False),
                name="quote_follows_interest",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None)
                | (Q(interested_at__isnull=False) & ~Q(withdrawal_reason="")),
                name="withdrawn_reply_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request.reference} → {self.provider.title}"

    def state(self, at: datetime | None = None) -> InvitationState:
        """Where the invitation stands at that moment."""
        request, states = self.request, InvitationState
        if request.withdrawn_at or request.cancelled_at or request.none_suitable_at:
            return states.CLOSED
        choice = request.active_choice
        if choice and choice.invitation_id == self.pk:
            return states.CHOSEN
        rules = (
            (self.declined_at, states.DECLINED),
            (self.withdrawn_at, states.WITHDRAWN),
            (choice, states.NOT_CHOSEN),
            (self.quoted_at, states.QUOTED),
            (self.interested_at, states.INTERESTED),
            (self.deadline_at < (at or timezone.now()), states.EXPIRED),
        )
        return next((state for holds, state in rules if holds), states.PENDING)

    @property
    def is_answered(self) -> bool:
        return bool(self.interested_at or self.declined_at)

    @property
    def score(self) -> int:
        return sum(line["points"] for line in self.score_lines)

    def identity(self) -> Identity | None:
        """Who asks, as far as this provider may know now; None without live consent."""
        request = self.request
        if request.erased_at or self.state() in NO_IDENTITY:
            return None
        if not Consent.objects.live().filter(request=request, recipient=self.provider_id).exists():
            return None
        return identity_of(request)


def identity_of(request: MatchRequest) -> Identity:
    """The identifying data of a request, for those who need no consent."""
    fields: dict[str, Any] = {
        name: getattr(request, name)
        for name in ("company", "uscc", "contact_name", "phone", "email")
    }
    return Identity(**fields)
