"""Proof: a case tells problem, path and result, with figures before and after."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page

from cases import gate
from cases.blocks import CasePictureBlock, PathStageBlock, QuoteBlock
from cases.models.indicators import Change
from cases.models.uses import UseCount
from cases.panels import CASE_PANELS
from cases.reuse.counting import count_use
from catalog import admission, blocks
from catalog.models import (
    Indicator,
    IndustryChain,
    ListingPage,
    PainPoint,
    ProvincialLevel,
    PublicationRefused,
    SolutionPage,
    TransformationMode,
    private_storage,
)
from catalog.panels import select
from catalog.validation import validate_gbt4754
from providers.matching.models import Enterprise, HeadcountBand
from providers.models import ProviderPage

# What a case's editor may choose from: whoever nominates must not learn of another's drafts.
KNOWN_TO_THE_PUBLIC = {"first_published_at__isnull": False}
WITHHELD_IF_ANONYMOUS = frozenset(
    "enterprise enterprise_name investment_wan software_wan hardware_wan investment_note".split()
)


class CaseIndexPage(Page):
    """/cases/: answered by the search app with every published case."""

    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, "introduction"]
    parent_page_types = ["marketplace.HomePage"]
    subpage_types = ["cases.CasePage", "cases.CaseCollectionPage"]
    max_count = 1
    template = "pages/index_page.html"

    class Meta:
        verbose_name = _("cases page")


class CasePage(ListingPage):
    """A case in six parts (domain: typical cases), measured and fit to be repeated."""

    # What a draft may lack and the gate asks for is blank here.
    summary = models.CharField(_("in one sentence"), max_length=100, blank=True)

    # 1 Profile
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("enterprise of the roster"),
    )
    enterprise_name = models.CharField(_("enterprise"), max_length=120)
    is_anonymous = models.BooleanField(
        _("enterprise stays anonymous"),
        default=False,
        help_text=_("The page then names only its trade, and the investment as a band."),
    )
    anonymous_name = models.CharField(_("shown instead of the name"), max_length=60, blank=True)
    industries = ParentalManyToManyField(
        IndustryChain, related_name="cases", verbose_name=_("industry chains")
    )
    gbt4754 = models.CharField(
        _("GB/T 4754 codes"), max_length=60, blank=True, validators=[validate_gbt4754]
    )
    main_products = models.CharField(_("main products"), max_length=120, blank=True)
    headcount_band = models.CharField(
        _("headcount"), max_length=10, choices=HeadcountBand, blank=True
    )
    revenue_band = models.CharField(_("revenue band"), max_length=60, blank=True)
    profile = RichTextField(_("profile"), features=blocks.PROSE_FEATURES, blank=True)

    # 2 Needs and pain points
    pain_points = ParentalManyToManyField(
        PainPoint, related_name="cases", verbose_name=_("pain points"), blank=True
    )
    needs = RichTextField(_("needs"), features=blocks.PROSE_FEATURES, blank=True)

    # 3 Path and solutions
    modes = ParentalManyToManyField(
        TransformationMode, related_name="cases", verbose_name=_("transformation modes")
    )
    path_text = RichTextField(_("path"), features=blocks.PROSE_FEATURES, blank=True)
    timeline = StreamField([("stage", PathStageBlock())], verbose_name=_("timeline"), blank=True)
    data_and_integration = models.TextField(_("data and integration"), blank=True)
    investment_wan = models.DecimalField(
        _("hardware and software investment (10,000 yuan)"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    software_wan = models.DecimalField(
        _("of which software (10,000 yuan)"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    hardware_wan = models.DecimalField(
        _("of which hardware (10,000 yuan)"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    investment_note = models.CharField(_("note on the investment"), max_length=120, blank=True)
    months = models.PositiveSmallIntegerField(_("duration (months)"), null=True, blank=True)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    internal_acceptance_on = models.DateField(_("internal acceptance on"), null=True, blank=True)

    # 4 Results
    level_before = models.ForeignKey(
        ProvincialLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("level before"),
    )
    level_after = models.ForeignKey(
        ProvincialLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("level reached"),
    )
    payback_months = models.PositiveSmallIntegerField(_("payback (months)"), null=True, blank=True)
    results = RichTextField(_("results"), features=blocks.PROSE_FEATURES, blank=True)

    # 5 What it takes to repeat it
    preconditions = models.TextField(
        _("preconditions"), blank=True, help_text=_("One item a line.")
    )
    entry_threshold = models.TextField(_("investment threshold"), blank=True)
    fits = models.TextField(_("whom it fits"), blank=True)
    pitfalls = models.TextField(_("pitfalls"), blank=True, help_text=_("One item a line."))

    # 6 Next steps
    next_steps = RichTextField(_("next steps"), features=blocks.PROSE_FEATURES, blank=True)

    quotes = StreamField([("quote", QuoteBlock())], verbose_name=_("quotations"), blank=True)
    pictures = StreamField(
        [("picture", CasePictureBlock())], verbose_name=_("pictures"), blank=True
    )

    content_panels = [*Page.content_panels, *CASE_PANELS]
    parent_page_types = ["cases.CaseIndexPage", "providers.ProviderPage"]
    subpage_types = []
    template = "pages/case_page.html"

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = super().serve(request, *args, **kwargs)
        count_use(request, response, self.pk, UseCount.What.VIEW)
        return response

    def admission_checks(self) -> list[admission.Check]:
        return [*gate.case_checks(self), *super().admission_checks()]

    @property
    def withheld(self) -> frozenset[str]:
        """What would tell an anonymous enterprise; its page leaves it out or gives a band."""
        return WITHHELD_IF_ANONYMOUS if self.is_anonymous else frozenset()

    @property
    def shown_enterprise(self) -> str:
        """The enterprise as the public may read it."""
        if self.is_anonymous:
            return self.anonymous_name or str(_("An enterprise of the county"))
        return self.enterprise_name


class CaseIndicator(Orderable):
    """One figure before and after, with the period compared and the source of the numbers."""

    case = ParentalKey(CasePage, related_name="indicators")
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="case_figures", verbose_name=_("indicator")
    )
    before = models.DecimalField(_("before"), max_digits=14, decimal_places=4)
    # Empty until it is measured; the gate asks for it.
    after = models.DecimalField(_("after"), max_digits=14, decimal_places=4, null=True, blank=True)
    period = models.CharField(_("period compared"), max_length=80)
    source = models.CharField(_("source of the figures"), max_length=80)

    panels = [select("indicator"), "before", "after", "period", "source"]

    class Meta(Orderable.Meta):
        verbose_name = _("case indicator")
        constraints = [
            models.UniqueConstraint(fields=["case", "indicator"], name="indicator_once_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.change.text}"

    @property
    def change(self) -> Change:
        return Change(self.before, self.after, self.indicator.unit, self.indicator.direction)


class CaseSolution(Orderable):
    """A solution that the case used; as text where it is not listed."""

    case = ParentalKey(CasePage, related_name="used_solutions")
    solution = models.ForeignKey(
        SolutionPage,
        models.PROTECT,
        limit_choices_to=KNOWN_TO_THE_PUBLIC,
        null=True,
        blank=True,
        related_name="case_uses",
        verbose_name=_("solution"),
    )
    text = models.CharField(_("solution, where it is not listed"), max_length=120, blank=True)

    panels = [select("solution"), "text"]

    class Meta(Orderable.Meta):
        verbose_name = _("solution used")
        constraints = [
            models.CheckConstraint(
                condition=Q(solution__isnull=False) | ~Q(text=""),
                name="case_names_solution",
                violation_error_message=_("Choose a solution or name it in words."),
            )
        ]

    def __str__(self) -> str:
        return str(self.solution or self.text)


class CaseProvider(Orderable):
    """A provider that worked on the case; as text where it is not listed."""

    case = ParentalKey(CasePage, related_name="used_providers")
    provider = models.ForeignKey(
        ProviderPage,
        models.PROTECT,
        limit_choices_to=KNOWN_TO_THE_PUBLIC,
        null=True,
        blank=True,
        related_name="case_uses",
        verbose_name=_("provider"),
    )
    text = models.CharField(_("provider, where it is not listed"), max_length=120, blank=True)

    panels = [select("provider"), "text"]

    class Meta(Orderable.Meta):
        verbose_name = _("provider on the case")
        constraints = [
            models.CheckConstraint(
                condition=Q(provider__isnull=False) | ~Q(text=""),
                name="case_names_provider",
                violation_error_message=_("Choose a provider or name it in words."),
            )
        ]

    def __str__(self) -> str:
        return str(self.provider or self.text)


class BenchmarkDecision(models.Model):
    """The bureau's act that makes a case one of the programme's benchmarks; never in a draft."""

    case = models.OneToOneField(
        CasePage, models.PROTECT, related_name="benchmark", verbose_name=_("case")
    )
    decided_on = models.DateField(_("decided on"))
    document = models.FileField(
        _("document"), upload_to="benchmarks/", storage=private_storage, blank=True
    )
    counts_toward_target = models.BooleanField(_("counts toward the target"), default=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("benchmark decision")
        verbose_name_plural = _("benchmark decisions")

    def __str__(self) -> str:
        return str(self.case)

    def clean(self) -> None:
        """Raise ``ValidationError`` with all that the case lacks for a benchmark."""
        super().clean()
        if self.pk is None and self.case_id and (missing := self.missing()):
            raise ValidationError({"case": [str(sentence) for sentence in missing]})

    def save(self, *args, **kwargs) -> None:
        """Raise ``PublicationRefused`` where the case lacks something, whichever door is used."""
        if self._state.adding and (missing := self.missing()):
            raise PublicationRefused(missing)
        super().save(*args, **kwargs)

    def missing(self) -> list[str]:
        """What the public version of the case lacks, as sentences."""
        if not CasePage.objects.filter(pk=self.case_id, live=True).exists():
            return [_("The case is not public yet.")]
        return gate.open_points(gate.benchmark_checks(self.case))
