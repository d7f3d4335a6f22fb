"""Invitations into a provider's team. Who belongs to it is told by the team's group."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers.keys import derive_token, fingerprint, new_reference, new_salt
from providers.models.standing import ProviderTeam

INVITATION_LIFETIME = timedelta(days=14)


def end_of_lifetime() -> datetime:
    return timezone.now() + INVITATION_LIFETIME


class MemberInvitationQuerySet(models.QuerySet):
    def open(self, at: datetime | None = None) -> MemberInvitationQuerySet:
        """Neither accepted nor taken back, and within their time."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=at or timezone.now())

    def by_token(self, token: str) -> MemberInvitation | None:
        return self.filter(token_hash=fingerprint(token)).first()


class MemberInvitation(models.Model):
    """A private link by which one person makes an account in a provider's team, once."""

    team = models.ForeignKey(ProviderTeam, models.CASCADE, related_name="invitations")
    reference = models.CharField(max_length=9, unique=True, default=new_reference)
    salt = models.CharField(max_length=32, default=new_salt)
    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=40)
    as_owner = models.BooleanField(_("may invite and remove colleagues"), default=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"), default=end_of_lifetime)
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = MemberInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("invitation of a member")
        verbose_name_plural = _("invitations of members")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_an_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.name}"

    def save(self, *args, **kwargs) -> None:
        if not self.token_hash:
            self.token_hash = fingerprint(self.derived_token())
        super().save(*args, **kwargs)

    def derived_token(self) -> str:
        return derive_token(self.salt, self.reference, purpose="member")

    @property
    def token(self) -> str:
        """The link's secret; empty when the site's keys no longer make it."""
        return derive_token(self.salt, self.reference, purpose="member", expected=self.token_hash)
