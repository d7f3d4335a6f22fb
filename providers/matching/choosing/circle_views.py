"""The enterprise asks further providers, or the centre for advice."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from providers.acts import posted
from providers.headers import private
from providers.matching.choosing.forms import WidenForm, consent_value
from providers.matching.choosing.widening import ask_for_advice, free_places, proposals_left, widen
from providers.matching.keys import access
from providers.matching.models import MatchRequest
from providers.matching.own_page.frame import SHOWN, act, head_of, too_late
from providers.matching.personal_data.consent_texts import recipient_text
from providers.matching.score.offers import Proposal, Proposals

# The best of them; the rest on demand.
SHOWN_PROPOSALS = 6


@private
@require_http_methods(SHOWN)
def ask_further(request: HttpRequest, reference: str) -> HttpResponse:
    """Explained proposals of providers that were not asked yet; a POST asks those ticked."""
    own = access.opened_request(request, reference)
    if request.method == "POST" and were_asked(own, request.POST.getlist("choose")):
        # The second click of a double one.
        return redirect("request_page", own.reference)
    places = free_places(own)
    if not places:
        return too_late(request, own)
    proposals = proposals_left(own)
    form = WidenForm(**posted(request), proposals=proposals.by_key(), places=places)
    if request.method == "POST" and form.is_valid():
        chosen, consented = form.chosen(), form.consented()
        count = len({proposal.provider_key for proposal in chosen})
        told = ngettext(
            "%(count)s further provider is asked.", "%(count)s further providers are asked.", count
        )
        return act(request, own, lambda row: widen(row, chosen, consented), told % {"count": count})
    show_all = "all" in request.GET
    rows = proposal_rows(form, proposals, show_all)
    context = {
        **head_of(own),
        "form": form,
        "places": places,
        "rows": rows,
        "hidden_count": len(proposals.items) - len(rows),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "requests/widen.html", context, status=status)


def were_asked(own: MatchRequest, keys: list[str]) -> bool:
    """Whether all these offers are of providers that were asked already."""
    slugs = set(own.invitations.values_list("provider__slug", flat=True))
    return bool(keys) and all(key.partition("/")[0] in slugs for key in keys)


def proposal_rows(form: WidenForm, proposals: Proposals, show_all: bool) -> list[dict]:
    """The proposals shown, each with its tick; the consent stands at a provider's first one."""
    chosen, consented = form["choose"].value() or [], form["consent"].value() or []
    shown = [
        proposal
        for number, proposal in enumerate(proposals.items)
        if show_all or number < SHOWN_PROPOSALS or proposal.key in chosen
    ]
    offers = Counter(proposal.provider_key for proposal in shown)
    first: dict[str, Proposal] = {}
    rows = []
    for proposal in shown:
        value = consent_value(proposal.provider, proposal.provider_key)
        rows.append(
            {
                "proposal": proposal,
                "is_chosen": proposal.key in chosen,
                "first": first.setdefault(proposal.provider_key, proposal),
                "has_consent_box": first[proposal.provider_key] is proposal,
                "is_shared": offers[proposal.provider_key] > 1,
                "is_consented": value in consented,
                "consent_text": recipient_text(proposal.provider),
                "consent_value": value,
            }
        )
    return rows


@private
@require_POST
def ask_centre(request: HttpRequest, reference: str) -> HttpResponse:
    """Let the centre propose providers."""
    own = access.opened_request(request, reference)
    return act(request, own, ask_for_advice, _("The service centre is asked to propose providers."))
