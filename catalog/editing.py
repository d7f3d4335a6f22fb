"""Two people editing the same page: the later save never takes the earlier one away unseen.

Wagtail's autosave refuses to write over a version that it has not loaded; its buttons do not. Here
every save takes the page's row first and is refused where somebody saved in the meantime. What was
typed stays in the form, with a way to compare.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page, TaskState

from catalog.unchanged import SubmitsChangesOnly

CONFLICT = 409


class OneAtATime:
    """Mixed into Wagtail's editor: a save waits for another one and then knows of it."""

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs) -> HttpResponse:
        if request.method != "POST":
            return super().dispatch(request, page_id, **kwargs)
        try:
            with transaction.atomic():
                take_for_writing(page_id)
                return super().dispatch(request, page_id, **kwargs)
        except IntegrityError:
            # The other version has a row that may stand only once, such as an indicator of a case.
            return self.refuse_second_row()

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.was_saved_meanwhile and not self.expects_json_response:
            return self.show_again()
        return super().post(request, *args, **kwargs)

    @cached_property
    def is_out_of_date(self) -> bool:
        """What autosave asks before it writes."""
        return super().is_out_of_date or self.was_saved_unseen

    @property
    def was_saved_meanwhile(self) -> bool:
        return not self.page.alias_of_id and self.is_out_of_date

    @property
    def was_saved_unseen(self) -> bool:
        """Whether the form was loaded before the page had any version, and now it has one."""
        posted = self.request.POST
        if posted.get("loaded_revision_id") or posted.get("overwrite_revision_id"):
            return False
        latest = self.latest_revision
        return latest is not None and latest.user_id not in (None, self.request.user.pk)

    def refuse_second_row(self) -> HttpResponse:
        said = _(
            "Not saved: another version holds a row that may stand only once, such as the same "
            "indicator. Open the page anew in another window and add there what it lacks."
        )
        if self.expects_json_response:
            return self.json_error_response("validation_error", said)
        return self.show_again(said)

    def show_again(self, said: str = "") -> HttpResponse:
        """The form as it was typed, over the version that is the latest now, with why."""
        self.form = self.form_class(
            self.request.POST,
            self.request.FILES,
            instance=self.page,
            subscription=self.subscription,
            parent_page=self.parent,
            for_user=self.request.user,
        )
        self.form.is_valid()
        messages.error(
            self.request,
            said
            or _(
                "Not saved: another version was saved while you were editing. What you typed is "
                "below. Compare first; saving again replaces the other version."
            ),
            buttons=[messages.button(self.comparison_address(), _("Compare"), new_window=True)],
        )
        self.has_unsaved_changes = True
        # Autosave would replace the other version without being asked.
        self.autosave_enabled = False
        return self.render_to_response(self.get_context_data(), status=CONFLICT)

    def comparison_address(self) -> str:
        """What changed between the version that was loaded and the latest, or all versions."""
        loaded = self.request.POST.get("overwrite_revision_id") or self.request.POST.get(
            "loaded_revision_id", ""
        )
        latest = self.latest_revision.pk
        known = (
            loaded.isascii()
            and loaded.isdecimal()
            and int(loaded[:18]) != latest
            and self.real_page_record.revisions.filter(pk=int(loaded[:18])).exists()
        )
        if known:
            versions = [self.page.pk, int(loaded[:18]), latest]
            return reverse("wagtailadmin_pages:revisions_compare", args=versions)
        return reverse("wagtailadmin_pages:history", args=[self.page.pk])


def take_for_writing(page_id: int) -> None:
    """Hold the page's row, and before it its step of the review, until the transaction ends.

    Reviewers' decisions take them in the same order, so that neither waits for the other for ever.
    """
    steps = TaskState.objects.select_for_update().filter(
        workflow_state__object_id=str(page_id), status=TaskState.STATUS_IN_PROGRESS
    )
    list(steps.order_by("pk").values_list("pk", flat=True))
    list(Page.objects.select_for_update().filter(pk=page_id).values_list("pk", flat=True))


class KeepsCommentsInside:
    """Mixed into Wagtail's editor: comments stay on the page."""

    def send_commenting_notifications(self, changes: dict) -> None:
        """Send nothing: Wagtail's e-mail holds the comment in full, and ours hold a link only."""


class ListingEditView(SubmitsChangesOnly, KeepsCommentsInside, OneAtATime, EditView):
    pass


class ListingRevertView(KeepsCommentsInside, OneAtATime, RevisionsRevertView):
    pass


class CarefulPageViewSet(PageViewSet):
    """Wagtail's own views of pages, with an editor in which nobody loses what was saved."""

    edit_view_class = ListingEditView
    revisions_revert_view_class = ListingRevertView
