"""What one account was asked to score, and where each of its sheets stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext as _

from cases.models import CaseReviewer, ScoreSheet
from cases.models.scoring import FIRST_TURN, SECOND_TURN
from cases.scoring.state import RoundState, state_of


@dataclass(frozen=True)
class OwnSheet:
    """One account's part in one scoring."""

    reviewer: CaseReviewer
    sheets: dict[int, ScoreSheet]

    @property
    def current(self) -> ScoreSheet | None:
        """The sheet of the turn that the round is in."""
        return self.sheets.get(self.reviewer.round.turn)

    @property
    def draft(self) -> ScoreSheet | None:
        return self.current if self.current and not self.current.submitted_at else None

    @property
    def first(self) -> ScoreSheet | None:
        """The first sheet, once it is in."""
        sheet = self.sheets.get(FIRST_TURN)
        return sheet if sheet and sheet.submitted_at else None

    @property
    def submitted(self) -> list[ScoreSheet]:
        """The sheets that are in, the first turn's before the second's."""
        return [sheet for _turn, sheet in sorted(self.sheets.items()) if sheet.submitted_at]

    @property
    def is_awaited(self) -> bool:
        """Whether the account may still write, as far as the round goes."""
        scoring = self.reviewer.round
        is_over = not scoring.is_open or scoring.second_turn_ended_at is not None
        is_in = self.current is not None and self.current.submitted_at is not None
        return self.reviewer.is_active and not is_over and not is_in

    @property
    def since(self) -> datetime:
        """Since when the sheet is waited for."""
        return self.reviewer.round.second_turn_at or self.reviewer.assigned_at

    @property
    def words(self) -> str:
        """Where it stands, for its owner."""
        if self.reviewer.declined_at:
            return _("declined")
        if self.reviewer.removed_at:
            return _("taken out")
        if not self.is_awaited:
            return _("handed in") if self.first else _("closed without your sheet")
        if self.draft:
            return _("draft")
        return _("to be revised") if self.reviewer.round.turn == SECOND_TURN else _("not begun")

    def seen_state(self) -> RoundState | None:
        """The whole scoring, for a reviewer whose own sheets are in; None while it is blind."""
        if self.first is None or not self.reviewer.is_active:
            return None
        state = state_of(self.reviewer.round_id)
        return state if state.result is not None else None


def own_sheets(user: AbstractBaseUser) -> list[OwnSheet]:
    """Everything that the account was asked to score, the latest first; a fixed number of queries.

    Rounds before the case's version was scored anew are among them.
    """
    sheets = Prefetch("sheets", ScoreSheet.objects.prefetch_related("lines__criterion"))
    rows = CaseReviewer.objects.filter(user=user.pk).select_related("round__case", "user")
    return [of(row) for row in rows.prefetch_related(sheets).order_by("-assigned_at", "-pk")]


def own_sheet(reviewer: CaseReviewer) -> OwnSheet:
    """The same for one, as it is now."""
    row = CaseReviewer.objects.select_related("round__case", "user").get(pk=reviewer.pk)
    return of(row)


def of(row: CaseReviewer) -> OwnSheet:
    return OwnSheet(row, {sheet.turn: sheet for sheet in row.sheets.all()})


def awaited_count(user: AbstractBaseUser) -> int:
    """How many sheets the account has still to hand in, in one query."""
    submitted = ScoreSheet.objects.filter(reviewer=OuterRef("pk"), submitted_at__isnull=False)
    first = Q(round__second_turn_at=None) & ~Exists(submitted.filter(turn=FIRST_TURN))
    second = Q(round__second_turn_at__isnull=False, round__second_turn_ended_at=None)
    second &= ~Exists(submitted.filter(turn=SECOND_TURN))
    rows = CaseReviewer.objects.active().filter(user=user.pk, round__closed_at=None)
    return rows.filter(first | second).count()
