"""What became of a notice and its subjects: tables beside the page, out of any draft's reach."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.notices import NoticePage, NoticeSubject


class NoticeRecord(models.Model):
    """That a notice was published, and its withdrawal. Beside the page: no draft changes it."""

    notice = models.OneToOneField(
        NoticePage, models.CASCADE, related_name="record", verbose_name=_("public notice")
    )
    published_at = models.DateTimeField(_("published on"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True)
    withdrawal_reason = models.TextField(_("reason"), max_length=500, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # When the bureau was told that the period is over.
    end_told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("record of a notice")
        verbose_name_plural = _("records of notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
                name="withdrawn_notice_says_why",
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.published_at:%Y-%m-%d}"


class SubjectRecord(models.Model):
    """What of a subject was put on notice, and whether the bureau took it out again.

    ``facts`` is what the public reads of it (``cases.notices.recording``); ``content_hash`` tells
    whether what is to be published is what was on notice.
    """

    class Fate(models.TextChoices):
        """What becomes of a subject that was taken out."""

        COMPLETE = "complete", _("goes back for completion")
        REJECT = "reject", _("is not taken up")

    subject = models.OneToOneField(NoticeSubject, models.CASCADE, related_name="record")
    title = models.CharField(_("title"), max_length=255)
    facts = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64, blank=True)
    taken_out_at = models.DateTimeField(_("taken out on"), null=True)
    taken_out_because = models.TextField(_("reason"), max_length=500, blank=True)
    taken_out_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    fate = models.CharField(_("what becomes of it"), max_length=10, choices=Fate, blank=True)

    class Meta:
        verbose_name = _("record of a subject on notice")
        verbose_name_plural = _("records of subjects on notice")
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_out_at=None, taken_out_because="", fate="")
                | (Q(taken_out_at__isnull=False) & ~Q(taken_out_because="") & ~Q(fate="")),
                name="subject_is_taken_out_with_reason",
            )
        ]

    def __str__(self) -> str:
        return self.title


class NoticeResult(models.Model):
    """What came of a notice, as published; never changed.

    ``settled`` lists for each objection that was admitted and answered: ``subject``, ``upheld``
    and ``answer``, the public sentence.
    """

    notice = models.OneToOneField(
        NoticePage, models.PROTECT, related_name="result", verbose_name=_("public notice")
    )
    filed = models.PositiveIntegerField(_("objections filed"))
    admitted = models.PositiveIntegerField(_("of which admitted"))
    upheld = models.PositiveIntegerField(_("of which upheld"))
    settled = models.JSONField(default=list)
    sentence = models.TextField(_("what follows from it"), max_length=1000)
    published_at = models.DateTimeField(_("published on"), default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("result of a notice")
        verbose_name_plural = _("results of notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(filed__gte=F("admitted"), admitted__gte=F("upheld")),
                name="notice_result_adds_up",
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.published_at:%Y-%m-%d}"

    def save(self, *args, **kwargs) -> None:
        """Store it once.

        Raises:
            ValueError: it was published already.
        """
        if not self._state.adding:
            raise ValueError("The result of a notice is not changed once it is published.")
        super().save(*args, **kwargs)
