from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    verbose_name = _("Marketplace")

    def ready(self) -> None:
        from cases.notices.sections import register_notice_section
        from marketplace.page_tree import notice_section

        register_notice_section(notice_section)
