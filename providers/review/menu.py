"""The review in the side bar."""

from django.http import HttpRequest

from providers.menu_items import CountingMenuItem
from providers.models import ReviewTask
from providers.review.queue import count_to_decide


class ReviewMenuItem(CountingMenuItem):
    """The review queue, for members of the reviewing groups."""

    def is_shown(self, request: HttpRequest) -> bool:
        return ReviewTask.reviewed_by(request.user).exists()

    def waiting(self, request: HttpRequest) -> int:
        return count_to_decide(request)
