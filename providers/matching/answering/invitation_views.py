"""One request in a provider's back office, with everything that the provider does about it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalog.uploads import evidence_response
from providers.acts import posted
from providers.matching.answering.answers import (
    OPEN_REPLY,
    ProviderHeldError,
    decline,
    say_interested,
    usual_quote_day,
    withdraw_reply,
)
from providers.matching.answering.forms import (
    DeclineForm,
    InterestForm,
    QuestionForm,
    QuoteForm,
    WithdrawalForm,
)
from providers.matching.answering.provider_steps import provider_step
from providers.matching.answering.questions import (
    IN_THE_RUNNING,
    MAX_QUESTIONS,
    TooManyQuestionsError,
    answered_questions,
    ask_question,
    questions_left,
    waiting_questions,
)
from providers.matching.answering.quoting import QuoteChangedError, send_quote
from providers.matching.asking.attachments import attachment_links, attachment_response
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import Invitation, InvitationState, Quote, QuoteFile, RequestKind
from providers.matching.office_frame import crumbs
from providers.matching.score.forms import ObjectionForm
from providers.matching.score.objections import contest_score, own_lines
from providers.matching.working.provider_views import ProviderWork, work_for

if TYPE_CHECKING:
    from django.utils.functional import Promise

STATES = InvitationState


@dataclass(frozen=True)
class Deed:
    """A form of the page: how it is made for an invitation, what it does, what is said then."""

    make: Callable[..., forms.Form]
    act: Callable[[Invitation, HttpRequest, forms.Form], object]
    told: Promise | str


def interest_form(row: Invitation, **bound) -> InterestForm:
    needs_quote = row.request.kind == RequestKind.SOLUTION
    usual_day = usual_quote_day(timezone.localdate()) if needs_quote else None
    return InterestForm(prefix="yes", usual_day=usual_day, **bound)


def quote_form(row: Invitation, **bound) -> QuoteForm:
    return QuoteForm(prefix="quote", quote=quote_of(row), **bound)


def objection_form(row: Invitation, **bound) -> ObjectionForm:
    open_lines = [line.criterion for line in own_lines(row) if line.objection is None]
    return ObjectionForm(prefix="line", criteria=open_lines, **bound)


def quote_of(row: Invitation) -> Quote | None:
    return Quote.objects.filter(invitation=row).prefetch_related("files").first()


DEEDS = {
    "interested": Deed(
        interest_form,
        lambda row, request, form: say_interested(row, by=request.user, **form.cleaned_data),
        gettext_lazy("Your answer has been sent to the enterprise."),
    ),
    "declined": Deed(
        lambda row, **bound: DeclineForm(prefix="no", **bound),
        lambda row, request, form: decline(row, by=request.user, **form.cleaned_data),
        gettext_lazy("Your answer has been sent to the enterprise."),
    ),
    "quote": Deed(
        quote_form,
        lambda row, request, form: send_quote(
            row,
            by=request.user,
            offer=form.offer(),
            files=form.cleaned_data["files"],
            dropped=form.cleaned_data.get("dropped") or (),
            seen=form.cleaned_data["version"] or 0,
        ),
        gettext_lazy("The enterprise has your quote."),
    ),
    "question": Deed(
        lambda row, **bound: QuestionForm(prefix="ask", need=row.request, **bound),
        lambda row, request, form: ask_question(row, by=request.user, **form.cleaned_data),
        gettext_lazy("Your question has been sent to the enterprise."),
    ),
    "contest": Deed(
        objection_form,
        lambda row, request, form: contest_score(row, by=request.user, **form.cleaned_data),
        gettext_lazy("Your objection has been sent to the office."),
    ),
}


def own_invitation(request: HttpRequest, public_id: uuid.UUID) -> Invitation:
    """An invitation of the member's provider; 404 for any other, existing or not."""
    rows = Invitation.objects.for_member(request.user).select_related(
        "request__industry", "request__level", "provider"
    )
    return get_object_or_404(rows.prefetch_related("request__choices"), public_id=public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The request, and one of its forms sent."""
    row = own_invitation(request, public_id)
    if request.method != "POST":
        return render_page(request, row)
    name = request.POST.get("answer", "")
    deed = DEEDS.get(name)
    if deed is None:
        raise Http404
    form = deed.make(row, **posted(request))
    if form.is_valid():
        return carry_out(request, row, deed, form)
    messages.error(request, _("This was not sent; please correct it below."))
    return render_page(request, row, {name: form}, status=422)


def render_page(
    request: HttpRequest,
    row: Invitation,
    sent: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; forms that were ``sent`` take the place of new ones."""
    made = {name: (sent or {}).get(name) or deed.make(row) for name, deed in DEEDS.items()}
    return render(request, "requests/admin/invitation.html", page_of(row, made), status=status)


def carry_out(request: HttpRequest, row: Invitation, deed: Deed, form: forms.Form) -> HttpResponse:
    """Do it and say so, or say why it is not done."""
    try:
        deed.act(row, request, form)
    except ProviderHeldError:
        messages.error(request, held_words())
    except TooManyQuestionsError:
        messages.error(
            request,
            _("You have asked %(count)s questions, which is the most.") % {"count": MAX_QUESTIONS},
        )
    except QuoteChangedError:
        return quote_again(request, row)
    except MovedOnError:
        messages.error(request, _("The request has moved on; this is no longer possible."))
    else:
        messages.success(request, str(deed.told))
    return redirect("matching_invitation", row.public_id)


def quote_again(request: HttpRequest, row: Invitation) -> HttpResponse:
    """What was typed, below the quote as a colleague has left it; sent again it replaces that."""
    messages.error(request, _("A colleague has changed the quote meanwhile; please read it again."))
    quote, typed = quote_of(row), request.POST.copy()
    typed["quote-version"] = str(quote.version if quote else 0)
    return render_page(request, row, {"quote": quote_form(row, data=typed)}, status=409)


def held_words() -> str:
    return _(
        "Your listing is not shown to the public at the moment, so nothing new can be begun. You "
        "can still decline, withdraw a reply and finish what is under way."
    )


def page_of(row: Invitation, made: dict[str, forms.Form]) -> dict:
    """Everything that the page shows, with the ``made`` forms by their names."""
    state, identity, quote = row.state(), row.identity(), quote_of(row)
    is_held = not row.provider.is_shown()
    return {
        "invitation": row,
        "need": row.request,
        "state": state,
        "step": provider_step(row),
        "can_answer": state == STATES.PENDING,
        "can_quote": state in OPEN_REPLY and not is_held,
        "can_withdraw": state in OPEN_REPLY,
        "can_ask": state in IN_THE_RUNNING and not is_held,
        "held_words": held_words() if is_held else "",
        "identity": identity,
        "attachments": files_for(row) if identity else [],
        "quote": quote,
        "quote_is_valid": quote.is_valid_on(timezone.localdate()) if quote else True,
        "answered": answered_questions(row),
        "waiting": waiting_questions(row),
        "questions_left": questions_left(row),
        "lines": own_lines(row),
        "forms": made,
        "work": own_work(row) if state == STATES.CHOSEN else None,
        "breadcrumbs_items": crumbs(
            reverse("matching_inbox"), row.request.reference, _("Requests")
        ),
        "header_title": row.request.reference,
        "header_icon": "mail",
    }


def own_work(row: Invitation) -> ProviderWork:
    """The work of a provider that was chosen, as its own page has it too."""
    choice = row.request.active_choice
    choice.invitation, choice.request = row, row.request
    return work_for(choice)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask for the reason first; a POST takes the reply back."""
    row = own_invitation(request, public_id)
    form = WithdrawalForm(posted(request)["data"])
    if request.method == "POST" and form.is_valid():
        deed = Deed(
            WithdrawalForm,
            lambda row, request, form: withdraw_reply(row, by=request.user, **form.cleaned_data),
            gettext_lazy("Your reply is withdrawn; the enterprise was told."),
        )
        return carry_out(request, row, deed, form)
    if row.state() not in OPEN_REPLY:
        messages.error(request, _("The request has moved on; this is no longer possible."))
        return redirect("matching_invitation", row.public_id)
    title = _("Withdraw the reply")
    context = {
        "form": form,
        "submit": title,
        "is_grave": True,
        "back": reverse("matching_invitation", args=[row.public_id]),
        "sentences": [
            _("Your interest and your quote are taken back; this cannot be undone."),
            _("The enterprise is told with your reason, and you no longer see who asks."),
        ],
        "page_title": title,
        "header_icon": "mail",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/act.html", context, status=status)


# -- files --------------------------------------------------------------------------------------


@never_cache
@require_safe
def quote_file(request: HttpRequest, public_id: uuid.UUID, pk: int) -> HttpResponse:
    """A file beside the provider's own quote, as a download."""
    row = own_invitation(request, public_id)
    found = get_object_or_404(QuoteFile, pk=pk, quote__invitation=row)
    return evidence_response(found.file, found.name)


@never_cache
@require_safe
def attachment(request: HttpRequest, public_id: uuid.UUID, attachment: uuid.UUID) -> HttpResponse:
    """A photo or PDF of the request, for a member whose provider may know who asks."""
    row = own_invitation(request, public_id)
    if row.identity() is None:
        raise Http404
    return attachment_response(get_object_or_404(row.request.attachments, public_id=attachment))


def files_for(row: Invitation) -> list[dict]:
    """The enterprise's files as links."""
    return attachment_links(
        row.request.attachments.all(),
        lambda file: reverse("matching_attachment", args=[row.public_id, file.public_id]),
    )
