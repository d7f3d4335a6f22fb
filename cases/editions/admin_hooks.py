"""Editions in the back office: addresses, menu, the editor's button, log."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button

from cases.editions import office_views
from cases.models import CaseCollectionPage
from cases.office_menu import CASES_MENU_HOOK
from providers.menu_items import PermittedMenuItem


@hooks.register("register_admin_urls")
def edition_urls() -> list:
    listed = office_views.EditionsView
    return [
        path("editions/", listed.as_view(), name="editions"),
        path("editions/results/", listed.as_view(results_only=True), name="editions_results"),
        path("editions/<int:page_id>/", office_views.edition_file, name="edition_file"),
        path("editions/<int:page_id>/issue/", office_views.edition_issue, name="edition_issue"),
        path(
            "editions/<int:page_id>/withdraw/",
            office_views.edition_withdraw,
            name="edition_withdraw",
        ),
        path(
            "editions/<int:page_id>/draft/",
            office_views.edition_draft_booklet,
            name="edition_draft_booklet",
        ),
        path(
            "editions/<int:page_id>/draft.pdf",
            office_views.edition_draft_pdf,
            name="edition_draft_pdf",
        ),
        path(
            "editions/issues/<int:issue_id>/rebuild/",
            office_views.edition_rebuild,
            name="edition_rebuild",
        ),
    ]


@hooks.register(CASES_MENU_HOOK)
def editions_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Editions"),
        reverse_lazy("editions"),
        name="editions",
        icon_name="doc-full",
        order=50,
        permission=office_views.SEES,
    )


@hooks.register("register_page_header_buttons")
def to_the_editions_file(page, user, view_name, next_url=None):
    """From the editor to where an edition is issued."""
    if isinstance(page.specific_deferred, CaseCollectionPage) and user.has_perm(office_views.SEES):
        yield Button(
            _("Issue and PDF"),
            reverse("edition_file", args=[page.pk]),
            icon_name="doc-full",
            priority=5,
        )


@hooks.register("before_publish_page")
def say_how_an_edition_is_published(request, page):
    """The editor's publish button; the gate in the page's ``save`` stands behind it."""
    if not isinstance(page, CaseCollectionPage):
        return None
    messages.error(request, _("An edition becomes public by being issued."))
    return redirect("edition_file", page.pk)


@hooks.register("before_bulk_action")
def say_how_editions_are_published(request, action_type, objects, action):
    """The bulk action: one refused page would abort all the others half-way."""
    if action_type != "publish":
        return None
    if not any(isinstance(page.specific, CaseCollectionPage) for page in objects):
        return None
    messages.error(request, _("An edition becomes public by being issued."))
    return redirect(action.next_url)


@hooks.register("register_log_actions")
def edition_log_actions(actions) -> None:
    actions.register_action("cases.issue_edition", _("Issue the edition"), _("Edition issued"))
    actions.register_action(
        "cases.withdraw_edition", _("Take the edition back"), _("Edition taken back")
    )
