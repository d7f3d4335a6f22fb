"""The printed form of an edition: PDF files, how far they are made, and what went wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.editions import CaseCollectionPage, CollectionIssue
from catalog.models import private_storage

if TYPE_CHECKING:
    from collections.abc import Iterable

# A process that says nothing for so long is dead: its booklet may be built by another.
SILENCE = timedelta(minutes=10)


class BookletQuerySet(models.QuerySet):
    def under_way(self) -> BookletQuerySet:
        return self.filter(state__in=[Booklet.State.WAITING, Booklet.State.BUILDING])

    def abandoned(self, at: datetime) -> BookletQuerySet:
        """Those whose building process has said nothing for too long."""
        return self.filter(state=Booklet.State.BUILDING, seen_at__lt=at - SILENCE)


class Booklet(models.Model):
    """One PDF of an issue, or of the draft for the bureau (``issue`` is empty then).

    ``left_out`` are the places of cases that were not shown any more when it was made. A file is
    served only while every case that is not shown is left out of it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be built")
        BUILDING = "building", _("being built")
        READY = "ready", _("built")
        FAILED = "failed", _("could not be built")

    class Failure(models.TextChoices):
        """What stopped a build; the details are in the log."""

        SLOW = "slow", _("It took longer than a booklet may.")
        LARGE = "large", _("It needed more memory than a booklet may.")
        CRASHED = "crashed", _("The program that makes the PDF ended with an error.")
        PICTURE = "picture", _("A picture of the edition cannot be read.")

    collection = models.ForeignKey(
        CaseCollectionPage,
        models.CASCADE,
        related_name="booklets",
        verbose_name=_("edition of the case collection"),
    )
    issue = models.ForeignKey(
        CollectionIssue,
        models.CASCADE,
        null=True,
        related_name="booklets",
        verbose_name=_("issue of an edition"),
    )
    # Of what the file shows and of the layout: another one is wanted when it changes.
    fingerprint = models.CharField(max_length=64)
    left_out = models.JSONField(default=list)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    # Steps done, of ``cases.editions.building.STEPS``.
    step = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=10, choices=Failure, blank=True)
    # What the machine lacks, as ``cases.editions.machine`` names it, while it waits for that.
    lacks = models.JSONField(default=list)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Who builds it: only this claim may write its end.
    claim = models.CharField(max_length=32, blank=True)

    file = models.FileField(upload_to="editions/booklets/", storage=private_storage, blank=True)
    pages = models.PositiveIntegerField(_("pages"), null=True)
    size = models.PositiveIntegerField(_("file size (bytes)"), null=True)

    wanted_at = models.DateTimeField(_("ordered on"), default=timezone.now)
    wanted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("built on"), null=True)

    objects = BookletQuerySet.as_manager()

    class Meta:
        verbose_name = _("booklet")
        verbose_name_plural = _("booklets")
        constraints = [
            models.UniqueConstraint(
                fields=["issue"],
                condition=Q(state__in=["waiting", "building"]),
                name="one_booklet_of_an_issue_under_way",
            ),
            models.UniqueConstraint(
                fields=["collection"],
                condition=Q(state__in=["waiting", "building"], issue=None),
                name="one_draft_booklet_under_way",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | ~Q(file=""), name="ready_booklet_has_its_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.collection_id}/{self.issue_id}: {self.state}"

    def may_be_shown(self, absent: Iterable[int]) -> bool:
        """Whether the file holds none of the cases, by place, that are not shown any more."""
        return self.is_there() and set(absent) <= set(self.left_out)

    def is_there(self) -> bool:
        """Whether it is built and its file is where it was put."""
        return self.state == self.State.READY and self.file.storage.exists(self.file.name)
