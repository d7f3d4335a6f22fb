"""Personal data leave when their time has come; figures and the proof of consents stay."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.uploads import delete_stored
from providers.matching.asking.attachments import remove_attachments
from providers.matching.lifecycle import (
    CONTACT_FIELDS,
    WITHDRAWABLE,
    MovedOnError,
    locked,
    withdraw_request,
)
from providers.matching.models import (
    END_STATES,
    AcceptanceCriterion,
    AcceptanceDocument,
    Advice,
    Attachment,
    Choice,
    Consent,
    Dispute,
    EventKind,
    HandOver,
    Intervention,
    Invitation,
    MatchRequest,
    MessageKind,
    Milestone,
    OversightNote,
    Question,
    Quote,
    QuoteFile,
    Rating,
    RequestDraft,
    ScoreObjection,
    Side,
    note,
)
from providers.matching.telling import outbox


def expired_drafts():
    """Drafts that nobody has touched for 30 days."""
    return RequestDraft.objects.expired()


def expired_requests():
    """Requests that ended 12 months ago and still name somebody."""
    return MatchRequest.objects.to_erase()


@transaction.atomic
def remove_draft(draft: RequestDraft) -> None:
    """Throw a draft away with its files."""
    remove_attachments(draft.attachments.all())
    draft.delete()


def can_be_erased(request: MatchRequest) -> bool:
    """Whether the enterprise may have its data erased now; not while the work goes on."""
    state = request.state()
    return request.erased_at is None and (state in WITHDRAWABLE or state in END_STATES)


@transaction.atomic
def erase_on_demand(request: MatchRequest) -> None:
    """Erase at the enterprise's wish (PIPL art. 47); a request still open is withdrawn with it.

    Raises:
        MovedOnError: the work goes on.
    """
    request = locked(request)
    if request.erased_at:
        return
    if not can_be_erased(request):
        raise MovedOnError
    if request.state() in WITHDRAWABLE:
        withdraw_request(request)
    erase_request(request, side=Side.ENTERPRISE)


@transaction.atomic
def erase_request(request: MatchRequest, *, side: Side = Side.CLOCK) -> None:
    """Empty what names or reaches the enterprise, and all that anybody wrote freely about it.

    Codes, figures, dates and the proof of consents stay. Providers that knew who asked are told to
    delete it. One that was erased already stays as it is.
    """
    request = locked(request)
    if request.erased_at:
        return
    known_to = list(known_by(request))
    for name in CONTACT_FIELDS:
        setattr(request, name, "")
    request.sentence = request.ending_note = request.township = ""
    request.roster_entry = None
    request.erased_at = timezone.now()
    request.save()
    ended = request.consents.live()
    if side == Side.CLOCK:
        # Whoever is named beside a case agreed to that until it says otherwise.
        ended = ended.exclude(kind=Consent.Kind.NAMING)
    ended.update(withdrawn_at=request.erased_at)
    erase_files(request)
    erase_texts(request)
    request.one_time_codes.all().delete()
    for copied in RequestDraft.objects.filter(became=None, steps__copy__of=request.reference):
        remove_draft(copied)
    request.drafts.all().delete()
    request.edits.all().delete()
    request.call_backs.update(phone="", sentence="", company="", erased_at=request.erased_at)
    note(request, EventKind.ERASED, side)
    for invitation in known_to:
        outbox.tell_provider(invitation, MessageKind.DATA_ERASED)


def known_by(request: MatchRequest) -> QuerySet[Invitation]:
    """Invitations of providers that the enterprise has ever let know who it is."""
    recipients = request.consents.filter(recipient__isnull=False).values("recipient")
    return request.invitations.filter(provider__in=recipients) if request.is_sent() else NOBODY


def erase_files(request: MatchRequest) -> None:
    """Files of both sides: any may show who asked."""
    files = Q(request=request) | Q(draft__became=request) | Q(draft__edits=request)
    remove_attachments(Attachment.objects.filter(files))
    beside = (
        QuoteFile.objects.filter(quote__invitation__request=request),
        AcceptanceDocument.objects.filter(choice__request=request),
    )
    for rows in beside:
        for row in rows:
            delete_stored(row.file)
        rows.delete()


def erase_texts(request: MatchRequest) -> None:
    """Free text of both sides and of the office; where a rule asks for one, a dash stands."""
    for model, path, fields in FREE_TEXTS:
        rows = model.objects.filter(**{path: request})
        for field in fields:
            rows.exclude(**{field: ""}).update(**{field: ERASED_TEXT})
    Rating.objects.filter(choice__request=request).update(text="", reply="")


ERASED_TEXT = "—"
NOBODY = Invitation.objects.none()
FREE_TEXTS: tuple[tuple[type[models.Model], str, tuple[str, ...]], ...] = (
    (Invitation, "request", ("message", "withdrawal_reason")),
    (Quote, "invitation__request", ("approach", "team")),
    (Question, "invitation__request", ("text", "answer")),
    (ScoreObjection, "invitation__request", ("text", "answer")),
    (Advice, "request", ("reason",)),
    (OversightNote, "request", ("text",)),
    (Intervention, "request", ("text", "result")),
    (Choice, "request", ("reason", "fall_note")),
    (AcceptanceCriterion, "choice__request", ("text",)),
    (Milestone, "choice__request", ("title",)),
    (HandOver, "choice__request", ("message", "refusal")),
    (Rating, "choice__request", ("refusal",)),
    (Dispute, "choice__request", ("text", "statement", "recommendation", "decision")),
)
