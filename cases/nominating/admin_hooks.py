"""Nominations in the back office: addresses, menus, history."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, re_path, reverse, reverse_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cases.models import Nomination
from cases.nominating import member_views, office_lists, office_views
from cases.nominating.urls import REFERENCE
from cases.office_menu import CASES_MENU_HOOK
from providers.backoffice.home_panels import WaitingPanel
from providers.menu_items import CountingMenuItem, MemberMenuItem, PermittedMenuItem
from providers.once import once_a_request


class NominationsMenuItem(CountingMenuItem, PermittedMenuItem):
    """Nominations of enterprises that wait to be taken on."""

    def waiting(self, request: HttpRequest) -> int:
        return nominations_waiting(request)


def nominations_waiting(request: HttpRequest) -> int:
    return once_a_request(
        request, "nominations waiting", lambda: Nomination.objects.to_take_on().count()
    )


@hooks.register(CASES_MENU_HOOK)
def cases_item() -> MenuItem:
    return PermittedMenuItem(
        _("Cases and their stages"),
        reverse_lazy("case_list"),
        name="case-stages",
        icon_name="pick",
        order=10,
        permission=office_lists.SEES,
    )


@hooks.register(CASES_MENU_HOOK)
def nominations_item() -> MenuItem:
    return NominationsMenuItem(
        _("Nominations of enterprises"),
        reverse_lazy("nomination_list"),
        name="nominations",
        icon_name="form",
        order=20,
        permission=office_lists.SEES,
    )


@hooks.register("register_admin_menu_item")
def own_cases_item() -> MenuItem:
    return MemberMenuItem(
        _("My cases"), reverse_lazy("own_cases"), name="own-cases", icon_name="pick", order=85
    )


@hooks.register("construct_homepage_panels", order=25)
def say_what_nominations_wait(request: HttpRequest, panels: list) -> None:
    if not request.user.has_perm(office_views.DECIDES):
        return
    if count := nominations_waiting(request):
        sentence = ngettext(
            "%(count)s nomination of an enterprise waits to be taken on",
            "%(count)s nominations of enterprises wait to be taken on",
            count,
        ) % {"count": count}
        panels.insert(
            0, WaitingPanel(gettext("Typical cases"), [(sentence, reverse("nomination_list"))])
        )


@hooks.register("register_admin_urls")
def nomination_urls() -> list:
    one = rf"^nominations/{REFERENCE}"
    case = "cases/<int:pk>"
    return [
        path("cases/stages/", office_lists.CasesView.as_view(), name="case_list"),
        path(
            "cases/stages/results/",
            office_lists.CasesView.as_view(results_only=True),
            name="case_list_results",
        ),
        path("cases/stages/export/", office_lists.CasesExport.as_view(), name="case_list_export"),
        path("cases/nominate/", office_views.propose, name="case_propose"),
        path("cases/own/", member_views.own_cases, name="own_cases"),
        path("cases/own/<int:pk>/give-up/", member_views.own_give_up, name="own_case_give_up"),
        path(f"{case}/", office_views.case_file, name="case_file"),
        path(f"{case}/refuse/", office_views.case_refuse, name="case_refuse"),
        path(f"{case}/give-up/", office_views.case_give_up, name="case_give_up"),
        path("nominations/", office_lists.NominationsView.as_view(), name="nomination_list"),
        path(
            "nominations/results/",
            office_lists.NominationsView.as_view(results_only=True),
            name="nomination_list_results",
        ),
        re_path(rf"{one}/$", office_views.nomination, name="nomination_office"),
        re_path(rf"{one}/take-on/$", office_views.nomination_take_on, name="nomination_take_on"),
        re_path(rf"{one}/return/$", office_views.nomination_return, name="nomination_return"),
        re_path(rf"{one}/refuse/$", office_views.nomination_refuse, name="nomination_refuse"),
        re_path(
            rf"{one}/files/(?P<pk>[0-9]{{1,9}})/$",
            office_views.nomination_file,
            name="nomination_office_file",
        ),
    ]


@hooks.register("register_log_actions")
def nomination_log_actions(actions) -> None:
    for name, label, message in (
        ("take_on", _("Take on a nomination"), _("Made of an enterprise's nomination")),
        ("propose", _("Nominate a case"), _("Nominated")),
        ("refuse", _("Refuse a nomination"), _("Not taken into the collection")),
        ("give_up", _("Withdraw a nomination"), _("Nomination withdrawn")),
    ):
        actions.register_action(f"cases.{name}", label, message)
