"""The outbox: one row a message, written in the transaction that makes it true."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers.matching.models.replies import Invitation
from providers.matching.models.requests import MatchRequest
from providers.models.deliveries import Delivery, DeliveryQuerySet


class MessageKind(models.TextChoices):
    REQUEST_SUBMITTED = "request_submitted", _("request received")
    INVITED = "invited", _("new request")
    ANSWERED = "answered", _("a provider answered")
    QUOTED = "quoted", _("a quote has come")
    QUOTE_CHANGED = "quote_changed", _("a quote was changed")
    REPLY_WITHDRAWN = "reply_withdrawn", _("a provider withdrew its reply")
    ANSWER_REMINDER = "answer_reminder", _("reminder to answer")
    QUOTE_REMINDER = "quote_reminder", _("reminder of a quote")
    NOBODY_ANSWERED = "nobody_answered", _("nobody takes the request on")
    QUESTION_ASKED = "question_asked", _("a question was asked")
    QUESTION_ANSWERED = "question_answered", _("a question was answered")
    SCORE_CONTESTED = "score_contested", _("a score is contested")
    OBJECTION_ANSWERED = "objection_answered", _("an objection was answered")
    ADVICE_WANTED = "advice_wanted", _("advice wanted")
    ADVICE_GIVEN = "advice_given", _("the centre proposes providers")
    ADVICE_ANSWERED = "advice_answered", _("a proposal was answered")
    REQUEST_WITHDRAWN = "request_withdrawn", _("request withdrawn")
    REQUEST_ENDED = "request_ended", _("request ended without a choice")
    CONSENT_GIVEN = "consent_given", _("contact data released")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("contact data withdrawn")
    CHOSEN = "chosen", _("chosen by the enterprise")
    NOT_CHOSEN = "not_chosen", _("another provider was chosen")
    CONFIRM_REMINDER = "confirm_reminder", _("reminder to confirm")
    CONTRACTED = "contracted", _("contract confirmed")
    FELL_THROUGH = "fell_through", _("a choice fell through")
    REQUEST_REOPENED = "request_reopened", _("request open again")
    CRITERIA_CHANGED = "criteria_changed", _("acceptance criteria changed")
    CRITERIA_AGREED = "criteria_agreed", _("acceptance criteria agreed")
    HANDED_OVER = "handed_over", _("work handed over")
    HAND_OVER_WAITS = "hand_over_waits", _("reminder to confirm the work")
    HAND_OVER_CONFIRMED = "hand_over_confirmed", _("acceptance confirmed")
    HAND_OVER_REFUSED = "hand_over_refused", _("hand-over refused")
    CLOSED_UNCONFIRMED = "closed_unconfirmed", _("closed without confirmation")
    DISPUTE_OPENED = "dispute_opened", _("dispute opened")
    VIEW_STATED = "view_stated", _("the other side stated its view")
    SETTLEMENT_RECOMMENDED = "settlement_recommended", _("a settlement was recommended")
    DISPUTE_SETTLED = "dispute_settled", _("dispute settled")
    RATING_INVITED = "rating_invited", _("invitation to rate")
    RATED = "rated", _("rating published")
    RATING_REPLIED = "rating_replied", _("a rating was answered")
    HELP_OFFERED = "help_offered", _("the office offers help")
    HELP_ANSWERED = "help_answered", _("an offer of help was answered")
    KEYS_RENEWED = "keys_renewed", _("link and access code renewed")
    DATA_ERASED = "data_erased", _("personal data erased")


# What an enterprise must act on: without a channel that reaches it, the centre calls.
NEEDS_ACTION = frozenset(
    {
        MessageKind.ANSWERED,
        MessageKind.QUOTED,
        MessageKind.NOBODY_ANSWERED,
        MessageKind.QUESTION_ASKED,
        MessageKind.ADVICE_GIVEN,
        MessageKind.CONTRACTED,
        MessageKind.FELL_THROUGH,
        MessageKind.CRITERIA_CHANGED,
        MessageKind.HANDED_OVER,
        MessageKind.HAND_OVER_WAITS,
        MessageKind.DISPUTE_OPENED,
        MessageKind.DISPUTE_SETTLED,
        MessageKind.HELP_OFFERED,
    }
)


class MessageQuerySet(DeliveryQuerySet):
    def to_call(self) -> MessageQuerySet:
        """Messages to enterprises that no channel reaches: the centre's call list."""
        return self.filter(needs_call=True)


class Message(Delivery):
    """One message to one recipient. It stores no text and no address: both are made on delivery."""

    class Audience(models.TextChoices):
        ENTERPRISE = "enterprise", _("enterprise")
        PROVIDER = "provider", _("provider")
        OFFICE = "office", _("office")

    kind = models.CharField(_("kind"), max_length=30, choices=MessageKind)
    audience = models.CharField(_("to"), max_length=10, choices=Audience)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    request = models.ForeignKey(MatchRequest, models.CASCADE, related_name="messages")
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, related_name="messages")
    needs_call = models.BooleanField(_("to be told by phone"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(audience="enterprise", user=None)
                | (~Q(audience="enterprise") & Q(user__isnull=False)),
                name="message_names_its_reader",
            )
        ]

    def __str__(self) -> str:
        return self.key
