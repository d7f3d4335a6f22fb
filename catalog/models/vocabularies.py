"""The words that solutions, providers, cases and requests are described with.

Every vocabulary is a Wagtail snippet: seeded by ``load_vocabularies``, ordered and worded by the
bureau. A term's ``code`` is its primary key and never changes, so addresses, filters and stored
choices survive any renaming.
"""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from catalog.validation import validate_gbt4754


class TermQuerySet(models.QuerySet):
    def offered(self) -> "TermQuerySet":
        """Terms that may be chosen now; retired ones stay on what already carries them."""
        return self.filter(is_active=True)


class Term(models.Model):
    """One word of a vocabulary."""

    code = models.CharField(
        _("code"),
        max_length=40,
        primary_key=True,
        validators=[RegexValidator(r"^[A-Za-z0-9_-]+$", _("Use letters, digits, - and _ only."))],
        help_text=_("Used in addresses and stored with every choice; it cannot be changed."),
    )
    label = models.CharField(_("name"), max_length=80)
    label_en = models.CharField(_("English name"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(_("sort order"), default=0)
    is_active = models.BooleanField(_("may be chosen"), default=True)

    objects = TermQuerySet.as_manager()

    panels = [
        FieldPanel("code"),
        FieldPanel("label"),
        FieldPanel("label_en"),
        FieldPanel("order"),
        FieldPanel("is_active"),
    ]

    class Meta:
        abstract = True
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The label in the language of the interface."""
        if self.label_en and (get_language() or "").startswith("en"):
            return self.label_en
        return self.label


class ScenarioGroup(Term):
    """One of the four groups of business scenarios (MIIT indicators, 2024 edition)."""

    class Meta(Term.Meta):
        verbose_name = _("scenario group")
        verbose_name_plural = _("scenario groups")


class Scenario(Term):
    """One of the 16 business scenarios (MIIT 工信厅企业〔2024〕56号)."""

    group = models.ForeignKey(
        ScenarioGroup, models.PROTECT, related_name="scenarios", verbose_name=_("scenario group")
    )
    is_constrained = models.BooleanField(
        _("constrained scenario"),
        default=False,
        help_text=_("Sources count nine or ten constrained scenarios; the bureau decides."),
    )
    software_names = models.CharField(_("usual software names"), max_length=200, blank=True)

    panels = [
        *Term.panels,
        FieldPanel("group"),
        FieldPanel("is_constrained"),
        FieldPanel("software_names"),
    ]

    class Meta(Term.Meta):
        verbose_name = _("business scenario")
        verbose_name_plural = _("business scenarios")


class IndustryChain(Term):
    """One of the province's 12 industry chains, with its GB/T 4754-2017 divisions."""

    gbt4754 = models.CharField(
        _("GB/T 4754 divisions"),
        max_length=120,
        blank=True,
        validators=[validate_gbt4754],
        help_text=_("Codes with their section letter, separated by spaces, such as “C17 C18”."),
    )
    is_local_focus = models.BooleanField(_("focus of the county"), default=False)

    panels = [*Term.panels, FieldPanel("gbt4754"), FieldPanel("is_local_focus")]

    class Meta(Term.Meta):
        verbose_name = _("industry chain")
        verbose_name_plural = _("industry chains")


class ProvincialLevel(Term):
    """A step of the province's L scale. Never convert it into MIIT's four levels."""

    level = models.PositiveSmallIntegerField(_("number of the level"), unique=True)
    county_meaning = models.CharField(_("meaning in the county's plan"), max_length=200, blank=True)

    panels = [*Term.panels, FieldPanel("level"), FieldPanel("county_meaning")]

    class Meta(Term.Meta):
        verbose_name = _("digital level")
        verbose_name_plural = _("digital levels")


class PainPoint(Term):
    """A common problem in the words of an enterprise; scenarios follow from it."""

    scenarios = models.ManyToManyField(
        Scenario, related_name="pain_points", verbose_name=_("business scenarios")
    )

    panels = [*Term.panels, FieldPanel("scenarios")]

    class Meta(Term.Meta):
        verbose_name = _("pain point")
        verbose_name_plural = _("pain points")


class DeploymentMode(Term):
    class Meta(Term.Meta):
        verbose_name = _("deployment mode")
        verbose_name_plural = _("deployment modes")


class PricingModel(Term):
    class Meta(Term.Meta):
        verbose_name = _("pricing model")
        verbose_name_plural = _("pricing models")


class CompanySize(Term):
    """Company sizes as 工信部联企业〔2011〕300号 draws them."""

    class Meta(Term.Meta):
        verbose_name = _("company size")
        verbose_name_plural = _("company sizes")


class ValueGoal(Term):
    class Meta(Term.Meta):
        verbose_name = _("value goal")
        verbose_name_plural = _("value goals")


class ProviderKind(Term):
    class Meta(Term.Meta):
        verbose_name = _("provider kind")
        verbose_name_plural = _("provider kinds")


class ServiceCategory(Term):
    """One of the seven public services of the county's plan."""

    class Meta(Term.Meta):
        verbose_name = _("service category")
        verbose_name_plural = _("service categories")


class QualificationType(Term):
    needs_expiry = models.BooleanField(_("carries a date of expiry"), default=True)

    panels = [*Term.panels, FieldPanel("needs_expiry")]

    class Meta(Term.Meta):
        verbose_name = _("qualification type")
        verbose_name_plural = _("qualification types")


class TransformationMode(Term):
    class Meta(Term.Meta):
        verbose_name = _("transformation mode")
        verbose_name_plural = _("transformation modes")


class Indicator(Term):
    """A figure measured before and after; standard ones are MIIT's own result questions."""

    class Direction(models.TextChoices):
        UP = "up", _("higher is better")
        DOWN = "down", _("lower is better")

    unit = models.CharField(_("unit"), max_length=30)
    direction = models.CharField(_("direction"), max_length=4, choices=Direction)
    is_standard = models.BooleanField(_("standard indicator"), default=False)
    definition = models.CharField(_("how it is measured"), max_length=300, blank=True)

    panels = [
        *Term.panels,
        FieldPanel("unit"),
        FieldPanel("direction"),
        FieldPanel("is_standard"),
        FieldPanel("definition"),
    ]

    class Meta(Term.Meta):
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    def __str__(self) -> str:
        return gettext("%(name)s (%(unit)s)") % {"name": self.name, "unit": self.unit}


class Synonym(models.Model):
    """Words that mean the same to someone who searches; applied to the question at once."""

    # Names a seeded group, so that loading the seeds again does not add it twice.
    code = models.CharField(max_length=40, unique=True, null=True, editable=False)
    words = models.TextField(
        _("words"), help_text=_("One word or phrase a line; each finds all the others.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    panels = [FieldPanel("words"), FieldPanel("is_active")]

    class Meta:
        ordering = ["pk"]
        verbose_name = _("synonym group")
        verbose_name_plural = _("synonym groups")

    def __str__(self) -> str:
        return " = ".join(self.variants)

    @property
    def variants(self) -> list[str]:
        return variants_of(self.words)


def variants_of(words: str) -> list[str]:
    """A synonym group's words, stripped, in the order they were typed."""
    return [word for line in words.splitlines() if (word := line.strip())]


VOCABULARIES: tuple[type[Term], ...] = (
    ScenarioGroup,
    Scenario,
    IndustryChain,
    ProvincialLevel,
    PainPoint,
    DeploymentMode,
    PricingModel,
    CompanySize,
    ValueGoal,
    ProviderKind,
    ServiceCategory,
    QualificationType,
    Indicator,
    TransformationMode,
)
