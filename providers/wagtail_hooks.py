"""Providers in the back office: the office's tables, and the hooks of each part."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from providers import models
from providers.backoffice import admin_hooks as backoffice_hooks  # noqa: F401
from providers.joining import admin_hooks as joining_hooks  # noqa: F401
from providers.members import admin_hooks as members_hooks  # noqa: F401
from providers.messages import admin_hooks as messages_hooks  # noqa: F401
from providers.qualifications import admin_hooks as qualification_hooks  # noqa: F401
from providers.review import admin_hooks as review_hooks  # noqa: F401
from providers.withdrawal import admin_hooks as withdrawal_hooks  # noqa: F401


class StandingViewSet(SnippetViewSet):
    model = models.ProviderStanding
    list_display = [
        "provider",
        "tier",
        "appointed_on",
        BooleanColumn("is_lead_affiliate", label=_("affiliate of the lead provider")),
    ]
    search_backend_name = None


class UndertakingViewSet(SnippetViewSet):
    model = models.Undertaking
    list_display = ["provider", "text_version", "signed_by", "signed_on"]
    search_backend_name = None


class ProviderGroup(SnippetViewSetGroup):
    menu_label = _("Provider pool")
    menu_icon = "group"
    menu_order = 510
    items = (StandingViewSet, UndertakingViewSet)


register_snippet(ProviderGroup)
