"""A member keeps its provider's certificates; their files go to those who may see them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.uploads import evidence_response
from providers.acts import confirm_act, posted
from providers.models import ProviderPage, Qualification
from providers.qualifications.forms import QualificationForm
from providers.qualifications.keeping import keep, remove, version_of

CHECKS = "providers.change_qualification"


def own_provider(user) -> ProviderPage:
    """The provider that the user works for; 404 without one."""
    provider = ProviderPage.objects.of_member(user).first()
    if provider is None:
        raise Http404
    return provider


def own_qualifications(user) -> QuerySet:
    return Qualification.objects.filter(
        provider__in=ProviderPage.objects.of_member(user)
    ).select_related("type", "provider", "checked_by")


def standing_of(qualification: Qualification) -> str:
    """Where a certificate stands, in a sentence for its provider."""
    today = timezone.localdate()
    if qualification.is_valid_on(today):
        return _("shown as a badge")
    if qualification.valid_to and qualification.valid_to < today:
        return _("expired")
    if qualification.check_note:
        return _("not confirmed: %(reason)s") % {"reason": qualification.check_note}
    if qualification.checked_on is None:
        return _("waits for the bureau's check")
    return _("not valid yet")


@never_cache
@require_safe
def qualifications(request: HttpRequest) -> HttpResponse:
    """The provider's certificates, each with where it stands."""
    own_provider(request.user)
    rows = [
        {"qualification": row, "standing": standing_of(row)}
        for row in own_qualifications(request.user)
    ]
    context = {"rows": rows, "page_title": _("Qualifications"), "header_icon": "clipboard-list"}
    return render(request, "desk/qualifications.html", context)


@never_cache
def qualification_add(request: HttpRequest) -> HttpResponse:
    provider = own_provider(request.user)
    form = QualificationForm(**posted(request), instance=Qualification(provider=provider))
    return edited(request, form, _("Add a qualification"))


@never_cache
def qualification_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(own_qualifications(request.user), pk=pk)
    notes = [_("Now: %(standing)s.") % {"standing": standing_of(row)}]
    if row.checked_on:
        notes.append(_("The bureau has checked it. If you change it, it is checked anew."))
    form = QualificationForm(**posted(request), instance=row, initial={"seen": version_of(row)})
    return edited(request, form, _("Change the qualification"), notes)


def edited(
    request: HttpRequest, form: forms.ModelForm, title: str, sentences: list[str] | None = None
) -> HttpResponse:
    def act(data: dict) -> str:
        changed = keep(form.instance, by=request.user, seen=data["seen"])
        return _("Saved; the bureau checks it.") if changed else _("Nothing was changed.")

    return confirm_act(
        request,
        form,
        act,
        back=reverse("qualifications"),
        title=title,
        icon="clipboard-list",
        submit=_("Save"),
        sentences=sentences or [],
    )


@never_cache
def qualification_delete(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(own_qualifications(request.user), pk=pk)
    if request.method == "POST":
        remove(row, by=request.user)
        messages.success(request, _("The qualification was deleted."))
        return redirect("qualifications")
    return confirm_act(
        request,
        forms.Form(),
        lambda data: "",
        back=reverse("qualifications"),
        title=_("Delete “%(name)s”") % {"name": row},
        icon="bin",
        submit=_("Delete"),
        is_grave=True,
        sentences=[_("Its badge goes at once, and its file is deleted. This cannot be undone.")],
    )


@never_cache
@require_safe
def qualification_file(request: HttpRequest, pk: int) -> FileResponse:
    """The certificate's file, for the provider's members and the bureau."""
    rows = Qualification.objects.select_related("type")
    if not request.user.has_perm(CHECKS):
        rows = own_qualifications(request.user)
    row = get_object_or_404(rows, pk=pk)
    return evidence_response(row.file, str(row))
