"""What happens to a request, one function an act: check, change, tell, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone, translation
from wagtail.models import Page

from catalog.batches import one_by_one
from catalog.models import SolutionPage
from catalog.workdays import answer_deadline
from providers.keys import (
    derive_access_code,
    derive_token,
    fingerprint,
    new_salt,
    sender_mark,
)
from providers.matching.asking.attachments import copy_attachments, hand_over_attachments
from providers.matching.asking.duplicates import is_duplicate
from providers.matching.models import (
    NO_IDENTITY,
    Consent,
    Enterprise,
    EventKind,
    Invitation,
    MatchingTerms,
    MatchRequest,
    MessageKind,
    RequestDraft,
    RequestState,
    Side,
    note,
)
from providers.matching.personal_data.consent_texts import (
    TEXT_VERSION,
    notice_text,
    recipient_text,
    text_hash,
)
from providers.matching.score.fit import sentences
from providers.matching.score.offers import Proposal
from providers.matching.telling import outbox
from providers.models import ProviderPage

# How many providers one request may ask.
MAX_PROVIDERS = 3
PLAIN_NEED_FIELDS = (
    "kind",
    "industry",
    "headcount_band",
    "township",
    "budget_band",
    "sentence",
    "level",
    "start_on",
)
# Once a provider has confirmed the contract, a request ends by its work.
WITHDRAWABLE = frozenset(
    {RequestState.DRAFT, RequestState.SUBMITTED, RequestState.SENT, RequestState.CHOSEN}
)
CONTACT_FIELDS = ("company", "uscc", "contact_name", "phone", "email")


class MovedOnError(Exception):
    """The request or invitation has moved on; the act no longer fits its state."""


class TooFastError(Exception):
    """Less time has passed since the first step than a person needs."""


class DuplicateError(Exception):
    """The same enterprise has asked for the same things lately; it may send all the same."""


@dataclass(frozen=True)
class Submission:
    """Everything the three steps gave, checked."""

    need: dict
    contact: dict
    scenarios: tuple[str, ...] = ()
    chosen: tuple[Proposal, ...] = ()
    # Keys of providers.
    consented: frozenset[str] = field(default_factory=frozenset)
    wants_advice: bool = False
    # Ids of the case and the edition that it was begun ``on`` and ``in``.
    begun: dict = field(default_factory=dict)


def grace_period() -> timedelta:
    """How long a submitted request waits, to be edited or withdrawn, before it is sent."""
    return timedelta(minutes=settings.REQUEST_GRACE_MINUTES)


@transaction.atomic
def submit_request(
    draft: RequestDraft, submission: Submission, *, session: str, despite_duplicate: bool = False
) -> MatchRequest:
    """Make a draft a request, once: a second click gets the request of the first.

    It is sent after the grace period. A request that was reopened keeps reference, link and code.
    ``session`` is the key of the session that sends.

    Raises:
        MovedOnError: the draft is gone, or another session has sent it.
        TooFastError, DuplicateError: nothing was sent.
    """
    draft = RequestDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if draft is None:
        raise MovedOnError
    if made := draft.became:
        if draft.sent_from != sender_mark(made.key_salt, session):
            raise MovedOnError
        return made
    now = timezone.now()
    if now - draft.created_at < timedelta(seconds=settings.REQUEST_MIN_SECONDS):
        raise TooFastError
    request = reopened_request(draft) or new_request(draft.reference)
    repeated = is_duplicate(submission.contact, submission.scenarios, edited=request.pk)
    if repeated and not despite_duplicate:
        raise DuplicateError
    for name in PLAIN_NEED_FIELDS:
        setattr(request, name, submission.need[name])
    for name in CONTACT_FIELDS:
        setattr(request, name, submission.contact[name])
    request.wants_advice = submission.wants_advice
    for name, key in (("begun_on_id", "on"), ("begun_in_id", "in")):
        page = Page.objects.filter(pk=submission.begun.get(key) or 0).first()
        setattr(request, name, page.pk if page else None)
    request.roster_entry = (
        Enterprise.objects.filter(uscc=request.uscc).first() if request.uscc else None
    )
    request.submitted_at, request.sends_at = now, now + grace_period()
    request.reopened_at = None
    request.save()
    hand_over_attachments(draft, request)
    request.pain_points.set(submission.need["pain_points"])
    request.scenarios.set(submission.scenarios)
    invite(request, submission.chosen)
    record_consents(request, submission, now)
    draft.became, draft.steps = request, {}
    draft.sent_from = sender_mark(request.key_salt, session)
    draft.save()
    note(request, EventKind.SUBMITTED, Side.ENTERPRISE)
    outbox.tell_enterprise(request, MessageKind.REQUEST_SUBMITTED, event=now.isoformat())
    return request


def new_request(reference: str) -> MatchRequest:
    salt = new_salt()
    return MatchRequest(
        reference=reference,
        key_salt=salt,
        token_hash=fingerprint(derive_token(salt, reference)),
        code_hash=make_password(derive_access_code(salt, reference)),
    )


def reopened_request(draft: RequestDraft) -> MatchRequest | None:
    """The request that the draft edits, as long as it still waits for that."""
    if draft.edits_id is None:
        return None
    request = MatchRequest.objects.select_for_update().get(pk=draft.edits_id)
    if request.withdrawn_at or not request.reopened_at:
        raise MovedOnError
    return request


def invite(request: MatchRequest, chosen: tuple[Proposal, ...]) -> None:
    """One invitation a provider, naming every solution of it that was chosen."""
    request.invitations.all().delete()
    for proposal in chosen:
        invitation, _created = Invitation.objects.get_or_create(
            request=request,
            provider=proposal.provider,
            defaults={
                "invited_at": request.sends_at,
                "deadline_at": answer_by(request.sends_at),
                "score_lines": stored_lines(proposal),
            },
        )
        if proposal.solution:
            invitation.solutions.add(proposal.solution)


def invite_also(
    request: MatchRequest,
    provider: ProviderPage,
    solutions: Iterable[SolutionPage],
    *,
    score_lines: list[dict],
    consents: bool,
) -> Invitation:
    """Ask one provider more about a locked request that was sent; the provider is told.

    Args:
        score_lines: as they were shown to the enterprise.
        consents: whether the enterprise lets this provider know who asks.
    """
    now = timezone.now()
    invitation = Invitation.objects.create(
        request=request,
        provider=provider,
        invited_at=now,
        deadline_at=answer_by(now),
        score_lines=score_lines,
    )
    invitation.solutions.set(solutions)
    note(request, EventKind.INVITED, Side.ENTERPRISE, invitation=invitation)
    if consents and not request.consents.live().filter(recipient=provider).exists():
        give(request, Consent.Kind.RECIPIENT, recipient_text(provider), provider, now)
        note(request, EventKind.CONSENT_GIVEN, Side.ENTERPRISE, invitation=invitation)
    outbox.tell_provider(invitation, MessageKind.INVITED)
    return invitation


def answer_by(sent_at: datetime) -> datetime:
    """Until when a provider asked at that moment may answer, in UTC (working days)."""
    return answer_deadline(sent_at, MatchingTerms.current().answer_days)


def stored_lines(proposal: Proposal) -> list[dict]:
    """The lines as they were shown, each with its sentence in every language of the site."""
    said: dict[str, list[str]] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said[language] = sentences(proposal.need, proposal.offer)
    return [
        {
            "criterion": line.criterion.value,
            "points": line.points,
            "max": line.max,
            "sentence": {language: said[language][number] for language in said},
        }
        for number, line in enumerate(proposal.lines)
    ]


def record_consents(request: MatchRequest, submission: Submission, now: datetime) -> None:
    """Write down what was agreed to, word for word; consents of an earlier version end."""
    request.consents.live().update(withdrawn_at=now)
    give(request, Consent.Kind.NOTICE, notice_text(), None, now)
    consented = {
        proposal.provider.pk: proposal.provider
        for proposal in submission.chosen
        if proposal.provider_key in submission.consented
    }
    for provider in consented.values():
        give(request, Consent.Kind.RECIPIENT, recipient_text(provider), provider, now)


def give(
    request: MatchRequest, kind: str, text: str, recipient: ProviderPage | None, now: datetime
) -> Consent:
    return Consent.objects.create(
        request=request,
        kind=kind,
        recipient=recipient,
        text=text,
        text_version=TEXT_VERSION,
        text_hash=text_hash(text),
        given_at=now,
    )


@transaction.atomic
def send_now(request: MatchRequest) -> None:
    """Skip the rest of the grace period; one that is being edited goes as it was."""
    request = locked(request)
    if not request.in_grace():
        raise MovedOnError
    request.sends_at, request.reopened_at = timezone.now(), None
    request.save(update_fields=["sends_at", "reopened_at"])
    request.invitations.update(invited_at=request.sends_at, deadline_at=answer_by(request.sends_at))
    announce(request)


@transaction.atomic
def reopen(request: MatchRequest, draft: RequestDraft) -> None:
    """Take a request back into editing; it is not sent until it is submitted again."""
    request = locked(request)
    if not request.in_grace():
        raise MovedOnError
    request.reopened_at = timezone.now()
    request.save(update_fields=["reopened_at"])
    note(request, EventKind.REOPENED, Side.ENTERPRISE)
    draft.edits, draft.reference, draft.steps = request, request.reference, steps_of(request)
    draft.save()
    copy_attachments(request, draft)


def steps_of(request: MatchRequest) -> dict:
    """A request as the raw answers of the three steps; consents are asked for anew."""
    need = {
        "kind": request.kind,
        "pain_points": [point.pk for point in request.pain_points.all()],
        "scenarios": [scenario.pk for scenario in request.scenarios.all()],
        "industry": request.industry_id or "",
        "headcount_band": request.headcount_band,
        "township": request.township,
        "budget_band": request.budget_band,
        "sentence": request.sentence,
        "level": request.level_id or "",
        "start_on": request.start_on.isoformat() if request.start_on else "",
    }
    chosen = []
    for invitation in request.invitations.select_related("provider"):
        slugs = list(invitation.solutions.values_list("slug", flat=True))
        chosen += [f"{invitation.provider.slug}/{slug}" for slug in slugs] or [
            invitation.provider.slug
        ]
    whom = {"route": "centre" if request.wants_advice else "choose", "choose": chosen}
    contact = {name: getattr(request, name) for name in CONTACT_FIELDS}
    begun = {"on": request.begun_on_id, "in": request.begun_in_id}
    return {"need": need, "whom": whom, "contact": contact, "begun": begun}


@transaction.atomic
def withdraw_request(request: MatchRequest) -> None:
    """End a request before its contract; providers that had received it are told.

    Every consent ends.

    Raises:
        MovedOnError: it is over, or a provider has confirmed the contract.
    """
    request = locked(request)
    if request.state() not in WITHDRAWABLE:
        raise MovedOnError
    was_sent = request.is_sent()
    now = timezone.now()
    request.withdrawn_at = now
    request.save(update_fields=["withdrawn_at"])
    request.consents.live().update(withdrawn_at=now)
    note(request, EventKind.WITHDRAWN, Side.ENTERPRISE)
    if was_sent:
        for invitation in request.invitations.all():
            outbox.tell_provider(invitation, MessageKind.REQUEST_WITHDRAWN)


@transaction.atomic
def give_consent(request: MatchRequest, invitation: Invitation) -> None:
    """Let one invited provider know who asks."""
    request = locked(request)
    invitation = current_invitation(request, invitation)
    if request.erased_at or invitation.state() in NO_IDENTITY:
        raise MovedOnError
    provider = invitation.provider
    if request.consents.live().filter(recipient=provider).exists():
        return
    consent = give(
        request, Consent.Kind.RECIPIENT, recipient_text(provider), provider, timezone.now()
    )
    note(request, EventKind.CONSENT_GIVEN, Side.ENTERPRISE, invitation=invitation)
    if request.is_sent():
        outbox.tell_provider(invitation, MessageKind.CONSENT_GIVEN, event=str(consent.pk))


@transaction.atomic
def withdraw_consent(request: MatchRequest, invitation: Invitation) -> None:
    """Take the contact data out of one provider's sight at once, and tell it to delete them."""
    request = locked(request)
    invitation = current_invitation(request, invitation)
    for consent in request.consents.live().filter(recipient=invitation.provider):
        consent.withdrawn_at = timezone.now()
        consent.save(update_fields=["withdrawn_at"])
        note(request, EventKind.CONSENT_WITHDRAWN, Side.ENTERPRISE, invitation=invitation)
        if request.is_sent():
            outbox.tell_provider(invitation, MessageKind.CONSENT_WITHDRAWN, event=str(consent.pk))


def announce_due_requests(now: datetime | None = None) -> int:
    """Tell about every request whose time has come, once; the number told.

    The clock alone makes a request visible. This only sends the messages.

    Raises:
        PartlyDone: some could not be told; they hold up no other.
    """
    due = MatchRequest.objects.due(now).not_given_up().filter(announced_at=None)
    found = list(due.values_list("pk", flat=True))
    return one_by_one(found, lambda pk: announce(locked(MatchRequest(pk=pk))))


def announce(request: MatchRequest) -> bool:
    """Tell the invited providers, or the office, of a locked request; once."""
    if request.announced_at or not request.is_sent():
        return False
    request.announced_at = timezone.now()
    request.save(update_fields=["announced_at"])
    note(request, EventKind.SENT, Side.CLOCK)
    if request.state() != RequestState.SENT:
        # It went on before anybody was told.
        return False
    for invitation in request.invitations.all():
        outbox.tell_provider(invitation, MessageKind.INVITED)
    if request.wants_advice:
        outbox.tell_office(request, MessageKind.ADVICE_WANTED)
    return True


def locked(request: MatchRequest) -> MatchRequest:
    """The request as it is now, held until the transaction ends."""
    return MatchRequest.objects.select_for_update().get(pk=request.pk)


def current_invitation(request: MatchRequest, invitation: Invitation) -> Invitation:
    """The invitation of a locked request as it is now.

    Raises:
        MovedOnError: the request was edited meanwhile and no longer asks this provider.
    """
    current = request.invitations.filter(pk=invitation.pk).first()
    if current is None:
        raise MovedOnError
    return current
