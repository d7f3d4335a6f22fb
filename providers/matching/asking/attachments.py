"""Photos and PDFs of a request: taken, removed, handed on with it, shown to those who may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse

from catalog.uploads import (
    clean_evidence,
    delete_stored,
    evidence_response,
    picture_response,
    plain_name,
)
from providers.matching.models import MAX_ATTACHMENTS, Attachment, MatchRequest, RequestDraft


class TooManyAttachmentsError(Exception):
    """The draft has as many files as a request may have."""


@transaction.atomic
def add_attachment(draft: RequestDraft, upload: UploadedFile) -> Attachment:
    """Keep a file with a draft, judged by its content.

    Raises:
        ValidationError: too large, damaged, or neither a picture nor a PDF.
        TooManyAttachmentsError: there are as many as are taken, or the draft has been sent.
    """
    row = RequestDraft.objects.select_for_update().filter(pk=draft.pk, became=None).first()
    if row is None or row.attachments.count() >= MAX_ATTACHMENTS:
        raise TooManyAttachmentsError
    content = clean_evidence(upload)
    made = Attachment(
        draft=row, name=plain_name(upload.name or ""), is_picture=content.name.endswith(".jpg")
    )
    made.file.save(content.name, content, save=False)
    made.save()
    return made


def remove_attachments(rows: QuerySet[Attachment]) -> None:
    """Delete rows, and once that is committed their files."""
    found = list(rows)
    Attachment.objects.filter(pk__in=[row.pk for row in found]).delete()
    for row in found:
        delete_stored(row.file)


def hand_over_attachments(draft: RequestDraft, request: MatchRequest) -> None:
    """Give a sent draft's files to the stored request, in the place of all it had."""
    remove_attachments(request.attachments.all())
    draft.attachments.update(draft=None, request=request)


def copy_attachments(request: MatchRequest, draft: RequestDraft) -> None:
    """Give a draft copies of a request's files; each side may then lose its own."""
    for row in request.attachments.all():
        with row.file.open("rb") as file:
            content = ContentFile(file.read())
        copy = Attachment(
            draft=draft, name=row.name, is_picture=row.is_picture, added_at=row.added_at
        )
        copy.file.save(row.file.name.rsplit("/", 1)[-1], content, save=False)
        copy.save()


def attachment_links(
    rows: Iterable[Attachment], address: Callable[[Attachment], str]
) -> list[dict[str, object]]:
    """What a page lists: ``id``, ``name``, ``is_picture`` and the ``url`` that its reader opens."""
    return [
        {
            "id": row.public_id,
            "name": row.name,
            "is_picture": row.is_picture,
            "url": address(row),
        }
        for row in rows
    ]


def attachment_response(row: Attachment) -> HttpResponse:
    """The file for somebody whom the calling view let see it: a picture, or a download."""
    if row.is_picture:
        return picture_response(row.file)
    return evidence_response(row.file, row.name)
