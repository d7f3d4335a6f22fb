"""The platform's name, one for site, back office and messages: what the bureau entered."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

# While the bureau has entered none.
GENERAL_NAME = _("Digital solutions marketplace")


def platform_name() -> str:
    """The name in the frame of the default site, read anew each time."""
    # The settings name this function, so no model may be imported with it.
    from marketplace.models import SiteFrame

    frames = SiteFrame.objects.filter(site__is_default_site=True)
    entered = frames.values_list("platform_name", flat=True).first()
    return entered or str(GENERAL_NAME)


# For whoever takes a string from the settings: Wagtail, and the messages.
lazy_platform_name = lazy(platform_name, str)
