"""Matching in the back office: the county's enterprises, and the hooks of each stage."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from providers.matching.advising import admin_hooks as advising_hooks  # noqa: F401
from providers.matching.answering import admin_hooks as answering_hooks  # noqa: F401
from providers.matching.calling import admin_hooks as calling_hooks  # noqa: F401
from providers.matching.keys import admin_hooks as keys_hooks  # noqa: F401
from providers.matching.models import Enterprise, PilotList
from providers.matching.oversight import admin_hooks as oversight_hooks  # noqa: F401
from providers.matching.rating import admin_hooks as rating_hooks  # noqa: F401
from providers.matching.score import admin_hooks as score_hooks  # noqa: F401
from providers.matching.working import admin_hooks as working_hooks  # noqa: F401


def level_to_reach(enterprise: Enterprise) -> str:
    return f"L{enterprise.target_level}"


class EnterpriseViewSet(SnippetViewSet):
    model = Enterprise
    icon = "group"
    list_display = [
        "name",
        "batch",
        "industry",
        BooleanColumn("in_pilot_list", label=_("in the pilot list")),
        BooleanColumn("is_core", label=_("core enterprise")),
        "current_level",
        Column("target_level", label=_("level to reach"), accessor=level_to_reach),
    ]
    list_filter = ["batch", "is_core", "industry"]
    search_fields = ["name", "uscc"]


class PilotListViewSet(SnippetViewSet):
    model = PilotList
    icon = "list-ul"
    list_display = ["version", "effective_on"]


register_snippet(EnterpriseViewSet)
register_snippet(PilotListViewSet)
