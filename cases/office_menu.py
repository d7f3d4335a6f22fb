"""What the offices do with cases, as one item of the side bar that opens.

A part of it registers its own items with the hook ``register_cases_menu_item``, as Wagtail's menus
do; who may use none of them does not see the item.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from providers.backoffice.access import is_provider_member
from providers.once import once_a_request

CASES_MENU_HOOK = "register_cases_menu_item"

cases_menu = Menu(register_hook_name=CASES_MENU_HOOK)


class CasesMenuItem(SubmenuMenuItem):
    """For whoever may use one of its items; a provider's member nominates among its listings."""

    def is_shown(self, request: HttpRequest) -> bool:
        member = once_a_request(
            request, "is_provider_member", lambda: is_provider_member(request.user)
        )
        return not member and super().is_shown(request)


@hooks.register("register_admin_menu_item")
def cases_menu_item() -> MenuItem:
    return CasesMenuItem(_("Typical cases"), cases_menu, name="cases", icon_name="pick", order=505)
