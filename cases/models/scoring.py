"""The scoring of a case: a round on one version, its reviewers, their sheets, a discussion.

Nobody with a tie to the case enters points: every way by which a sheet or a line of it is written
asks ``cases.scoring.entry`` first.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from cases.models.pages import CasePage
from cases.models.schemes import ScoringCriterion, ScoringScheme

FULL_POINTS = 10
FIRST_TURN, SECOND_TURN = 1, 2


class ScoringRoundQuerySet(models.QuerySet):
    def open(self) -> ScoringRoundQuerySet:
        return self.filter(closed_at=None)

    def closed(self) -> ScoringRoundQuerySet:
        return self.filter(closed_at__isnull=False)


class ScoringRound(models.Model):
    """One scoring of a case on a version that does not change meanwhile, by one scheme."""

    class Outcome(models.TextChoices):
        SHORTLISTED = "shortlisted", _("shortlisted")
        COMPLETE = "complete", _("back for completion")
        REJECTED = "rejected", _("rejected")

    case = models.ForeignKey(
        CasePage, models.PROTECT, related_name="scoring_rounds", verbose_name=_("case")
    )
    scheme = models.ForeignKey(
        ScoringScheme, models.PROTECT, related_name="rounds", verbose_name=_("criteria")
    )
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened on"), default=timezone.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    # After a discussion reviewers may revise; the first sheets stay.
    second_turn_at = models.DateTimeField(_("second turn opened on"), null=True)
    # Set where the bureau waits no longer for those who have not answered.
    second_turn_ended_at = models.DateTimeField(_("second turn ended on"), null=True)
    closed_at = models.DateTimeField(_("closed on"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    # Where a case below the pass mark was shortlisted all the same.
    below_mark_reason = models.TextField(
        _("reason below the pass mark"), max_length=2000, blank=True
    )

    objects = ScoringRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("scoring round")
        verbose_name_plural = _("scoring rounds")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(closed_at=None), name="one_open_round_a_case"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="", reason="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="") & ~Q(reason="")),
                name="outcome_with_day_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(second_turn_ended_at=None) | Q(second_turn_at__isnull=False),
                name="second_turn_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {timezone.localdate(self.opened_at)}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def turn(self) -> int:
        """The turn that reviewers are in."""
        return SECOND_TURN if self.second_turn_at else FIRST_TURN


class CaseReviewerQuerySet(models.QuerySet):
    def active(self) -> CaseReviewerQuerySet:
        """Neither declined nor taken out: those whose sheets count."""
        return self.filter(declined_at=None, removed_at=None)


class CaseReviewer(models.Model):
    """Somebody who was asked to score a case; declining and being taken out stay on record."""

    round = models.ForeignKey(ScoringRound, models.CASCADE, related_name="reviewers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="case_reviews",
        verbose_name=_("reviewer"),
    )
    assigned_at = models.DateTimeField(_("asked on"), default=timezone.now)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    declined_at = models.DateTimeField(_("declined on"), null=True)
    removed_at = models.DateTimeField(_("taken out on"), null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reason = models.TextField(_("reason"), max_length=1000, blank=True)

    objects = CaseReviewerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("reviewer of a case")
        verbose_name_plural = _("reviewers of cases")
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="one_reviewer_once_a_round"),
            models.CheckConstraint(
                condition=Q(declined_at=None, removed_at=None) | ~Q(reason=""),
                name="reviewer_leaves_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.user}"

    @property
    def is_active(self) -> bool:
        return self.declined_at is None and self.removed_at is None

    @property
    def name(self) -> str:
        return self.user.get_full_name() or self.user.get_username()


class EntryQuerySet(models.QuerySet):
    """Rows that hold what a reviewer enters; writing many at once is checked as writing one is."""

    def bulk_create(self, objs: Iterable, *args, **kwargs):
        rows = list(objs)
        check_entries(rows)
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(self, objs: Iterable, fields, *args, **kwargs):
        rows = list(objs)
        check_entries(rows)
        return super().bulk_update(rows, fields, *args, **kwargs)

    def update(self, **values) -> int:
        check_entries(self)
        return super().update(**values)


def check_entries(rows: Iterable) -> None:
    """Raise ``cases.scoring.entry.EntryRefused`` where one of the reviewers may not score now."""
    from cases.scoring.entry import check_entry  # it needs these models

    for reviewer in {row.case_reviewer for row in rows}:
        check_entry(reviewer)


class ScoreSheet(models.Model):
    """What one reviewer gives in one turn; a draft until it is submitted."""

    reviewer = models.ForeignKey(CaseReviewer, models.CASCADE, related_name="sheets")
    turn = models.PositiveSmallIntegerField(_("turn"), default=FIRST_TURN)
    started_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(_("submitted on"), null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["turn", "pk"]
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "turn"], name="one_sheet_a_reviewer_and_turn"
            ),
            models.CheckConstraint(
                condition=Q(turn__in=(FIRST_TURN, SECOND_TURN)), name="two_turns_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer} {self.turn}"

    def save(self, *args, **kwargs) -> None:
        check_entries([self])
        super().save(*args, **kwargs)

    @property
    def case_reviewer(self) -> CaseReviewer:
        return self.reviewer

    @property
    def total(self) -> Decimal:
        """Of 100, exact: the points weighted; what is not filled in yet counts nothing."""
        return sum(
            (line.weighted for line in self.lines.all() if line.points is not None), Decimal(0)
        )


class CriterionPoints(models.Model):
    """Points for one criterion with a sentence of reason; both may be empty in a draft."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="lines")
    criterion = models.ForeignKey(ScoringCriterion, models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(
        _("points"), null=True, blank=True, validators=[MaxValueValidator(FULL_POINTS)]
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["criterion__sort_order", "pk"]
        verbose_name = _("points for a criterion")
        verbose_name_plural = _("points for criteria")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="points_once_a_criterion"),
            models.CheckConstraint(
                condition=Q(points=None) | Q(points__gte=0, points__lte=FULL_POINTS),
                name="points_from_0_to_10",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.criterion}: {self.points}"

    def save(self, *args, **kwargs) -> None:
        check_entries([self])
        super().save(*args, **kwargs)

    @property
    def case_reviewer(self) -> CaseReviewer:
        return self.sheet.reviewer

    @property
    def weighted(self) -> Decimal:
        """What the points give of the hundred."""
        return Decimal(self.criterion.weight * (self.points or 0)) / FULL_POINTS


class Discussion(models.Model):
    """What reviewers said to each other where their totals lie far apart."""

    round = models.ForeignKey(ScoringRound, models.CASCADE, related_name="discussions")
    held_on = models.DateField(_("held on"))
    present = models.ManyToManyField(
        CaseReviewer, related_name="+", verbose_name=_("reviewers present")
    )
    others = models.CharField(_("others present"), max_length=200, blank=True)
    minutes = models.TextField(_("minutes"), max_length=5000)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")

    def __str__(self) -> str:
        return f"{self.round_id} {self.held_on}"


class ScoresStand(models.Model):
    """The bureau's word that a changed content is still what was scored, for just that content."""

    round = models.ForeignKey(ScoringRound, models.CASCADE, related_name="confirmations")
    # Of what the content says, without its book-keeping; see cases.scoring.content.
    fingerprint = models.CharField(max_length=64)
    reason = models.TextField(_("reason"), max_length=1000)
    confirmed_at = models.DateTimeField(_("confirmed on"), default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("confirmation of scores")
        verbose_name_plural = _("confirmations of scores")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "fingerprint"], name="scores_confirmed_once_a_content"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="confirmation_states_its_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {timezone.localdate(self.confirmed_at)}"
