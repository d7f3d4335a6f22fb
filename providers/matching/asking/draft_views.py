"""Around the three steps: a draft is continued elsewhere, thrown away, or shows its files."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from providers.headers import private, secret_address
from providers.matching.asking.attachments import attachment_response
from providers.matching.asking.progress import (
    CONTACT_TYPED,
    DRAFT,
    OFFERED,
    continue_draft,
    current_draft,
    resume_address,
)
from providers.matching.models import RequestDraft
from providers.matching.personal_data.retention import remove_draft


@secret_address
@require_GET
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """Go on with a draft in this browser; contact data typed in another one stay hidden.

    A link never takes the place of what was typed here: where this browser has a draft of its own,
    the next page asks.
    """
    offered, here = RequestDraft.by_token(token), current_draft(request)
    if offered is None or offered.became_id:
        raise Http404
    if here and here != offered:
        request.session[OFFERED] = token
        return redirect("request_choose_draft")
    continue_draft(request, token)
    return redirect("request_new")


@private
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Ask which of two drafts to go on with; a POST takes the one that the link offered."""
    token = request.session.get(OFFERED, "")
    offered, here = RequestDraft.by_token(token), current_draft(request)
    if here is None or offered is None or offered.became_id:
        return redirect("request_new")
    if request.method == "POST":
        del request.session[OFFERED]
        continue_draft(request, token)
        return redirect("request_new")
    context = {"offered": offered, "here": here, "here_url": resume_address(request)}
    return render(request, "requests/choose_draft.html", context)


@private
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw the draft away and start afresh."""
    draft = current_draft(request)
    if draft:
        remove_draft(draft)
    request.session.pop(DRAFT, None)
    request.session.pop(CONTACT_TYPED, None)
    return redirect("request_new")


@private
@require_safe
def file(request: HttpRequest, attachment: uuid.UUID) -> HttpResponse:
    """A photo or PDF of this browser's own draft."""
    draft = current_draft(request)
    if draft is None:
        raise Http404
    return attachment_response(get_object_or_404(draft.attachments, public_id=attachment))
