"""Menu items of the back office, by whom they are for and what they count."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from providers.backoffice.access import is_provider_member
from providers.once import once_a_request


class MemberMenuItem(MenuItem):
    """For members of a provider."""

    def is_shown(self, request: HttpRequest) -> bool:
        return once_a_request(
            request, "is_provider_member", lambda: is_provider_member(request.user)
        )


class PermittedMenuItem(MenuItem):
    """For holders of a permission."""

    def __init__(self, *args, permission: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission)


class CountingMenuItem(MenuItem):
    """Says how many wait behind it."""

    def waiting(self, request: HttpRequest) -> int:
        raise NotImplementedError

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        # One item serves all requests, so the number is given to the component only.
        component = super().render_component(request)
        if count := self.waiting(request):
            component.label = _("%(label)s (%(count)s)") % {
                "label": component.label,
                "count": count,
            }
        return component
