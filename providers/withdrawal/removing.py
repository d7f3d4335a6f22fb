"""The bureau takes a listing off the site for good; the provider may appeal, once."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from catalog.models import (
    Appeal,
    ListingPage,
    PublicationRefused,
    Removal,
    publish_revision,
)
from catalog.workdays import answer_deadline
from providers.models import NoticeKind, ReviewSettings
from providers.notices import bureau_officers, tell_bureau, tell_members
from providers.withdrawal.subtree import (
    ActRefused,
    end_review,
    hold_subtree,
    provider_above,
    unpublish,
)


@transaction.atomic
def remove(page: ListingPage, *, by: AbstractBaseUser, reason: str) -> Removal:
    """Take a listing and all below it off the site, cancel their reviews, tell the members.

    Raises:
        ActRefused: no reason, never public, or removed already.
    """
    subtree = hold_subtree(page)
    page = subtree[0]
    if not reason.strip():
        raise ActRefused([_("Give the reason.")])
    if not page.first_published_at:
        raise ActRefused([_("This listing was never public.")])
    if Removal.objects.in_force().filter(page=page).exists():
        raise ActRefused([_("This listing has been removed already.")])
    removal = Removal.objects.create(
        page_id=page.pk, reason=reason, by=by, appeal_until=last_day_of_appeal()
    )
    live = [listing for listing in subtree if listing.live]
    removal.revisions.set([listing.live_revision_id for listing in live])
    for listing in subtree:
        end_review(listing, by)
    for listing in live:
        unpublish(listing, by)
    for listing in {each.pk: each for each in (page, *live)}.values():
        log(
            instance=listing,
            action="providers.remove",
            user=by,
            data={"removal": removal.pk, "reason": reason},
        )
    tell(removal, NoticeKind.LISTING_REMOVED, page)
    return removal


def last_day_of_appeal() -> date:
    """The last day of the period that starts now, in working days as the bureau has set them."""
    days = ReviewSettings.current().appeal_days
    return timezone.localtime(answer_deadline(timezone.now(), days)).date()


@transaction.atomic
def appeal(removal: Removal, *, by: AbstractBaseUser, text: str) -> Appeal:
    """File the provider's one objection and tell the bureau.

    Raises:
        ActRefused: nothing is said, the period is over, or it was done before.
    """
    removal = Removal.objects.select_for_update().get(pk=removal.pk)
    if not text.strip():
        raise ActRefused([_("Say why the removal is wrong.")])
    if not removal.is_open_to_appeal():
        raise ActRefused([_("An appeal is not possible any more.")])
    filed = Appeal.objects.create(removal=removal, text=text, filed_by=by)
    page = removal.page.specific
    log(instance=page, action="providers.appeal", user=by, data={"appeal": filed.pk})
    tell_bureau(
        NoticeKind.APPEAL_FILED,
        event=f"appeal{filed.pk}",
        page=page,
        path=reverse("appeal_answer", args=[filed.pk]),
    )
    return filed


def may_answer(appeal: Appeal, user: AbstractBaseUser) -> bool:
    """Whoever removed the listing does not judge the appeal while there is another officer."""
    remover = appeal.removal.by_id
    return remover != user.pk or not bureau_officers().exclude(pk=remover).exists()


@transaction.atomic
def answer(
    appeal: Appeal, *, by: AbstractBaseUser, granted: bool, text: str
) -> dict[str, list[str]]:
    """Decide on an appeal with reasons; a granted one brings back what was public.

    Returns what did not pass the gate when it should have come back: title to open points. Such a
    listing stays off the site until its provider submits it anew.

    Raises:
        ActRefused: no reasons, answered already, or by the officer who removed it.
    """
    # Pages before the removal and its appeal, as everywhere.
    hold_subtree(appeal.removal.page)
    removal = Removal.objects.select_for_update().get(pk=appeal.removal_id)
    appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if not text.strip():
        raise ActRefused([_("Give the reasons of your answer.")])
    if appeal.answered_at:
        raise ActRefused([_("This appeal has been answered already.")])
    if not may_answer(appeal, by):
        raise ActRefused([_("You removed this listing, so another officer answers the appeal.")])
    appeal.granted, appeal.answer = granted, text
    appeal.answered_by, appeal.answered_at = by, timezone.now()
    appeal.save()
    refused = {}
    if granted:
        removal.lifted_at = appeal.answered_at
        removal.save(update_fields=["lifted_at"])
        refused = restore(removal, by)
    page = removal.page.specific
    log(
        instance=page,
        action="providers.answer_appeal",
        user=by,
        data={"appeal": appeal.pk, "granted": granted, "reason": text, "refused": refused},
    )
    tell(removal, NoticeKind.APPEAL_ANSWERED, page)
    return refused


def restore(removal: Removal, by: AbstractBaseUser) -> dict[str, list[str]]:
    """Publish again what was public at the removal, the provider first, each through the gate."""
    refused = {}
    revisions = {revision.object_id: revision for revision in removal.revisions.all()}
    for listing in hold_subtree(removal.page):
        revision = revisions.get(str(listing.pk))
        if revision is None or listing.live:
            continue
        try:
            with transaction.atomic():
                publish_revision(revision, by=by)
        except PublicationRefused as refusal:
            refused[listing.title] = [str(point) for point in refusal.blockers]
    return refused


def tell(removal: Removal, kind: NoticeKind, page: ListingPage) -> None:
    provider = provider_above(page)
    if provider is not None:
        path = reverse("removal_appeal", args=[page.pk])
        tell_members(provider, kind, event=f"removal{removal.pk}", page=page, path=path)
