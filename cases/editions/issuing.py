"""The bureau issues an edition, issues it anew, and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import log
from wagtail.models import Page

from cases.editions.checks import edition_blockers
from cases.editions.freezing import FrozenEdition, freeze
from cases.editions.pictures import Copy, UnreadablePicture
from cases.models import (
    CaseCollectionPage,
    CasePage,
    CollectionIssue,
    IssuedCase,
    IssuedPicture,
)
from cases.models.permissions import fingerprint_of
from catalog.models import Withdrawal
from providers.withdrawal.subtree import ActRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.base_user import AbstractBaseUser


@transaction.atomic
def issue_edition(
    collection: CaseCollectionPage, *, by: AbstractBaseUser | None, note: str = ""
) -> CollectionIssue:
    """Freeze the latest version of an edition with its cases and make that public.

    The first act makes issue 1, each later one the next number; earlier issues stay as they are.

    Raises:
        ActRefused: something is missing, a picture cannot be read, or the public reads just this
            already (the button was pressed twice).
    """
    hold(collection)
    collection = CaseCollectionPage.objects.get(pk=collection.pk)
    revision = collection.get_latest_revision() or collection.save_revision(user=by)
    draft = revision.as_object()
    if blockers := edition_blockers(draft):
        raise ActRefused(blockers)
    cases = [entry.case_id for entry in draft.entries.all()]
    try:
        frozen = freeze(draft, CasePage.objects.listed().filter(pk__in=cases))
    except UnreadablePicture as unreadable:
        sentence = _("The picture “%(title)s” cannot be read.") % {"title": str(unreadable)}
        raise ActRefused([sentence]) from unreadable
    newest = collection.issues.order_by("number").last()
    if collection.live and newest and is_same(newest, frozen, note):
        said = _("Issue %(number)d says just this already.") % {"number": newest.number}
        raise ActRefused([said])
    issue = CollectionIssue.objects.create(
        collection=collection,
        number=newest.number + 1 if newest else 1,
        revision=revision,
        content=frozen.content,
        fingerprint=frozen.fingerprint,
        note=note.strip(),
        issued_by=by,
    )
    store(issue, frozen)
    Withdrawal.objects.filter(page_id=collection.pk, ended_at=None).update(ended_at=timezone.now())
    PublishPageRevisionAction(revision, user=by, log_action=False).execute(
        skip_permission_checks=True
    )
    log(
        instance=collection,
        action="cases.issue_edition",
        user=by,
        data={"issue": issue.pk, "number": issue.number, "note": issue.note},
    )
    return issue


def is_same(newest: CollectionIssue, frozen: FrozenEdition, note: str) -> bool:
    """Whether another issue would tell nothing that the newest one does not."""
    return (newest.fingerprint, newest.note) == (frozen.fingerprint, note.strip())


def hold(collection: CaseCollectionPage) -> None:
    """Hold the edition and the cases of its draft until the transaction ends.

    A case that is published, suspended or withdrawn meanwhile is so before or after, not between.
    """
    list(Page.objects.select_for_update().filter(pk=collection.pk).values_list("pk", flat=True))
    latest = CaseCollectionPage.objects.get(pk=collection.pk).get_latest_revision_as_object()
    cases = [entry.case_id for entry in latest.entries.all()]
    held = Page.objects.select_for_update().filter(pk__in=cases).order_by("path")
    list(held.values_list("pk", flat=True))


def store(issue: CollectionIssue, frozen: FrozenEdition) -> None:
    """Keep the cases of an issue and the copies of its pictures."""
    if frozen.cover:
        keep_pictures(issue, None, [frozen.cover])
    for case in frozen.cases:
        row = IssuedCase.objects.create(
            issue=issue,
            place=case.place,
            case=case.page,
            revision_id=case.page.live_revision_id,
            content_mark=fingerprint_of(case.page.live_revision.content),
            content=case.content,
        )
        keep_pictures(issue, row, case.pictures)


def keep_pictures(issue: CollectionIssue, case: IssuedCase | None, copies: Iterable[Copy]) -> None:
    """Write the files; the same picture twice in a case is one file."""
    for copy in {copy.key: copy for copy in copies}.values():
        IssuedPicture.objects.create(
            issue=issue,
            case=case,
            key=copy.key,
            digest=copy.digest,
            file=ContentFile(copy.data, name=f"{copy.key}.jpg"),
        )


@transaction.atomic
def withdraw_edition(
    collection: CaseCollectionPage, *, by: AbstractBaseUser | None, reason: str
) -> None:
    """Take an edition with all its issues off the site; its addresses answer 410 from now on.

    Raises:
        ActRefused: no reason is given, or it is not public.
    """
    hold(collection)
    collection = CaseCollectionPage.objects.get(pk=collection.pk)
    if not reason.strip():
        raise ActRefused([_("Give the reason.")])
    if not collection.live:
        raise ActRefused([_("This edition is not public.")])
    withdrawal = Withdrawal.objects.create(page_id=collection.pk, reason=reason.strip(), by=by)
    UnpublishPageAction(collection, user=by, log_action=False).execute(skip_permission_checks=True)
    log(
        instance=collection,
        action="cases.withdraw_edition",
        user=by,
        data={"withdrawal": withdrawal.pk, "reason": withdrawal.reason},
    )
