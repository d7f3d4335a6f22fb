"""The provider that an enterprise has chosen, and the work until it is signed off."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import ProvincialLevel, private_storage
from providers.matching.models.quotes import price_field
from providers.matching.models.replies import Invitation
from providers.matching.models.request_states import RequestState
from providers.matching.models.requests import MatchRequest, party_to
from providers.matching.models.sides import Side
from providers.models import ProviderPage
from providers.review.recusal import lead_organisation


class FallReason(models.TextChoices):
    """Why a choice came to nothing."""

    PRICE = "price", _("no agreement on the price")
    SCOPE = "scope", _("no agreement on the scope")
    CAPACITY = "capacity", _("the provider has no capacity")
    UNREACHABLE = "silent", _("the other side does not answer")
    CHANGED = "changed", _("the enterprise's plans have changed")
    FUNDING = "funding", _("no funding")
    OTHER = "other", _("another reason")


class ChoiceQuerySet(models.QuerySet):
    def active(self) -> ChoiceQuerySet:
        """Choices that stand; each request has one at most."""
        return self.filter(fell_through_at=None)

    def under_way(self) -> ChoiceQuerySet:
        """Active choices whose work has not come to an end."""
        return self.active().filter(accepted_at=None, unconfirmed_at=None, ended_at=None)


class Choice(models.Model):
    """One provider chosen. Its stage is read from time stamps; a choice that fell through stays.

    ``handed_over_at`` and ``disputed_at`` are set only while a hand-over waits for its answer and
    while a dispute is open; the rows ``HandOver`` and ``Dispute`` keep what was.
    """

    request = models.ForeignKey(
        MatchRequest, models.CASCADE, related_name="choices", verbose_name=_("request")
    )
    invitation = models.ForeignKey(
        Invitation, models.CASCADE, related_name="choices", verbose_name=_("invitation")
    )
    chosen_at = models.DateTimeField(_("chosen on"), default=timezone.now)
    reason = models.TextField(_("reason"), max_length=500, blank=True)

    # Kept for the bureau; never shown to other providers. 万元.
    listed_min_wan = price_field(_("listed price from"), null=True)
    listed_max_wan = price_field(_("listed price to"), null=True)
    quoted_min_wan = price_field(_("quoted price from"), null=True)
    quoted_max_wan = price_field(_("quoted price to"), null=True)
    contracted_wan = price_field(_("contracted price (10,000 yuan)"), null=True)

    contracted_at = models.DateTimeField(_("contract confirmed on"), null=True)
    contracted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # Set anew by each side whenever the acceptance criteria change.
    enterprise_agreed_at = models.DateTimeField(null=True)
    provider_agreed_at = models.DateTimeField(null=True)

    handed_over_at = models.DateTimeField(_("handed over on"), null=True)
    silence_told_at = models.DateTimeField(null=True)
    disputed_at = models.DateTimeField(_("in dispute since"), null=True)

    accepted_at = models.DateTimeField(_("acceptance confirmed on"), null=True)
    unconfirmed_at = models.DateTimeField(_("closed without confirmation on"), null=True)
    ended_at = models.DateTimeField(_("ended without acceptance on"), null=True)
    level_reached = models.ForeignKey(
        ProvincialLevel,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("level reached"),
    )

    fell_through_at = models.DateTimeField(_("fell through on"), null=True)
    fall_reason = models.CharField(_("reason"), max_length=10, choices=FallReason, blank=True)
    fall_note = models.TextField(_("in words"), max_length=500, blank=True)
    fell_by = models.CharField(_("by"), max_length=10, choices=Side, blank=True)

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["chosen_at", "pk"]
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(fell_through_at=None),
                name="one_active_choice_a_request",
            ),
            models.CheckConstraint(
                condition=Q(fell_through_at=None, fall_reason="", fell_by="")
                | (Q(fell_through_at__isnull=False) & ~Q(fall_reason="") & ~Q(fell_by="")),
                name="fallen_choice_says_why",
            ),
            models.CheckConstraint(
                condition=Q(contracted_at=None, contracted_wan=None)
                | Q(contracted_at__gte=F("chosen_at"), contracted_wan__isnull=False),
                name="contract_names_its_price",
            ),
            models.CheckConstraint(
                condition=Q(
                    contracted_at=None,
                    handed_over_at=None,
                    accepted_at=None,
                    unconfirmed_at=None,
                    ended_at=None,
                    disputed_at=None,
                )
                | Q(contracted_at__isnull=False),
                name="work_follows_a_contract",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, unconfirmed_at=None)
                | Q(accepted_at=None, ended_at=None)
                | Q(unconfirmed_at=None, ended_at=None),
                name="work_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(fell_through_at=None)
                | Q(accepted_at=None, unconfirmed_at=None, ended_at=None),
                name="fallen_choice_was_not_finished",
            ),
            models.CheckConstraint(
                condition=Q(disputed_at=None)
                | Q(accepted_at=None, unconfirmed_at=None, ended_at=None, fell_through_at=None),
                name="open_dispute_keeps_work_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} → {self.invitation_id}"

    @property
    def stage(self) -> RequestState:
        """Where the work of an active choice stands."""
        stamps = (
            (self.accepted_at, RequestState.CONFIRMED),
            (self.unconfirmed_at, RequestState.UNCONFIRMED),
            (self.ended_at, RequestState.ENDED),
            (self.disputed_at, RequestState.DISPUTED),
            (self.handed_over_at, RequestState.HANDED_OVER),
            (self.contracted_at, RequestState.CONTRACTED),
        )
        return next((stage for stamp, stage in stamps if stamp), RequestState.CHOSEN)

    @property
    def is_finished(self) -> bool:
        return bool(self.accepted_at or self.unconfirmed_at or self.ended_at)

    @property
    def criteria_are_agreed(self) -> bool:
        return bool(self.enterprise_agreed_at and self.provider_agreed_at)


class AcceptanceCriterion(models.Model):
    """One line that the work is judged by; first copied from the listing, then edited together."""

    choice = models.ForeignKey(Choice, models.CASCADE, related_name="criteria")
    text = models.CharField(_("acceptance criterion"), max_length=300)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("acceptance criterion")
        verbose_name_plural = _("acceptance criteria")

    def __str__(self) -> str:
        return self.text


class Milestone(models.Model):
    """A step of the work with its day."""

    choice = models.ForeignKey(Choice, models.CASCADE, related_name="milestones")
    title = models.CharField(_("milestone"), max_length=120)
    due_on = models.DateField(_("due on"))
    reached_at = models.DateTimeField(_("reached on"), null=True)

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")

    def __str__(self) -> str:
        return self.title


class HandOver(models.Model):
    """The provider says that the work is done; the enterprise confirms it or says what is not."""

    choice = models.ForeignKey(Choice, models.CASCADE, related_name="hand_overs")
    at = models.DateTimeField(_("handed over on"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    message = models.TextField(_("what was delivered"), max_length=1000)
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True)
    refused_at = models.DateTimeField(_("refused on"), null=True)
    refusal = models.TextField(_("what is missing"), max_length=1000, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.UniqueConstraint(
                fields=["choice"],
                condition=Q(confirmed_at=None, refused_at=None),
                name="one_open_hand_over_a_choice",
            ),
            models.CheckConstraint(
                condition=Q(refused_at=None, refusal="")
                | (Q(refused_at__isnull=False, confirmed_at=None) & ~Q(refusal="")),
                name="refused_hand_over_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.choice_id} {self.at:%Y-%m-%d}"


class DisputeQuerySet(models.QuerySet):
    def open(self) -> DisputeQuerySet:
        """Disputes that the bureau has not settled."""
        return self.filter(settled_at=None)

    def with_party_of_lead(self) -> DisputeQuerySet:
        """Annotates whether the lead provider or an affiliate is a party to the request."""
        parties = lead_organisation().filter(party_to(OuterRef("choice__request")))
        return self.annotate(has_party_of_lead=Exists(parties))

    def visible_to(self, user) -> DisputeQuerySet:
        """What an officer may see: the lead provider only those in which it has no part."""
        seen = self.filter(choice__request__in=MatchRequest.objects.visible_to(user))
        seen = seen.with_party_of_lead()
        if user.has_perm("matching.view_matchrequest"):
            return seen
        return seen.filter(has_party_of_lead=False)


class Dispute(models.Model):
    """One side calls the office: the lead provider, or where it is a party the zone committee."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("the work counts as accepted")
        RESUMED = "resumed", _("the work goes on")
        ENDED = "ended", _("the work ends without acceptance")

    choice = models.ForeignKey(Choice, models.CASCADE, related_name="disputes")
    opened_at = models.DateTimeField(_("opened on"), default=timezone.now)
    opened_by = models.CharField(_("opened by"), max_length=10, choices=Side)
    text = models.TextField(_("what it is about"), max_length=2000)
    statement = models.TextField(_("the other side's statement"), max_length=2000, blank=True)
    stated_at = models.DateTimeField(null=True)
    recommendation = models.TextField(_("recommendation"), max_length=2000, blank=True)
    recommended_at = models.DateTimeField(null=True)
    recommended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(_("settled on"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    decision = models.TextField(_("decision with its reason"), max_length=2000, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        constraints = [
            models.UniqueConstraint(
                fields=["choice"], condition=Q(settled_at=None), name="one_open_dispute_a_choice"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, outcome="", decision="")
                | (Q(settled_at__isnull=False) & ~Q(outcome="") & ~Q(decision="")),
                name="settled_dispute_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.choice_id} {self.opened_at:%Y-%m-%d}"


class AcceptanceDocument(models.Model):
    """One of the four documents that the plan asks for with the acceptance (domain 1.2, no. 40)."""

    class Kind(models.TextChoices):
        LICENCE = "licence", _("business licence")
        APPLICATION = "application", _("application for the reward")
        CONTRACT = "contract", _("contract and proof of the sums invested")
        LEVEL = "level", _("proof of the digital level")

    choice = models.ForeignKey(Choice, models.CASCADE, related_name="documents")
    kind = models.CharField(_("document"), max_length=12, choices=Kind)
    file = models.FileField(_("file"), upload_to="acceptance/", storage=private_storage)
    name = models.CharField(_("name"), max_length=120)
    side = models.CharField(_("put in by"), max_length=10, choices=Side)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("acceptance document")
        verbose_name_plural = _("acceptance documents")

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What addresses call it: the random name under which the file is stored."""
        return self.file.name.rpartition("/")[2].partition(".")[0]


class RatingQuerySet(models.QuerySet):
    def read(self) -> RatingQuerySet:
        """Ratings that the office has read; no other counts or is shown."""
        return self.filter(moderated_at__isnull=False)

    def with_text(self) -> RatingQuerySet:
        """Those whose text is shown to the public."""
        return self.read().filter(refusal="").exclude(text="")

    def readable_by(self, user) -> RatingQuerySet:
        """Those that an officer may read first: bureau and zone committee, never the lead provider.

        Nobody decides on what was said about the provider that they work for.
        """
        if not user.has_perm("matching.view_matchrequest"):
            return self.none()
        own = ProviderPage.objects.filter(team__group__user=user)
        return self.exclude(choice__invitation__provider__in=own)

    def to_read_by(self, user) -> RatingQuerySet:
        """Those of them that nobody has read."""
        return self.readable_by(user).filter(moderated_at=None)


class Rating(models.Model):
    """What the enterprise says afterwards, once; public when the office has read it."""

    choice = models.OneToOneField(Choice, models.CASCADE, related_name="rating")
    stars = models.PositiveSmallIntegerField(_("stars"))
    text = models.TextField(_("in words"), max_length=1000, blank=True)
    given_at = models.DateTimeField(_("given on"), default=timezone.now)
    moderated_at = models.DateTimeField(_("read on"), null=True)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # Why the text is not shown; the stars count all the same.
    refusal = models.CharField(_("reason why the text is not shown"), max_length=300, blank=True)
    reply = models.TextField(_("the provider's answer"), max_length=1000, blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "pk"]
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.CheckConstraint(
                condition=Q(stars__gte=1, stars__lte=5), name="rating_has_one_to_five_stars"
            )
        ]

    def __str__(self) -> str:
        return f"{self.choice_id} {self.stars}"
