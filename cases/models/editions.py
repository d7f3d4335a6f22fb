"""Editions: chosen cases in hand-made order, frozen whenever they are issued (design: Cases).

The page is the bureau's draft. What the public reads is an issue of it: words, figures and
pictures as they were on the day, so that a later edit of a case changes no edition that is out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page, PageManager, PageQuerySet, Revision
from wagtail.url_routing import RouteResult

from cases.models.pages import CasePage
from catalog.blocks import PROSE_FEATURES
from catalog.forms import ListingPageForm
from catalog.models import PublicationRefused, Withdrawal, private_storage
from catalog.models.listing import ListingPermissionTester, concerns_publication

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class CaseCollectionQuerySet(PageQuerySet):
    def listed(self) -> CaseCollectionQuerySet:
        """Editions that the public may read now."""
        return self.live().public()


class CaseCollectionPage(Page):
    """An edition of the case collection; what lies below its address are parts of its issues."""

    class Chapters(models.TextChoices):
        NONE = "none", _("none: one list")
        INDUSTRY = "industry", _("by industry chain")
        SCENARIO = "scenario", _("by business scenario")

    subtitle = models.CharField(_("subtitle"), max_length=120, blank=True)
    cover = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cover picture"),
    )
    cover_alt = models.CharField(
        _("alternative text of the cover picture"),
        max_length=160,
        blank=True,
        help_text=_("What someone who cannot see the picture should know."),
    )
    preface = RichTextField(_("preface"), features=PROSE_FEATURES, blank=True)
    chapters = models.CharField(
        _("chapters"),
        max_length=10,
        choices=Chapters,
        default=Chapters.INDUSTRY,
        help_text=_("An entry may name another chapter. Chapters stand as their first case does."),
    )

    # The imprint.
    editor = models.CharField(_("edited by"), max_length=120, blank=True)
    dated_on = models.DateField(_("date of the edition"), default=timezone.localdate)
    contact = models.CharField(_("contact"), max_length=160, blank=True)
    disclaimers = models.TextField(_("disclaimers"), blank=True, help_text=_("One item a line."))

    is_demo = models.BooleanField(default=False, editable=False)

    objects = PageManager.from_queryset(CaseCollectionQuerySet)()

    base_form_class = ListingPageForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("subtitle"),
        MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_alt")], heading=_("Cover")),
        FieldPanel("preface"),
        FieldPanel("chapters"),
        InlinePanel("entries", heading=_("Cases in their order"), label=_("case")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("editor"), FieldPanel("dated_on")]),
                FieldPanel("contact"),
                FieldPanel("disclaimers"),
            ],
            heading=_("Imprint"),
        ),
    ]
    # An edition goes out when it is issued, never by a date, so only comments are left.
    settings_panels = Page.settings_panels[1:]
    parent_page_types = ["cases.CaseIndexPage"]
    subpage_types = []

    class Meta:
        verbose_name = _("edition of the case collection")
        verbose_name_plural = _("editions of the case collection")

    # -- the gate -------------------------------------------------------------------------------

    @transaction.atomic
    def save(self, *args, **kwargs) -> None:
        """Save, unless that would make public what was not issued.

        Raises:
            PublicationRefused: the version going live was never issued, or was withdrawn since.
        """
        if self.live and concerns_publication(kwargs.get("update_fields")):
            self.check_issued()
        super().save(*args, **kwargs)

    def check_issued(self) -> None:
        """Raise ``PublicationRefused`` unless the newest issue holds just this version."""
        newest = self.issues.order_by("number").last() if self.pk else None
        stands = newest is not None and newest.revision_id == self.live_revision_id
        if self.alias_of_id or not stands:
            raise PublicationRefused([_("An edition becomes public by being issued.")])
        withdrawn = Withdrawal.objects.filter(
            page_id=self.pk, ended_at=None, at__gte=newest.issued_at
        )
        if withdrawn.exists():
            raise PublicationRefused([_("The edition was withdrawn; issue it again.")])

    def get_workflow(self) -> None:
        """No review: the officers who edit an edition issue it."""

    @property
    def has_workflow(self) -> bool:
        return False

    def permissions_for_user(self, user) -> ListingPermissionTester:
        return ListingPermissionTester(user, self)

    # -- reading --------------------------------------------------------------------------------

    def current_issue(self) -> CollectionIssue | None:
        """The issue that the public reads at the edition's own address."""
        return self.issues.order_by("number").last() if self.live else None

    # -- serving --------------------------------------------------------------------------------

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Take every address below the edition's own; what was public once answers 410."""
        if self.live:
            return RouteResult(self, kwargs={"parts": tuple(path_components)})
        if self.first_published_at:
            return RouteResult(self, kwargs={"gone": True})
        raise Http404

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        # Its pages import this model.
        from cases.editions.addresses import serve

        return serve(request, self, **kwargs)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from cases.editions.addresses import draft

        return draft(request, self)


class CollectionEntry(Orderable):
    """A case of an edition; the order is made by hand."""

    collection = ParentalKey(CaseCollectionPage, related_name="entries")
    case = models.ForeignKey(
        CasePage, models.PROTECT, related_name="collection_entries", verbose_name=_("case")
    )
    chapter = models.CharField(
        _("chapter"),
        max_length=60,
        blank=True,
        help_text=_("Only where it differs from the rule above."),
    )
    note = models.TextField(_("editors’ note"), max_length=600, blank=True)

    panels = ["case", "chapter", "note"]

    class Meta(Orderable.Meta):
        verbose_name = _("case of an edition")
        constraints = [
            models.UniqueConstraint(fields=["collection", "case"], name="case_once_an_edition")
        ]

    def __str__(self) -> str:
        return str(self.case)


class CollectionIssueQuerySet(models.QuerySet):
    def newest(self) -> CollectionIssueQuerySet:
        """Of each edition the issue with the highest number."""
        others = CollectionIssue.objects.filter(collection=OuterRef("collection"))
        newest = others.order_by("-number").values("pk")[:1]
        return self.filter(pk=Subquery(newest))

    def readable(self) -> CollectionIssueQuerySet:
        """Issues of editions that the public may read now, the earlier ones as well."""
        return self.filter(collection__in=CaseCollectionPage.objects.listed())


class CollectionIssue(models.Model):
    """What went out on a day, as data: nothing in it follows the case, a term or a picture.

    ``content`` holds the edition's own words (title, subtitle, preface, cover, imprint, chapters)
    as ``cases.editions.freezing`` writes them.
    """

    collection = models.ForeignKey(
        CaseCollectionPage,
        models.PROTECT,
        related_name="issues",
        verbose_name=_("edition of the case collection"),
    )
    number = models.PositiveSmallIntegerField(_("number of the issue"))
    # The version of the page that was issued.
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    content = models.JSONField()
    # Of the content of the issue and all its cases, pictures included.
    fingerprint = models.CharField(max_length=64)
    note = models.CharField(_("what is new in this issue"), max_length=300, blank=True)
    issued_at = models.DateTimeField(_("issued on"), default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = CollectionIssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("issue of an edition")
        verbose_name_plural = _("issues of editions")
        constraints = [
            models.UniqueConstraint(fields=["collection", "number"], name="issue_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="issues_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.collection_id}: {self.number}"

    @property
    def own_address(self) -> str:
        """The path that stays when another issue follows."""
        return f"{self.collection.url}issues/{self.number}/"


class IssuedCase(models.Model):
    """A case as an issue shows it; ``place`` is its number in the booklet, from 1."""

    issue = models.ForeignKey(CollectionIssue, models.CASCADE, related_name="cases")
    place = models.PositiveSmallIntegerField()
    case = models.ForeignKey(CasePage, models.PROTECT, related_name="issued_as")
    # What was public of the case when it was frozen, and how permissions name that content.
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    content_mark = models.CharField(max_length=64)
    content = models.JSONField()

    class Meta:
        ordering = ["place"]
        verbose_name = _("issued case")
        verbose_name_plural = _("issued cases")
        constraints = [
            models.UniqueConstraint(fields=["issue", "place"], name="place_once_an_issue"),
            models.UniqueConstraint(fields=["issue", "case"], name="case_once_an_issue"),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id}: {self.place}"


class IssuedPicture(models.Model):
    """A copy of a picture in the size of a page, kept for one issue alone.

    ``case`` is empty for the cover. Served by a view that looks whether its case is still shown.
    The same picture has the same ``key`` wherever it is shown.
    """

    issue = models.ForeignKey(CollectionIssue, models.CASCADE, related_name="pictures")
    case = models.ForeignKey(IssuedCase, models.CASCADE, null=True, related_name="pictures")
    key = models.CharField(max_length=32, db_index=True)
    file = models.FileField(upload_to="editions/pictures/", storage=private_storage)
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["issue", "case", "key"], name="picture_once_a_case")
        ]

    def __str__(self) -> str:
        return self.key
