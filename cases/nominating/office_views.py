"""One case, and one nomination, as the office reads and decides them."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cases.case_file import panels_of
from cases.gate import benchmark_checks
from cases.models import CasePage, Nomination
from cases.nominating.deciding import DECIDES, give_up, refuse, send_back, take_on
from cases.nominating.drafts import MovedOnError
from cases.nominating.office_forms import MessageForm, ProposalForm
from cases.nominating.office_lists import SEES, nominator_words
from cases.nominating.proposing import propose_case
from cases.nominating.steps import IncompleteError, sections_of
from cases.nominating.wording import state_words
from cases.stages import stage_of
from catalog.uploads import evidence_response
from providers.acts import confirm_act, office_only, posted
from providers.review.checklist import checklist
from providers.withdrawal.subtree import ActRefused

PROPOSES = "cases.add_nomination"


def office_case(request: HttpRequest, pk: int, permission: str = SEES) -> CasePage:
    """A case for a holder of the permission; 404 for everybody else, as for none."""
    office_only(request.user, permission)
    return get_object_or_404(CasePage, pk=pk)


def refused() -> ActRefused:
    return ActRefused([_("It has moved on meanwhile; this is no longer possible.")])


# -- one case -----------------------------------------------------------------------------------


@never_cache
@require_safe
def case_file(request: HttpRequest, pk: int) -> HttpResponse:
    """All that was done about a case, and what can be done next."""
    case = office_case(request, pk)
    draft = case.get_latest_revision_as_object()
    title = draft.title
    nomination = Nomination.objects.filter(case=case).first()
    is_open = nomination is not None and not nomination.is_over and not case.live
    context = {
        "case": case,
        "draft": draft,
        "stage": stage_of(case),
        "nominator": nominator_words(case),
        "nomination": nomination,
        "checks": checklist(draft),
        "benchmark_checks": [check for check in benchmark_checks(draft) if check.blocks],
        "proofs": case.proofs.select_related("indicator"),
        "panels": panels_of(request, case),
        "can_edit": case.permissions_for_user(request.user).can_edit(),
        "can_refuse": is_open and request.user.has_perm(DECIDES),
        "can_give_up": is_open and may_give_up(request, nomination),
        "page_title": title,
        "header_title": title,
        "header_icon": "pick",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("case_list"), "label": _("Cases and their stages")},
            {"url": "", "label": title},
        ],
    }
    return render(request, "cases/nominating/case_file.html", context)


@never_cache
def case_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a case is not taken, and why."""
    case = office_case(request, pk, DECIDES)
    nomination = get_object_or_404(Nomination, case=case)
    return decide(
        request,
        nomination,
        lambda said: refuse(nomination, by=request.user, message=said["message"]),
        MessageForm(**posted(request)),
        back=reverse("case_file", args=[pk]),
        title=_("Do not take “%(title)s”") % {"title": case.draft_title},
        submit=_("Do not take it"),
        told=_("The nomination is refused; the nominator is told."),
    )


@never_cache
def case_give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what an office nominated: each its own, the bureau the committee's too."""
    case = office_case(request, pk, PROPOSES)
    nomination = get_object_or_404(Nomination, case=case)
    if not may_give_up(request, nomination):
        raise Http404
    return decide(
        request,
        nomination,
        lambda said: give_up(nomination, by=request.user),
        forms.Form(**posted(request)),
        back=reverse("case_file", args=[pk]),
        title=_("Withdraw “%(title)s”") % {"title": case.draft_title},
        submit=_("Withdraw the nomination"),
        told=_("The nomination is withdrawn."),
    )


def may_give_up(request: HttpRequest, nomination: Nomination) -> bool:
    """Whether the reader's office may take the nomination back."""
    sides = {Nomination.Side.COMMITTEE}
    if request.user.has_perm(DECIDES):
        sides.add(Nomination.Side.BUREAU)
    return nomination.side in sides and request.user.has_perm(PROPOSES)


@never_cache
def propose(request: HttpRequest) -> HttpResponse:
    """The committee, or the bureau, puts a case forward in a few words."""
    office_only(request.user, PROPOSES)
    form = ProposalForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        page = propose_case(form.cleaned_data, by=request.user)
        messages.success(request, _("Nominated. The bureau completes the case."))
        return redirect("case_file", page.pk)
    context = {
        "form": form,
        "back": reverse("case_list"),
        "page_title": _("Nominate a case"),
        "header_icon": "pick",
        "submit": _("Nominate"),
        "sentences": [_("A draft is made below Cases. The bureau completes it and has it scored.")],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/act.html", context, status=status)


# -- one nomination of an enterprise ------------------------------------------------------------


def office_nomination(request: HttpRequest, reference: str, permission: str = SEES) -> Nomination:
    """A sent nomination for a holder of the permission; 404 for everybody else."""
    office_only(request.user, permission)
    rows = Nomination.objects.sent().filter(side=Nomination.Side.ENTERPRISE)
    return get_object_or_404(rows.select_related("case"), reference=reference)


@never_cache
@require_safe
def nomination(request: HttpRequest, reference: str) -> HttpResponse:
    """What an enterprise sent: its answers, its files, its contact."""
    row = office_nomination(request, reference)
    title = row.company or row.reference
    decides = request.user.has_perm(DECIDES)
    context = {
        "nomination": row,
        "state_words": state_words(row),
        "sections": sections_of(row) if row.answers else [],
        "files": row.files.select_related("indicator"),
        # Whom to call is the bureau's business, who completes the case with the enterprise.
        "shows_contact": decides,
        "can_decide": decides and row.is_editable and not row.returned_at,
        "page_title": title,
        "header_title": title,
        "header_icon": "form",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("nomination_list"), "label": _("Nominations of enterprises")},
            {"url": "", "label": title},
        ],
    }
    return render(request, "cases/nominating/office_nomination.html", context)


@never_cache
@require_POST
def nomination_take_on(request: HttpRequest, reference: str) -> HttpResponse:
    """Make it a draft below Cases and open its file."""
    row = office_nomination(request, reference, DECIDES)
    try:
        page = take_on(row, by=request.user)
    except MovedOnError:
        messages.error(request, _("It has moved on meanwhile; this is no longer possible."))
        return redirect("nomination_office", reference)
    except IncompleteError:
        messages.error(
            request,
            _("Something that was chosen is no longer offered. Please return it for completion."),
        )
        return redirect("nomination_office", reference)
    messages.success(request, _("The draft is made. Complete it, then submit it for review."))
    return redirect("case_file", page.pk)


@never_cache
def nomination_return(request: HttpRequest, reference: str) -> HttpResponse:
    row = office_nomination(request, reference, DECIDES)
    return decide(
        request,
        row,
        lambda said: send_back(row, by=request.user, message=said["message"]),
        MessageForm(**posted(request)),
        back=reverse("nomination_office", args=[reference]),
        title=_("Return the nomination for completion"),
        submit=_("Return it"),
        told=" ".join(
            [_("Returned. The enterprise reads your message by its link."), how_told(row)]
        ),
    )


@never_cache
def nomination_refuse(request: HttpRequest, reference: str) -> HttpResponse:
    row = office_nomination(request, reference, DECIDES)
    return decide(
        request,
        row,
        lambda said: refuse(row, by=request.user, message=said["message"]),
        MessageForm(**posted(request)),
        back=reverse("nomination_office", args=[reference]),
        title=_("Do not take the nomination"),
        submit=_("Do not take it"),
        told=" ".join([_("Refused. The enterprise reads your reason by its link."), how_told(row)]),
    )


def how_told(row: Nomination) -> str:
    """Whether the enterprise hears of it by itself."""
    if row.email:
        return _("It is told by e-mail.")
    return _("It gave no e-mail address: please call it.")


def decide(
    request: HttpRequest,
    row: Nomination,
    deed: Callable[[dict], None],
    form: forms.Form,
    *,
    back: str,
    title: str,
    submit: str,
    told: str,
) -> HttpResponse:
    """Ask for what a decision needs; a valid POST carries it out."""

    def act(said: dict) -> str:
        try:
            deed(said)
        except MovedOnError as moved:
            raise refused() from moved
        return told

    return confirm_act(
        request, form, act, back=back, title=title, icon="form", submit=submit, is_grave=True
    )


@never_cache
@require_safe
def nomination_file(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """One file that an enterprise sent along."""
    row = office_nomination(request, reference)
    file = row.files.filter(pk=pk).first()
    if file is None:
        raise Http404
    return evidence_response(file.file, file.name)
