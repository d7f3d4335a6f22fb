"""New keys for an enterprise that calls: the address in the back office."""

from __future__ import annotations

from django.urls import re_path
from wagtail import hooks

from providers.matching.keys import office_views
from providers.matching.urls import REFERENCE


@hooks.register("register_admin_urls")
def key_urls() -> list:
    return [
        re_path(
            rf"^matching/requests/{REFERENCE}/keys/$",
            office_views.renew,
            name="matching_request_keys",
        )
    ]
