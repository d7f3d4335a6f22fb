"""What a member can do with a listing, as links and buttons of its row."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from catalog.models import SolutionPage
from providers.backoffice.task_list import OwnListing, Work


@dataclass(frozen=True)
class Deed:
    """``posts`` says that it changes something, so that it is a button and no link."""

    label: str
    url: str
    posts: bool = False
    is_main: bool = False
    new_tab: bool = False


def deeds_of(row: OwnListing) -> list[Deed]:
    """What can be done with a listing as it stands, the likeliest first."""
    page = row.page
    is_open = row.work in (Work.DRAFT, Work.RETURNED)
    deeds = [
        deed(_("Appeal"), "removal_appeal", page.pk, is_main=True) if row.can_be_appealed else None,
        deed(_("Submit for review"), "own_listing_submit", page.pk, posts=True, is_main=True)
        if row.can_be_submitted
        else None,
        deed(_("Recall"), "review_recall", page.pk) if row.work == Work.REVIEWED else None,
        deed(
            _("Look at it") if row.work == Work.REVIEWED else _("Edit"),
            "wagtailadmin_pages:edit",
            page.pk,
            is_main=is_open and not row.can_be_submitted and row.removal is None,
        ),
        deed(_("Preview"), "wagtailadmin_pages:view_draft", page.pk, new_tab=True),
        deed(_("Earlier versions"), "wagtailadmin_pages:history", page.pk),
        deed(
            _("Compare with the public version"),
            "wagtailadmin_pages:revisions_compare",
            page.pk,
            "live",
            "latest",
        )
        if row.can_be_compared
        else None,
        deed(proofs_label(row.proofs), "evidence_list", page.pk),
        deed(_("Copy"), "own_listing_copy", page.pk, posts=True)
        if isinstance(page, SolutionPage)
        else None,
        deed(pgettext("a listing", "Withdraw"), "listing_withdraw", page.pk)
        if row.can_be_withdrawn
        else None,
    ]
    return [one for one in deeds if one is not None]


def proofs_label(count: int) -> str:
    return _("Proofs (%(count)s)") % {"count": count}


def deed(label: str, name: str, *arguments, **how) -> Deed:
    """A deed at one of the back office's addresses."""
    return Deed(label, reverse(name, args=arguments), **how)
