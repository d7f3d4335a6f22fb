"""All that is held about one request, for its enterprise to take along (PIPL art. 45)."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from typing import IO

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from providers.matching.lifecycle import locked
from providers.matching.models import (
    EventKind,
    MatchRequest,
    Message,
    Question,
    Side,
    note,
)
from providers.matching.personal_data.receipts import receipts_text

logger = logging.getLogger(__name__)

IN_MEMORY = 1024 * 1024
# What opens the request, or only counts tries.
SECRETS = frozenset({"key_salt", "token_hash", "code_hash", "code_tries", "code_locked_until"})
# Rows point at the request and at one another; the export nests them instead.
LINKS = frozenset(
    {"id", "public_id", "request", "choice", "invitation", "quote", "draft", "page_ptr"}
)
PRICES = frozenset({"price_min_wan", "price_max_wan"})


class Packer:
    """Rows as plain values; the files that they hold are collected beside them."""

    def __init__(self) -> None:
        self.files: dict[str, FieldFile] = {}

    def row(self, row: models.Model, *, without: Iterable[str] = ()) -> dict[str, object]:
        """The row's own fields by name, without secrets, links and accounts of officers."""
        left_out = {*SECRETS, *LINKS, *without}
        accounts = settings.AUTH_USER_MODEL
        return {
            field.name: self.value(getattr(row, field.name))
            for field in row._meta.concrete_fields
            if field.name not in left_out
            and not (field.is_relation and field.related_model._meta.label == accounts)
        }

    def rows(self, rows: Iterable[models.Model], **how) -> list[dict[str, object]]:
        return [self.row(row, **how) for row in rows]

    def value(self, value: object) -> object:
        if isinstance(value, FieldFile):
            return self.file(value) if value else None
        return str(value) if isinstance(value, models.Model) else value

    def file(self, file: FieldFile) -> str:
        """Where the file lies in the archive."""
        place = f"files/{len(self.files) + 1}-{file.name.rpartition('/')[2]}"
        self.files[place] = file
        return place


@transaction.atomic
def export_of(request: MatchRequest) -> IO[bytes]:
    """A ZIP with ``request.json`` (UTF-8), ``consents.txt`` and the files; noted in the history.

    It leaves out what is not about the enterprise: the keys of the request, officers' accounts,
    the office's notes to itself, who asked a question, and a price that is held back.
    """
    request = locked(request)
    packer = Packer()
    data = data_of(request, packer)
    content = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    # On the disk beyond some size: five files of 20 MB are no load for the memory.
    archive = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 the answer closes it
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("request.json", content)
        made.writestr("consents.txt", receipts_text(request))
        for place, file in packer.files.items():
            if not file.storage.exists(file.name):
                logger.error("File %s of request %s is missing", place, request.reference)
                continue
            with file.open("rb") as stored, made.open(place, "w") as packed:
                shutil.copyfileobj(stored, packed)
    note(request, EventKind.EXPORTED, Side.ENTERPRISE)
    archive.seek(0)
    return archive


def data_of(request: MatchRequest, packer: Packer) -> dict[str, object]:
    """The request and everything that hangs on it, as values that JSON knows."""
    told = request.messages.filter(audience=Message.Audience.ENTERPRISE)
    return {
        "about": _(
            "All that this platform holds about your request. Times are UTC, prices in 10,000 yuan."
        ),
        "state": request.state(),
        "request": {
            **packer.row(request, without={"roster_entry"}),
            "pain_points": [str(point) for point in request.pain_points.all()],
            "scenarios": [str(scenario) for scenario in request.scenarios.all()],
        },
        "attachments": packer.rows(request.attachments.all()),
        "consents": packer.rows(request.consents.select_related("recipient")),
        "replies": [reply_of(row, packer) for row in invitations_of(request)],
        # In the order of time: beside the replies they would tell who asked.
        "questions": packer.rows(
            Question.objects.filter(invitation__request=request).order_by("asked_at", "pk")
        ),
        "proposals_of_the_centre": packer.rows(
            request.advice.select_related("provider", "solution")
        ),
        "calls_wanted": packer.rows(request.call_backs.all()),
        "help_of_the_office": packer.rows(request.interventions.all()),
        "choices": [work_of(choice, packer) for choice in request.choices.all()],
        "history": [
            {"at": event.at, "what": event.kind, "by": event.side} for event in request.events.all()
        ],
        "messages": [{"at": message.created_at, "what": message.kind} for message in told],
    }


def invitations_of(request: MatchRequest) -> models.QuerySet:
    return request.invitations.select_related("provider")


def reply_of(invitation, packer: Packer) -> dict[str, object]:
    reply = packer.row(invitation)
    quote = getattr(invitation, "quote", None)
    if quote is not None:
        # The price stands in the files of a quote as well.
        is_held = not quote.shows_price()
        reply["quote"] = {
            **packer.row(quote, without=PRICES if is_held else ()),
            "files": [] if is_held else packer.rows(quote.files.all()),
        }
    return reply


def work_of(choice, packer: Packer) -> dict[str, object]:
    """A choice with the work that followed from it; a price held back stays so until verified."""
    quote = getattr(choice.invitation, "quote", None)
    held = () if quote is None or quote.shows_price() else ("quoted_min_wan", "quoted_max_wan")
    rating = getattr(choice, "rating", None)
    return {
        **packer.row(choice, without=held),
        "provider": str(choice.invitation.provider),
        "criteria": [criterion.text for criterion in choice.criteria.all()],
        "milestones": packer.rows(choice.milestones.all()),
        "hand_overs": packer.rows(choice.hand_overs.all()),
        "disputes": packer.rows(choice.disputes.all()),
        "documents": packer.rows(choice.documents.all()),
        "rating": rating and packer.row(rating),
    }
