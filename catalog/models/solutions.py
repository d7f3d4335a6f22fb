"""Solutions and products: what an enterprise can buy, with the facts it compares."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from catalog import admission, blocks
from catalog.models.listing import ListingPage
from catalog.models.vocabularies import (
    CompanySize,
    DeploymentMode,
    Indicator,
    IndustryChain,
    PainPoint,
    PricingModel,
    ProvincialLevel,
    Scenario,
    ValueGoal,
)
from catalog.panels import SOLUTION_PANELS, select
from catalog.validation import validate_gbt4754


def private_storage():
    """Files that only checked views hand out."""
    return storages["private"]


class SolutionIndexPage(Page):
    """/solutions/: answered by the search app with every published solution."""

    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, "introduction"]
    parent_page_types = ["marketplace.HomePage"]
    subpage_types = []
    max_count = 1
    template = "pages/index_page.html"

    class Meta:
        verbose_name = _("solutions page")


class SolutionPage(ListingPage):
    """A solution or product with the facts of the programme's product information table."""

    class OfferingType(models.TextChoices):
        SOLUTION = "solution", _("solution")
        PRODUCT = "product", _("product")

    class MlpsLevel(models.TextChoices):
        """Security level of the platform as its provider declares it (GB/T 22239-2019)."""

        NONE = "", _("not stated")
        TWO = "2", _("level 2")
        THREE = "3", _("level 3")

    offering_type = models.CharField(
        _("type"), max_length=10, choices=OfferingType, default=OfferingType.SOLUTION
    )
    tagline = models.CharField(
        _("in one sentence"),
        max_length=60,
        help_text=_("What it solves, in at most 60 characters."),
    )
    problem = models.TextField(_("problem it solves"), validators=[MaxLengthValidator(300)])
    pain_points = ParentalManyToManyField(
        PainPoint, related_name="solutions", verbose_name=_("pain points"), blank=True
    )
    scenarios = ParentalManyToManyField(
        Scenario, related_name="solutions", verbose_name=_("business scenarios")
    )
    industries = ParentalManyToManyField(
        IndustryChain, related_name="solutions", verbose_name=_("industry chains"), blank=True
    )
    all_industries = models.BooleanField(
        _("fits all industries"), default=False, help_text=_("Tick this or choose industry chains.")
    )
    gbt4754 = models.CharField(
        _("GB/T 4754 codes"), max_length=120, blank=True, validators=[validate_gbt4754]
    )
    company_sizes = ParentalManyToManyField(
        CompanySize, related_name="solutions", verbose_name=_("company sizes")
    )
    value_goals = ParentalManyToManyField(
        ValueGoal, related_name="solutions", verbose_name=_("value goals")
    )
    level_from = models.ForeignKey(
        ProvincialLevel,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("suitable from level"),
    )
    level_to = models.ForeignKey(
        ProvincialLevel,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("target level (for reference)"),
    )

    functions = StreamField(
        [("function", blocks.FunctionBlock())], verbose_name=_("main functions"), blank=True
    )
    technology = models.TextField(_("technical traits and AI"), blank=True)
    interfaces = models.TextField(
        _("interfaces and integration"), blank=True, help_text=_("One item a line.")
    )
    requirements = StreamField(
        [("requirement", blocks.RequirementBlock())],
        verbose_name=_("what the customer must provide"),
        blank=True,
    )
    deployment_modes = ParentalManyToManyField(
        DeploymentMode, related_name="solutions", verbose_name=_("deployment modes")
    )

    pricing_model = models.ForeignKey(
        PricingModel,
        models.PROTECT,
        null=True,
        related_name="solutions",
        verbose_name=_("pricing model"),
    )
    price_on_request = models.BooleanField(_("price on request"), default=False)
    price_min_wan = models.DecimalField(
        _("whole first year from (10,000 yuan)"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    price_max_wan = models.DecimalField(
        _("whole first year up to (10,000 yuan)"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    renewal_wan_per_year = models.DecimalField(
        _("renewal per year (10,000 yuan)"),
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    price_includes = models.TextField(
        _("price includes"), blank=True, help_text=_("One item a line.")
    )
    price_excludes = models.TextField(
        _("price does not include"), blank=True, help_text=_("One item a line.")
    )
    trial_days = models.PositiveSmallIntegerField(_("free trial (days)"), default=0)

    delivery_days = models.PositiveSmallIntegerField(
        _("delivery time (days)"), null=True, validators=[MinValueValidator(1)]
    )
    delivery_steps = StreamField(
        [("step", blocks.DeliveryStepBlock())], verbose_name=_("delivery steps"), blank=True
    )
    acceptance_criteria = models.TextField(
        _("acceptance criteria"), blank=True, help_text=_("One item a line.")
    )

    data_ownership = models.TextField(_("data ownership and export"), blank=True)
    data_security = models.TextField(_("data security and backup"), blank=True)
    mlps_level = models.CharField(
        _("security protection level (declared)"),
        max_length=1,
        choices=MlpsLevel,
        blank=True,
        default="",
    )

    support = models.TextField(_("after-sales service"), blank=True)
    support_response_hours = models.PositiveSmallIntegerField(
        _("support answers within (hours)"), null=True, blank=True
    )
    local_service = models.BooleanField(_("service by a local team"), default=False)

    faq = StreamField(
        [("question", blocks.QuestionBlock())], verbose_name=_("questions buyers ask"), blank=True
    )
    pictures = StreamField(
        [("picture", blocks.PictureBlock())], verbose_name=_("pictures"), blank=True
    )
    video_url = models.URLField(_("demonstration video"), blank=True)
    product_url = models.URLField(_("page on the provider's own site"), blank=True)

    content_panels = [*Page.content_panels, *SOLUTION_PANELS]
    parent_page_types = ["providers.ProviderPage"]
    subpage_types = []
    template = "pages/solution_page.html"

    class Meta:
        verbose_name = _("solution")
        verbose_name_plural = _("solutions")
        constraints = [
            models.CheckConstraint(
                condition=Q(price_max_wan=None)
                | Q(price_min_wan=None)
                | Q(price_max_wan__gte=F("price_min_wan")),
                name="solution_price_band_in_order",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        errors = {}
        low, high = self.price_min_wan, self.price_max_wan
        if low is not None and high is not None and low > high:
            errors["price_max_wan"] = _("The upper price must not be below the lower price.")
        if self.level_from and self.level_to and self.level_from.level > self.level_to.level:
            errors["level_to"] = _("The target level must not be below the starting level.")
        if errors:
            raise ValidationError(errors)

    def admission_checks(self) -> list[admission.Check]:
        return [*admission.solution_checks(self), *super().admission_checks()]

    @cached_property
    def provider(self) -> Page:
        """The provider page this solution lies under."""
        return self.get_parent().specific


class IntellectualProperty(Orderable):
    """A copyright, patent or authorisation that shows the provider may sell the solution."""

    class Kind(models.TextChoices):
        SOFTWARE_COPYRIGHT = "software_copyright", _("software copyright")
        PATENT = "patent", _("patent")
        AUTHORISATION = "authorisation", _("letter of authorisation")

    solution = ParentalKey(SolutionPage, related_name="intellectual_property")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    number = models.CharField(_("number"), max_length=60)
    name = models.CharField(_("name"), max_length=120)

    panels = ["kind", "number", "name"]

    class Meta(Orderable.Meta):
        verbose_name = _("proof of intellectual property")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class ReferenceCase(Orderable):
    """A customer that already uses the solution, with one measured figure."""

    solution = ParentalKey(SolutionPage, related_name="reference_cases")
    enterprise = models.CharField(_("enterprise"), max_length=120)
    period = models.CharField(_("period"), max_length=60)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="+", verbose_name=_("indicator")
    )
    before = models.DecimalField(_("before"), max_digits=14, decimal_places=4)
    after = models.DecimalField(_("after"), max_digits=14, decimal_places=4)
    is_public = models.BooleanField(_("enterprise may be named"), default=False)

    panels = ["enterprise", "period", select("indicator"), "before", "after", "is_public"]

    class Meta(Orderable.Meta):
        verbose_name = _("reference case")

    def __str__(self) -> str:
        return f"{self.enterprise}: {self.indicator}"

    @property
    def withheld(self) -> frozenset[str]:
        """A customer that may not be named is its provider's secret, from competitors above all."""
        return frozenset() if self.is_public else frozenset({"enterprise"})


class Recognition(models.Model):
    """The bureau's act that counts a solution against the programme's target; never in a draft."""

    solution = models.OneToOneField(
        SolutionPage, models.PROTECT, related_name="recognition", verbose_name=_("solution")
    )
    batch = models.PositiveSmallIntegerField(
        _("batch"), choices=[(1, _("first batch")), (2, _("second batch"))]
    )
    recognised_on = models.DateField(_("recognised on"))
    document = models.FileField(
        _("document"), upload_to="recognition/", storage=private_storage, blank=True
    )
    counts_toward_target = models.BooleanField(_("counts toward the target"), default=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")

    def __str__(self) -> str:
        return f"{self.solution} ({self.get_batch_display()})"
