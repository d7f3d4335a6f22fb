"""The four documents that the plan asks for with the acceptance (domain 1.2, no. 40)."""

from __future__ import annotations

import uuid

from django.core.files.base import ContentFile
from django.db import transaction

from catalog.uploads import delete_stored
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import AcceptanceDocument, Choice, RequestState, Side
from providers.matching.working.active_choice import demand, hold

# Both sides together; each document may need several files, such as invoices beside a contract.
MAX_DOCUMENTS = 40
# The proof of the level usually comes after the work was confirmed.
TAKES_DOCUMENTS = (
    RequestState.CONTRACTED,
    RequestState.HANDED_OVER,
    RequestState.DISPUTED,
    RequestState.CONFIRMED,
)
GIVES_DOCUMENTS_BACK = TAKES_DOCUMENTS[:3]


class TooManyDocumentsError(MovedOnError):
    """There are as many files as there may be."""


@transaction.atomic
def add_document(
    choice: Choice, *, side: Side, kind: str, file: ContentFile, name: str
) -> AcceptanceDocument:
    """Put a file to one of the four documents.

    Args:
        kind: of ``AcceptanceDocument.Kind``.
        file: checked by its content (``catalog.uploads.clean_evidence``).
        name: as its reader sees it; cut where it is too long.

    Raises:
        TooManyDocumentsError: no more files are taken.
        MovedOnError: the work has no contract, has ended without acceptance, or was erased.
    """
    choice = hold(choice)
    demand(choice, *TAKES_DOCUMENTS)
    if choice.request.erased_at:
        raise MovedOnError
    if choice.documents.count() >= MAX_DOCUMENTS:
        raise TooManyDocumentsError
    # Addresses call the file by its random name, so it is given here and nowhere else.
    file.name = f"{uuid.uuid4().hex}.{(file.name or '').rpartition('.')[2]}"
    length = AcceptanceDocument._meta.get_field("name").max_length
    return AcceptanceDocument.objects.create(
        choice=choice, side=side, kind=kind, file=file, name=name[:length]
    )


@transaction.atomic
def remove_document(document: AcceptanceDocument, *, side: Side) -> None:
    """Take back a file of one's own before the work has ended; a second click finds it gone.

    Raises:
        MovedOnError: it is the other side's, or the work has ended.
    """
    choice = hold(document.choice)
    current = choice.documents.filter(pk=document.pk).first()
    if current is None:
        return
    demand(choice, *GIVES_DOCUMENTS_BACK)
    if current.side != side:
        raise MovedOnError
    current.delete()
    delete_stored(current.file)
