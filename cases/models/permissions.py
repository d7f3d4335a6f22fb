"""The enterprise's permission to publish: who agreed, when, and to which content."""

from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import COMMENTS_RELATION_NAME, Revision

from cases.models.pages import CasePage
from catalog.models import private_storage
from catalog.models.content import saved_content
from providers.models import KeyedRow

# What is found and said by machines alone, and where the page lies.
NOT_AGREED_TO = frozenset({COMMENTS_RELATION_NAME, "slug", "seo_title", "search_description"})


def fingerprint_of(content: dict) -> str:
    """A mark of all that a case says to the public.

    ``content`` is a revision's, or ``serializable_data()`` of the page.
    """
    said = saved_content(content, CasePage)
    agreed = {key: value for key, value in said.items() if key not in NOT_AGREED_TO}
    return hashlib.sha256(json.dumps(agreed, sort_keys=True).encode()).hexdigest()


class PublicationPermissionQuerySet(models.QuerySet):
    def standing(self) -> PublicationPermissionQuerySet:
        """Given and not taken back; a provider's paper counts once the bureau has checked it."""
        given = self.filter(answer=PublicationPermission.Answer.AGREED, withdrawn_at=None)
        return given.filter(Q(document="") | Q(checked_at__isnull=False))

    def covering(self, page: CasePage) -> PublicationPermissionQuerySet:
        """Standing ones for just the content of this page, as it stands in memory."""
        mark = fingerprint_of(page.serializable_data())
        return self.standing().filter(case_id=page.pk, content_mark=mark)


class PublicationPermission(KeyedRow):
    """One question to the enterprise, or one paper that it signed, about one version of a case.

    Asked by the office with a link and an access code that go to the enterprise alone; or a signed
    paper, put in by the provider or the office. What was agreed to is ``content_mark``.
    """

    key_purpose = "permission"

    class Answer(models.TextChoices):
        WAITING = "waiting", _("not answered yet")
        AGREED = "agreed", _("agreed")
        ANONYMOUS_ONLY = "anonymous", _("only without the name")
        REFUSED = "refused", _("refused")

    case = models.ForeignKey(CasePage, models.CASCADE, related_name="permissions")
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, related_name="+")
    content_mark = models.CharField(max_length=64)
    is_anonymous = models.BooleanField(_("without the enterprise's name"))

    asked_at = models.DateTimeField(_("asked on"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, default=Answer.WAITING)
    answered_at = models.DateTimeField(_("answered on"), null=True)
    agreed_by = models.CharField(_("who answered"), max_length=40, blank=True)
    agreed_role = models.CharField(_("position"), max_length=40, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True)

    document = models.FileField(
        _("signed paper"), upload_to="permissions/", storage=private_storage, blank=True
    )
    checked_at = models.DateTimeField(_("checked on"), null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = PublicationPermissionQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("publication permission")
        verbose_name_plural = _("publication permissions")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="waiting", answered_at=None)
                | (~Q(answer="waiting") & Q(answered_at__isnull=False) & ~Q(agreed_by="")),
                name="permission_names_who_answered",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(answer="agreed"),
                name="only_a_given_permission_is_withdrawn",
            ),
            models.UniqueConstraint(
                fields=["case", "content_mark"],
                condition=Q(answer="waiting"),
                name="one_open_question_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.get_answer_display()}"

    @property
    def is_standing(self) -> bool:
        """Whether it counts, as ``standing`` of the queryset."""
        given = self.answer == self.Answer.AGREED and self.withdrawn_at is None
        return given and (not self.document or self.checked_at is not None)

    def covers(self, revision: Revision) -> bool:
        """Whether it counts for what this revision says."""
        return self.is_standing and self.content_mark == fingerprint_of(revision.content)
