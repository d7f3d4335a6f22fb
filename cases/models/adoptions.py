"""Who did the same after a case, and how it went: the adoption ledger (design: Cases)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.pages import CasePage
from catalog.models import ProvincialLevel
from providers.matching.models import MatchRequest

# Fewer than so many enterprises together are told of in no combination of facts (domain 4.4).
FEWEST_TOGETHER = 3


class AdoptionQuerySet(models.QuerySet):
    def reached(self) -> AdoptionQuerySet:
        """Those that came to a good end."""
        return self.filter(state=Adoption.State.SUCCEEDED)


class Adoption(models.Model):
    """One try to repeat a case. Public are counts, outcomes and kinds of reasons; names by consent.

    One that a request began is kept by the clock of that request; the office adds others by hand.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("in progress")
        SUCCEEDED = "succeeded", pgettext_lazy("adoptions", "Done")
        FAILED = "failed", pgettext_lazy("adoptions", "Given up")
        # Handed over, and the enterprise never said whether it works: neither a success nor not.
        UNCONFIRMED = "unconfirmed", _("ended without a confirmed result")

    class Reason(models.TextChoices):
        """Why it was given up."""

        LEADERSHIP = "leadership", _("no backing by the management")
        PROCESS = "process", _("does not fit how the work is organised")
        APPROVAL = "approval", _("approvals or requirements")
        FUNDING = "funding", _("money or resources")
        STAFF = "staff", _("staff or skills")
        OTHER = "other", _("another reason")

    case = models.ForeignKey(
        CasePage, models.CASCADE, related_name="adoptions", verbose_name=_("case")
    )
    request = models.OneToOneField(
        MatchRequest, models.SET_NULL, null=True, editable=False, related_name="adoption"
    )
    enterprise_name = models.CharField(_("enterprise"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.RUNNING)
    reason = models.CharField(_("given up because of"), max_length=12, choices=Reason, blank=True)
    reason_note = models.CharField(
        _("in words, for the office"),
        max_length=200,
        blank=True,
        help_text=_("Needed for another reason; the public reads only the kind of reason."),
    )
    started_on = models.DateField(_("begun on"), default=timezone.localdate)
    finished_on = models.DateField(_("ended on"), null=True, blank=True)
    level_reached = models.ForeignKey(
        ProvincialLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("level reached"),
    )
    # The enterprise lets its name be shown: who agreed, and when.
    named_by = models.CharField(
        _("who agreed that the name is shown"),
        max_length=80,
        blank=True,
        help_text=_("Name and position. Empty: the name is not shown."),
    )
    named_on = models.DateField(_("agreed on"), null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-pk"]
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")
        constraints = [
            models.CheckConstraint(
                condition=(~Q(state="failed") & Q(reason="")) | (Q(state="failed") & ~Q(reason="")),
                name="failed_adoption_says_why",
                violation_error_message=_("Say why it was given up, and only then."),
            ),
            models.CheckConstraint(
                condition=~Q(reason="other") | ~Q(reason_note=""),
                name="other_reason_has_its_words",
                violation_error_message=_("Say the other reason in words."),
            ),
            models.CheckConstraint(
                condition=(Q(state="running", finished_on=None))
                | (
                    ~Q(state="running")
                    & Q(finished_on__isnull=False, finished_on__gte=F("started_on"))
                ),
                name="ended_adoption_has_its_day",
                violation_error_message=_("Name the day on which it ended, after it began."),
            ),
            models.CheckConstraint(
                condition=Q(named_by="", named_on=None)
                | (~Q(named_by="") & Q(named_on__isnull=False) & ~Q(enterprise_name="")),
                name="named_adoption_has_its_consent",
                violation_error_message=_("A name is shown with who agreed, and when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.enterprise_name or self.get_state_display()}"

    @property
    def shown_name(self) -> str:
        """The enterprise as the public may read it; empty without its consent, or on a failure."""
        is_shown = self.named_by and self.state != self.State.FAILED
        return self.enterprise_name if is_shown else ""
