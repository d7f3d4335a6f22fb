"""Facts about a page for machines, as schema.org data inside the page."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# The same characters as Django's json_script escapes: no value can end the element early.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def json_ld(data: Mapping[str, Any]) -> SafeString:
    """A data block (never executed, so the content security policy lets it stand).

    Keys whose value is None, empty text or an empty list are left out, at every depth.
    """
    text = json.dumps(
        {"@context": "https://schema.org", **without_gaps(data)},
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
    )
    return format_html(
        '<script type="application/ld+json">{}</script>', mark_safe(text.translate(ESCAPES))
    )


def without_gaps(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {key: without_gaps(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, "", [], {})}
    if isinstance(value, (list, tuple)):
        return [without_gaps(item) for item in value]
    return value
