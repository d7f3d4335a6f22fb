"""What takes a listing out of the public's sight, and what can be said against it.

A suspension is the bureau's pause; a withdrawal is the provider's own act; a removal is the
bureau's and can be appealed against.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision


def line_of_paths(page: Page) -> list[str]:
    """The tree paths from the root down to a page, its own included."""
    return [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]


class HoldQuerySet(models.QuerySet):
    """Acts of the bureau that reach a page and everything below it until they are lifted."""

    def in_force(self) -> HoldQuerySet:
        return self.filter(lifted_at=None)

    def over(self, page: Page) -> HoldQuerySet:
        """Those on the page or on a page above it."""
        return self.filter(page__path__in=line_of_paths(page))

    def reaches(self) -> Exists:
        """For a query of pages: whether one of these lies on the page or on one above it."""
        path = ExpressionWrapper(OuterRef("path"), output_field=models.CharField())
        rows = self.annotate(listing_path=path)
        return Exists(rows.filter(listing_path__startswith=F("page__path")))


class Suspension(models.Model):
    """The bureau's hold on a page and everything below it; nothing is unpublished by it.

    It lasts until lifted; ``until`` is the date announced to the provider.
    """

    page = models.ForeignKey(
        Page, models.CASCADE, related_name="suspensions", verbose_name=_("page")
    )
    reason = models.TextField(_("reason"))
    starts_at = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateField(_("announced until"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted on"), null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        constraints = [
            models.UniqueConstraint(
                fields=["page"],
                condition=Q(lifted_at=None),
                name="one_suspension_a_page",
                violation_error_message=_("This page is suspended already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.page}: {self.reason[:40]}"


class Withdrawal(models.Model):
    """The provider took its listing back; it ends when the listing is published again."""

    page = models.ForeignKey(
        Page, models.CASCADE, related_name="withdrawals", verbose_name=_("page")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    at = models.DateTimeField(_("withdrawn on"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        constraints = [
            models.UniqueConstraint(
                fields=["page"], condition=Q(ended_at=None), name="one_withdrawal_a_page"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.at:%Y-%m-%d}"


class Removal(models.Model):
    """The bureau took a listing, and all below it, off the site. Lifted by a granted appeal."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="removals", verbose_name=_("page"))
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("removed on"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    appeal_until = models.DateField(_("appeal until"))
    lifted_at = models.DateTimeField(_("lifted on"), null=True)
    # What was public when it was removed: a granted appeal brings back just this.
    revisions = models.ManyToManyField(Revision, related_name="+")

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("removal")
        verbose_name_plural = _("removals")
        constraints = [
            models.UniqueConstraint(
                fields=["page"], condition=Q(lifted_at=None), name="one_removal_a_page"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="removal_states_its_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.reason[:40]}"

    def is_open_to_appeal(self, on: date | None = None) -> bool:
        """Whether the provider may still appeal: in force, within the period, not done before."""
        day = on or timezone.localdate()
        return self.lifted_at is None and day <= self.appeal_until and not hasattr(self, "appeal")


class Appeal(models.Model):
    """The provider's objection to a removal, and the bureau's answer."""

    removal = models.OneToOneField(Removal, models.CASCADE, related_name="appeal")
    text = models.TextField(_("why the removal is wrong"))
    filed_at = models.DateTimeField(_("filed on"), default=timezone.now)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    granted = models.BooleanField(_("granted"), null=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered on"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                condition=Q(granted=None, answer="", answered_at=None)
                | (Q(granted__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
                name="appeal_is_answered_with_reasons",
            )
        ]

    def __str__(self) -> str:
        return f"{self.removal_id}: {self.text[:40]}"
