"""Who offers: the provider's public profile, kept by the provider itself."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.blocks import RichTextBlock
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager

from catalog import admission, blocks
from catalog.models import (
    IndustryChain,
    ListingPage,
    ListingQuerySet,
    ProviderKind,
    Scenario,
    ServiceCategory,
    SolutionPage,
)
from catalog.validation import normalize_credit_code, validate_credit_code, validate_phone
from providers.panels import PROVIDER_PANELS, ProviderPageForm


class ProviderIndexPage(Page):
    """/providers/: answered by the search app with every listed provider."""

    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, "introduction"]
    parent_page_types = ["marketplace.HomePage"]
    subpage_types = ["providers.ProviderPage"]
    max_count = 1
    template = "pages/index_page.html"

    class Meta:
        verbose_name = _("providers page")


class ProviderQuerySet(ListingQuerySet):
    def of_member(self, user) -> ProviderQuerySet:
        """Providers whose team the user belongs to."""
        return self.filter(team__group__user=user)


class ProviderPage(ListingPage):
    """A provider's profile. Tier, suspension and checks are the bureau's and lie beside it."""

    class OrgType(models.TextChoices):
        """Kind of organisation, as the first two characters of its credit code tell."""

        ENTERPRISE = "enterprise", _("enterprise")
        PUBLIC_INSTITUTION = "public_institution", _("public institution")
        PRIVATE_NON_ENTERPRISE = "private_non_enterprise", _("private non-enterprise unit")
        ASSOCIATION = "association", _("association")
        SOLE_TRADER = "sole_trader", _("sole trader")
        COOPERATIVE = "cooperative", _("cooperative")

    ORG_TYPE_BY_CODE = {
        "91": OrgType.ENTERPRISE,
        "12": OrgType.PUBLIC_INSTITUTION,
        "52": OrgType.PRIVATE_NON_ENTERPRISE,
        "51": OrgType.ASSOCIATION,
        "92": OrgType.SOLE_TRADER,
        "93": OrgType.COOPERATIVE,
    }

    legal_name = models.CharField(_("registered name"), max_length=120)
    uscc = models.CharField(
        _("unified social credit code"),
        max_length=18,
        unique=True,
        null=True,
        validators=[validate_credit_code],
        help_text=_("18 characters, as on the licence."),
    )
    org_type = models.CharField(
        _("kind of organisation"), max_length=24, choices=OrgType, default=OrgType.ENTERPRISE
    )
    kind = models.ForeignKey(
        ProviderKind, models.PROTECT, null=True, related_name="providers", verbose_name=_("kind")
    )
    registered_on = models.DateField(_("registered on"), null=True)
    registered_capital_wan = models.DecimalField(
        _("registered capital (10,000 yuan)"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    headcount = models.PositiveIntegerField(_("staff"), null=True)
    rd_headcount = models.PositiveIntegerField(_("staff in development"), null=True, blank=True)
    local_team_size = models.PositiveIntegerField(_("local team"), default=0)
    local_office_address = models.CharField(_("local office"), max_length=200, blank=True)
    response_hours = models.PositiveSmallIntegerField(
        _("on site within (hours)"), null=True, blank=True
    )

    summary = models.CharField(_("in one sentence"), max_length=80)
    introduction = StreamField(
        [("paragraph", RichTextBlock(label=_("paragraph"), features=blocks.PROSE_FEATURES))],
        verbose_name=_("introduction"),
        blank=True,
    )
    strengths = StreamField(
        [("strength", blocks.TitledTextBlock())], verbose_name=_("service ability"), blank=True
    )
    service_categories = ParentalManyToManyField(
        ServiceCategory, related_name="providers", verbose_name=_("service categories")
    )
    scenarios = ParentalManyToManyField(
        Scenario, related_name="providers", verbose_name=_("business scenarios")
    )
    industries = ParentalManyToManyField(
        IndustryChain, related_name="providers", verbose_name=_("industry chains"), blank=True
    )
    all_industries = models.BooleanField(_("serves all industries"), default=False)
    declared_case_count = models.PositiveIntegerField(_("customers (declared)"), default=0)
    credit_statement = models.TextField(_("statement on credit record"), blank=True)
    website = models.URLField(_("website"), blank=True)
    public_phone = models.CharField(
        _("public service line"), max_length=30, blank=True, validators=[validate_phone]
    )
    pictures = StreamField(
        [("picture", blocks.PictureBlock())], verbose_name=_("pictures"), blank=True
    )

    # Internal: shown to the bureau and the provider's own members, never in public.
    contact_name = models.CharField(_("contact person"), max_length=40, blank=True)
    contact_phone = models.CharField(
        _("contact phone"), max_length=30, blank=True, validators=[validate_phone]
    )
    contact_email = models.EmailField(_("contact e-mail"), blank=True)

    objects = PageManager.from_queryset(ProviderQuerySet)()

    base_form_class = ProviderPageForm
    content_panels = [*Page.content_panels, *PROVIDER_PANELS]
    parent_page_types = ["providers.ProviderIndexPage"]
    subpage_types = ["catalog.SolutionPage", "cases.CasePage"]
    template = "pages/provider_page.html"

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")

    def full_clean(self, *args, **kwargs) -> None:
        if self.uscc:
            self.uscc = normalize_credit_code(self.uscc)
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        errors = {}
        staff = self.headcount or 0
        if self.registered_on and self.registered_on > timezone.localdate():
            errors["registered_on"] = _("This date lies in the future.")
        if (self.rd_headcount or 0) > staff:
            errors["rd_headcount"] = _("Staff in development cannot exceed all staff.")
        if self.local_team_size > staff:
            errors["local_team_size"] = _("The local team cannot exceed all staff.")
        if self.local_team_size and not self.local_office_address:
            errors["local_office_address"] = _("A local team needs the address of its office.")
        if errors:
            raise ValidationError(errors)

    def admission_checks(self) -> list[admission.Check]:
        return [*profile_checks(self), *super().admission_checks()]

    @property
    def solutions(self) -> models.QuerySet:
        """The provider's listed solutions, in an order that favours none."""
        return SolutionPage.objects.listed().child_of(self).order_by("first_published_at", "slug")


def profile_checks(page: ProviderPage) -> list[admission.Check]:
    """What a profile must say before it is public, and whether its code fits its kind."""
    facts, required = admission.Word.FACTS, admission.required
    return [
        required(
            facts,
            bool(page.uscc),
            _("The credit code is given and its check character is right."),
            _("The credit code is missing."),
        ),
        required(
            facts,
            page.kind_id is not None,
            _("The provider's kind is given."),
            _("The provider's kind is missing."),
        ),
        required(
            facts,
            page.scenarios.exists(),
            _("Business scenarios are chosen."),
            _("No business scenario is chosen."),
        ),
        required(
            facts,
            page.service_categories.exists(),
            _("Service categories are chosen."),
            _("No service category is chosen."),
        ),
        required(
            facts,
            page.all_industries or page.industries.exists(),
            _("Industry chains are chosen."),
            _("No industry chain is chosen."),
        ),
        code_check(page),
    ]


def code_check(page: ProviderPage) -> admission.Check:
    """The first two characters of the credit code tell the kind of organisation (GB 32100)."""
    expected = page.ORG_TYPE_BY_CODE.get((page.uscc or "")[:2], page.org_type)
    if expected == page.org_type:
        state, said = admission.State.OK, _("The credit code fits the kind of organisation.")
    else:
        said = _("The credit code belongs to another kind of organisation.")
        state = admission.State.WARN
    return admission.Check(admission.Word.FACTS, state, said)
