"""How the solution's editing form is laid out."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel


def checkboxes(field: str) -> FieldPanel:
    """A vocabulary as check boxes: the whole choice in sight, no chooser to leak through."""
    return FieldPanel(field, widget=forms.CheckboxSelectMultiple, required_on_save=False)


def select(field: str) -> FieldPanel:
    """One of a vocabulary or of public pages: Wagtail's choosers are closed to members."""
    return FieldPanel(field, widget=forms.Select)


SOLUTION_PANELS = [
    FieldPanel("offering_type"),
    FieldPanel("tagline"),
    FieldPanel("problem"),
    MultiFieldPanel(
        [
            checkboxes("pain_points"),
            checkboxes("scenarios"),
            checkboxes("industries"),
            FieldPanel("all_industries"),
            FieldPanel("gbt4754"),
            checkboxes("company_sizes"),
            checkboxes("value_goals"),
            FieldRowPanel([select("level_from"), select("level_to")]),
        ],
        heading=_("Whom it fits"),
    ),
    FieldPanel("functions"),
    FieldPanel("technology"),
    MultiFieldPanel(
        [checkboxes("deployment_modes"), FieldPanel("requirements"), FieldPanel("interfaces")],
        heading=_("Deployment and what the customer must provide"),
    ),
    MultiFieldPanel(
        [
            select("pricing_model"),
            FieldPanel("price_on_request"),
            FieldRowPanel(
                [
                    FieldPanel("price_min_wan"),
                    FieldPanel("price_max_wan"),
                    FieldPanel("renewal_wan_per_year"),
                ]
            ),
            FieldPanel("price_includes"),
            FieldPanel("price_excludes"),
            FieldPanel("trial_days"),
        ],
        heading=_("Price and trial"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("delivery_days"),
            FieldPanel("delivery_steps"),
            FieldPanel("acceptance_criteria"),
        ],
        heading=_("Delivery and acceptance"),
    ),
    MultiFieldPanel(
        [FieldPanel("data_ownership"), FieldPanel("data_security"), FieldPanel("mlps_level")],
        heading=_("Data and security"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("support"),
            FieldRowPanel([FieldPanel("support_response_hours"), FieldPanel("local_service")]),
        ],
        heading=_("Service"),
    ),
    InlinePanel("intellectual_property", heading=_("Intellectual property")),
    InlinePanel("reference_cases", heading=_("Reference cases")),
    FieldPanel("faq"),
    FieldPanel("pictures"),
    FieldPanel("video_url"),
    FieldPanel("product_url"),
]
