"""The chosen provider's side of the work, in the back office."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.uploads import evidence_response
from providers.matching.choosing.deciding import fall_through
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import AcceptanceDocument, Choice, Invitation, Side
from providers.matching.office_frame import crumbs
from providers.matching.rating.forms import ReplyForm
from providers.matching.rating.ratings import reply_to
from providers.matching.working.acceptance_documents import add_document, remove_document
from providers.matching.working.carrying_out import (
    CriteriaNotAgreedError,
    MilestonesChangedError,
    agree_criteria,
    hand_over,
    milestones_mark,
    set_criteria,
    set_milestones,
)
from providers.matching.working.contracts import confirm_contract, listed_criteria
from providers.matching.working.dispute_forms import DisputeForm, ViewForm
from providers.matching.working.disputes import open_dispute, state_view
from providers.matching.working.facts import Work, may_see_document
from providers.matching.working.forms import (
    ContractForm,
    CriteriaForm,
    DocumentForm,
    FallForm,
    HandOverForm,
    MilestonesFormSet,
    SeenForm,
    row_values,
)

if TYPE_CHECKING:
    from django.utils.functional import Promise

AnyForm = forms.Form | forms.BaseFormSet


@dataclass(frozen=True)
class ProviderWork(Work):
    """The work as its provider sees it, with the forms of what it may do now."""

    forms: dict[str, AnyForm] = field(default_factory=dict)

    @property
    def listed_criteria(self) -> list[str]:
        """What the confirmation of the contract makes the first criteria."""
        return listed_criteria(self.choice)


@dataclass(frozen=True)
class Deed:
    """One thing that a provider does with its work.

    ``form`` makes the form from the work and what was sent; ``do`` acts for a user on what was
    typed; ``is_open`` says whether the form is offered.
    """

    form: Callable[..., AnyForm]
    do: Callable[[Work, AbstractBaseUser, AnyForm], object]
    is_open: Callable[[Work], bool]
    told: Promise


def criteria_form(work: Work, **how) -> CriteriaForm:
    initial = {"lines": "\n".join(line.text for line in work.criteria), "seen": work.mark}
    return CriteriaForm(initial=initial, **how)


def milestones_form(work: Work, **how) -> MilestonesFormSet:
    rows = [row_values(row) for row in work.milestones]
    return MilestonesFormSet(initial=rows, mark=milestones_mark(work.choice), **how)


def milestones_again(choice: Choice, typed: MilestonesFormSet) -> MilestonesFormSet:
    """What was typed, with what a colleague has added; sent again it replaces what is stored."""
    return MilestonesFormSet(
        initial=typed.typed_beside(choice.milestones.all()),
        mark=milestones_mark(choice),
        is_changed=True,
        prefix=typed.prefix,
    )


def put_document(work: Work, user: AbstractBaseUser, form: AnyForm) -> AcceptanceDocument:
    typed = form.cleaned_data
    return add_document(
        work.choice,
        side=Side.PROVIDER,
        kind=typed["kind"],
        file=typed["file"],
        name=typed["name"],
    )


DEEDS = {
    "contract": Deed(
        form=lambda work, **how: ContractForm(**how),
        do=lambda work, user, form: confirm_contract(
            work.choice, by=user, contracted_wan=form.cleaned_data["contracted_wan"]
        ),
        is_open=lambda work: work.waits_for_contract,
        told=gettext_lazy("The contract is confirmed; the enterprise has been told."),
    ),
    "fall": Deed(
        form=lambda work, **how: FallForm(**how),
        do=lambda work, user, form: fall_through(
            work.choice,
            side=Side.PROVIDER,
            reason=form.cleaned_data["reason"],
            note_text=form.cleaned_data["note"],
            by=user,
        ),
        is_open=lambda work: work.waits_for_contract or work.is_under_contract,
        told=gettext_lazy("The choice has fallen through; the enterprise has been told."),
    ),
    "criteria": Deed(
        form=criteria_form,
        do=lambda work, user, form: set_criteria(
            work.choice,
            side=Side.PROVIDER,
            lines=form.cleaned_data["lines"],
            by=user,
            seen=form.cleaned_data["seen"],
        ),
        is_open=lambda work: work.is_under_contract,
        told=gettext_lazy("The acceptance criteria are saved with your agreement."),
    ),
    "agree": Deed(
        form=lambda work, **how: SeenForm(initial={"seen": work.mark}, **how),
        do=lambda work, user, form: agree_criteria(
            work.choice, side=Side.PROVIDER, by=user, seen=form.cleaned_data["seen"]
        ),
        is_open=lambda work: work.can_agree,
        told=gettext_lazy("You have agreed to the acceptance criteria."),
    ),
    "milestones": Deed(
        form=milestones_form,
        do=lambda work, user, form: set_milestones(
            work.choice, by=user, milestones=form.steps(), seen=form.seen()
        ),
        is_open=lambda work: work.is_under_contract,
        told=gettext_lazy("The milestones are saved; the enterprise sees them."),
    ),
    "hand_over": Deed(
        form=lambda work, **how: HandOverForm(**how),
        do=lambda work, user, form: hand_over(
            work.choice, by=user, message=form.cleaned_data["message"]
        ),
        is_open=lambda work: work.is_under_contract and work.choice.criteria_are_agreed,
        told=gettext_lazy("Handed over; the enterprise was asked to confirm."),
    ),
    "dispute": Deed(
        form=lambda work, **how: DisputeForm(need=work.request, **how),
        do=lambda work, user, form: open_dispute(
            work.choice, side=Side.PROVIDER, text=form.cleaned_data["text"], by=user
        ),
        is_open=lambda work: work.can_dispute,
        told=gettext_lazy("The dispute is open. The enterprise and the office have been told."),
    ),
    "view": Deed(
        form=lambda work, **how: ViewForm(need=work.request, **how),
        do=lambda work, user, form: state_view(
            last_dispute(work), side=Side.PROVIDER, text=form.cleaned_data["text"], by=user
        ),
        is_open=lambda work: work.can_state_view,
        told=gettext_lazy("Your view has been handed to the office."),
    ),
    "document": Deed(
        form=lambda work, **how: DocumentForm(choice=work.choice, **how),
        do=put_document,
        is_open=lambda work: work.takes_documents,
        told=gettext_lazy("The file is stored."),
    ),
    "reply": Deed(
        form=lambda work, **how: ReplyForm(need=work.request, **how),
        do=lambda work, user, form: reply_to(
            given_rating(work), by=user, text=form.cleaned_data["text"]
        ),
        is_open=lambda work: work.can_reply,
        told=gettext_lazy("Your answer is public beside the rating."),
    ),
}


def last_dispute(work: Work):
    """The dispute that was opened last.

    Raises:
        MovedOnError: there was none.
    """
    if not work.disputes:
        raise MovedOnError
    return work.disputes[-1]


def given_rating(work: Work):
    """The rating of the work.

    Raises:
        MovedOnError: there is none.
    """
    if work.rating is None:
        raise MovedOnError
    return work.rating


def work_for(choice: Choice, **bound: AnyForm) -> ProviderWork:
    """What ``requests/admin/work.html`` shows as ``work``; ``bound`` forms take the place of new.

    The caller has checked that the reader works for the chosen provider.
    """
    work = ProviderWork(choice, Side.PROVIDER, dict(bound))
    for name, deed in DEEDS.items():
        if name not in bound and deed.is_open(work):
            work.forms[name] = deed.form(work, prefix=name)
    return work


def own_choice(user: AbstractBaseUser, public_id: uuid.UUID) -> Choice:
    """The standing choice of the user's own provider; 404 for any other, existing or not."""
    invitation = get_object_or_404(
        Invitation.objects.for_member(user).select_related("provider").distinct(),
        public_id=public_id,
    )
    choices = Choice.objects.active().select_related("request__level", "level_reached")
    choice = get_object_or_404(choices, invitation=invitation)
    choice.invitation = invitation
    invitation.request = choice.request
    return choice


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def work(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The work with all its forms; a POST names its ``deed``."""
    choice = own_choice(request.user, public_id)
    if request.method != "POST":
        return render_work(request, work_for(choice))
    name = request.POST.get("deed", "")
    if name not in DEEDS:
        raise Http404
    deed, shown = DEEDS[name], ProviderWork(choice, Side.PROVIDER)
    form = deed.form(shown, data=request.POST, files=request.FILES, prefix=name)
    if not form.is_valid():
        messages.error(request, _("Nothing was saved; please correct it below."))
        return render_work(request, work_for(choice, **{name: form}), status=422)
    try:
        deed.do(shown, request.user, form)
    except CriteriaNotAgreedError:
        messages.error(request, _("Both sides must agree to the acceptance criteria first."))
    except MilestonesChangedError:
        messages.error(
            request,
            _("A colleague has changed the milestones meanwhile; please read them again."),
        )
        again = work_for(choice, milestones=milestones_again(choice, form))
        return render_work(request, again, status=409)
    except MovedOnError:
        messages.error(request, _("The request has moved on; this is no longer possible."))
    else:
        messages.success(request, deed.told)
    return redirect("matching_invitation", public_id)


def render_work(request: HttpRequest, shown: ProviderWork, status: int = 200) -> HttpResponse:
    need = shown.request
    invitation_url = reverse("matching_invitation", args=[shown.invitation.public_id])
    breadcrumbs = crumbs(reverse("matching_inbox"), _("The work"), _("Requests"))
    breadcrumbs.insert(2, {"url": invitation_url, "label": need.reference})
    context = {
        "work": shown,
        "breadcrumbs_items": breadcrumbs,
        "header_title": _("The work of request %(reference)s") % {"reference": need.reference},
        "header_icon": "mail",
    }
    return render(request, "requests/admin/work_page.html", context, status=status)


def seen_document(request: HttpRequest, public_id: uuid.UUID, document_id: int):
    """A file that the member's provider may see now; 404 for any other, existing or not."""
    shown = Work(own_choice(request.user, public_id), Side.PROVIDER)
    document = get_object_or_404(shown.choice.documents.all(), pk=document_id)
    if not may_see_document(shown, document):
        raise Http404
    return document


@never_cache
@require_safe
def document(request: HttpRequest, public_id: uuid.UUID, document_id: int) -> HttpResponse:
    found = seen_document(request, public_id, document_id)
    return evidence_response(found.file, found.name)


@require_POST
def document_remove(request: HttpRequest, public_id: uuid.UUID, document_id: int) -> HttpResponse:
    """Take back a file of the provider's own."""
    found = seen_document(request, public_id, document_id)
    if found.side != Side.PROVIDER:
        raise Http404
    try:
        remove_document(found, side=Side.PROVIDER)
    except MovedOnError:
        messages.error(request, _("The request has moved on; this is no longer possible."))
    else:
        messages.success(request, _("The file is removed."))
    return redirect("matching_invitation", public_id)
