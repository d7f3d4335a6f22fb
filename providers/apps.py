from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvidersConfig(AppConfig):
    name = "providers"
    verbose_name = _("Providers")

    def ready(self) -> None:
        from providers import (
            notices,  # noqa: F401
            signal_handlers,  # noqa: F401
        )
        from providers.delivery import checks  # noqa: F401
        from providers.review import telling  # noqa: F401
