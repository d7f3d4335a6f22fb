"""Who has a part in what is on notice, and which officers therefore decide nothing about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q
from wagtail.models import Page, Revision

from cases.models import (
    CasePage,
    DeclaredTies,
    Nomination,
    NoticePage,
    NoticeSubject,
    Objection,
    ObjectionQuerySet,
)
from cases.scoring.ties import ties_of
from providers.review.recusal import Reader, involved_in, providers_above


def parties_of(page_ids: Collection[int]) -> dict[int, set[int]]:
    """The providers that each page lies under, or names in any version that may be public.

    A fixed number of queries, however many pages.
    """
    pages = list(Page.objects.filter(pk__in=page_ids))
    found: dict[int, set[int]] = defaultdict(set)
    for source in (involved_in([page.pk for page in pages]), named_in_latest(pages)):
        for pk, providers in source.items():
            found[pk] |= providers
    for pk, provider in providers_above(pages).items():
        found[pk].add(provider.pk)
    put_forward = Nomination.objects.filter(case__in=page_ids, provider__isnull=False)
    for pk, provider in put_forward.values_list("case_id", "provider_id"):
        found[pk].add(provider)
    return found


def named_in_latest(pages: Iterable[Page]) -> dict[int, set[int]]:
    """Providers that the latest versions of cases name, or whose solutions they used.

    The rows of a page that was never public lag behind its versions.
    """
    latest = {page.latest_revision_id: page.pk for page in pages if page.latest_revision_id}
    contents = {
        latest[revision.pk]: revision.content for revision in Revision.objects.filter(pk__in=latest)
    }
    used = {
        pk: {row["solution"] for row in content.get("used_solutions") or [] if row["solution"]}
        for pk, content in contents.items()
    }
    solutions = Page.objects.filter(pk__in=set().union(*used.values()))
    above = {pk: provider.pk for pk, provider in providers_above(solutions).items()}
    return {
        pk: {row["provider"] for row in content.get("used_providers") or [] if row["provider"]}
        | {above[solution] for solution in used[pk] if solution in above}
        for pk, content in contents.items()
    }


def tied_pages(user: AbstractBaseUser, page_ids: Collection[int]) -> set[int]:
    """Those of the pages in which the account, or its organisation, has a part."""
    reader = Reader.of(user)
    if reader.is_of_lead:
        return set(page_ids)
    parties = parties_of(page_ids)
    tied = {pk for pk in page_ids if parties[pk] & reader.organisations}
    ids = [str(pk) for pk in page_ids]
    written = Revision.page_revisions.filter(object_id__in=ids, user=user)
    tied |= {int(pk) for pk in written.values_list("object_id", flat=True)}
    nominated = Nomination.objects.filter(case__in=page_ids, by=user)
    tied |= set(nominated.values_list("case_id", flat=True))
    if DeclaredTies.objects.filter(user=user).exists():
        cases = CasePage.objects.filter(pk__in=set(page_ids) - tied)
        tied |= {case.pk for case in cases if ties_of(user, case)}
    return tied


def is_tied_to_notice(user: AbstractBaseUser, notice: NoticePage) -> bool:
    """Whether the account has a part in anything on the notice."""
    subjects = NoticeSubject.objects.filter(notice=notice, page__isnull=False)
    return bool(tied_pages(user, set(subjects.values_list("page_id", flat=True))))


def objections_for(user: AbstractBaseUser) -> ObjectionQuerySet:
    """Objections that an officer may see: none about something in which it has a part.

    One about a notice as a whole is about everything on it.
    """
    subjects = NoticeSubject.objects.filter(notice__objections__isnull=False, page__isnull=False)
    tied = tied_pages(user, set(subjects.values_list("page_id", flat=True)))
    if Reader.of(user).is_of_lead:
        return Objection.objects.none()
    about = Q(subject__page__in=tied)
    whole = Q(subject=None, notice__in=subjects.filter(page__in=tied).values("notice"))
    return Objection.objects.exclude(about | whole)
