"""What has been typed so far, kept on the server at every step."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers.keys import fingerprint
from providers.matching.models.requests import MatchRequest

DRAFT_LIFETIME = timedelta(days=30)


class RequestDraftQuerySet(models.QuerySet):
    def alive(self, at: datetime | None = None) -> RequestDraftQuerySet:
        return self.filter(touched_at__gt=(at or timezone.now()) - DRAFT_LIFETIME)

    def expired(self, at: datetime | None = None) -> RequestDraftQuerySet:
        return self.filter(touched_at__lte=(at or timezone.now()) - DRAFT_LIFETIME)


class RequestDraft(models.Model):
    """A request in the making. ``steps`` holds the raw answers of each step, right or wrong.

    Found by a random token that the browser's session carries and that the "continue later" link
    contains; the database knows its fingerprint only.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    # The request's later reference: the order of equal offers hangs on it and must not change.
    reference = models.CharField(max_length=9)
    steps = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    # Set while a submitted request is edited again in its grace period.
    edits = models.ForeignKey(MatchRequest, models.CASCADE, null=True, related_name="edits")
    # Set once sent: a second click finds it instead of sending twice.
    became = models.ForeignKey(MatchRequest, models.CASCADE, null=True, related_name="drafts")
    # Fingerprint of the session that sent it. Two clicks at once overwrite each other's session,
    # but never its key, so the sender is known even where a session has lost what it noted.
    sent_from = models.CharField(max_length=64, blank=True)

    objects = RequestDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a request")
        verbose_name_plural = _("drafts of requests")

    def __str__(self) -> str:
        return self.reference

    @classmethod
    def by_token(cls, token: str) -> RequestDraft | None:
        """The living draft that a session or a link names."""
        if not token:
            return None
        return cls.objects.alive().filter(token_hash=fingerprint(token)).first()

    def answers(self, step: str) -> dict:
        """The raw answers of a step as typed; empty where it was not reached yet."""
        return self.steps.get(step, {})

    def keep(self, step: str, answers: dict) -> None:
        """Store what was typed in a step, whether it is right or not.

        A draft that was sent meanwhile takes nothing more: its answers are the request's.
        """
        self.steps = {**self.steps, step: answers}
        self.touched_at = timezone.now()
        RequestDraft.objects.filter(pk=self.pk, became=None).update(
            steps=self.steps, touched_at=self.touched_at
        )
