"""The queue of booklets: which are wanted, who builds one, what became of it."""

from __future__ import annotations

import logging
import secrets
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.editions.document import fingerprint, write_folder, write_pictures
from cases.editions.freezing import freeze
from cases.editions.machine import Stopped, missing_parts, press
from cases.editions.pictures import UnreadablePicture
from cases.editions.reading import absent_cases
from cases.models import Booklet, CaseCollectionPage, CasePage, CollectionIssue
from catalog.batches import PartlyDone

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.base_user import AbstractBaseUser

logger = logging.getLogger(__name__)

# Of the press, and before them: the content is written out.
STEPS = 8
# After so many builds that ended without a word a booklet counts as failed.
ATTEMPTS = 3
# Drafts are for looking at; after that they are ordered anew.
DRAFTS_KEPT = timedelta(days=7)


# -- ordering --------------------------------------------------------------------------------------


def order(
    issue: CollectionIssue, *, by: AbstractBaseUser | None = None, anew: bool = False
) -> Booklet | None:
    """Have the booklet of an issue built, unless it is there, under way, or has failed.

    ``anew``: build it although it is there or has failed. The one that is there is served until
    then, as far as it may be.
    """
    absent = absent_cases(issue)
    mark = fingerprint(issue.fingerprint, absent)
    if issue.booklets.under_way().exists():
        return None
    known = [] if anew else issue.booklets.filter(fingerprint=mark)
    if any(each.is_there() or each.state == Booklet.State.FAILED for each in known):
        return None
    return put(Booklet(collection_id=issue.collection_id, issue=issue, fingerprint=mark), by)


def order_draft(collection: CaseCollectionPage, *, by: AbstractBaseUser) -> Booklet | None:
    """Have the latest draft set as PDF for the bureau; None where that is under way already."""
    if collection.booklets.under_way().filter(issue=None).exists():
        return None
    return put(Booklet(collection=collection, fingerprint=""), by)


def put(booklet: Booklet, by: AbstractBaseUser | None) -> Booklet | None:
    """Put a booklet into the queue; None where another process has done so meanwhile."""
    booklet.wanted_by = by
    try:
        with transaction.atomic():
            booklet.save()
    except IntegrityError:
        return None
    return booklet


def order_wanted() -> None:
    """Order what every readable issue lacks: after an act, a case that left, another look."""
    for issue in CollectionIssue.objects.readable().select_related("collection"):
        order(issue)


# -- one round of the clock ------------------------------------------------------------------------


def build_waiting(now: datetime) -> int:
    """Order what is wanted and build one booklet, the one that waits longest.

    One a round, so that messages and reminders never wait for more than one.

    Raises:
        PartlyDone: the build failed; what stopped it is kept with the booklet.
    """
    give_back_abandoned(now)
    clear_away(now)
    order_wanted()
    waiting = Booklet.objects.filter(state=Booklet.State.WAITING)
    first = waiting.order_by("wanted_at", "pk").first()
    if first is None:
        return 0
    if lacks := missing_parts():
        waiting.exclude(lacks=lacks).update(lacks=lacks)
        return 0
    claim = secrets.token_hex(16)
    if not claimed(first, claim, now):
        return 0
    try:
        build(Booklet.objects.select_related("issue", "collection").get(pk=first.pk))
    except Exception as error:
        failed(first.pk, claim, error)
        raise PartlyDone(0, [f"{first.collection}: {error}"]) from error
    return 1


def claimed(booklet: Booklet, claim: str, now: datetime) -> bool:
    """Take a waiting booklet for this process alone."""
    mine = Booklet.objects.filter(pk=booklet.pk, state=Booklet.State.WAITING)
    return bool(
        mine.update(
            state=Booklet.State.BUILDING,
            claim=claim,
            step=0,
            lacks=[],
            failure="",
            attempts=booklet.attempts + 1,
            seen_at=now,
        )
    )


def give_back_abandoned(now: datetime) -> None:
    """Booklets whose process died: another try, and after the last one a failure."""
    abandoned = Booklet.objects.abandoned(now)
    abandoned.filter(attempts__gte=ATTEMPTS).update(
        state=Booklet.State.FAILED, failure=Booklet.Failure.CRASHED, finished_at=now
    )
    abandoned.filter(attempts__lt=ATTEMPTS).update(state=Booklet.State.WAITING, claim="")


def clear_away(now: datetime) -> None:
    """Forget drafts that were looked at long ago."""
    old = Booklet.objects.filter(issue=None, finished_at__lt=now - DRAFTS_KEPT)
    forget(list(old))


# -- building --------------------------------------------------------------------------------------


def build(booklet: Booklet) -> None:
    """Make the file of a claimed booklet and put it in the place of earlier ones.

    Raises:
        Stopped: the press failed.
        UnreadablePicture: a picture of the draft cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="booklet-") as name:
        folder = Path(name)
        booklet.left_out = write_out(booklet, folder)
        pages = press(folder, lambda step: note_step(booklet, step + 1))
        made = folder / "booklet.pdf"
        with made.open("rb") as file:
            finish(booklet, File(file, name="booklet.pdf"), pages)


def write_out(booklet: Booklet, folder: Path) -> list[int]:
    """Write the folder for the press; the places of the cases that are left out of it."""
    note_step(booklet, 1)
    if booklet.issue is None:
        return write_draft(booklet, folder)
    issue = booklet.issue
    absent: dict[int, date | None] = absent_cases(issue)
    booklet.fingerprint = fingerprint(issue.fingerprint, absent)
    write_folder(
        folder,
        content=issue.content,
        cases=list(issue.cases.values_list("place", "content")),
        absent=absent,
        mark=booklet.fingerprint,
        issue=issue,
    )
    for picture in issue.pictures.exclude(case__place__in=absent):
        with picture.file.open("rb") as file:
            (folder / f"{picture.key}.jpg").write_bytes(file.read())
    return sorted(absent)


def write_draft(booklet: Booklet, folder: Path) -> list[int]:
    """The draft as it stands: of each case what is public, or else its latest version."""
    draft = booklet.collection.get_latest_revision_as_object()
    cases = [entry.case_id for entry in draft.entries.all()]
    listed = {page.pk: page for page in CasePage.objects.listed().filter(pk__in=cases)}
    others = CasePage.objects.filter(pk__in=set(cases) - listed.keys())
    versions = [*listed.values(), *(page.get_latest_revision_as_object() for page in others)]
    frozen = freeze(draft, versions)
    booklet.fingerprint = fingerprint(frozen.fingerprint, {})
    write_folder(
        folder,
        content=frozen.content,
        cases=[(case.place, case.content) for case in frozen.cases],
        absent={},
        mark=booklet.fingerprint,
        issue=None,
    )
    pictures = [copy for case in frozen.cases for copy in case.pictures]
    write_pictures(folder, [*pictures, frozen.cover] if frozen.cover else pictures)
    return []


def note_step(booklet: Booklet, step: int) -> None:
    """Say how far the claimed booklet is, and that its process lives."""
    mine = Booklet.objects.filter(pk=booklet.pk, claim=booklet.claim)
    mine.update(step=step, seen_at=timezone.now())


@transaction.atomic
def finish(booklet: Booklet, file: File, pages: int) -> None:
    """Keep the file, unless another process has taken the booklet over meanwhile."""
    mine = Booklet.objects.select_for_update().filter(pk=booklet.pk, claim=booklet.claim)
    if not mine.filter(state=Booklet.State.BUILDING).exists():
        return
    booklet.file.save(f"{booklet.collection.slug}.pdf", file, save=False)
    booklet.size = booklet.file.size
    booklet.pages = pages
    booklet.state, booklet.step = Booklet.State.READY, STEPS
    booklet.finished_at = timezone.now()
    booklet.save()
    same = Booklet.objects.filter(collection=booklet.collection, issue=booklet.issue)
    forget(list(same.filter(pk__lt=booklet.pk).exclude(pk__in=same.under_way())))


def failed(pk: int, claim: str, error: Exception) -> None:
    """Keep in a word why the build failed; the log has the rest."""
    failure = Booklet.Failure.CRASHED
    if isinstance(error, Stopped):
        failure = error.failure
    elif isinstance(error, UnreadablePicture | FileNotFoundError):
        failure = Booklet.Failure.PICTURE
    logger.error("Booklet %s was not built", pk, exc_info=error)
    Booklet.objects.filter(pk=pk, claim=claim).update(
        state=Booklet.State.FAILED, failure=failure, finished_at=timezone.now()
    )


def forget(booklets: list[Booklet]) -> None:
    """Drop booklets that another one has replaced, their files once that is certain."""
    for booklet in booklets:
        storage, name = booklet.file.storage, booklet.file.name
        booklet.delete()
        if name:
            transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))
