"""A reviewer's own part: what is to be scored, the sheet, handing it in, declining."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.models import CaseReviewer
from cases.models.scoring import SECOND_TURN
from cases.scoring import assigning, sheets
from cases.scoring.arithmetic import shown
from cases.scoring.entry import EntryRefused, hindrances, may_be_asked
from cases.scoring.forms import ReasonForm, SheetForm, UntiedForm
from cases.scoring.own_sheets import OwnSheet, own_sheet, own_sheets
from cases.scoring.views.frame import ICON, refusing
from providers.acts import confirm_act, posted
from providers.withdrawal.subtree import ActRefused

REFUSED = 422


def own_crumbs(*steps: tuple[str, str]) -> list[dict]:
    ways = [(reverse("wagtailadmin_home"), _("Home")), (reverse("scoring_own"), _("To score"))]
    return [{"url": url, "label": label} for url, label in [*ways, *steps]]


def own_reviewer(request: HttpRequest, pk: int) -> CaseReviewer:
    """The reader's own part in a scoring; 404 for another's, existing or not."""
    own = CaseReviewer.objects.filter(user=request.user.pk)
    return get_object_or_404(own.select_related("round__case", "round__scheme", "user"), pk=pk)


@never_cache
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """All that the reader was asked to score, what waits for it first."""
    rows = own_sheets(request.user)
    if not rows and not may_be_asked(request.user):
        raise Http404
    context = {
        "waiting": [row for row in rows if row.is_awaited],
        "done": [row for row in rows if not row.is_awaited],
        "page_title": _("To score"),
        "header_title": _("To score"),
        "header_icon": ICON,
        "breadcrumbs_items": [*own_crumbs()[:1], {"url": "", "label": _("To score")}],
    }
    return render(request, "cases/scoring/own.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The criteria with their anchors; a POST keeps a draft, or goes on to handing it in."""
    reviewer = own_reviewer(request, pk)
    row = own_sheet(reviewer)
    if not row.is_awaited:
        if request.method == "POST":
            messages.error(request, _("Nothing was changed: this sheet stays as it is."))
            return redirect("scoring_sheet", pk)
        return show_sheet(request, row, None)
    if found := hindrances(reviewer):
        return refused(request, row, found)
    criteria = reviewer.round.scheme.criteria.all()
    entries = sheets.entries_of(row.draft or row.first)
    if request.method != "POST":
        return show_sheet(request, row, SheetForm(criteria=criteria, entries=entries))
    form = SheetForm(request.POST, criteria=criteria, entries=entries)
    if form.is_valid():
        return keep(request, reviewer, row, form)
    return show_sheet(request, row, form, status=REFUSED)


def keep(
    request: HttpRequest, reviewer: CaseReviewer, row: OwnSheet, form: SheetForm
) -> HttpResponse:
    """Store the draft in any case; then say so, go on, or tell what is missing."""
    try:
        sheets.save_draft(reviewer, form.entries(), by=request.user)
    except EntryRefused as late:
        return refused(request, row, late.sentences)
    except ActRefused as late:
        for sentence in late.sentences:
            messages.error(request, sentence)
        return redirect("scoring_sheet", reviewer.pk)
    if request.POST.get("action") != "submit":
        messages.success(request, _("The draft is kept. Nobody else sees it."))
        return redirect("scoring_sheet", reviewer.pk)
    form.demand_all()
    if form.errors:
        return show_sheet(request, own_sheet(reviewer), form, status=REFUSED)
    return redirect("scoring_submit", reviewer.pk)


def refused(request: HttpRequest, row: OwnSheet, sentences: list[str]) -> HttpResponse:
    """Why the reader may not enter points; nothing of others is told."""
    context = page_of(row) | {"refusals": sentences}
    return render(request, "cases/scoring/sheet.html", context, status=403)


def show_sheet(
    request: HttpRequest, row: OwnSheet, form: SheetForm | None, status: int = 200
) -> HttpResponse:
    """The form, or the sheet as it was handed in, with the others' once all are in."""
    context = page_of(row) | {"form": form}
    if form is None:
        context |= {"state": row.seen_state(), "own_sheets": row.submitted}
    elif row.first:
        context |= {"discussions": row.reviewer.round.discussions.all()}
    return render(request, "cases/scoring/sheet.html", context, status=status)


def page_of(row: OwnSheet) -> dict:
    case = row.reviewer.round.case
    return {
        "row": row,
        "round": row.reviewer.round,
        "reviewer": row.reviewer,
        "case": case,
        "is_second": row.reviewer.round.turn == SECOND_TURN,
        "page_title": case.draft_title,
        "header_title": case.draft_title,
        "header_icon": ICON,
        "breadcrumbs_items": own_crumbs(("", case.draft_title)),
    }


@never_cache
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft once more with its total, and the confirmation that hands it in."""
    reviewer = own_reviewer(request, pk)
    row = own_sheet(reviewer)
    if not row.is_awaited or row.draft is None:
        return redirect("scoring_sheet", pk)

    def act(_typed: dict) -> str:
        sheets.submit(reviewer, by=request.user)
        return _("Your sheet is handed in.")

    title = _("Hand in the sheet for “%(title)s”") % {"title": reviewer.round.case.draft_title}
    return confirm_act(
        request,
        UntiedForm(request.POST if request.method == "POST" else None),
        refusing(act),
        back=reverse("scoring_own"),
        title=title,
        icon=ICON,
        template="cases/scoring/submit.html",
        breadcrumbs_items=own_crumbs((reverse("scoring_sheet", args=[pk]), title)),
        sheet=row.draft,
        sheet_url=reverse("scoring_sheet", args=[pk]),
        sentences=[
            _("After that it stays as it is. Nobody sees your points before all sheets are in.")
        ],
        submit=_("Hand it in"),
    )


@never_cache
def keep_first(request: HttpRequest, pk: int) -> HttpResponse:
    """Say after a discussion that the first sheet stands."""
    reviewer = own_reviewer(request, pk)
    row = own_sheet(reviewer)
    if not row.is_awaited or row.first is None:
        return redirect("scoring_sheet", pk)

    def act(_typed: dict) -> str:
        sheets.keep_first(reviewer, by=request.user)
        return _("Your first sheet stands.")

    title = _("My first sheet stands")
    return confirm_act(
        request,
        UntiedForm(request.POST if request.method == "POST" else None),
        refusing(act),
        back=reverse("scoring_own"),
        title=title,
        icon=ICON,
        breadcrumbs_items=own_crumbs((reverse("scoring_sheet", args=[pk]), title)),
        sentences=[
            _("Your total stays %(total)s. After that you cannot revise it.")
            % {"total": shown(row.first.total)}
        ],
        submit=title,
    )


@never_cache
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    reviewer = own_reviewer(request, pk)
    if not reviewer.is_active or not reviewer.round.is_open:
        return redirect("scoring_sheet", pk)

    def act(typed: dict) -> str:
        assigning.decline(reviewer, typed["reason"], by=request.user)
        return _("You do not score this case. The bureau is told.")

    title = _("Decline to score “%(title)s”") % {"title": reviewer.round.case.draft_title}
    return confirm_act(
        request,
        ReasonForm(**posted(request)),
        act,
        back=reverse("scoring_own"),
        title=title,
        icon=ICON,
        breadcrumbs_items=own_crumbs((reverse("scoring_sheet", args=[pk]), title)),
        sentences=[_("Decline where you have a tie to the case, or cannot judge it. Say which.")],
        submit=_("Decline"),
    )


def waiting_sentence(count: int) -> str:
    """For the first page of the back office."""
    return ngettext(
        "%(count)s case waits for your points", "%(count)s cases wait for your points", count
    ) % {"count": count}
