"""Holding a scoring while an act decides on it, and what its history says."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cases.models import Nomination, ScoringRound
from providers.withdrawal.subtree import ActRefused


def held_open(pk: int) -> ScoringRound:
    """The round as it is now, held until the transaction ends.

    Raises:
        ActRefused: it was closed meanwhile.
    """
    found = ScoringRound.objects.select_for_update().get(pk=pk)
    if not found.is_open:
        raise ActRefused([_("This scoring is closed.")])
    return found


def hold_nomination(case_id: int) -> None:
    """Hold the nomination until the transaction ends, so that it is not ended meanwhile."""
    list(Nomination.objects.select_for_update().filter(case=case_id).values_list("pk"))


def record(scoring: ScoringRound, action: str, by: AbstractBaseUser | None, **data: object) -> None:
    """Note an act in the history of the case's page."""
    log(
        instance=scoring.case,
        action=f"cases.{action}",
        user=by,
        data={"round": scoring.pk, **data},
    )
