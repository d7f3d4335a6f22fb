"""Notices and objections in the back office: addresses, menu, log, what the first page says."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import path, re_path, reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from cases.models import NoticePage, NoticeSubject
from cases.notices import file_panel  # noqa: F401
from cases.notices.parties import objections_for
from cases.notices.statements import objections_about
from cases.notices.telling import DECIDES, SEES
from cases.notices.views import notices, objections, statements
from cases.office_menu import CASES_MENU_HOOK
from providers.backoffice.home_panels import WaitingPanel
from providers.matching.urls import ATTACHMENT, REFERENCE
from providers.menu_items import CountingMenuItem, MemberMenuItem, PermittedMenuItem
from providers.models import ProviderPage
from providers.once import once_a_request


@hooks.register("register_admin_urls")
def notice_urls() -> list:
    all_notices, register = notices.NoticesView, objections.ObjectionsView
    one = rf"^notices/objections/{REFERENCE}"
    return [
        path("notices/", all_notices.as_view(), name="notices_all"),
        path(
            "notices/results/", all_notices.as_view(results_only=True), name="notices_all_results"
        ),
        path("notices/put/", notices.put_on_notice, name="notices_put"),
        path("notices/<int:pk>/", notices.notice, name="notices_notice"),
        path("notices/<int:pk>/result/", notices.notice_result, name="notices_result"),
        path("notices/<int:pk>/withdraw/", notices.notice_withdraw, name="notices_withdraw"),
        path(
            "notices/<int:pk>/subjects/<int:subject_id>/out/",
            notices.subject_out,
            name="notices_subject_out",
        ),
        path("notices/objections/", register.as_view(), name="notices_objections"),
        path(
            "notices/objections/results/",
            register.as_view(results_only=True),
            name="notices_objections_results",
        ),
        re_path(rf"{one}/$", objections.objection, name="notices_objection"),
        re_path(rf"{one}/admit/$", objections.objection_admit, name="notices_objection_admit"),
        re_path(rf"{one}/answer/$", objections.objection_answer, name="notices_objection_answer"),
        re_path(
            rf"{one}/statement/$",
            objections.objection_statement,
            name="notices_objection_statement",
        ),
        re_path(
            rf"{one}/files/{ATTACHMENT}/$",
            objections.objection_file,
            name="notices_objection_file",
        ),
        path("notices/statements/", statements.statements, name="notices_statements"),
        re_path(
            rf"^notices/statements/{REFERENCE}/$", statements.statement, name="notices_statement"
        ),
    ]


class ObjectionsMenuItem(PermittedMenuItem, CountingMenuItem):
    """Counts those that wait for whoever decides."""

    def waiting(self, request: HttpRequest) -> int:
        return open_objections(request) if request.user.has_perm(DECIDES) else 0


def open_objections(request: HttpRequest) -> int:
    """How many objections wait for this officer."""
    return once_a_request(
        request, "open_objections", lambda: objections_for(request.user).blocking().count()
    )


@hooks.register(CASES_MENU_HOOK)
def notices_menu_item() -> MenuItem:
    return PermittedMenuItem(
        gettext_lazy("Public notices"),
        reverse_lazy("notices_all"),
        name="case-notices",
        icon_name="calendar-alt",
        order=40,
        permission=SEES,
    )


@hooks.register(CASES_MENU_HOOK)
def objections_menu_item() -> MenuItem:
    return ObjectionsMenuItem(
        gettext_lazy("Objections"),
        reverse_lazy("notices_objections"),
        name="case-objections",
        icon_name="warning",
        order=45,
        permission=SEES,
    )


class StatementsMenuItem(MemberMenuItem, CountingMenuItem):
    """For members of a provider, once there is an objection to something of theirs."""

    def is_shown(self, request: HttpRequest) -> bool:
        return super().is_shown(request) and bool(own_objections(request))

    def waiting(self, request: HttpRequest) -> int:
        return sum(row.may_comment for row in own_objections(request))


def own_objections(request: HttpRequest) -> list:
    """The objections that the member's provider may read."""

    def find() -> list:
        provider = ProviderPage.objects.of_member(request.user).first()
        return objections_about(provider) if provider else []

    return once_a_request(request, "own_objections", find)


@hooks.register("register_admin_menu_item")
def statements_menu_item() -> MenuItem:
    return StatementsMenuItem(
        gettext_lazy("Objections"),
        reverse_lazy("notices_statements"),
        name="own-objections",
        icon_name="warning",
        order=160,
    )


@hooks.register("construct_homepage_panels")
def tell_of_objections(request: HttpRequest, panels: list) -> None:
    """What waits: objections for the bureau, statements for a provider."""
    if request.user.has_perm(DECIDES) and (count := open_objections(request)):
        sentence = ngettext(
            "%(count)s objection to a public notice waits",
            "%(count)s objections to public notices wait",
            count,
        ) % {"count": count}
        panels.append(WaitingPanel(_("Objections"), [(sentence, reverse("notices_objections"))]))
    items = [
        (
            _("An objection to “%(title)s” waits for your statement")
            % {"title": row.objection.about},
            reverse("notices_statement", args=[row.objection.reference]),
        )
        for row in own_objections(request)
        if row.may_comment
    ]
    if items:
        panels.append(WaitingPanel(_("Objections"), items))


@hooks.register("before_publish_page")
def say_why_a_notice_is_not_published(request: HttpRequest, page: Page):
    """The editor's publish button; the gate in the page's ``save`` stands behind it."""
    if not isinstance(page, NoticePage):
        return None
    version = page.get_latest_revision_as_object()
    found = version.changed_terms() if version.has_opened() else version.blockers()
    if not found:
        return None
    messages.error(request, " ".join(str(sentence) for sentence in found))
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def say_why_notices_are_not_published(request: HttpRequest, action_type: str, objects, action):
    """One refused page would abort all the others half-way."""
    concerned = [page for page in objects if isinstance(page.specific, NoticePage)]
    if action_type not in ("publish", "unpublish", "delete") or not concerned:
        return None
    messages.error(request, _("Public notices are published, withdrawn and deleted one by one."))
    return redirect(action.next_url)


@hooks.register("before_delete_page")
def say_why_a_subject_is_not_deleted(request: HttpRequest, page: Page):
    """What stands on a notice stays; the database would refuse it without a word."""
    inside = Page.objects.filter(path__startswith=page.path)
    subject = NoticeSubject.objects.filter(page__in=inside).select_related("notice").first()
    if subject is None:
        return None
    messages.error(
        request,
        _("It stands on the public notice “%(title)s” and cannot be deleted.")
        % {"title": subject.notice.title},
    )
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("register_log_actions")
def notice_log_actions(actions) -> None:
    for name, label in (
        ("objection_filed", gettext_lazy("Objection filed")),
        ("objection_withdrawn", gettext_lazy("Objection withdrawn")),
        ("objection_admitted", gettext_lazy("Objection admitted")),
        ("objection_not_admitted", gettext_lazy("Objection not admitted")),
        ("objection_upheld", gettext_lazy("Objection upheld")),
        ("objection_dismissed", gettext_lazy("Objection dismissed")),
        ("objection_statement", gettext_lazy("Statement on an objection")),
        ("notice_subject_out", gettext_lazy("Taken out of the notice")),
        ("notice_withdrawn", gettext_lazy("Notice withdrawn")),
        ("notice_result", gettext_lazy("Result published")),
    ):
        actions.register_action(f"cases.{name}", label, label)
