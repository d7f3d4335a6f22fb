"""What every message of the site has in common: told once, claimed by one process, tried again.

A message goes through several channels. Each channel has a row of its own, so that what one of
them has taken is not handed to it again while another is still tried.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A process that died while it delivered a message gives it up after this time.
CLAIM_LIFETIME = timedelta(minutes=10)
# The pauses before a channel is tried again; after the last of them it is given up.
RETRY_AFTER = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=12),
    timedelta(hours=24),
)
# Mail servers that could not hand a mail on give up after four or five days (RFC 5321, 4.5.4.1);
# what they have not returned by then has arrived.
DELAY_SHOWN = timedelta(days=7)


class Channel(models.TextChoices):
    """``WRITING`` is no channel: it notes that the text itself could not be made."""

    WRITING = "writing", _("writing the message")
    FILE = "file", _("file")
    LOG = "log", _("log")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    ROBOT = "robot", _("chat robot")


class DispatchQuerySet(models.QuerySet):
    def open(self) -> DispatchQuerySet:
        """Not handed over yet, whether another try is planned or not."""
        return self.filter(done_at=None)

    def due(self, at: datetime | None = None) -> DispatchQuerySet:
        return self.open().filter(next_try_at__lte=at or timezone.now())

    def troubled(self) -> DispatchQuerySet:
        """Tried in vain, or on its way and held up there, and nobody has dealt with it."""
        in_vain = Q(done_at=None, tries__gt=0)
        held_up = Q(done_at__isnull=False, delayed_at__gte=timezone.now() - DELAY_SHOWN)
        return self.filter(in_vain | held_up, handled_at=None)

    def failed(self) -> DispatchQuerySet:
        """Those among them that nothing tries again by itself: a person has to look."""
        return self.troubled().open().filter(next_try_at=None)


class Dispatch(models.Model):
    """One message through one channel. It names neither address nor text.

    ``next_try_at`` is empty once it is done, refused for good (``bounced_at``) or given up. A mail
    that was taken and came back is refused for good from then on; ``delayed_at`` is when a mail
    server last said that it still tries to hand one on.
    """

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    message = GenericForeignKey()
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, default=timezone.now)
    done_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(_("refused for good on"), null=True)
    delayed_at = models.DateTimeField(_("held up since"), null=True)
    # The class of the failure only: what it says may hold an address.
    error = models.CharField(_("error"), max_length=100, blank=True)
    # A keyed fingerprint of the e-mail address that was refused, to tell whether it is still used.
    address_mark = models.CharField(max_length=32, blank=True)
    handled_at = models.DateTimeField(_("dealt with on"), null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = DispatchQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("delivery of a message")
        verbose_name_plural = _("deliveries of messages")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "channel"], name="one_dispatch_a_channel"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="dispatch_open", condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.content_type_id}:{self.object_id} {self.channel}"


class DeliveryQuerySet(models.QuerySet):
    def waiting(self, at: datetime | None = None) -> DeliveryQuerySet:
        """Messages with something to do now that no process is doing, oldest first."""
        now = at or timezone.now()
        unclaimed = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_LIFETIME)
        own = Dispatch.objects.filter(
            content_type=ContentType.objects.get_for_model(self.model), object_id=OuterRef("pk")
        )
        # None open: nothing was begun, or the process died before it noted that all is done.
        something_to_do = Exists(own.due(now)) | ~Exists(own.open())
        return self.filter(unclaimed, something_to_do, sent_at=None).order_by("pk")


class Delivery(models.Model):
    """``key`` makes it unique: the same event tells the same person once, however often told.

    ``sent_at`` is set when every channel has taken it.
    """

    key = models.CharField(max_length=120, unique=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent on"), null=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    # What hangs on a message goes with it.
    dispatches = GenericRelation(Dispatch)
    read_marks = GenericRelation("providers.ReadMark")
    robot_posts = GenericRelation("providers.RobotPost")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        abstract = True
