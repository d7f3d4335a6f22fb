"""Asking for something like before: an old request becomes the beginning of a new one."""

from __future__ import annotations

from django.db import transaction

from providers.matching.asking.attachments import copy_attachments
from providers.matching.lifecycle import steps_of
from providers.matching.models import MatchRequest, RequestDraft

# Where a draft keeps what it was copied from, beside the answers of its steps.
COPY = "copy"


def is_copy_of(draft: RequestDraft, request: MatchRequest) -> bool:
    """Whether the draft was begun from this request, as a second click finds it."""
    return draft.answers(COPY).get("of") == request.reference


@transaction.atomic
def copy_request(request: MatchRequest, draft: RequestDraft) -> None:
    """Fill an empty draft with the need, the files and the contact of a request.

    Its date and its consents belong to the old request and stay there, and so do the providers:
    who is proposed now, and in what order, is worked out anew.
    """
    steps = steps_of(request)
    need = {**steps["need"], "start_on": ""}
    draft.steps = {"need": need, "contact": steps["contact"], COPY: {"of": request.reference}}
    draft.save(update_fields=["steps"])
    copy_attachments(request, draft)
