"""The one question before points are entered: may this reviewer score this case now?

Models ask it in whatever way a sheet is written, so screens, forged forms and scripts meet the same
answer; a tie that arose since the reviewer was asked counts, and so does the end of a term.
"""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases.models import CaseReviewer, OutsideExpert
from cases.scoring.ties import ties_of


class EntryRefused(PermissionDenied):
    """Points may not be entered; ``sentences`` say why, in the reader's language."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


def possible_reviewers() -> QuerySet:
    """Accounts that may be asked to score: of an office that scores, and experts in their term.

    The operator's superuser is neither.
    """
    scoring = Permission.objects.filter(
        content_type__app_label="cases", codename="add_scoresheet"
    ).values("pk")
    office = Q(groups__permissions__in=scoring, outside_expert=None)
    expert = Q(outside_expert__in=OutsideExpert.objects.in_term())
    return get_user_model().objects.filter(office | expert, is_active=True).distinct()


def may_be_asked(user: AbstractBaseUser) -> bool:
    return possible_reviewers().filter(pk=user.pk).exists()


def check_entry(reviewer: CaseReviewer) -> None:
    """Raise ``EntryRefused`` unless the reviewer may enter points in its round now."""
    if found := hindrances(reviewer):
        raise EntryRefused(found)


def hindrances(reviewer: CaseReviewer) -> list[str]:
    """Why the reviewer may not enter points now, as the database says; empty where it may."""
    row = CaseReviewer.objects.select_related("round__case", "user").get(pk=reviewer.pk)
    if not row.is_active:
        return [_("You score this case no more.")]
    if not row.round.is_open:
        return [_("This scoring is closed.")]
    if not may_be_asked(row.user):
        return [_("This account may not score cases, or its term is over.")]
    return ties_of(row.user, row.round.case)
