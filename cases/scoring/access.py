"""What an outside expert reaches of the back office: its own score sheets and what they are about.

Everything else answers 404, whether it exists or not, as for a provider's member.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from cases.models import OutsideExpert
from providers.once import once_a_request

# Show an expert nothing but its own, or carry no object.
EXPERT_VIEWS = frozenset(
    {
        "wagtailadmin_home",
        "wagtailadmin_login",
        "wagtailadmin_logout",
        "wagtailadmin_account",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_dismissibles",
        "wagtailadmin_password_reset",
        "wagtailadmin_password_reset_done",
        "wagtailadmin_password_reset_confirm",
        "wagtailadmin_password_reset_complete",
        "own_messages",
        "own_messages_read",
        "own_message",
        "message_choices",
        "scoring_own",
        "scoring_sheet",
        "scoring_submit",
        "scoring_keep",
        "scoring_decline",
        "scoring_reading",
        "scoring_reading_preview",
        "scoring_reading_proof",
    }
)
# What an expert's menu holds.
EXPERT_MENU = frozenset({"cases", "own-messages"})


def is_expert(request: HttpRequest) -> bool:
    """Whether the account is an outside expert's; asked once a request."""
    user = request.user
    if not user.is_authenticated or user.is_superuser:
        return False
    return once_a_request(
        request, "is_expert", lambda: OutsideExpert.objects.filter(user=user.pk).exists()
    )


class ExpertAdminMiddleware:
    """Answers 404 to an outside expert outside the allow-list."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not request.path.startswith(reverse("wagtailadmin_home")):
            return None
        if request.resolver_match.view_name not in EXPERT_VIEWS and is_expert(request):
            raise Http404
        return None
