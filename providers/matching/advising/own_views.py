"""What the office does for an enterprise, on the enterprise's own page: proposals, help offered."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from providers.headers import private
from providers.matching.advising.helping import agree_to_help, refuse_help
from providers.matching.advising.proposing import TooManyError, refuse_proposals, take_proposals
from providers.matching.choosing.deciding import LIVE
from providers.matching.keys import access
from providers.matching.lifecycle import MAX_PROVIDERS, MovedOnError
from providers.matching.models import Advice, MatchRequest
from providers.matching.own_page.frame import act, too_late
from providers.matching.personal_data.consent_texts import recipient_text, text_hash
from providers.matching.score.fit import Criterion


def help_context(own: MatchRequest) -> dict | None:
    """What the centre proposes and the office offers; None where there is neither.

    ``open`` are proposals that wait for an answer, each with the sentence of its consent.
    """
    proposals = list(own.advice.select_related("provider", "solution"))
    offers = list(own.interventions.all())
    if not proposals and not offers and not (own.phone_verified_at or own.company_verified_at):
        return None
    is_over = own.is_over()
    live = sum(row.state() in LIVE for row in own.invitations.all())
    return {
        "open": [] if is_over else [proposal_row(row) for row in proposals if row.is_open],
        "answered": [row for row in proposals if not row.is_open],
        "places": max(0, MAX_PROVIDERS - live),
        "offers": offers,
        "is_over": is_over,
    }


def proposal_row(advice: Advice) -> dict:
    text = recipient_text(advice.provider)
    lines = [{**line, "label": Criterion(line["criterion"]).label} for line in advice.score_lines]
    return {
        "advice": advice,
        "page": advice.solution or advice.provider,
        "lines": lines,
        "consent_text": text,
        "consent_value": consent_value(advice, text),
    }


def consent_value(advice: Advice, text: str) -> str:
    """What a ticked consent sends: for whom, and which sentence was read."""
    return f"{advice.pk}-{text_hash(text)[:16]}"


@private
@require_POST
def answer_proposals(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the providers ticked, or take none of those that still wait."""
    own = access.opened_request(request, reference)
    waiting = {str(row.pk): row for row in own.advice.open().select_related("provider")}
    decision = request.POST.get("decision")
    if decision == "refuse":
        keys = [row.pk for row in waiting.values()]
        told = _("Noted: none of the proposed providers is asked.")
        return act(request, own, lambda row: refuse_proposals(row, keys), told)
    if decision != "take":
        raise Http404
    chosen = [waiting[key] for key in request.POST.getlist("take") if key in waiting]
    problem = problem_of(request.POST, chosen)
    if problem:
        return back_to_help(request, own, problem)
    consented = set(request.POST.getlist("consent"))
    taken = {
        row.pk: consent_value(row, recipient_text(row.provider)) in consented for row in chosen
    }
    try:
        take_proposals(own, taken)
    except TooManyError:
        return back_to_help(request, own, too_many())
    except MovedOnError:
        return too_late(request, own)
    said = ngettext(
        "%(count)s provider has been asked.", "%(count)s providers have been asked.", len(chosen)
    )
    messages.success(request, said % {"count": len(chosen)})
    return redirect("request_page", own.reference)


def problem_of(posted: QueryDict, chosen: list[Advice]) -> str:
    """What keeps the ticks from being carried out; empty where nothing does."""
    if not chosen:
        return _("Nothing was sent: please tick the providers that you want to ask.")
    known = {str(row.pk): row for row in chosen}
    for value in posted.getlist("consent"):
        row = known.get(value.partition("-")[0])
        if row is None:
            return _("You consented for a provider that you do not ask. Please check your ticks.")
        if value != consent_value(row, recipient_text(row.provider)):
            return _("A consent now reads differently. Please read it again.")
    return ""


def too_many() -> str:
    return _("At most %(count)s providers can work on a request at a time.") % {
        "count": MAX_PROVIDERS
    }


def back_to_help(request: HttpRequest, own: MatchRequest, problem: str) -> HttpResponse:
    messages.error(request, problem)
    return redirect(reverse("request_page", args=[own.reference]) + "#help")


@private
@require_POST
def answer_offer(request: HttpRequest, reference: str, offer: str) -> HttpResponse:
    """Agree to what the office offers, or refuse it."""
    own = access.opened_request(request, reference)
    offered = get_object_or_404(own.interventions.select_related("request"), pk=int(offer))
    decision = request.POST.get("decision")
    if decision == "agree":
        told = _("You have agreed; the office goes on with it.")
        return act(request, own, lambda row: agree_to_help(offered), told)
    if decision == "refuse":
        told = _("Noted: you do not want this.")
        return act(request, own, lambda row: refuse_help(offered), told)
    raise Http404
