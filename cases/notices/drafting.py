"""A draft notice made of shortlisted cases; the bureau reads it over and publishes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page

from cases.models import (
    CasePage,
    CaseRules,
    NoticePage,
    NoticeSubject,
    ScoringRound,
)
from cases.models.notices import today
from cases.notices.proposed_texts import how_to_object, introduction
from catalog.slugs import free_slug
from providers.withdrawal.subtree import ActRefused


def shortlisted_cases() -> QuerySet[CasePage]:
    """Cases whose last scoring shortlisted them, that are neither public nor on notice now.

    One that is on a notice that has ended is left out too: it is published, or changed and then
    scored again or put on notice by hand.
    """
    last = ScoringRound.objects.filter(case=OuterRef("pk")).order_by("-opened_at", "-pk")
    standing = NoticeSubject.objects.filter(
        page=OuterRef("pk"),
        notice__record__isnull=False,
        notice__record__withdrawn_at=None,
        record__taken_out_at=None,
    )
    drafted = NoticeSubject.objects.filter(page=OuterRef("pk"), notice__record=None)
    shortlisted = CasePage.objects.filter(first_published_at=None).alias(
        outcome=last.values("outcome")[:1]
    )
    return shortlisted.filter(
        ~Exists(standing), ~Exists(drafted), outcome=ScoringRound.Outcome.SHORTLISTED
    ).order_by("title", "pk")


@transaction.atomic
def draft_notice(
    cases: Iterable[CasePage], *, starts_on: date, by: AbstractBaseUser, section: Page
) -> NoticePage:
    """Make a draft notice of these cases with the wording that the site proposes.

    Args:
        section: the section of articles that it is put into.

    Raises:
        ActRefused: the first day has passed.
    """
    if starts_on < today():
        raise ActRefused([_("The first day of the notice has passed; choose a later one.")])
    rules = CaseRules.current()
    with override(settings.LANGUAGE_CODE):
        title = _("Public notice of typical cases (%(day)s)") % {"day": starts_on.isoformat()}
    taken = set(section.get_children().values_list("slug", flat=True))
    notice = NoticePage(
        title=title,
        slug=free_slug(f"notice {starts_on.isoformat()}", taken),
        about=NoticePage.About.CASES,
        starts_on=starts_on,
        days=rules.notice_days,
        published_on=starts_on,
        body=[{"type": "paragraph", "value": f"<p>{introduction()}</p>"}],
        how_to_object=how_to_object(),
        objection_contact=latest_contact(),
        owner=by,
        live=False,
    )
    notice.subjects = [
        NoticeSubject(sort_order=order, page=case) for order, case in enumerate(cases)
    ]
    section.add_child(instance=notice)
    notice.save_revision(user=by, clean=False, log_action=True)
    return notice


def latest_contact() -> str:
    """Where the last notice said that objections go."""
    contacts = NoticePage.objects.order_by("-pk").values_list("objection_contact", flat=True)
    return contacts.first() or ""
