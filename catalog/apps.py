from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Solution catalogue")

    def ready(self) -> None:
        from catalog import moving, signal_handlers  # noqa: F401
