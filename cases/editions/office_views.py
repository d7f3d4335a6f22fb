"""Editions in the back office: the list, one edition's file, and what the bureau does with it."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn

from cases.editions import building
from cases.editions.checks import edition_blockers
from cases.editions.forms import IssueForm, OrderForm, WithdrawalForm
from cases.editions.issuing import issue_edition, withdraw_edition
from cases.editions.machine import INSTALLS, MAKES, sentences
from cases.editions.reading import absent_cases
from cases.models import Booklet, CaseCollectionPage, CollectionIssue
from providers.acts import confirm_act, office_only, posted
from providers.office_lists import OfficeListView
from providers.withdrawal.subtree import ActRefused

SEES = "cases.view_collectionissue"
ISSUES = "cases.add_collectionissue"
UNDER_WAY = (Booklet.State.WAITING, Booklet.State.BUILDING)


# -- the list --------------------------------------------------------------------------------------


def editions_with_state() -> QuerySet[CaseCollectionPage]:
    """Every edition with its newest issue and the state of that issue's newest booklet."""
    issues = CollectionIssue.objects.filter(collection=OuterRef("pk")).order_by("-number")
    booklets = Booklet.objects.filter(
        issue__collection=OuterRef("pk"), issue__number=OuterRef("newest_number")
    )
    return CaseCollectionPage.objects.annotate(
        newest_number=Subquery(issues.values("number")[:1]),
        newest_issued_at=Subquery(issues.values("issued_at")[:1]),
        booklet_state=Subquery(booklets.order_by("-pk").values("state")[:1]),
    )


def standing(page: CaseCollectionPage) -> str:
    """Where an edition stands, in a word or two."""
    if page.newest_number is None:
        return _("draft")
    if not page.live:
        return _("taken back")
    number = _("issue %(number)d") % {"number": page.newest_number}
    if page.has_unpublished_changes:
        return _("%(issue)s, changed since") % {"issue": number}
    return number


def booklet_word(page: CaseCollectionPage) -> str:
    return Booklet.State(page.booklet_state).label if page.booklet_state else "—"


class EditionsView(OfficeListView):
    """Every edition, the newest first."""

    permission = SEES
    model = CaseCollectionPage
    page_title = gettext_lazy("Editions")
    header_icon = "doc-full"
    index_url_name = "editions"
    index_results_url_name = "editions_results"
    default_ordering = "-pk"
    verbose_name_plural = gettext_lazy("editions")
    counted = ngettext_lazy("%(count)s edition", "%(count)s editions", "count")
    columns = [
        TitleColumn(
            "title", label=gettext_lazy("Title"), accessor="draft_title", url_name="edition_file"
        ),
        StatusTagColumn(
            "standing",
            label=gettext_lazy("Status"),
            accessor=standing,
            primary=lambda page: page.live,
        ),
        DateColumn("newest_issued_at", label=gettext_lazy("Last issued")),
        Column("booklet", label=gettext_lazy("PDF booklet"), accessor=booklet_word),
    ]

    def get_base_queryset(self) -> QuerySet[CaseCollectionPage]:
        return editions_with_state()


# -- one edition -----------------------------------------------------------------------------------


@never_cache
def edition_file(request: HttpRequest, page_id: int) -> HttpResponse:
    """One edition: what it lacks, its issues with their booklets, its draft as PDF, the acts."""
    office_only(request.user, SEES)
    page = edition_or_404(page_id)
    newest_first = Booklet.objects.order_by("-pk")
    issues = (
        page.issues.defer("content")
        .select_related("issued_by")
        .prefetch_related(Prefetch("booklets", newest_first))
        .order_by("-number")
    )
    drafts = newest_first.filter(collection=page, issue=None)
    rows = [issue_row(issue) for issue in issues]
    draft = drafts.first()
    under_way = [row["booklet"] for row in rows if row["booklet"]] + ([draft] if draft else [])
    context = {
        "edition": page,
        "page_title": page.draft_title or page.title,
        "header_icon": "doc-full",
        "rows": rows,
        "draft": draft,
        "draft_percent": percent(draft),
        "draft_pdf": drafts.filter(state=Booklet.State.READY).first(),
        "blockers": edition_blockers(page.get_latest_revision_as_object()),
        "may_issue": request.user.has_perm(ISSUES),
        "may_edit": page.permissions_for_user(request.user).can_edit(),
        "is_under_way": any(each.state in UNDER_WAY for each in under_way),
        "lacks": next((sentences(each.lacks) for each in under_way if each.lacks), []),
        "installs": (INSTALLS, MAKES),
    }
    return render(request, "cases/editions/office/file.html", context)


def issue_row(issue: CollectionIssue) -> dict[str, Any]:
    """An issue with the booklet ordered last, the one that is served, and who is missing."""
    booklets = list(issue.booklets.all())
    absent = absent_cases(issue)
    return {
        "issue": issue,
        "booklet": booklets[0] if booklets else None,
        "percent": percent(booklets[0]) if booklets else 0,
        "shown": next((each for each in booklets if each.may_be_shown(absent)), None),
        "absent": sorted(absent),
    }


def percent(booklet: Booklet | None) -> int:
    return 100 * booklet.step // building.STEPS if booklet else 0


def edition_or_404(page_id: int) -> CaseCollectionPage:
    return get_object_or_404(CaseCollectionPage, pk=page_id)


# -- acts ------------------------------------------------------------------------------------------


@never_cache
def edition_issue(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say what issuing does and what is missing, and do it on a POST."""
    office_only(request.user, ISSUES)
    page = edition_or_404(page_id)
    number = page.issues.count() + 1

    def act(data: dict) -> str:
        issue = issue_edition(page, by=request.user, note=data.get("note", ""))
        building.order(issue, by=request.user)
        return _("Issue %(number)d is out; its PDF will be built within a minute or two.") % {
            "number": issue.number
        }

    sentences_said = [
        _("What is saved of the edition now, and its cases as the public reads them now, go out."),
        _("They are frozen: a later edit of a case changes nothing until you issue it anew."),
    ]
    if number > 1:
        sentences_said.append(
            _("Earlier issues stay readable at addresses of their own; this one becomes the first.")
        )
    return confirm_act(
        request,
        IssueForm(**posted(request), is_first=number == 1),
        act,
        back=reverse("edition_file", args=[page.pk]),
        title=_("Issue “%(title)s”, issue %(number)d")
        % {"title": page.draft_title or page.title, "number": number},
        icon="upload",
        submit=_("Issue it"),
        sentences=sentences_said,
        points=edition_blockers(page.get_latest_revision_as_object()),
        points_heading=_("What is missing"),
    )


@never_cache
def edition_withdraw(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say what taking back does, and do it on a POST."""
    office_only(request.user, ISSUES)
    page = edition_or_404(page_id)

    def act(data: dict) -> str:
        withdraw_edition(page, by=request.user, reason=data["reason"])
        return _("The edition is taken back.")

    return confirm_act(
        request,
        WithdrawalForm(**posted(request)),
        act,
        back=reverse("edition_file", args=[page.pk]),
        title=_("Take back “%(title)s”") % {"title": page.title},
        icon="bin",
        submit=_("Take it back"),
        is_grave=True,
        sentences=[
            _("All its issues and their PDFs leave the site; their addresses say that and when."),
            _("The cases themselves stay. Issuing it anew brings all back."),
        ],
    )


@never_cache
def edition_rebuild(request: HttpRequest, issue_id: int) -> HttpResponse:
    """Have the PDF of an issue built anew."""
    office_only(request.user, ISSUES)
    issue = get_object_or_404(CollectionIssue.objects.select_related("collection"), pk=issue_id)

    def act(data: dict) -> str:
        if building.order(issue, by=request.user, anew=True) is None:
            raise ActRefused([_("This PDF is being built already.")])
        return _("The PDF will be built within a minute or two.")

    return confirm_act(
        request,
        OrderForm(**posted(request)),
        act,
        back=reverse("edition_file", args=[issue.collection_id]),
        title=_("Build the PDF of issue %(number)d anew") % {"number": issue.number},
        icon="rotate",
        submit=_("Build it anew"),
        sentences=[
            _("The PDF that is there stays until then."),
            _("When a case leaves the site, its PDF is built anew without it by itself."),
        ],
    )


@never_cache
def edition_draft_booklet(request: HttpRequest, page_id: int) -> HttpResponse:
    """Have the draft set as PDF, for the office alone."""
    office_only(request.user, ISSUES)
    page = edition_or_404(page_id)

    def act(data: dict) -> str:
        if building.order_draft(page, by=request.user) is None:
            raise ActRefused([_("This PDF is being built already.")])
        return _("The PDF of the draft will be built within a minute or two.")

    return confirm_act(
        request,
        OrderForm(**posted(request)),
        act,
        back=reverse("edition_file", args=[page.pk]),
        title=_("PDF of the draft of “%(title)s”") % {"title": page.draft_title or page.title},
        icon="doc-full",
        submit=_("Build it"),
        sentences=[
            _("It shows what is saved now, cases that are not public yet included."),
            _("“Draft” stands across every page; only the office can open it, for a week."),
        ],
    )


@never_cache
def edition_draft_pdf(request: HttpRequest, page_id: int) -> HttpResponse:
    """The PDF of the draft that was built last."""
    office_only(request.user, ISSUES)
    drafts = Booklet.objects.filter(
        collection=edition_or_404(page_id), issue=None, state=Booklet.State.READY
    )
    draft = drafts.order_by("-pk").first()
    if draft is None or not draft.is_there():
        raise Http404
    response = FileResponse(draft.file.open("rb"), content_type="application/pdf")
    name = f"{draft.collection.slug}-draft.pdf"
    response["Content-Disposition"] = content_disposition_header(False, name)
    return response
