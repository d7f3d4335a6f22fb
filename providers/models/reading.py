"""What an account wants by e-mail, and which of its messages it has read."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MessageGroup(models.TextChoices):
    """Kinds of messages that an account receives by e-mail, or reads on the site only."""

    REQUESTS = "requests", _("Requests of enterprises")
    REVIEW = "review", _("Review and publication of listings")
    CERTIFICATES = "certificates", _("Qualifications and their end")
    JOINING = "joining", _("Applications to join")
    CASES = "case", _("Nomination and scoring of cases")


class MessagePreference(models.Model):
    """One account's choice for one group; without a row e-mail is on."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    group = models.CharField(max_length=12, choices=MessageGroup)
    email = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("choice of notifications")
        verbose_name_plural = _("choices of notifications")
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="one_choice_a_group")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.group}"


class ReadMark(models.Model):
    """That an account has opened one of its messages."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    message = GenericForeignKey()
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("read message")
        verbose_name_plural = _("read messages")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "user"], name="one_read_mark_a_reader"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.content_type_id}:{self.object_id}"
