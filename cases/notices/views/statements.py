"""A provider's own view of objections to what it has a part in, and its statement."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.notices.office_forms import StatementForm
from cases.notices.statements import OwnObjection, comment, objections_about
from providers.acts import confirm_act, posted
from providers.models import ProviderPage


def own_provider(request: HttpRequest) -> ProviderPage:
    """The provider that the account works for; 404 where there is none."""
    provider = ProviderPage.objects.of_member(request.user).first()
    if provider is None:
        raise Http404
    return provider


@never_cache
@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """Objections to what the provider has a part in, without anything of who filed them."""
    context = {
        "rows": objections_about(own_provider(request)),
        "page_title": _("Objections"),
        "header_title": _("Objections"),
        "header_icon": "warning",
    }
    return render(request, "cases/notices/admin/statements.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest, reference: str) -> HttpResponse:
    """One objection, with the form for the statement while it is wanted."""
    provider = own_provider(request)
    row = own_objection(provider, reference)

    def act(data: dict) -> str:
        comment(row.objection, provider=provider, by=request.user, text=data["text"])
        return _("Your statement is with the bureau.")

    return confirm_act(
        request,
        StatementForm(posted(request)["data"]),
        act,
        back=reverse("notices_statements"),
        title=_("Objection to “%(title)s”") % {"title": row.objection.about},
        icon="warning",
        template="cases/notices/admin/statement.html",
        submit=_("Send the statement"),
        row=row,
    )


def own_objection(provider: ProviderPage, reference: str) -> OwnObjection:
    """The objection if it concerns the provider; 404 for any other, existing or not."""
    for row in objections_about(provider):
        if row.objection.reference == reference:
            return row
    raise Http404
