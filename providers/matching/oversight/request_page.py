"""What an officer reads of one request; the lead provider less than bureau and committee."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser

from providers.matching.advising.forms import HelpForm
from providers.matching.advising.helping import kinds_for
from providers.matching.advising.proposing import may_be_advised
from providers.matching.lifecycle import MAX_PROVIDERS
from providers.matching.models import (
    Intervention,
    Invitation,
    MatchRequest,
    RequestEvent,
    Side,
    identity_of,
)
from providers.matching.officers import ADVISES, SEES_ALL
from providers.matching.oversight.forms import NoteForm
from providers.matching.oversight.notes import notes_for
from providers.matching.working.dispute_views import disputes_for


def page_context(row: MatchRequest, user: AbstractBaseUser) -> dict:
    """All of the page; what the reader may not see is not even read.

    The lead provider sees who was asked and where each stands, never what a rival offers or
    writes, who asks, or what bureau and committee note.
    """
    sees_all, advises = user.has_perm(SEES_ALL), user.has_perm(ADVISES)
    return {
        "need": row,
        "state": row.state(),
        "turn": row.turn(),
        "sees_all": sees_all,
        "advises": advises,
        "identity": identity_of(row) if sees_all and not row.erased_at else None,
        "roster": row.roster_entry if advises else None,
        "invitations": asked_rows(row, sees_all=sees_all),
        "advice": list(row.advice.select_related("provider", "given_by")) if sees_all else [],
        "may_advise": advises and has_room(row) and may_be_advised(row),
        "calls": row.messages.to_call() if sees_all else (),
        "offers": offers_for(row, user),
        "notes": notes_for(row, user),
        "disputes": disputes_for(row),
        "events": event_rows(row, sees_all=sees_all),
        "note_form": NoteForm(prefix="note"),
        "help_form": HelpForm(prefix="help", kinds=kinds_for(user)),
        "may_help": not row.is_over() and not row.erased_at,
    }


def has_room(row: MatchRequest) -> bool:
    """Whether a further proposal may wait for the enterprise's answer."""
    return row.advice.open().count() < MAX_PROVIDERS


def asked_rows(row: MatchRequest, *, sees_all: bool) -> list[Invitation]:
    rows = row.invitations.select_related("provider").with_consent()
    return list(rows.select_related("quote") if sees_all else rows)


def offers_for(row: MatchRequest, user: AbstractBaseUser) -> list[Intervention]:
    """The help offered; the lead provider reads what it has offered itself."""
    rows = row.interventions.select_related("proposed_by")
    return list(rows if user.has_perm(SEES_ALL) else rows.filter(side=Side.LEAD))


def event_rows(row: MatchRequest, *, sees_all: bool) -> list[RequestEvent]:
    rows = row.events.select_related("invitation__provider")
    return list(rows.select_related("user") if sees_all else rows)
