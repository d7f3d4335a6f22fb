"""The review in the side bar."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from providers.models import ReviewTask
from providers.review.queue import waiting_for


class ReviewMenuItem(MenuItem):
    """The review queue with the number that waits, for members of the reviewing groups."""

    def __init__(self) -> None:
        super().__init__(gettext_lazy("Review"), "", name="review", icon_name="check", order=90)

    def is_shown(self, request) -> bool:
        return ReviewTask.reviewed_by(request.user).exists()

    def render_component(self, request) -> LinkMenuItem:
        # One item serves all requests, so the number is given to the component only.
        count = len(waiting_for(request.user))
        label = _("Review (%(count)s)") % {"count": count} if count else _("Review")
        return LinkMenuItem(self.name, label, reverse("review_queue"), icon_name=self.icon_name)
