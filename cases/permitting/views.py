"""An enterprise answers whether its case may be published, by link and access code."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from cases.keyed_access import Door
from cases.models import PublicationPermission
from cases.permitting.asking import (
    Answer,
    MovedOnError,
    answer,
    latest_of,
    mark_of_latest,
    withdraw,
)
from cases.permitting.forms import AnswerForm
from providers.abuse import within_limit
from providers.acts import posted
from providers.headers import private, secret_address
from providers.matching.keys.forms import CodeForm
from providers.private_access import CodeCheck, check_access_code

DOOR = Door("permissions")
CODES_AN_HOUR = 30


def own_permission(request: HttpRequest, reference: str) -> PublicationPermission:
    """The question that this browser has opened; 404 for any other."""
    rows = PublicationPermission.objects.select_related("case")
    return DOOR.opened_row(request, rows, reference)


@secret_address
@require_GET
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Note that this browser holds the link; it shows that there is a question, nothing more."""
    permission = PublicationPermission.by_token(token)
    if permission is None:
        raise Http404
    DOOR.note_link(request, permission)
    return render(request, "cases/permitting/link.html", {"permission": permission})


@private
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The question with its version, or the one for the access code; a POST answers."""
    rows = PublicationPermission.objects.select_related("case")
    permission = DOOR.linked_row(request, rows, reference)
    if not DOOR.is_open(request, permission):
        return ask_code(request, permission)
    form = AnswerForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        return take_answer(request, permission, form.cleaned_data)
    case = latest_of(permission.case)
    context = {
        "permission": permission,
        "case": case,
        "form": form,
        "is_current": permission.content_mark == mark_of_latest(permission.case),
        "can_answer": permission.answer == Answer.WAITING,
        "can_withdraw": permission.answer == Answer.AGREED and permission.withdrawn_at is None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "cases/permitting/page.html", context, status=status)


def take_answer(
    request: HttpRequest, permission: PublicationPermission, said: dict
) -> HttpResponse:
    try:
        answer(
            permission,
            said["answer"],
            name=said["name"],
            role=said["role"],
            remark=said["remark"],
        )
    except MovedOnError:
        messages.error(
            request, _("The case was changed meanwhile, or the question was answered already.")
        )
    else:
        messages.success(request, _("Thank you, your answer is kept."))
    return redirect("permission_page", permission.reference)


def ask_code(request: HttpRequest, permission: PublicationPermission) -> HttpResponse:
    """Ask for the access code; a POST tries one."""
    form = CodeForm(**{"data": request.POST} if request.method == "POST" else {})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if not within_limit(request, "permission-code", CODES_AN_HOUR):
                form.add_error("code", _("Too many tries from this address. Please wait an hour."))
                status = 429
            else:
                check = check_access_code(permission, form.cleaned_data["code"])
                if check is CodeCheck.RIGHT:
                    request.session.cycle_key()
                    DOOR.open(request, permission)
                    return redirect("permission_page", permission.reference)
                form.add_error("code", WRONG[check])
                status = 429 if check is CodeCheck.LOCKED else 422
    context = {"permission": permission, "form": form}
    return render(request, "cases/permitting/code.html", context, status=status)


WRONG = {
    CodeCheck.WRONG: gettext_lazy("This is not the access code."),
    CodeCheck.LOCKED: gettext_lazy(
        "Too many wrong codes. Please wait a quarter of an hour and try again."
    ),
}


@private
@require_safe
def preview(request: HttpRequest, reference: str) -> HttpResponse:
    """The version asked about, as the public would see it."""
    permission = own_permission(request, reference)
    if permission.content_mark != mark_of_latest(permission.case):
        raise Http404
    case = latest_of(permission.case)
    return case.make_preview_request(request, case.default_preview_mode)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask first; a POST withdraws the permission."""
    permission = own_permission(request, reference)
    if request.method != "POST":
        return render(request, "cases/permitting/withdraw.html", {"permission": permission})
    try:
        withdraw(permission)
    except MovedOnError:
        messages.error(request, _("There is no permission to withdraw."))
    else:
        messages.success(request, _("The permission is withdrawn; the page is no longer public."))
    return redirect("permission_page", permission.reference)
