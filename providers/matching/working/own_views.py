"""The work of a request as its enterprise sees it, and what it does there; by access code only."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.uploads import evidence_response
from providers.acts import posted
from providers.headers import private
from providers.matching.keys import access
from providers.matching.models import AcceptanceDocument, MatchRequest, Side
from providers.matching.own_page.frame import SHOWN, act, deed_page, too_late
from providers.matching.rating.forms import RatingForm
from providers.matching.rating.ratings import rate
from providers.matching.working.acceptance_documents import add_document, remove_document
from providers.matching.working.carrying_out import (
    agree_criteria,
    confirm_work,
    refuse_work,
    set_criteria,
)
from providers.matching.working.dispute_forms import DisputeForm, ViewForm
from providers.matching.working.disputes import open_dispute, state_view
from providers.matching.working.facts import Work
from providers.matching.working.forms import (
    ConfirmForm,
    CriteriaForm,
    DocumentForm,
    RefusalForm,
    SeenForm,
)


def work_context(own: MatchRequest) -> Work | None:
    """What ``requests/work.html`` shows as ``work``; None while no choice stands."""
    choice = own.choices.active().select_related("invitation__provider", "level_reached").first()
    if choice is None:
        return None
    choice.request = choice.invitation.request = own
    return Work(choice, Side.ENTERPRISE)


def opened_work(request: HttpRequest, reference: str) -> Work:
    """The work of a request opened with the access code; 404 for any other, existing or not."""
    work = work_context(access.opened_request(request, reference))
    if work is None:
        raise Http404
    return work


def work_page(
    request: HttpRequest,
    work: Work,
    form: forms.Form,
    deed: Callable[[dict], object],
    **how: object,
) -> HttpResponse:
    """``deed_page`` of a deed on the work, which takes what was typed."""
    return deed_page(
        request,
        work.request,
        form,
        lambda _row: deed(form.cleaned_data),
        template="requests/work_form.html",
        work=work,
        **how,
    )


@private
@require_http_methods(SHOWN)
def criteria(request: HttpRequest, reference: str) -> HttpResponse:
    """Change what the work is judged by; the provider has to agree anew."""
    work = opened_work(request, reference)
    initial = {"lines": "\n".join(line.text for line in work.criteria), "seen": work.mark}
    return work_page(
        request,
        work,
        CriteriaForm(**posted(request), initial=initial),
        lambda typed: set_criteria(
            work.choice, side=Side.ENTERPRISE, lines=typed["lines"], seen=typed["seen"]
        ),
        told=_("The acceptance criteria are saved with your agreement."),
        title=_("Acceptance criteria"),
        submit=_("Save and agree"),
        is_open=work.is_under_contract,
        sentences=[_("If you change them, the provider is told and has to agree anew.")],
    )


@private
@require_POST
def agree(request: HttpRequest, reference: str) -> HttpResponse:
    """Agree to the criteria as they were shown."""
    work = opened_work(request, reference)
    form = SeenForm(request.POST)
    if not form.is_valid():
        return too_late(request, work.request)
    return act(
        request,
        work.request,
        lambda _row: agree_criteria(
            work.choice, side=Side.ENTERPRISE, seen=form.cleaned_data["seen"]
        ),
        _("You have agreed to the acceptance criteria."),
    )


@private
@require_http_methods(SHOWN)
def confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Accept the work, for good."""
    work = opened_work(request, reference)
    return work_page(
        request,
        work,
        ConfirmForm(**posted(request)),
        lambda typed: confirm_work(work.choice, level_reached=typed["level_reached"]),
        told=_("You have confirmed the acceptance. The work is finished."),
        title=_("Confirm the acceptance?"),
        submit=_("Confirm the acceptance"),
        is_open=work.waiting is not None,
        sentences=[
            _("Please go through the acceptance criteria on the spot first."),
            _("The work counts as accepted, and this cannot be undone."),
        ],
        shows_criteria=True,
    )


@private
@require_http_methods(SHOWN)
def refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what is missing; the provider hands over again."""
    work = opened_work(request, reference)
    return work_page(
        request,
        work,
        RefusalForm(**posted(request)),
        lambda typed: refuse_work(work.choice, refusal=typed["refusal"]),
        told=_("The provider was told what is missing and will hand over again."),
        title=_("Something is missing"),
        submit=_("Send to the provider"),
        is_open=work.waiting is not None,
        sentences=[_("The provider works on and hands over again. Nothing is accepted by this.")],
        shows_criteria=True,
    )


@private
@require_http_methods(SHOWN)
def dispute(request: HttpRequest, reference: str) -> HttpResponse:
    """Call the office."""
    work = opened_work(request, reference)
    return work_page(
        request,
        work,
        DisputeForm(**posted(request), need=work.request),
        lambda typed: open_dispute(work.choice, side=Side.ENTERPRISE, text=typed["text"]),
        told=_("The dispute is open. The provider and the office have been told."),
        title=_("Open a dispute"),
        submit=_("Open the dispute"),
        is_open=work.can_dispute,
        sentences=[
            _(
                "The lead provider hears both sides and recommends; where it is involved itself, "
                "the zone committee does. The bureau settles."
            ),
            _("Until then nothing is closed and no time runs."),
        ],
    )


@private
@require_http_methods(SHOWN)
def view(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer a dispute that the provider has opened."""
    work = opened_work(request, reference)
    last = work.disputes[-1] if work.disputes else None
    if last is None:
        raise Http404
    return work_page(
        request,
        work,
        ViewForm(**posted(request), need=work.request),
        lambda typed: state_view(last, side=Side.ENTERPRISE, text=typed["text"]),
        told=_("Your view has been handed to the office."),
        title=_("Your view of the dispute"),
        submit=_("Hand in"),
        is_open=work.can_state_view,
        sentences=[_("You can say it once. The provider and the office read it.")],
        dispute=last,
    )


@private
@require_http_methods(SHOWN)
def documents(request: HttpRequest, reference: str, kind: str = "") -> HttpResponse:
    """Put a file to one of the four documents; ``kind`` is the one chosen at first."""
    work = opened_work(request, reference)
    form = DocumentForm(**posted(request), choice=work.choice, initial={"kind": kind})
    return work_page(
        request,
        work,
        form,
        lambda typed: add_document(
            work.choice,
            side=Side.ENTERPRISE,
            kind=typed["kind"],
            file=typed["file"],
            name=typed["name"],
        ),
        told=_("The file is stored."),
        title=_("Add an acceptance document"),
        submit=_("Store the file"),
        is_open=work.takes_documents,
        sentences=[
            _("The provider sees the file as long as you let it know who you are; the bureau too.")
        ],
    )


def document_of(work: Work, key: str) -> AcceptanceDocument:
    """The file with that key; 404 where the work has none."""
    return get_object_or_404(work.choice.documents.all(), file__startswith=f"acceptance/{key}.")


@private
@require_safe
def document(request: HttpRequest, reference: str, document: str) -> HttpResponse:
    found = document_of(opened_work(request, reference), document)
    return evidence_response(found.file, found.name)


@private
@require_POST
def document_remove(request: HttpRequest, reference: str, document: str) -> HttpResponse:
    """Take back an own file; the other side's does not exist here."""
    work = opened_work(request, reference)
    found = document_of(work, document)
    if found.side != Side.ENTERPRISE:
        raise Http404
    return act(
        request,
        work.request,
        lambda _row: remove_document(found, side=Side.ENTERPRISE),
        _("The file is removed."),
    )


@private
@require_http_methods(SHOWN)
def rating(request: HttpRequest, reference: str) -> HttpResponse:
    """Rate confirmed work, once."""
    work = opened_work(request, reference)
    return work_page(
        request,
        work,
        RatingForm(**posted(request), need=work.request),
        lambda typed: rate(work.choice, stars=typed["stars"], text=typed["text"]),
        told=_("Thank you for your rating."),
        title=_("How was the work?"),
        submit=_("Send the rating"),
        is_open=work.can_rate,
        sentences=[
            _("You can rate once. Your company is not named; the provider may answer once."),
            _("Ratings change neither the order of proposals nor any score."),
        ],
    )
