"""The score in the back office: its weights, and the objections to it."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import StatusTagColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CopyView, SnippetViewSet

from providers.matching.models import ScoreWeights
from providers.matching.officers import SEES_ALL
from providers.matching.score import office_views
from providers.matching.score.objections import answerable_by
from providers.menu_items import CountingMenuItem, PermittedMenuItem


class ObjectionsMenuItem(PermittedMenuItem, CountingMenuItem):
    def waiting(self, request: HttpRequest) -> int:
        return answerable_by(request.user).filter(answered_at=None).count()


@hooks.register("register_admin_menu_item")
def objections_menu_item() -> MenuItem:
    return ObjectionsMenuItem(
        _("Objections to scores"),
        reverse_lazy("matching_objections"),
        name="matching-objections",
        icon_name="order",
        order=155,
        permission=SEES_ALL,
    )


@hooks.register("register_admin_urls")
def objection_urls() -> list:
    view = office_views.ObjectionsView
    return [
        path("matching/objections/", view.as_view(), name="matching_objections"),
        path(
            "matching/objections/results/",
            view.as_view(results_only=True),
            name="matching_objections_results",
        ),
        path("matching/objections/<int:pk>/", office_views.objection, name="matching_objection"),
    ]


class CopiedWeightsView(CopyView):
    """The next weights begin as a copy, in force from tomorrow."""

    def get_initial_form_instance(self) -> ScoreWeights:
        return self.get_object().as_next()


def standing(row: ScoreWeights) -> str:
    return str(_("stays as it is") if row.was_in_force() else _("to come, may be changed"))


class ScoreWeightsViewSet(SnippetViewSet):
    model = ScoreWeights
    icon = "order"
    copy_view_class = CopiedWeightsView
    list_display = [
        "effective_on",
        "note",
        StatusTagColumn("standing", label=_("Status"), accessor=standing),
    ]


register_snippet(ScoreWeightsViewSet)
