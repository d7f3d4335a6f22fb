"""The office asks an enterprise, keeps its paper, and records that it took its word back."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cases.keyed_access import shown_code
from cases.models import CasePage, PublicationPermission
from cases.permitting.asking import (
    Answer,
    AskedAlreadyError,
    MovedOnError,
    ask_permission,
    check_paper,
    record_paper,
    withdraw,
)
from cases.permitting.forms import PaperForm
from catalog.uploads import evidence_response
from providers.acts import confirm_act, listing_or_404, office_only, posted
from providers.models import ProviderPage
from providers.withdrawal.subtree import ActRefused

ASKS = "cases.change_publicationpermission"
READS = "cases.view_publicationpermission"


def refused() -> ActRefused:
    return ActRefused([_("It has moved on meanwhile; this is no longer possible.")])


def same_content() -> ActRefused:
    return ActRefused([_("This version is agreed to, or its question still waits.")])


@never_cache
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the question; link and code are shown to be passed on."""
    office_only(request.user, ASKS)
    case = get_object_or_404(CasePage, pk=pk)
    try:
        permission = ask_permission(case, by=request.user)
    except AskedAlreadyError:
        messages.error(request, _("This version is agreed to, or its question still waits."))
        return redirect("case_file", pk)
    return redirect("permission_keys", permission.pk)


@never_cache
@require_safe
def keys(request: HttpRequest, pk: int) -> HttpResponse:
    """Link and access code of an open question, for the enterprise alone."""
    office_only(request.user, ASKS)
    rows = PublicationPermission.objects.filter(answer=Answer.WAITING)
    permission = get_object_or_404(rows.select_related("case"), pk=pk)
    link = request.build_absolute_uri(reverse("permission_link", args=[permission.token]))
    context = {
        "permission": permission,
        "link": link,
        "code": shown_code(permission),
        "page_title": _("Pass these on to the enterprise"),
        "header_title": _("Pass these on to the enterprise"),
        "header_icon": "key",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {
                "url": reverse("case_file", args=[permission.case_id]),
                "label": permission.case.draft_title,
            },
            {"url": "", "label": _("Link and access code")},
        ],
    }
    return render(request, "cases/permitting/keys.html", context)


@never_cache
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Put in a signed paper: the bureau for any case, a member for one of its own provider."""
    case, is_office = case_to_paper(request, pk)
    form = PaperForm(**posted(request))

    def act(said: dict) -> str:
        try:
            record_paper(
                case,
                said["paper"],
                agreed_by=said["name"],
                agreed_role=said["role"],
                by=request.user,
                is_checked=is_office,
            )
        except AskedAlreadyError as already:
            raise same_content() from already
        return _("The paper is kept for the version saved last.")

    return confirm_act(
        request,
        form,
        act,
        back=reverse("case_file", args=[pk]) if is_office else reverse("own_cases"),
        title=_("Signed permission for “%(title)s”") % {"title": case.draft_title},
        icon="doc-full",
        submit=_("Keep the paper"),
        sentences=[
            _(
                "It counts for the version saved last and for no other: finish the text first. "
                "The paper has to name this case and bear the enterprise's seal."
            ),
            *([] if is_office else [_("It counts once the bureau has checked it.")]),
        ],
    )


def case_to_paper(request: HttpRequest, pk: int) -> tuple[CasePage, bool]:
    """The case, and whether the reader puts it in for the office; 404 where it may not at all."""
    if request.user.has_perm(ASKS):
        return get_object_or_404(CasePage, pk=pk), True
    own = ProviderPage.objects.of_member(request.user).values_list("path", flat=True)
    page = listing_or_404(pk, lambda page: any(page.path.startswith(path) for path in own))
    if not isinstance(page, CasePage):
        raise Http404
    return page, False


def office_permission(request: HttpRequest, pk: int, needs: str = ASKS) -> PublicationPermission:
    office_only(request.user, needs)
    return get_object_or_404(PublicationPermission.objects.select_related("case"), pk=pk)


@never_cache
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a provider's paper for the enterprise's."""
    permission = office_permission(request, pk)
    try:
        check_paper(permission, by=request.user)
    except MovedOnError:
        messages.error(request, _("It has moved on meanwhile; this is no longer possible."))
    else:
        messages.success(request, _("The paper is checked and counts."))
    return redirect("case_file", permission.case_id)


@never_cache
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the enterprise has withdrawn its permission."""
    permission = office_permission(request, pk)

    def act(_said: dict) -> str:
        try:
            withdraw(permission, by=request.user)
        except MovedOnError as moved:
            raise refused() from moved
        return _("The permission is withdrawn.")

    return confirm_act(
        request,
        forms.Form(**posted(request)),
        act,
        back=reverse("case_file", args=[permission.case_id]),
        title=_("Record that the permission was withdrawn"),
        icon="warning",
        submit=_("It was withdrawn"),
        is_grave=True,
        sentences=[_("If the public reads this version, the page is held back at once.")],
    )


@never_cache
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed paper, for the bureau and the committee."""
    permission = office_permission(request, pk, READS)
    return evidence_response(permission.document, str(permission))
