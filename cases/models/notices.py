"""Public notices: what is put before the public, for how long, and what came of it.

The page holds what the bureau writes. What becomes of it (published, withdrawn, a subject taken
out, the result) lies in tables beside it, out of any draft's reach.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Orderable, Page, PageManager, PageQuerySet, Revision
from wagtail.models.pages import PagePermissionTester

from cases.anonymity import is_named_in, names_in_text, texts_of
from cases.models.pages import CasePage
from cases.notices.page_form import NoticePageForm
from catalog.models import AbstractArticle, PublicationRefused, SolutionPage
from catalog.models.listing import concerns_publication
from catalog.workdays import WorkCalendar
from providers.models import ProviderPage

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def today() -> date:
    """The day by which notices open and close, whatever zone the reader is in."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def last_day(starts_on: date, days: int) -> date:
    """The last day of a notice of so many working days; the first day counts if it is one."""
    return WorkCalendar.current().add(starts_on - timedelta(days=1), days)


class NoticeState(models.TextChoices):
    """Where a notice stands; derived, never stored."""

    DRAFT = "draft", _("not published yet")
    SCHEDULED = "scheduled", _("announced")
    OPEN = "open", _("open for objections")
    CLOSED = "closed", _("ended, objections are being handled")
    HANDLED = "handled", _("ended, result to be published")
    RESULT = "result", _("result published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class NoticeQuerySet(PageQuerySet):
    def standing(self) -> NoticeQuerySet:
        """Published and not withdrawn."""
        return self.live().filter(record__withdrawn_at=None, record__isnull=False)

    def over(self, on: date | None = None) -> NoticeQuerySet:
        """Standing notices whose last day has passed."""
        return self.standing().filter(ends_on__lt=on or today())

    def with_counts(self) -> NoticeQuerySet:
        """With the number of objections, ``filed``, and of those still open, ``waiting``."""
        kept = Q(objections__isnull=False, objections__withdrawn_at=None)
        undecided = Q(objections__admitted_at=None, objections__not_admitted_at=None)
        unanswered = Q(objections__admitted_at__isnull=False, objections__answered_at=None)
        return self.annotate(
            filed=Count("objections", filter=kept),
            waiting=Count("objections", filter=kept & (undecided | unanswered)),
        )

    def not_over(self, on: date | None = None) -> NoticeQuerySet:
        """Standing notices that are announced or open."""
        return self.standing().filter(ends_on__gte=on or today())


class NoticePage(RoutablePageMixin, AbstractArticle):
    """A public notice of cases, listings or something else, with its period.

    Once it has opened, what is on notice and for how long is fixed: another period or other
    subjects take a new notice, and this one is withdrawn with a reason.
    """

    class About(models.TextChoices):
        CASES = "cases", _("cases")
        SOLUTIONS = "solutions", _("solutions")
        PROVIDERS = "providers", _("providers")
        OTHER = "other", _("something else")

    about = models.CharField(
        _("what is put on notice"), max_length=10, choices=About, default=About.OTHER
    )
    starts_on = models.DateField(_("first day"))
    days = models.PositiveSmallIntegerField(
        _("length (working days)"), default=5, validators=[MinValueValidator(1)]
    )
    longer_until = models.DateField(
        _("runs longer, until"),
        null=True,
        blank=True,
        help_text=_("Only to give more time; otherwise the last day follows from the length."),
    )
    ends_on = models.DateField(_("last day"), editable=False)
    how_to_object = models.TextField(_("how to object"), max_length=1000, blank=True)
    objection_contact = models.CharField(_("where to object"), max_length=160)

    objects = PageManager.from_queryset(NoticeQuerySet)()

    base_form_class = NoticePageForm
    content_panels = [
        *Page.content_panels,
        "published_on",
        MultiFieldPanel(
            [
                FieldPanel("about"),
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("days")]),
                FieldRowPanel([FieldPanel("longer_until"), FieldPanel("ends_on", read_only=True)]),
            ],
            heading=_("Notice period"),
        ),
        InlinePanel(
            "subjects",
            heading=_("What is on notice"),
            label=pgettext_lazy("public notice", "Subject"),
        ),
        "summary",
        "body",
        MultiFieldPanel(["how_to_object", "objection_contact"], heading=_("Objections")),
        "source",
    ]
    template = "pages/notice_page.html"

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="notice_period_in_order"
            )
        ]

    # -- the period -----------------------------------------------------------------------------

    def clean(self) -> None:
        super().clean()
        if self.expire_at:
            raise ValidationError({"expire_at": _("A public notice stays on the site.")})
        computed = self.shortest_end()
        if computed and self.longer_until and self.longer_until < computed:
            raise ValidationError(
                {
                    "longer_until": _("By its length the notice runs until %(day)s already.")
                    % {"day": computed.isoformat()}
                }
            )

    def shortest_end(self) -> date | None:
        """The last day by the length; None once the period is fixed, or while it is not given."""
        if not (self.starts_on and self.days) or self.has_opened():
            return None
        return last_day(self.starts_on, self.days)

    def compute_end(self) -> None:
        """Set the last day, as long as the notice has not opened."""
        if computed := self.shortest_end():
            self.ends_on = max(computed, self.longer_until or computed)

    def save_revision(self, *args, **kwargs) -> Revision:
        self.compute_end()
        return super().save_revision(*args, **kwargs)

    def has_opened(self) -> bool:
        """Whether the public has had it as open: from then on its terms are fixed."""
        public = NoticePage._base_manager.filter(pk=self.pk or 0, record__isnull=False)
        return public.filter(starts_on__lte=today()).exists()

    def is_open(self, on: date | None = None) -> bool:
        """Whether objections may be raised on that day (both ends included)."""
        record = getattr(self, "record", None)
        if record is None or record.withdrawn_at or not self.live:
            return False
        return self.starts_on <= (on or today()) <= self.ends_on

    def state(self, on: date | None = None, has_open_objections: bool | None = None) -> NoticeState:
        """Where the notice stands on that day.

        Args:
            has_open_objections: whether an objection is open, where the caller knows.
        """
        day = on or today()
        record = getattr(self, "record", None)
        if record is None:
            return NoticeState.DRAFT
        if record.withdrawn_at:
            return NoticeState.WITHDRAWN
        if hasattr(self, "result"):
            return NoticeState.RESULT
        if day < self.starts_on:
            return NoticeState.SCHEDULED
        if day <= self.ends_on:
            return NoticeState.OPEN
        if has_open_objections is None:
            has_open_objections = self.objections.blocking().exists()
        return NoticeState.CLOSED if has_open_objections else NoticeState.HANDLED

    def state_counted(self) -> NoticeState:
        """As ``state``, of a row with counts."""
        return self.state(has_open_objections=bool(self.waiting))

    # -- the gate -------------------------------------------------------------------------------

    def terms(self) -> tuple:
        """What is fixed once the notice has opened."""
        subjects = [(row.page_id, row.text) for row in self.subjects.all()]
        return self.about, self.starts_on, self.days, self.longer_until, subjects

    def blockers(self) -> list[str]:
        """Why it cannot go public as it stands, as sentences."""
        found = []
        if self.starts_on < today():
            found.append(_("The first day of the notice has passed; choose a later one."))
        subjects = list(self.subjects.all())
        if self.about != self.About.OTHER and not subjects:
            found.append(_("Nothing is put on notice yet; add what it is about."))
        pages = [row.page_id for row in subjects if row.page_id]
        if len(set(pages)) < len(pages):
            found.append(_("Something is on this notice twice."))
        found += [problem for row in subjects if (problem := row.problem(self))]
        return found + self.named_all_the_same(pages)

    def named_all_the_same(self, page_ids: list[int]) -> list[str]:
        """Which cases stay anonymous and are given away, by themselves or by the notice."""
        from cases.notices.recording import version_on_notice  # it needs all models

        versions = [version_on_notice(case) for case in CasePage.objects.filter(pk__in=page_ids)]
        anonymous = [case for case in versions if case.is_anonymous]
        said = texts_of(self) if anonymous else []
        return [
            _("The enterprise of “%(title)s” stays anonymous but is named.") % {"title": case.title}
            for case in anonymous
            if names_in_text(case) or is_named_in(case, said)
        ]

    def changed_terms(self, wanted: tuple | None = None) -> list[str]:
        """The sentence that an open notice cannot be changed, where ``wanted`` would.

        Args:
            wanted: terms as of ``terms``; without it those of this version.
        """
        stored = NoticePage._base_manager.get(pk=self.pk)
        if (wanted or self.terms()) == stored.terms():
            return []
        return [
            _(
                "The notice has opened: what is on notice and its period are fixed. "
                "Withdraw it with a reason and make a new one."
            )
        ]

    @transaction.atomic
    def save(self, *args, **kwargs) -> None:
        """Save, unless that would make a notice public, or change one, against the rules.

        Raises:
            PublicationRefused: with the reasons, in whatever way it was to be published.
        """
        concerned = concerns_publication(kwargs.get("update_fields"))
        has_opened = concerned and self.has_opened()
        if has_opened:
            self.check_terms_kept()
        elif concerned and self.live and self.goes_public() and (found := self.blockers()):
            raise PublicationRefused(found)
        self.compute_end()
        super().save(*args, **kwargs)
        if concerned and not has_opened:
            self.keep_record()

    def check_terms_kept(self) -> None:
        """Raise ``PublicationRefused`` unless the notice stays public with the same terms.

        The stored subjects stay the same rows: objections hang on them.
        """
        was_live = NoticePage._base_manager.filter(pk=self.pk, live=True).exists()
        if was_live and not self.live:
            raise PublicationRefused([_("A notice that has opened stays public; withdraw it.")])
        if found := self.changed_terms():
            raise PublicationRefused(found)
        self.__dict__.get("_cluster_related_objects", {}).pop("subjects", None)

    def goes_public(self) -> bool:
        """Whether saving this live page makes another version public."""
        stored = NoticePage._base_manager.filter(pk=self.pk).values("live", "live_revision")
        before = stored.first()
        if before is None or not before["live"]:
            return True
        return before["live_revision"] != self.live_revision_id

    def keep_record(self) -> None:
        """Note that it is public and what of its subjects, or forget it where it is not."""
        from cases.notices.recording import forget_record, put_on_record  # they need all models

        if self.live:
            put_on_record(self)
        else:
            forget_record(self)

    def permissions_for_user(self, user) -> PagePermissionTester:
        return NoticePermissionTester(user, self)

    # -- serving --------------------------------------------------------------------------------

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from cases.notices.public_page import notice_context  # it needs all models

        return super().get_context(request, *args, **kwargs) | notice_context(self)

    @path("object/")
    def object_view(self, request: HttpRequest) -> HttpResponse:
        """The form for an objection."""
        from cases.notices.views.objecting import object_to  # views need all models

        return object_to(request, self)

    @path("result/")
    def result_view(self, request: HttpRequest) -> HttpResponse:
        """What came of the notice."""
        from cases.notices.public_page import result_page  # it needs all models

        return result_page(request, self)


class NoticePermissionTester(PagePermissionTester):
    """What was announced stays on record: it is withdrawn with a reason, never taken away."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return super().can_delete(ignore_bulk) and not self.page.first_published_at

    def can_unpublish(self) -> bool:
        return super().can_unpublish() and not self.page.specific.has_opened()

    def can_set_view_restrictions(self) -> bool:
        """A public notice is for everybody."""
        return False


class NoticeSubject(Orderable):
    """One thing on notice: a page of the site, or a text where it has none."""

    notice = ParentalKey(NoticePage, related_name="subjects")
    page = models.ForeignKey(
        Page,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="notice_subjects",
        verbose_name=_("page"),
    )
    text = models.CharField(_("in words, where it has no page"), max_length=160, blank=True)

    panels = [
        PageChooserPanel(
            "page", ["cases.CasePage", "catalog.SolutionPage", "providers.ProviderPage"]
        ),
        FieldPanel("text"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("subject of a notice")
        verbose_name_plural = _("subjects of notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(page__isnull=False) | ~Q(text=""), name="subject_of_notice_is_named"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """As it was put on notice; before that as it is called now."""
        record = getattr(self, "record", None) if self.pk else None
        if record is not None:
            return record.title
        return self.page.get_latest_revision_as_object().title if self.page_id else self.text

    def clean(self) -> None:
        super().clean()
        if not self.page_id and not self.text:
            raise ValidationError(_("Choose a page or say in words what is on notice."))

    def problem(self, notice: NoticePage) -> str:
        """Why it cannot be on that notice, as a sentence; empty where it can."""
        if not self.page_id:
            return ""
        fitting = PAGE_TYPES.get(notice.about)
        title = {"title": self.title}
        if fitting is not None and self.page.specific_class is not fitting:
            return _("“%(title)s” is not what this notice is about.") % title
        elsewhere = NoticePage.objects.not_over().exclude(pk=notice.pk)
        if elsewhere.filter(subjects__page=self.page_id).exists():
            return _("“%(title)s” is on another notice that has not ended.") % title
        return ""


PAGE_TYPES: dict[str, type[Page]] = {
    NoticePage.About.CASES: CasePage,
    NoticePage.About.SOLUTIONS: SolutionPage,
    NoticePage.About.PROVIDERS: ProviderPage,
}
