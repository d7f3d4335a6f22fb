"""What an enterprise asks for. States are read from time stamps, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Replace
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from catalog.models import (
    IndustryChain,
    PainPoint,
    ProvincialLevel,
    Scenario,
)
from catalog.validation import validate_credit_code, validate_phone
from providers.keys import derive_access_code, derive_token, fingerprint
from providers.matching.models.request_states import (
    END_STATES,
    TURN_OF_STATE,
    BudgetBand,
    CancelReason,
    RequestKind,
    RequestState,
    Turn,
)
from providers.matching.models.roster import Enterprise, HeadcountBand
from providers.models import ProviderPage
from providers.review.recusal import lead_organisation

if TYPE_CHECKING:
    from providers.matching.models.choices import Choice

# Personal data leave this long after a request has ended (the notice says so too).
CONTACT_RETENTION = timedelta(days=365)
# A request that was taken back into editing and never sent goes like any draft.
EDITING_RETENTION = timedelta(days=30)


def party_to(request: MatchRequest | OuterRef) -> Q:
    """Providers that a request has asked, or that the centre has proposed for it.

    They have a part in it, so that their organisation does not judge it (design: Roles, recusal).
    """
    return Q(invitations__request=request) | Q(advice__request=request)


class MatchRequestQuerySet(models.QuerySet):
    def due(self, at: datetime | None = None) -> MatchRequestQuerySet:
        """Requests whose time of sending has come, withdrawn later or not."""
        at = at or timezone.now()
        return self.filter(
            Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("sends_at")),
            reopened_at=None,
            sends_at__lte=at,
        )

    def open(self) -> MatchRequestQuerySet:
        """Requests that somebody may still answer, send or work on."""
        finished = Q(accepted_at__isnull=False) | Q(unconfirmed_at__isnull=False)
        over = self._active_choices().filter(finished | Q(ended_at__isnull=False))
        return self.not_given_up().filter(~Exists(over), erased_at=None)

    def not_given_up(self) -> MatchRequestQuerySet:
        """Requests that the enterprise has neither withdrawn nor ended without a choice."""
        return self.filter(withdrawn_at=None, cancelled_at=None, none_suitable_at=None)

    def _active_choices(self) -> models.QuerySet:
        """The choice that stands, for each request of a query."""
        choices = MatchRequest._meta.get_field("choices").related_model
        return choices.objects.active().filter(request=OuterRef("pk"))

    def whose_turn(self, turn: str, at: datetime | None = None) -> MatchRequestQuerySet:
        """The same rule as ``MatchRequest.turn``, for filters."""
        from providers.matching.models.replies import Invitation

        at = at or timezone.now()
        asked = Invitation.objects.filter(request=OuterRef("pk"), withdrawn_at=None)
        interested = Exists(asked.filter(interested_at__isnull=False))
        pending = Exists(asked.filter(interested_at=None, declined_at=None, deadline_at__gte=at))
        advice = MatchRequest._meta.get_field("advice").related_model
        proposed = Exists(advice.objects.open().filter(request=OuterRef("pk")))
        # Asked for from the first, or when nobody has taken the request on.
        advised = Q(wants_advice=True) & ~interested & ~pending & ~proposed
        choice = self._active_choices()
        chosen = Exists(choice)
        working = choice.filter(accepted_at=None, unconfirmed_at=None, ended_at=None)
        disputed = working.filter(disputed_at__isnull=False)
        handed_over = working.filter(disputed_at=None, handed_over_at__isnull=False)
        rules = {
            Turn.CENTRE: ~chosen & advised,
            Turn.ENTERPRISE: (~chosen & (interested | (~pending & proposed))) | Exists(handed_over),
            Turn.PROVIDER: ~chosen & ~interested & pending,
            Turn.WORK: Exists(working.filter(disputed_at=None, handed_over_at=None)),
            Turn.OFFICE: Exists(disputed),
            Turn.NOBODY: ~chosen & ~advised & ~interested & ~pending & ~proposed,
        }
        return self.due(at).not_given_up().filter(rules[Turn(turn)])

    def visible_to(self, user, at: datetime | None = None) -> MatchRequestQuerySet:
        """Sent requests that an officer may oversee.

        Bureau and zone committee see all; the lead provider sees those in which neither it nor an
        affiliate of it is invited, or proposed by the centre (design: recusal).
        """
        sent = self.due(at)
        if user.has_perm("matching.view_matchrequest"):
            return sent
        if not user.has_perm("matching.oversee_requests"):
            return self.none()
        of_lead = Q(pk__in=lead_organisation().values("pk")) | Q(team__group__user=user)
        parties = ProviderPage.objects.filter(of_lead & party_to(OuterRef("pk")))
        return sent.exclude(Exists(parties))

    def like(
        self, *, phone: str, scenarios: Iterable[str], since: datetime
    ) -> MatchRequestQuerySet:
        """Open requests by the same phone about the same things."""
        digits = Replace("phone", Value("-"), Value(""))
        found = self.open().alias(digits=digits)
        found = found.filter(digits=phone.replace("-", ""), submitted_at__gte=since)
        if scenarios:
            found = found.filter(Q(scenarios__in=scenarios) | Q(scenarios=None))
        return found.distinct()

    def to_erase(self, at: datetime | None = None) -> MatchRequestQuerySet:
        """Requests that ended so long ago that their personal data must leave.

        A request has ended when it was given up, when its work came to an end, or when nobody
        answered it or touched it since. One whose work goes on keeps them.
        """
        from providers.matching.models.replies import Invitation

        at = at or timezone.now()
        limit = at - CONTACT_RETENTION
        recent = Invitation.objects.filter(
            Q(interested_at__gt=limit) | Q(declined_at__gt=limit) | Q(deadline_at__gt=limit),
            request=OuterRef("pk"),
        )
        choice = self._active_choices()
        finished = Exists(
            choice.filter(
                Q(accepted_at__lte=limit) | Q(unconfirmed_at__lte=limit) | Q(ended_at__lte=limit)
            )
        )
        # A choice that nobody confirmed for that long is no work that goes on.
        at_work = choice.filter(Q(contracted_at__isnull=False) | Q(chosen_at__gt=limit))
        quiet = Q(submitted_at__lte=limit) & ~Exists(recent) & ~Exists(at_work)
        abandoned = Q(reopened_at__lte=at - EDITING_RETENTION)
        given_up = (
            Q(withdrawn_at__lte=limit) | Q(cancelled_at__lte=limit) | Q(none_suitable_at__lte=limit)
        )
        return self.filter(given_up | finished | quiet | abandoned, erased_at=None)


class MatchRequest(models.Model):
    """A request for service, known in public by its reference only."""

    reference = models.CharField(_("reference"), max_length=9, unique=True, editable=False)
    # The private link and the access code are derived from this salt; a new salt ends both.
    key_salt = models.CharField(max_length=32, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    code_hash = models.CharField(max_length=128, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    code_locked_until = models.DateTimeField(null=True, editable=False)
    keys_renewed_at = models.DateTimeField(null=True, editable=False)
    # Fingerprint of the session that had link and code made anew, and of nothing else in it.
    keys_renewed_in = models.CharField(max_length=64, blank=True, editable=False)

    kind = models.CharField(_("asks for"), max_length=10, choices=RequestKind)
    pain_points = models.ManyToManyField(
        PainPoint, related_name="requests", verbose_name=_("pain points"), blank=True
    )
    scenarios = models.ManyToManyField(
        Scenario, related_name="requests", verbose_name=_("business scenarios"), blank=True
    )
    industry = models.ForeignKey(
        IndustryChain,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("industry chain"),
    )
    headcount_band = models.CharField(
        _("headcount"), max_length=10, choices=HeadcountBand, blank=True
    )
    township = models.CharField(_("township or park"), max_length=60, blank=True)
    budget_band = models.CharField(
        _("budget"), max_length=10, choices=BudgetBand, default=BudgetBand.UNSURE
    )
    sentence = models.TextField(_("in one sentence"), max_length=300, blank=True)
    level = models.ForeignKey(
        ProvincialLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("digital level now"),
    )
    start_on = models.DateField(_("wished start"), null=True, blank=True)
    wants_advice = models.BooleanField(_("the centre advises"), default=False)
    # The case that is to be repeated, and the edition it was read in; counted for the bureau.
    begun_on = models.ForeignKey(
        Page, models.SET_NULL, null=True, editable=False, related_name="requests_begun"
    )
    begun_in = models.ForeignKey(
        Page, models.SET_NULL, null=True, editable=False, related_name="requests_begun_inside"
    )

    # Identifying data: for a provider only by the enterprise's consent.
    company = models.CharField(_("company"), max_length=120, blank=True)
    uscc = models.CharField(
        _("unified social credit code"),
        max_length=18,
        blank=True,
        validators=[validate_credit_code],
    )
    contact_name = models.CharField(_("how to address you"), max_length=20, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True, validators=[validate_phone])
    email = models.EmailField(_("e-mail"), blank=True)
    # Matched silently by credit code; membership of the programme is never shown back.
    roster_entry = models.ForeignKey(
        Enterprise, models.SET_NULL, null=True, editable=False, related_name="requests"
    )

    submitted_at = models.DateTimeField(_("submitted on"), editable=False)
    sends_at = models.DateTimeField(_("sent on"), editable=False)
    announced_at = models.DateTimeField(null=True, editable=False)
    reopened_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, editable=False)
    none_suitable_at = models.DateTimeField(_("no reply was suitable"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled on"), null=True, editable=False)
    cancel_reason = models.CharField(
        _("reason"), max_length=10, choices=CancelReason, blank=True, editable=False
    )
    # What the enterprise wrote when it ended the request without a choice.
    ending_note = models.TextField(_("in words"), max_length=500, blank=True, editable=False)
    # Marked by the centre and shown to the providers asked.
    phone_verified_at = models.DateTimeField(_("phone verified on"), null=True, editable=False)
    phone_verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    company_verified_at = models.DateTimeField(_("company verified on"), null=True, editable=False)
    company_verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    # The officer who typed it in while the enterprise was on the phone.
    assisted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    erased_at = models.DateTimeField(_("personal data erased"), null=True, editable=False)

    objects = MatchRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-sends_at", "reference"]
        verbose_name = _("service request")
        verbose_name_plural = _("service requests")
        permissions = [
            ("oversee_requests", _("Can see requests without identifying data")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sends_at__gte=F("submitted_at")), name="request_sent_after_submission"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("submitted_at")),
                name="request_withdrawn_after_submission",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(company="", uscc="", contact_name="", phone="", email=""),
                name="erased_request_names_nobody",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, none_suitable_at=None)
                | Q(withdrawn_at=None, cancelled_at=None)
                | Q(none_suitable_at=None, cancelled_at=None),
                name="request_is_given_up_once",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancel_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="cancelled_request_says_why",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False) | ~Q(phone=""), name="request_has_a_phone"
            ),
        ]
        indexes = [models.Index(fields=["sends_at"], name="request_sends_at")]

    def __str__(self) -> str:
        return self.reference

    def state(self, at: datetime | None = None) -> RequestState:
        """Where the request stands at that moment."""
        given_up = (
            (self.withdrawn_at, RequestState.WITHDRAWN),
            (self.cancelled_at, RequestState.CANCELLED),
            (self.none_suitable_at, RequestState.NONE_SUITABLE),
            (self.reopened_at, RequestState.DRAFT),
        )
        for stamp, state in given_up:
            if stamp:
                return state
        if not self.is_sent(at):
            return RequestState.SUBMITTED
        choice = self.active_choice
        return choice.stage if choice else RequestState.SENT

    def is_sent(self, at: datetime | None = None) -> bool:
        """Whether providers have received it; withdrawn in the grace period it never was."""
        if self.reopened_at or self.sends_at > (at or timezone.now()):
            return False
        return self.withdrawn_at is None or self.withdrawn_at >= self.sends_at

    @property
    def given_up_at(self) -> datetime | None:
        """When its enterprise ended it without work, if it did."""
        return self.withdrawn_at or self.cancelled_at or self.none_suitable_at

    def in_grace(self, at: datetime | None = None) -> bool:
        """Whether it may still be edited."""
        return self.state(at) in (RequestState.SUBMITTED, RequestState.DRAFT)

    def is_over(self, at: datetime | None = None) -> bool:
        """Whether nothing but a rating can follow."""
        return self.state(at) in END_STATES

    @property
    def active_choice(self) -> Choice | None:
        """The choice that stands; with prefetched ``choices`` it asks nothing."""
        standing = (row for row in self.choices.all() if row.fell_through_at is None)
        return next(standing, None)

    @property
    def is_verified(self) -> bool:
        """Whether the centre has verified phone and company."""
        return bool(self.phone_verified_at and self.company_verified_at)

    def turn(self, at: datetime | None = None) -> Turn | None:
        """Whose turn it is; None as long as it is not sent, and once it is over."""
        state = self.state(at)
        if state != RequestState.SENT:
            return TURN_OF_STATE.get(state)
        states = {invitation.state(at) for invitation in self.invitations.all()}
        if states & {"interested", "quoted"}:
            return Turn.ENTERPRISE
        if "pending" in states:
            return Turn.PROVIDER
        if any(row.is_open for row in self.advice.all()):
            return Turn.ENTERPRISE
        return Turn.CENTRE if self.wants_advice else Turn.NOBODY

    def answered_of_asked(self) -> tuple[int, int]:
        """How many providers have answered, and how many were asked."""
        asked = self.invitations.all()
        return sum(1 for row in asked if row.is_answered), len(asked)

    @property
    def token(self) -> str:
        """The private link's secret, derived anew since only its fingerprint is stored.

        Empty when the site's secret key has changed without a fallback: the link then still opens
        the request but can no longer be written into messages.
        """
        return derive_token(self.key_salt, self.reference, expected=self.token_hash)

    @property
    def access_code(self) -> str:
        """The access code as shown once after sending; only its hash is stored."""
        return derive_access_code(self.key_salt, self.reference)

    @classmethod
    def by_token(cls, token: str) -> MatchRequest | None:
        """The request that a private link opens."""
        return cls.objects.filter(token_hash=fingerprint(token)).first()
