"""The review in the side bar."""

from django.http import HttpRequest

from providers.menu_items import CountingMenuItem
from providers.models import ReviewTask
from providers.review.queue import waiting_for


class ReviewMenuItem(CountingMenuItem):
    """The review queue, for members of the reviewing groups."""

    def is_shown(self, request: HttpRequest) -> bool:
        return ReviewTask.reviewed_by(request.user).exists()

    def waiting(self, user) -> int:
        return len(waiting_for(user))
