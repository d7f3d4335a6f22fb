"""Editions for tests, in the words of the site."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.models import Revision

from cases.editions.issuing import issue_edition
from cases.models import (
    CaseCollectionPage,
    CaseIndexPage,
    CasePage,
    CollectionEntry,
    CollectionIssue,
    PublicationPermission,
)
from cases.models.permissions import fingerprint_of
from catalog.models import publish_revision

DEMO = "collection-2026-1"


def demo_edition() -> CaseCollectionPage:
    return CaseCollectionPage.objects.get(slug=DEMO)


def bureau():
    return get_user_model().objects.get(username="bureau")


def permitted(revision: Revision) -> PublicationPermission:
    """The enterprise agrees to what a version of a case says."""
    case = revision.as_object()
    return PublicationPermission.objects.create(
        case=case,
        revision=revision,
        content_mark=fingerprint_of(revision.content),
        is_anonymous=case.is_anonymous,
        answer=PublicationPermission.Answer.AGREED,
        answered_at=timezone.now(),
        agreed_by="演示联系人",
    )


def new_edition(*cases: CasePage, slug: str = "second", **fields: object) -> CaseCollectionPage:
    """A draft with these cases in this order that lacks nothing."""
    known = {"editor": "演示编辑部", "contact": "0797-00000000"} | fields
    page = CaseCollectionPage(title="测试案例集", slug=slug, live=False, **known)
    page.entries = [
        CollectionEntry(sort_order=order, case=case) for order, case in enumerate(cases)
    ]
    CaseIndexPage.objects.get().add_child(instance=page)
    page.save_revision(user=bureau())
    return page


def issued(*cases: CasePage, **fields: object) -> CollectionIssue:
    """The first issue of a new edition."""
    return issue_edition(new_edition(*cases, **fields), by=bureau())


def change_case(case: CasePage, **changes: object) -> CasePage:
    """Edit a public case, ask the enterprise, and publish it as the review does."""
    draft = CasePage.objects.get(pk=case.pk).get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(draft, name, value)
    revision = draft.save_revision()
    permitted(revision)
    publish_revision(revision, by=bureau())
    return CasePage.objects.get(pk=case.pk)
