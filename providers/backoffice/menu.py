"""Menu items of the back office."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from providers.models import ProviderPage, ReviewTask


class ReviewMenuItem(MenuItem):
    """The review queue, for members of the reviewing groups."""

    def __init__(self) -> None:
        super().__init__(
            _("Review"), reverse("review_queue"), name="review", icon_name="check", order=90
        )

    def is_shown(self, request) -> bool:
        return ReviewTask.reviewed_by(request.user).exists()


class OwnListingsMenuItem(MenuItem):
    """A member's way to its own profile and listings."""

    def __init__(self) -> None:
        super().__init__(
            _("My listings"), "", name="own-listings", icon_name="folder-open-inverse", order=80
        )

    def is_shown(self, request) -> bool:
        return ProviderPage.objects.of_member(request.user).exists()

    def render_component(self, request):
        page = ProviderPage.objects.of_member(request.user).first()
        if page is not None:
            self.url = reverse("wagtailadmin_explore", args=[page.pk])
        return super().render_component(request)
