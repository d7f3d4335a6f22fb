"""Messages to providers' members, applicants and the office about listings and joining.

One row a message, written in the transaction that makes it true; text and address are made on
delivery, so a row holds no personal data.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from providers.models.applications import Application
from providers.models.deliveries import Delivery
from providers.models.members import MemberInvitation


class NoticeKind(models.TextChoices):
    """Each has its text in ``templates/mail/<kind>.txt``."""

    APPLICATION_RECEIVED = "application_received", _("application received")
    APPLICATION_SUBMITTED = "application_submitted", _("application waits")
    APPLICATION_RETURNED = "application_returned", _("application returned")
    APPLICATION_REFUSED = "application_refused", _("application refused")
    APPROVAL_TAKEN_BACK = "approval_taken_back", _("approval taken back")
    MEMBER_INVITED = "member_invited", _("invitation to the team")
    REVIEW_WAITING = "review_waiting", _("submission waits")
    REVIEW_OVERDUE = "review_overdue", _("first review overdue")
    LISTING_RETURNED = "listing_returned", _("listing returned")
    LISTING_PUBLISHED = "listing_published", _("listing published")
    LISTING_SUSPENDED = "listing_suspended", _("listing suspended")
    SUSPENSION_OVERDUE = "suspension_overdue", _("suspension beyond its announced end")
    LISTING_RESTORED = "listing_restored", _("listing restored")
    LISTING_REMOVED = "listing_removed", _("listing removed")
    PROFILE_WITHDRAWN = "profile_withdrawn", _("provider's profile withdrawn")
    APPEAL_FILED = "appeal_filed", _("appeal waits")
    APPEAL_ANSWERED = "appeal_answered", _("appeal answered")
    NOTICE_OBJECTION = "notice_objection", _("objection to a public notice")
    NOTICE_OBJECTION_DUE = "notice_objection_due", _("objection to be handled soon")
    NOTICE_STATEMENT = "notice_statement", _("statement on an objection wanted")
    NOTICE_ENDED = "notice_ended", _("public notice ended")
    QUALIFICATION_EXPIRES = "qualification_expires", _("qualification expires")
    QUALIFICATION_EXPIRED = "qualification_expired", _("qualification expired")
    EXPERT_INVITED = "expert_invited", _("invitation to score cases")
    SCORING_ASSIGNED = "scoring_assigned", _("case to score")
    SCORING_REMINDED = "scoring_reminded", _("score sheet waits")
    SCORING_DECLINED = "scoring_declined", _("reviewer declined")
    SCORING_COMPLETE = "scoring_complete", _("all score sheets are in")
    SCORING_REVISED = "scoring_revised", _("score sheet may be revised")
    CASE_NOMINATED = "case_nominated", _("case nominated")
    PERMISSION_TO_CHECK = "permission_to_check", _("signed permission to check")
    PERMISSION_ANSWERED = "permission_answered", _("enterprise answered about its case")
    PERMISSION_WITHDRAWN = "permission_withdrawn", _("permission to publish withdrawn")
    CASE_SHORTLISTED = "case_shortlisted", _("case shortlisted")
    CASE_INCOMPLETE = "case_incomplete", _("case to be completed")
    CASE_REJECTED = "case_rejected", _("case not chosen")


class Notice(Delivery):
    """To one account, to an applicant or to an invited person: exactly one of the three."""

    kind = models.CharField(_("kind"), max_length=24, choices=NoticeKind)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    application = models.ForeignKey(Application, models.CASCADE, null=True, related_name="notices")
    invitation = models.ForeignKey(
        MemberInvitation, models.CASCADE, null=True, related_name="notices"
    )
    page = models.ForeignKey(Page, models.CASCADE, null=True, related_name="+")
    # Where the reader goes on, below the site's address; derived for private links.
    path = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(user__isnull=False, application=None, invitation=None)
                    | Q(user=None, application__isnull=False, invitation=None)
                    | Q(user=None, application=None, invitation__isnull=False)
                ),
                name="notice_names_its_reader",
            )
        ]

    def __str__(self) -> str:
        return self.key
