"""An officer fills in the three steps for an enterprise on the phone.

The officer's own browser holds the draft. What the enterprise agrees to is read aloud; the consents
name the officer who ticked them.
"""

from __future__ import annotations

from typing import TypedDict

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest

from providers.matching.calling.callbacks import finish_call, take_call
from providers.matching.lifecycle import Submission, submit_request
from providers.matching.models import CallBack, MatchRequest, RequestDraft
from providers.matching.officers import ADVISES

ASSISTED = "assisted_request"


class Assisted(TypedDict):
    """What the session notes: the draft's reference, the call's public id, the officer's key."""

    draft: str
    call: str
    officer: int


def begin_for(http: HttpRequest, call: CallBack, draft: RequestDraft) -> None:
    """Make a new draft one for the enterprise that wanted the call, and fill in what it said."""
    take_call(call, by=http.user)
    if call.sentence:
        draft.keep("need", {"sentence": call.sentence})
    draft.keep("contact", {"phone": call.phone, "company": call.company})
    http.session[ASSISTED] = Assisted(
        draft=draft.reference, call=str(call.public_id), officer=http.user.pk
    )


def assisted(http: HttpRequest, reference: str) -> bool:
    """Whether the signed-in officer fills in the draft, or has sent the request, for another."""
    noted = http.session.get(ASSISTED) or {}
    if noted.get("draft") != reference or noted.get("officer") != http.user.pk:
        return False
    return http.user.has_perm(ADVISES)


def stop(http: HttpRequest) -> None:
    """The browser is the officer's own again."""
    http.session.pop(ASSISTED, None)


def submit_here(
    http: HttpRequest, draft: RequestDraft, submission: Submission, *, despite_duplicate: bool
) -> MatchRequest:
    """Send the draft of this browser, for its reader or for whom the reader fills it in.

    Raises: as ``submit_request``.
    """
    how = {"session": http.session.session_key or "", "despite_duplicate": despite_duplicate}
    if not assisted(http, draft.reference):
        return submit_request(draft, submission, **how)
    call = CallBack.objects.filter(public_id=http.session[ASSISTED]["call"]).first()
    return submit_assisted(draft, submission, by=http.user, call=call, **how)


@transaction.atomic
def submit_assisted(
    draft: RequestDraft,
    submission: Submission,
    *,
    by: AbstractBaseUser,
    call: CallBack | None,
    **how,
) -> MatchRequest:
    """Send a request that an officer has typed in; the call that it came from is done.

    ``how`` goes to ``submit_request``, which says what is raised.
    """
    made = submit_request(draft, submission, **how)
    if made.assisted_by_id is None:
        made.assisted_by = by
        made.save(update_fields=["assisted_by"])
    made.consents.live().filter(noted_by=None).update(noted_by=by)
    if call and call.request_id is None:
        finish_call(call, by=by, outcome=CallBack.Outcome.REQUEST, request=made)
    return made
