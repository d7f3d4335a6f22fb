"""What a version of a listing says: told apart from another one, whoever saved it and when."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from modelcluster.models import get_all_child_relations
from wagtail.fields import StreamField
from wagtail.models import COMMENTS_RELATION_NAME, Revision

# What a revision carries about itself, not about the listing.
BOOKKEEPING = frozenset(
    "live has_unpublished_changes first_published_at last_published_at live_revision "
    "latest_revision updated_on draft_title latest_revision_created_at locked locked_at locked_by "
    "path depth numchild url_path comments wagtail_admin_comments go_live_at expire_at expired "
    "owner".split()
)

# Book-keeping that an editor sets all the same.
DATES = frozenset({"go_live_at", "expire_at"})


def content_hash(revision: Revision) -> str:
    """A fingerprint of all that a revision holds."""
    text = json.dumps(revision.content, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def public_content(revision: Revision) -> dict:
    """A revision's content without its book-keeping, to tell a change from a no-op."""
    content = comparable(revision.content, revision.content_object.specific_class)
    return {key: value for key, value in content.items() if key not in BOOKKEEPING}


def comparable(content: dict, model: type[models.Model]) -> dict:
    """Serialised content with one form for each value: 1.8 is 1.8000, and no text is no value.

    Blocks are read, since PostgreSQL keeps the names within them in an order of its own.
    """
    plain = {key: None if value == "" else value for key, value in content.items()}
    for field in model._meta.concrete_fields:
        value = plain.get(field.name)
        if isinstance(field, models.DecimalField) and value is not None:
            plain[field.name] = f"{Decimal(value).normalize():f}"
        elif isinstance(field, StreamField) and isinstance(value, str):
            plain[field.name] = json.loads(value)
    for relation in get_all_child_relations(model):
        if relation.get_accessor_name() in plain:
            rows = in_order(plain[relation.get_accessor_name()])
            plain[relation.get_accessor_name()] = [
                comparable(row, relation.related_model) | {"pk": None, "sort_order": None}
                for row in rows
            ]
    return plain


def in_order(rows: list[dict]) -> list[dict]:
    """Child rows as they are shown; those that never were sorted stand where they are."""
    places = {id(row): place for place, row in enumerate(rows)}
    return sorted(
        rows,
        key=lambda row: places[id(row)] if row.get("sort_order") is None else row["sort_order"],
    )


def saved_content(content: dict, model: type[models.Model]) -> dict:
    """Serialised content as its editor sees it, dates and comments included, for comparison.

    ``content`` is a revision's, or that of a page about to be saved.
    """
    plain = json.loads(json.dumps(content, cls=DjangoJSONEncoder))
    remarks = plain.pop(COMMENTS_RELATION_NAME, [])
    kept = comparable(plain, model)
    chosen = {key: value for key, value in kept.items() if key not in BOOKKEEPING - DATES}
    return chosen | {COMMENTS_RELATION_NAME: [remark_content(remark) for remark in remarks]}


def remark_content(remark: dict) -> dict:
    """What an editor's comment says; who read it and when it was stored is left out."""
    replies = [(reply.get("pk"), reply.get("text")) for reply in remark.get("replies", [])]
    said = {name: remark.get(name) for name in ("pk", "text", "contentpath", "position")}
    return said | {"resolved": bool(remark.get("resolved_at")), "replies": replies}


def is_republication(revision: Revision, live: Revision) -> bool:
    """Whether making ``revision`` public in place of ``live`` changes nothing for anybody."""
    dates = [{name: each.content.get(name) for name in DATES} for each in (revision, live)]
    return dates[0] == dates[1] and public_content(revision) == public_content(live)
