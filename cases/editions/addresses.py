"""What lies below an edition's address: its contents, its cases, its pictures, its PDF.

/cases/⟨edition⟩/                      the contents page of the current issue
/cases/⟨edition⟩/2/                    its second case
/cases/⟨edition⟩/booklet.pdf           its PDF
/cases/⟨edition⟩/pictures/⟨key⟩/       a picture of any of its issues
/cases/⟨edition⟩/issues/1/…            the same of one issue, which stay when others follow
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from wagtail import views as wagtail_views

from cases.editions.building import STEPS
from cases.editions.freezing import freeze
from cases.editions.machine import INSTALLS, MAKES, sentences
from cases.editions.reading import (
    Chapter,
    Part,
    absent_cases,
    chapters_of,
    edition_in_words,
    shown_cases,
)
from cases.models import (
    Booklet,
    CaseCollectionPage,
    CasePage,
    CollectionIssue,
    IssuedCase,
    IssuedPicture,
    UseCount,
)
from cases.reuse.counting import count_use
from catalog.withdrawal import absence_of

if TYPE_CHECKING:
    from datetime import date

BOOKLET = "booklet.pdf"
# How long a visitor waits before asking for the PDF again (seconds).
PAUSE = 10
# A picture may be kept so long without asking whether its case is still shown (seconds).
KEPT = 300


@dataclass
class ReadIssue:
    """An issue as one visitor reads it; ``address`` ends in a slash."""

    page: CaseCollectionPage
    issue: CollectionIssue
    address: str
    is_current: bool

    @cached_property
    def edition(self) -> dict[str, Any]:
        return edition_in_words(self.issue.content)

    @cached_property
    def absent(self) -> dict[int, date | None]:
        return absent_cases(self.issue)

    @cached_property
    def chapters(self) -> list[Chapter]:
        cases = self.issue.cases.values_list("place", "content")
        return chapters_of(self.issue.content, cases, self.absent)

    @property
    def parts(self) -> list[Part]:
        return [part for chapter in self.chapters for part in chapter.parts]

    def booklet_state(self) -> BookletState:
        booklets = list(self.issue.booklets.order_by("-pk"))
        shown = next((each for each in booklets if each.may_be_shown(self.absent)), None)
        return BookletState(shown, booklets[0] if booklets else None, f"{self.address}{BOOKLET}")


@dataclass(frozen=True)
class BookletState:
    """The PDF that is there, if any, and the newest one that was ordered."""

    shown: Booklet | None
    newest: Booklet | None
    address: str

    @property
    def is_failed(self) -> bool:
        return self.newest is not None and self.newest.state == Booklet.State.FAILED

    @property
    def is_on_its_way(self) -> bool:
        """Whether asking again soon will tell something new."""
        return self.shown is None and not self.is_failed and not self.lacks

    @property
    def percent(self) -> int:
        return 100 * self.newest.step // STEPS if self.newest else 0

    @property
    def lacks(self) -> list[str]:
        """What the machine lacks, in words."""
        return sentences(self.newest.lacks) if self.newest else []


@require_safe
def booklet_file(request: HttpRequest, address: str) -> HttpResponse:
    """The PDF of the edition or issue at this address of the tree; Wagtail's own addresses end in
    a slash, and pass the same checks of who may read the page."""
    return wagtail_views.serve(request, f"{address}/{BOOKLET}/")


def serve(
    request: HttpRequest,
    page: CaseCollectionPage,
    *,
    parts: tuple[str, ...] = (),
    gone: bool = False,
) -> HttpResponse:
    """Answer any address of an edition; 404 for those that are none."""
    if gone:
        context = {"page": page, "absence": absence_of(page)}
        return render(request, "cases/editions/gone.html", context, status=410)
    if parts[:1] == ("pictures",) and len(parts) == 2:
        return picture(page, parts[1])
    if parts[:1] == ("issues",) and len(parts) >= 2:
        return serve_issue(request, earlier_issue(page, parts[1]), parts[2:])
    issue = page.current_issue()
    if issue is None:
        raise Http404
    return serve_issue(request, ReadIssue(page, issue, page.url, is_current=True), parts)


def earlier_issue(page: CaseCollectionPage, number: str) -> ReadIssue:
    """The issue of that number, the current one as well, at the address that stays."""
    current = page.current_issue()
    issue = page.issues.filter(number=natural(number)).first()
    if issue is None or current is None:
        raise Http404
    return ReadIssue(page, issue, issue.own_address, issue == current)


def serve_issue(request: HttpRequest, read: ReadIssue, parts: tuple[str, ...]) -> HttpResponse:
    if not parts:
        return contents(request, read)
    if parts == (BOOKLET,):
        return booklet(request, read)
    if len(parts) == 1:
        return case_page(request, read, natural(parts[0]))
    raise Http404


def natural(text: str) -> int:
    """A number written in the one way that counts here; 404 for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and text == str(int(text))):
        raise Http404
    return int(text)


# -- pages -----------------------------------------------------------------------------------------


def contents(request: HttpRequest, read: ReadIssue) -> HttpResponse:
    """Cover, preface, chapters, imprint, the PDF and the other issues."""
    context = frame(read) | {
        "chapters": read.chapters,
        "case_count": len(read.parts),
        "booklet": read.booklet_state(),
        "installs": (INSTALLS, MAKES),
        "issues": other_issues(read),
        "first": next((part.place for part in read.parts if part.case), None),
    }
    response = render(request, "cases/editions/contents.html", context)
    # The button asks again and again how far the PDF is: nobody reads then.
    if not request.htmx:
        count_use(request, response, read.page.pk, UseCount.What.VIEW)
    return response


def other_issues(read: ReadIssue) -> list[dict[str, Any]]:
    issues = read.page.issues.exclude(pk=read.issue.pk).order_by("-number")
    newest = read.page.current_issue()
    return [
        {
            "issue": issue,
            "address": read.page.url if issue == newest else issue.own_address,
        }
        for issue in issues.defer("content")
    ]


def case_page(request: HttpRequest, read: ReadIssue, place: int) -> HttpResponse:
    """One case of the booklet; 410 with a sentence where it is not shown any more."""
    parts = read.parts
    if not 1 <= place <= len(parts):
        raise Http404
    part = parts[place - 1]
    chapter = next(each for each in read.chapters if part in each.parts)
    context = frame(read) | {
        "part": part,
        "case": part.case,
        "chapter": chapter,
        "case_count": len(parts),
        "previous": neighbour(read, parts, place - 1),
        "next": neighbour(read, parts, place + 1),
    }
    status = 200 if part.case else 410
    response = render(request, "cases/editions/case.html", context, status=status)
    if part.case:
        # Whoever reads it here reads the edition, and the case in it.
        issued = read.issue.cases.defer("content").get(place=place)
        for page_id in (read.page.pk, issued.case_id):
            count_use(request, response, page_id, UseCount.What.VIEW)
    return response


def neighbour(read: ReadIssue, parts: list[Part], place: int) -> dict[str, str] | None:
    """The case before or after, with its title as far as that is shown."""
    if not 1 <= place <= len(parts):
        return None
    case = parts[place - 1].case
    return {"address": f"{read.address}{place}/", "title": case["title"] if case else ""}


def frame(read: ReadIssue) -> dict[str, Any]:
    """What every page of an issue shows around its own."""
    return {
        "page": read.page,
        "read": read,
        "edition": read.edition,
        "issue": read.issue,
        "pictures": f"{read.page.url}pictures/",
    }


def draft(request: HttpRequest, page: CaseCollectionPage) -> HttpResponse:
    """The contents page of a draft, for the editor's preview; its PDF shows the cases."""
    wanted = [entry.case_id for entry in page.entries.all()]
    frozen = freeze(page, CasePage.objects.filter(pk__in=wanted), with_cases=False)
    cover = frozen.cover and f"data:image/jpeg;base64,{b64encode(frozen.cover.data).decode()}"
    cases = [(case.place, case.content) for case in frozen.cases]
    context = {
        "page": page,
        "edition": edition_in_words(frozen.content),
        "chapters": chapters_of(frozen.content, cases, {}),
        "case_count": len(cases),
        "draft_cover": cover,
    }
    return render(request, "cases/editions/contents.html", context)


# -- files -----------------------------------------------------------------------------------------


def picture(page: CaseCollectionPage, key: str) -> HttpResponse:
    """A picture of the edition, while a case that shows it is shown, or the cover."""
    found = IssuedPicture.objects.filter(issue__collection=page, key=key)
    cover = found.filter(case=None).first()
    row = cover or found.filter(case__in=IssuedCase.objects.filter(shown_cases())).first()
    if row is None or not row.file.storage.exists(row.file.name):
        raise Http404
    response = FileResponse(row.file.open("rb"), content_type="image/jpeg")
    patch_cache_control(response, max_age=KEPT)
    return response


def booklet(request: HttpRequest, read: ReadIssue) -> HttpResponse:
    """The PDF; until it is built a page that says how far it is, and when to ask again."""
    state = read.booklet_state()
    if state.shown is None:
        context = frame(read) | {
            "booklet": state,
            "installs": (INSTALLS, MAKES),
        }
        response = render(request, "cases/editions/waiting.html", context, status=503)
        response["Retry-After"] = str(PAUSE)
        patch_cache_control(response, no_store=True)
        return response
    # A case may leave at any time: whoever keeps the file asks whether it is still the one.
    mark = f'"{state.shown.pk}-{state.shown.fingerprint[:16]}"'
    if unchanged := get_conditional_response(request, etag=mark):
        return unchanged
    name = f"{read.page.slug}-{read.issue.number}.pdf"
    response = FileResponse(state.shown.file.open("rb"), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name)
    response["Content-Length"] = str(state.shown.size)
    response["ETag"] = mark
    patch_cache_control(response, no_cache=True)
    count_use(request, response, read.page.pk, UseCount.What.PDF)
    return response
