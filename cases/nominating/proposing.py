"""An office puts a case forward: a draft below Cases that the bureau completes."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from cases.models import CaseIndexPage, CasePage, Nomination
from cases.nominating.deciding import DECIDES
from catalog.slugs import free_slug
from providers.models import NoticeKind
from providers.notices import tell_bureau

# How soon the same is a second click.
MOMENT = timedelta(minutes=10)


@transaction.atomic
def propose_case(said: dict, *, by: AbstractBaseUser) -> CasePage:
    """Make the draft and its nomination; ``said`` are the checked answers of ``ProposalForm``.

    Whoever decides on nominations is the bureau; nobody else but the committee puts one forward.
    A second click finds the page of the first.
    """
    if (twin := proposed_just_now(said, by)) is not None:
        return twin
    index = CaseIndexPage.objects.get()
    taken = set(index.get_children().values_list("slug", flat=True))
    enterprise = said["enterprise"]
    page = CasePage(
        title=said["title"],
        slug=free_slug(said["title"], taken),
        live=False,
        summary=said["summary"],
        enterprise=enterprise,
        enterprise_name=enterprise.name if enterprise else said["enterprise_name"],
        gbt4754=enterprise.gbt4754 if enterprise else "",
        headcount_band=enterprise.headcount_band if enterprise else "",
    )
    index.add_child(instance=page)
    page.industries.set([said["industry"]])
    page.save_revision(user=by, clean=False)
    side = Nomination.Side.BUREAU if by.has_perm(DECIDES) else Nomination.Side.COMMITTEE
    Nomination.objects.create(case=page, side=side, by=by, submitted_at=timezone.now())
    log(instance=page, action="cases.propose", user=by)
    tell_bureau(
        NoticeKind.CASE_NOMINATED,
        event=f"case{page.pk}",
        page=page,
        path=reverse("case_file", args=[page.pk]),
    )
    return page


def proposed_just_now(said: dict, by: AbstractBaseUser) -> CasePage | None:
    """What the same account put forward under the same title a moment ago."""
    own = Nomination.objects.open().filter(by=by, submitted_at__gte=timezone.now() - MOMENT)
    row = own.filter(case__title=said["title"]).select_related("case").first()
    return row.case if row else None
