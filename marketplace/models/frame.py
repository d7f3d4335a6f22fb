"""What stands around every page: names, marks, contacts. Empty marks are not shown."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Site

from catalog.validation import validate_phone
from marketplace.naming import GENERAL_NAME


@register_setting(icon="site")
class SiteFrame(BaseSiteSetting):
    """Name, contacts and official marks of this deployment; nothing in code names a county."""

    platform_name = models.CharField(_("name of the platform"), max_length=60, blank=True)
    subtitle = models.CharField(_("subtitle"), max_length=80, blank=True)
    is_demo = models.BooleanField(
        _("demonstration site"), default=False, help_text=_("Shows a ribbon on every page.")
    )
    draft_policy_notice = models.CharField(_("notice on draft policy"), max_length=160, blank=True)

    host = models.CharField(_("host organisation"), max_length=80, blank=True)
    guidance = models.CharField(_("guiding organisation"), max_length=120, blank=True)
    technical_support = models.CharField(_("technical support"), max_length=80, blank=True)
    service_phone = models.CharField(
        _("service line"), max_length=30, blank=True, validators=[validate_phone]
    )
    centre_name = models.CharField(_("name of the service centre"), max_length=60, blank=True)
    site_code = models.CharField(
        _("government website code"),
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"^(\d{10}|bm\d{8})$", _("Ten digits, or bm and eight."))],
    )
    icp_number = models.CharField(_("ICP number"), max_length=40, blank=True)
    police_number = models.CharField(_("public security record"), max_length=40, blank=True)

    privacy_page = models.ForeignKey(
        "wagtailcore.Page",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("rules on personal information"),
    )
    accessibility_page = models.ForeignKey(
        "wagtailcore.Page",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accessibility statement"),
    )

    select_related = ["privacy_page", "accessibility_page"]

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("platform_name"),
                FieldPanel("subtitle"),
                FieldPanel("is_demo"),
                FieldPanel("draft_policy_notice"),
            ],
            heading=_("Platform"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("host"),
                FieldPanel("guidance"),
                FieldPanel("technical_support"),
                FieldPanel("service_phone"),
                FieldPanel("centre_name"),
                FieldPanel("site_code"),
                FieldPanel("icp_number"),
                FieldPanel("police_number"),
                FieldPanel("privacy_page"),
                FieldPanel("accessibility_page"),
            ],
            heading=_("Footer"),
        ),
    ]

    class Meta:
        verbose_name = _("site frame")

    def save(self, *args, **kwargs) -> None:
        """Wagtail's table of sites has a name of its own; it follows."""
        super().save(*args, **kwargs)
        Site.objects.filter(pk=self.site_id).update(
            site_name=self.platform_name or str(GENERAL_NAME)
        )
