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
    ADVICE_WANTED = "advice_wanted", _("advice wanted")
    REQUEST_WITHDRAWN = "request_withdrawn", _("request withdrawn")
    CONSENT_GIVEN = "consent_given", _("contact data released")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("contact data withdrawn")


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

    kind = models.CharField(_("kind"), max_length=20, choices=MessageKind)
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
