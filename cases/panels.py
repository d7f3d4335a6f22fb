"""How the case's editing form is laid out: its six parts."""

from django.forms import Select
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from catalog.panels import checkboxes, select

CASE_PANELS = [
    FieldPanel("summary"),
    MultiFieldPanel(
        [
            # The office's alone: the roster tells the batch, and with it what proves acceptance.
            FieldPanel("enterprise", widget=Select, permission="matching.view_enterprise"),
            FieldPanel("enterprise_name"),
            FieldPanel("is_anonymous"),
            FieldPanel("anonymous_name"),
            checkboxes("industries"),
            FieldPanel("gbt4754"),
            FieldPanel("main_products"),
            FieldRowPanel([FieldPanel("headcount_band"), FieldPanel("revenue_band")]),
            FieldPanel("profile"),
        ],
        heading=_("1 Profile"),
    ),
    MultiFieldPanel([checkboxes("pain_points"), FieldPanel("needs")], heading=_("2 Needs")),
    MultiFieldPanel(
        [
            checkboxes("modes"),
            FieldPanel("path_text"),
            FieldPanel("timeline"),
            FieldPanel("data_and_integration"),
            FieldRowPanel(
                [
                    FieldPanel("investment_wan"),
                    FieldPanel("software_wan"),
                    FieldPanel("hardware_wan"),
                ]
            ),
            FieldPanel("investment_note"),
            FieldRowPanel(
                [
                    FieldPanel("months"),
                    FieldPanel("completed_on"),
                    FieldPanel("internal_acceptance_on"),
                ]
            ),
            InlinePanel("used_solutions", heading=_("Solutions used")),
            InlinePanel("used_providers", heading=_("Providers")),
        ],
        heading=_("3 Path and solutions"),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([select("level_before"), select("level_after")]),
            FieldPanel("payback_months"),
            FieldPanel("results"),
            InlinePanel("indicators", heading=_("Indicators")),
        ],
        heading=_("4 Results"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("preconditions"),
            FieldPanel("entry_threshold"),
            FieldPanel("fits"),
            FieldPanel("pitfalls"),
        ],
        heading=_("5 What it takes to repeat it"),
    ),
    FieldPanel("next_steps", heading=_("6 Next steps")),
    FieldPanel("quotes"),
    FieldPanel("pictures"),
]
