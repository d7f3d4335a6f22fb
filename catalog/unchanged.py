"""A submission that changes nothing of what the public reads is none: nobody has to review it."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from catalog.models import ListingPage


class SubmitsChangesOnly:
    """Mixed into Wagtail's editor: refuses to start a review of what is public already."""

    def submit_action(self) -> HttpResponse:
        return self.unchanged() or super().submit_action()

    def restart_workflow_action(self) -> HttpResponse:
        return self.unchanged() or super().restart_workflow_action()

    def unchanged(self) -> HttpResponse | None:
        """Keep what was typed and say why there is nothing to review; None where there is."""
        if not (isinstance(self.page, ListingPage) and self.page.live):
            return None
        self.page = self.form.save(commit=False)
        if not self.page.says_the_same_as_public():
            return None
        self.subscription.save()
        self.page.save_revision(user=self.request.user, log_action=True)
        messages.warning(
            self.request,
            _("Nothing differs from the public version, so there is nothing to review."),
        )
        return self.redirect_and_remain()
