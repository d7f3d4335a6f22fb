"""Menu items of the back office."""

from wagtail.admin.menu import MenuItem

from providers.backoffice.access import is_provider_member


class MemberMenuItem(MenuItem):
    """One of the pages that only a provider's members have."""

    def is_shown(self, request) -> bool:
        return is_provider_member(request.user)
