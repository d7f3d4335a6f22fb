"""How the provider's editing form is laid out, and what of it is not the provider's to change."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from catalog.forms import ListingPageForm
from catalog.panels import checkboxes, select

# Checked by the bureau when the provider joined.
CHECKED_FIELDS = ("legal_name", "uscc")


class ProviderPageForm(ListingPageForm):
    """Shows members their registered name and credit code without letting them change these.

    The bureau has checked both. Besides, a code that another provider has is refused, so whoever
    could type codes here without limit would learn who is about to be listed.
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_members():
            return
        for name in CHECKED_FIELDS:
            if field := self.fields.get(name):
                field.disabled = True
                field.help_text = _("The bureau has checked it; ask the bureau to change it.")

    def is_members(self) -> bool:
        """Whether a member of a provider's team edits."""
        return self.is_guarded() and self.for_user.groups.exclude(provider_team=None).exists()


PROVIDER_PANELS = [
    FieldPanel("summary"),
    MultiFieldPanel(
        [
            FieldPanel("legal_name"),
            FieldPanel("uscc"),
            FieldRowPanel([FieldPanel("org_type"), select("kind")]),
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
