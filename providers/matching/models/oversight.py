"""What the office does beside a request: proposes, notes, helps with consent, calls back."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from catalog.models import SolutionPage
from catalog.validation import validate_phone
from providers.matching.models.requests import MatchRequest
from providers.matching.models.sides import Side
from providers.models import ProviderPage


class AdviceQuerySet(models.QuerySet):
    def open(self) -> AdviceQuerySet:
        """Proposals that the enterprise has neither taken nor refused."""
        return self.filter(taken_at=None, refused_at=None)


class Advice(models.Model):
    """A provider that the centre proposes; asked only if the enterprise takes the proposal."""

    request = models.ForeignKey(
        MatchRequest, models.CASCADE, related_name="advice", verbose_name=_("request")
    )
    provider = models.ForeignKey(
        ProviderPage, models.PROTECT, related_name="advice", verbose_name=_("provider")
    )
    solution = models.ForeignKey(
        SolutionPage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("solution"),
    )
    # The lines of the score when it was proposed: criterion, points, max.
    score_lines = models.JSONField(default=list, editable=False)
    reason = models.CharField(_("why"), max_length=300)
    given_at = models.DateTimeField(_("proposed on"), default=timezone.now)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    taken_at = models.DateTimeField(_("taken on"), null=True)
    refused_at = models.DateTimeField(_("not taken on"), null=True)

    objects = AdviceQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "pk"]
        verbose_name = _("proposal of the centre")
        verbose_name_plural = _("proposals of the centre")
        constraints = [
            models.UniqueConstraint(fields=["request", "provider"], name="one_proposal_a_provider"),
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(refused_at=None), name="taken_or_refused_not_both"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.provider_id}"

    @property
    def is_open(self) -> bool:
        """Whether the enterprise has still to answer it."""
        return self.taken_at is None and self.refused_at is None

    @property
    def score(self) -> int:
        return sum(line["points"] for line in self.score_lines)


class OversightNote(models.Model):
    """A note of the office to itself; neither the enterprise nor an invited provider reads it."""

    request = models.ForeignKey(
        MatchRequest, models.CASCADE, related_name="notes", verbose_name=_("request")
    )
    side = models.CharField(_("by"), max_length=10, choices=Side)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("note"), max_length=1000)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("note on a request")
        verbose_name_plural = _("notes on requests")

    def __str__(self) -> str:
        return f"{self.request_id} {self.at:%Y-%m-%d}"


class Intervention(models.Model):
    """What the office offers to do; it does it only once the enterprise has agreed."""

    class Kind(models.TextChoices):
        CALL_PROVIDER = "call", _("call the provider about this request")
        MEDIATE = "mediate", _("sit down with both sides")
        VISIT = "visit", _("visit the enterprise")
        OTHER = "other", _("something else")

    request = models.ForeignKey(
        MatchRequest, models.CASCADE, related_name="interventions", verbose_name=_("request")
    )
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    text = models.TextField(_("what is to be done and why"), max_length=500)
    side = models.CharField(_("by"), max_length=10, choices=Side)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(_("offered on"), default=timezone.now)
    agreed_at = models.DateTimeField(_("agreed on"), null=True)
    refused_at = models.DateTimeField(_("refused on"), null=True)
    done_at = models.DateTimeField(_("done on"), null=True)
    result = models.TextField(_("result"), max_length=1000, blank=True)

    class Meta:
        ordering = ["proposed_at", "pk"]
        verbose_name = _("help by the office")
        verbose_name_plural = _("help by the office")
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_at=None) | Q(refused_at=None),
                name="intervention_agreed_or_refused",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(agreed_at__isnull=False),
                name="intervention_only_with_consent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind}"


class CallBackQuerySet(models.QuerySet):
    def open(self) -> CallBackQuerySet:
        """Those that the centre has still to call."""
        return self.filter(done_at=None)


class CallBack(models.Model):
    """Somebody whom the centre calls.

    "Call me": a phone and one sentence, which the centre turns into a request together. Or a wish
    to see what ``page`` tells of, which the centre arranges; neither a provider nor the enterprise
    that is to be visited sees who asked.
    """

    class Kind(models.TextChoices):
        CALL = "call", _("wants to be called")
        VISIT = "visit", _("wants to visit")

    class Outcome(models.TextChoices):
        REQUEST = "request", _("a request was made")
        ANSWERED = "answered", _("the question was answered")
        UNREACHED = "unreached", _("nobody was reached")
        UNWANTED = "unwanted", _("no call is wanted")
        ARRANGED = "arranged", _("a visit was arranged")
        NO_VISIT = "no_visit", _("the visit cannot take place")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CALL)
    phone = models.CharField(_("phone"), max_length=30, blank=True, validators=[validate_phone])
    sentence = models.CharField(_("in one sentence"), max_length=200, blank=True)
    page = models.ForeignKey(
        Page, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked on")
    )
    # Of a visit: who would come, in the week that begins on that Monday, how many.
    company = models.CharField(_("company"), max_length=120, blank=True)
    week_of = models.DateField(_("wished week"), null=True)
    people = models.PositiveSmallIntegerField(_("number of people"), null=True)
    notice_version = models.CharField(max_length=20)
    notice_hash = models.CharField(max_length=64)
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("calls tried"), default=0)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    done_at = models.DateTimeField(_("done on"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    request = models.ForeignKey(MatchRequest, models.SET_NULL, null=True, related_name="call_backs")
    erased_at = models.DateTimeField(null=True)

    objects = CallBackQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("call wanted")
        verbose_name_plural = _("calls wanted")
        constraints = [
            models.UniqueConstraint(
                fields=["phone"],
                condition=Q(done_at=None, kind="call") & ~Q(phone=""),
                name="one_open_call_a_phone",
            ),
            models.UniqueConstraint(
                fields=["phone", "page"],
                condition=Q(done_at=None, kind="visit") & ~Q(phone=""),
                name="one_open_visit_a_phone_and_page",
            ),
            models.CheckConstraint(
                condition=Q(kind="call", company="", week_of=None, people=None)
                | Q(
                    kind="visit",
                    week_of__isnull=False,
                    people__isnull=False,
                    people__gte=1,
                ),
                name="visit_says_when_and_how_many",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, outcome="") | (Q(done_at__isnull=False) & ~Q(outcome="")),
                name="done_call_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(phone="", sentence="", company=""),
                name="erased_call_names_nobody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
