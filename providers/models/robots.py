"""Robots in the chat groups of providers' teams and of the office, and what is posted to them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers.keys import fingerprint
from providers.models.deliveries import Delivery
from providers.models.standing import ProviderTeam
from providers.sealing import UnreadableSecret, is_stale, seal, unseal

SEALED_FOR = "chat-robots"


class ChatService(models.TextChoices):
    WECOM = "wecombot", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")
    LARK = "lark", _("Lark")


class ChatRobot(models.Model):
    """A group's robot; without a team it is the office's.

    Of its address only the secret part is kept, encrypted: where a post goes is fixed by the
    service. Whoever holds ``token`` can write into the group, so no page shows it whole. ``token``
    and ``secret`` may be given where a robot is made, and be read and changed like columns.
    """

    team = models.ForeignKey(ProviderTeam, models.CASCADE, null=True, related_name="robots")
    service = models.CharField(_("service"), max_length=10, choices=ChatService)
    sealed_token = models.TextField()
    # By which the same robot is known again, whatever key closed the token above.
    token_mark = models.CharField(max_length=64)
    # DingTalk's, where the robot demands a signature.
    sealed_secret = models.TextField(blank=True)
    name = models.CharField(_("name of the group"), max_length=40)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    added_at = models.DateTimeField(_("added on"), default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("chat robot")
        verbose_name_plural = _("chat robots")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "service", "token_mark"], name="one_robot_a_group"
            ),
            # Nothing equals NULL, so the office's have a rule of their own.
            models.UniqueConstraint(
                fields=["service", "token_mark"],
                condition=Q(team=None),
                name="one_robot_an_office_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()} {self.name}"

    def save(self, *args, **kwargs) -> None:
        """Whatever else is saved, what a former key closed is closed with today's."""
        self.close_anew()
        super().save(*args, **kwargs)

    @property
    def token(self) -> str:
        """The secret part of the address.

        Raises:
            UnreadableSecret: none of the site's keys opens it.
        """
        return unseal(self.sealed_token, purpose=SEALED_FOR)

    @token.setter
    def token(self, value: str) -> None:
        self.sealed_token = seal(value, purpose=SEALED_FOR)
        self.token_mark = fingerprint(value)

    @property
    def secret(self) -> str:
        """DingTalk's secret for signatures, or nothing.

        Raises:
            UnreadableSecret: none of the site's keys opens it.
        """
        return unseal(self.sealed_secret, purpose=SEALED_FOR)

    @secret.setter
    def secret(self, value: str) -> None:
        self.sealed_secret = seal(value, purpose=SEALED_FOR)

    @property
    def is_readable(self) -> bool:
        """Whether its keys can be used; otherwise its keeper has to enter them anew."""
        try:
            _opened = (self.token, self.secret)
        except UnreadableSecret:
            return False
        return True

    @property
    def masked(self) -> str:
        """The end of the secret, by which its owner knows it again; nothing if it is unreadable."""
        return f"…{self.token[-4:]}" if self.is_readable else ""

    @property
    def is_stale(self) -> bool:
        """Whether a former key of the site closed one of its keys."""
        return any(
            is_stale(sealed, purpose=SEALED_FOR)
            for sealed in (self.sealed_token, self.sealed_secret)
        )

    def close_anew(self) -> None:
        """Close with today's key what a former one closed; what nothing opens stays as it is."""
        if self.is_stale and self.is_readable:
            self.token, self.secret = self.token, self.secret


class RobotPost(Delivery):
    """One post of one robot about a message that was written to people."""

    kind = models.CharField(max_length=30)
    robot = models.ForeignKey(ChatRobot, models.CASCADE, related_name="posts")
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.PositiveBigIntegerField()
    about = GenericForeignKey()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("post of a chat robot")
        verbose_name_plural = _("posts of chat robots")
        indexes = [models.Index(fields=["content_type", "object_id"], name="robot_post_about")]

    def __str__(self) -> str:
        return self.key
