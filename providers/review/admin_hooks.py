"""The review in the back office: addresses, menu, the editor's recall, the page's history."""

from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter
from wagtail.models import WorkflowState
from wagtail.signals import workflow_approved, workflow_rejected, workflow_submitted

from catalog.models import ListingPage
from providers.review import views
from providers.review.decisions import may_recall
from providers.review.menu import ReviewMenuItem

# Wagtail's own ways out of a review take no page's lock and are for the submitter only.
REPLACED = frozenset({"action-cancel-workflow", "action-restart-workflow"})


@hooks.register("register_admin_urls")
def review_urls() -> list:
    queue = views.QueueView
    return [
        path("review/", queue.as_view(), name="review_queue"),
        path("review/results/", queue.as_view(results_only=True), name="review_queue_results"),
        path("review/export/", views.QueueExport.as_view(), name="review_export"),
        path("review/<int:pk>/", views.detail, name="review_detail"),
        path("review/<int:pk>/preview/", views.preview, name="review_preview"),
        path("review/recall/<int:page_id>/", views.recall, name="review_recall"),
    ]


@hooks.register("register_admin_menu_item")
def review_menu_item() -> MenuItem:
    return ReviewMenuItem(
        _("Review"), reverse_lazy("review_queue"), name="review", icon_name="check", order=90
    )


# -- the editor ---------------------------------------------------------------------------------


class RecallMenuItem(ActionMenuItem):
    """A link to the recall, in place of Wagtail's button."""

    name = "action-recall"
    label = _("Recall the submission")
    icon_name = "rotate"

    def is_shown(self, context) -> bool:
        page = context.get("page")
        if context["view"] != "edit" or not isinstance(page, ListingPage):
            return False
        review = page.current_workflow_state
        return bool(
            review
            and review.status == WorkflowState.STATUS_IN_PROGRESS
            and may_recall(context["request"].user, page, review)
        )

    def get_url(self, context) -> str:
        return reverse("review_recall", args=[context["page"].pk])


@hooks.register("register_page_action_menu_item")
def recall_menu_item() -> ActionMenuItem:
    return RecallMenuItem(order=5)


@hooks.register("construct_page_action_menu")
def no_other_way_out_of_a_review(menu_items: list, request, context) -> None:
    if isinstance(context.get("page"), ListingPage):
        menu_items[:] = [item for item in menu_items if item.name not in REPLACED]


@hooks.register("before_edit_page")
def recall_instead_of_cancelling(request, page):
    """A forged or remembered POST of Wagtail's buttons."""
    if not isinstance(page, ListingPage) or not REPLACED & set(request.POST):
        return None
    return redirect("review_recall", page.pk)


# -- notices ------------------------------------------------------------------------------------

# Wagtail writes mails of its own to who submitted, with the reviewer's name and message in them;
# ours (``telling``) hold a link. They are connected as its app starts, so they are parted here.
for sent, name in (
    (workflow_submitted, "workflow_state_submitted_email_notification"),
    (workflow_rejected, "workflow_state_rejected_email_notification"),
    (workflow_approved, "workflow_state_approved_email_notification"),
):
    sent.disconnect(sender=WorkflowState, dispatch_uid=name)


# -- the page's history -------------------------------------------------------------------------


@hooks.register("register_log_actions")
def review_log_actions(actions) -> None:
    @actions.register_action("providers.review.skip")
    class SkipFormatter(LogFormatter):
        label = _("Skip a review step")

        def format_message(self, log_entry) -> str:
            said = _("Review step “%(step)s” skipped: %(reason)s")
            return said % {name: log_entry.data.get(name, "") for name in ("step", "reason")}

    @actions.register_action("providers.review.override")
    class OverrideFormatter(LogFormatter):
        label = _("Publish despite open points")

        def format_message(self, log_entry) -> str:
            said = _("Published despite open points: %(reason)s")
            return said % {"reason": log_entry.data.get("reason", "")}

    actions.register_action(
        "providers.review.comment",
        _("Comment on a submission"),
        _("The lead provider left a comment for the bureau"),
    )
