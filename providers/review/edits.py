"""Which edits of a public listing need both steps of the review (design: Review).

The fields that a small edit may touch are an allow-list: price, scenario, industry, level, claims
and intellectual property need both steps, and so does every field that is named nowhere.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from catalog.models.content import public_content

SMALL_EDIT_REASON = _(
    "A small edit: price, scenarios, industries, level, claims and intellectual property "
    "are as before."
)

# By page type: what tells how and whom to reach, how it is delivered, and how it looks.
SMALL: dict[str, frozenset[str]] = {
    "catalog.solutionpage": frozenset(
        {
            "slug",
            "show_in_menus",
            "interfaces",
            "requirements",
            "delivery_steps",
            "acceptance_criteria",
            "data_ownership",
            "support",
            "support_response_hours",
            "local_service",
            "pictures",
            "video_url",
            "product_url",
        }
    ),
    "providers.providerpage": frozenset(
        {
            "slug",
            "show_in_menus",
            "local_office_address",
            "website",
            "public_phone",
            "contact_name",
            "contact_phone",
            "contact_email",
            "pictures",
        }
    ),
    "cases.casepage": frozenset({"slug", "show_in_menus", "pictures"}),
}


def changed_fields(revision: Revision) -> set[str] | None:
    """The fields in which a version differs from the public one; none of them before the first."""
    page = revision.content_object
    if not page.live or page.live_revision is None:
        return None
    before, after = public_content(page.live_revision), public_content(revision)
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def is_small(revision: Revision) -> bool:
    """Whether one step is enough: an edit of a public listing within the allow-list."""
    changed = changed_fields(revision)
    if changed is None:
        return False
    return changed <= SMALL.get(revision.content_object.specific_class._meta.label_lower, set())
