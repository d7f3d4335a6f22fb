"""Robots in the chat groups of providers' teams and of the office, and what is posted to them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers.models.deliveries import Delivery
from providers.models.standing import ProviderTeam


class ChatService(models.TextChoices):
    WECOM = "wecombot", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")
    LARK = "lark", _("Lark")


class ChatRobot(models.Model):
    """A group's robot; without a team it is the office's.

    Of its address only the secret part is kept: where a post goes is fixed by the service. Whoever
    holds ``token`` can write into the group, so no page shows it whole.
    """

    team = models.ForeignKey(ProviderTeam, models.CASCADE, null=True, related_name="robots")
    service = models.CharField(_("service"), max_length=10, choices=ChatService)
    token = models.CharField(max_length=200)
    # DingTalk's, where the robot demands a signature.
    secret = models.CharField(max_length=200, blank=True)
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
            models.UniqueConstraint(fields=["team", "service", "token"], name="one_robot_a_group"),
            # Nothing equals NULL, so the office's have a rule of their own.
            models.UniqueConstraint(
                fields=["service", "token"],
                condition=Q(team=None),
                name="one_robot_an_office_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()} {self.name}"

    @property
    def masked(self) -> str:
        """The end of the secret, by which its owner knows it again."""
        return f"…{self.token[-4:]}"


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
