"""Where an enterprise stands in the three steps: its draft, and what follows from it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from providers.keys import fingerprint, new_reference
from providers.matching.asking.forms import NeedForm, WhomForm
from providers.matching.keys import access
from providers.matching.lifecycle import MAX_PROVIDERS
from providers.matching.models import MatchRequest, RequestDraft, RequestKind
from providers.matching.personal_data.consent_texts import recipient_text, text_hash
from providers.matching.score.offers import Proposals, need_of, proposals_for

# The centre's own services, unless a provider was asked for.
CENTRE_KINDS = frozenset({RequestKind.POLICY, RequestKind.TRAINING})
# Who visits is proposed by the centre: the lead provider's partner beside two unrelated ones.
ARRANGED_KINDS = frozenset({RequestKind.DIAGNOSIS})
# Keys of the session: the draft's token, and the draft whose contact data were typed here.
DRAFT, CONTACT_TYPED = "request_draft", "request_draft_contact"
# The token of a draft that a link offers while this browser has another one.
OFFERED = "request_draft_offered"


def current_draft(request: HttpRequest) -> RequestDraft | None:
    """The unsent draft of this browser."""
    draft = RequestDraft.by_token(request.session.get(DRAFT, ""))
    return draft if draft and draft.became_id is None else None


def start_draft(request: HttpRequest) -> RequestDraft:
    token = secrets.token_hex(20)
    request.session[DRAFT] = token
    request.session.pop(CONTACT_TYPED, None)
    return RequestDraft.objects.create(token_hash=fingerprint(token), reference=new_reference())


def continue_draft(request: HttpRequest, token: str) -> None:
    """Make the draft of that token the one of this browser."""
    if request.session.get(DRAFT) != token:
        request.session[DRAFT] = token
        request.session.pop(CONTACT_TYPED, None)


def resume_address(request: HttpRequest) -> str:
    """The link that opens the draft of this browser elsewhere."""
    return request.build_absolute_uri(reverse("request_resume", args=[request.session[DRAFT]]))


def sent_by_this_browser(request: HttpRequest) -> MatchRequest | None:
    """The request that this browser's draft has become, if it was sent from here."""
    draft = RequestDraft.by_token(request.session.get(DRAFT, ""))
    made = draft and draft.became
    return made if made and access.has_link(request, made) else None


@dataclass
class Progress:
    """A draft with its checked first step and the proposals that follow from it."""

    draft: RequestDraft

    @cached_property
    def need_form(self) -> NeedForm:
        answers = self.draft.answers("need")
        return NeedForm(
            answers,
            offered_scenarios=answers.get("scenarios", ()),
            has_files=self.draft.attachments.exists(),
        )

    @cached_property
    def proposals(self) -> Proposals:
        cleaned = self.need_form.cleaned_data
        return proposals_for(need_of(cleaned), cleaned["kind"], self.draft.reference)

    def consent_hashes(self, keys: list[str]) -> dict[str, str]:
        """Fingerprints of the sentences ticked, by provider, to notice when they change."""
        known = self.proposals.providers()
        return {key: text_hash(recipient_text(known[key])) for key in keys if key in known}

    def texts_unchanged(self) -> bool:
        """Whether every consent ticked still says what it said when it was ticked."""
        answers = self.draft.answers("whom")
        return self.consent_hashes(answers.get("consent", [])) == answers.get("texts", {})

    def whom_form(self, data: dict | None = None) -> WhomForm:
        initial = None if data is not None else self.first_choice()
        if data is not None and self.is_arranged:
            data = {"route": WhomForm.CENTRE}
        return WhomForm(
            data,
            initial=initial,
            proposals=self.proposals.by_key(),
            only_centre=self.is_arranged,
        )

    @property
    def is_arranged(self) -> bool:
        """Whether the centre proposes who answers, so that nobody is chosen here."""
        return self.need_form.cleaned_data["kind"] in ARRANGED_KINDS

    def first_choice(self) -> dict:
        """What was chosen before, and whom the enterprise came to ask; consents only if given."""
        answers = self.draft.answers("whom")
        chosen = list(answers.get("choose", []))
        known = self.proposals.by_key()
        asked = {known[key].provider_key for key in chosen if key in known}
        for key in self.draft.answers("asked").get("keys", []):
            match = next(
                (
                    proposal
                    for proposal in self.proposals.items
                    if key in (proposal.key, proposal.provider_key)
                ),
                None,
            )
            if match is None or match.key in chosen:
                continue
            if len(asked | {match.provider_key}) <= MAX_PROVIDERS:
                asked.add(match.provider_key)
                chosen.append(match.key)
        return {
            "route": self.usual_route(answers.get("route", ""), chosen),
            "choose": chosen,
            "consent": answers.get("consent", []),
        }

    def usual_route(self, typed: str, chosen: list[str]) -> str:
        """What was typed before, or what fits the kind of request."""
        if self.is_arranged:
            return WhomForm.CENTRE
        of_centre = self.need_form.cleaned_data["kind"] in CENTRE_KINDS
        return typed or (WhomForm.CENTRE if of_centre and not chosen else WhomForm.CHOOSE)


def progress_or_step(request: HttpRequest) -> tuple[Progress | None, HttpResponse | None]:
    """The draft with a right first step, or where to go instead."""
    draft = current_draft(request)
    if draft is None:
        return None, redirect("request_new")
    progress = Progress(draft)
    if not progress.need_form.is_valid():
        return None, redirect(reverse("request_new") + "?check=1")
    return progress, None
