"""A provider's inbox in the back office: its menu item and addresses."""

from __future__ import annotations

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from providers.matching.answering import inbox_views, invitation_views
from providers.menu_items import MemberMenuItem


@hooks.register("register_admin_menu_item")
def inbox_menu_item() -> MenuItem:
    return MemberMenuItem(
        _("Requests"),
        reverse_lazy("matching_inbox"),
        name="matching-inbox",
        icon_name="mail",
        order=150,
    )


@hooks.register("register_admin_urls")
def inbox_urls() -> list:
    view, asked = inbox_views.InboxView, "matching/inbox/<uuid:public_id>"
    return [
        path("matching/inbox/", view.as_view(), name="matching_inbox"),
        path(
            "matching/inbox/results/",
            view.as_view(results_only=True),
            name="matching_inbox_results",
        ),
        path("matching/inbox/pause/", inbox_views.pause, name="matching_inbox_pause"),
        path("matching/inbox/reopen/", inbox_views.reopen, name="matching_inbox_reopen"),
        path(f"{asked}/", invitation_views.invitation, name="matching_invitation"),
        path(f"{asked}/withdraw/", invitation_views.withdraw, name="matching_reply_withdraw"),
        path(f"{asked}/quote/<int:pk>/", invitation_views.quote_file, name="matching_quote_file"),
        path(
            f"{asked}/files/<uuid:attachment>/",
            invitation_views.attachment,
            name="matching_attachment",
        ),
    ]
