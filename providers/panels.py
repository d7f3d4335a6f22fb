"""How the provider's editing form is laid out."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from catalog.panels import checkboxes

PROVIDER_PANELS = [
    FieldPanel("summary"),
    MultiFieldPanel(
        [
            FieldPanel("legal_name"),
            FieldPanel("uscc"),
            FieldRowPanel([FieldPanel("org_type"), FieldPanel("kind")]),
            FieldRowPanel([FieldPanel("registered_on"), FieldPanel("registered_capital_wan")]),
            FieldRowPanel([FieldPanel("headcount"), FieldPanel("rd_headcount")]),
        ],
        heading=_("Company"),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("local_team_size"), FieldPanel("response_hours")]),
            FieldPanel("local_office_address"),
        ],
        heading=_("Local team"),
    ),
    FieldPanel("introduction"),
    FieldPanel("strengths"),
    MultiFieldPanel(
        [
            checkboxes("service_categories"),
            checkboxes("scenarios"),
            checkboxes("industries"),
            FieldPanel("all_industries"),
            FieldPanel("declared_case_count"),
        ],
        heading=_("What it offers"),
    ),
    FieldPanel("credit_statement"),
    FieldPanel("website"),
    FieldPanel("public_phone"),
    FieldPanel("pictures"),
    MultiFieldPanel(
        [
            FieldPanel("contact_name"),
            FieldRowPanel([FieldPanel("contact_phone"), FieldPanel("contact_email")]),
        ],
        heading=_("Contact (never public)"),
    ),
]
