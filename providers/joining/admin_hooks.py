"""Applications in the back office: addresses, menu with the number waiting, history."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, re_path, reverse, reverse_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from providers.backoffice.home_panels import WaitingPanel
from providers.joining import office_views
from providers.menu_items import CountingMenuItem, PermittedMenuItem
from providers.models import Application
from providers.once import once_a_request

REFERENCE = r"(?P<reference>[2-9A-Z]{4}-[2-9A-Z]{4})"


class ApplicationsMenuItem(CountingMenuItem, PermittedMenuItem):
    """Applications that wait for a decision."""

    def waiting(self, request: HttpRequest) -> int:
        return applications_waiting(request)


def applications_waiting(request: HttpRequest) -> int:
    """How many applications wait for a decision."""
    return once_a_request(
        request, "applications waiting", lambda: Application.objects.waiting().count()
    )


@hooks.register("register_admin_menu_item")
def applications_menu_item() -> MenuItem:
    return ApplicationsMenuItem(
        _("Applications to join"),
        reverse_lazy("application_list"),
        name="applications",
        icon_name="form",
        order=505,
        permission=office_views.SEES,
    )


@hooks.register("construct_homepage_panels", order=20)
def say_what_applications_wait(request: HttpRequest, panels: list) -> None:
    if not request.user.has_perm(office_views.SEES):
        return
    if count := applications_waiting(request):
        sentence = ngettext(
            "%(count)s application to join waits for a decision",
            "%(count)s applications to join wait for a decision",
            count,
        ) % {"count": count}
        items = [(sentence, reverse("application_list"))]
        panels.insert(0, WaitingPanel(gettext("Applications to join"), items))


@hooks.register("register_admin_urls")
def application_urls() -> list:
    one = rf"^applications/{REFERENCE}"
    return [
        path("applications/", office_views.ApplicationsView.as_view(), name="application_list"),
        path(
            "applications/results/",
            office_views.ApplicationsView.as_view(results_only=True),
            name="application_list_results",
        ),
        re_path(rf"{one}/$", office_views.detail, name="application_detail"),
        re_path(rf"{one}/take-back/$", office_views.take_back, name="application_take_back"),
        re_path(
            rf"{one}/files/(?P<pk>[0-9]{{1,18}})/$", office_views.file, name="application_file"
        ),
    ]


@hooks.register("register_log_actions")
def application_log_actions(actions) -> None:
    actions.register_action(
        "providers.joined", _("Approve an application"), _("Made of an approved application")
    )
