"""Ratings that the office reads before their text is public."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from providers.matching.lifecycle import MovedOnError
from providers.matching.models import Rating
from providers.matching.officers import SEES_ALL
from providers.matching.rating.forms import ModerateForm
from providers.matching.rating.ratings import moderate
from providers.menu_items import CountingMenuItem


class RatingsMenuItem(CountingMenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(SEES_ALL)

    def waiting(self, request: HttpRequest) -> int:
        return Rating.objects.to_read_by(request.user).count()


def to_read(user) -> QuerySet[Rating]:
    """What the user has to read, the oldest first."""
    rows = Rating.objects.to_read_by(user).order_by("given_at", "pk")
    return rows.select_related("choice__request", "choice__invitation__provider")


@never_cache
@require_safe
def ratings(request: HttpRequest) -> HttpResponse:
    """The texts that wait, each with its two buttons."""
    if not request.user.has_perm(SEES_ALL):
        raise Http404
    return render_ratings(request)


@never_cache
@require_POST
def rating(request: HttpRequest, reference: str) -> HttpResponse:
    """Publish one text, or say why not."""
    found = get_object_or_404(
        Rating.objects.readable_by(request.user), choice__request__reference=reference
    )
    form = ModerateForm(request.POST, prefix=reference)
    if not form.is_valid():
        return render_ratings(request, form, status=422)
    try:
        moderate(found, by=request.user, refusal=form.reason())
    except MovedOnError:
        messages.error(request, _("This rating has been read already."))
    else:
        told = _("The text is not shown.") if form.reason() else _("The rating is public.")
        messages.success(request, told)
    return redirect("matching_ratings")


def render_ratings(
    request: HttpRequest, bound: ModerateForm | None = None, status: int = 200
) -> HttpResponse:
    rows = []
    for row in to_read(request.user):
        reference = row.choice.request.reference
        is_bound = bound is not None and bound.prefix == reference
        rows.append({"rating": row, "form": bound if is_bound else ModerateForm(prefix=reference)})
    context = {
        "rows": rows,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("Ratings to read")},
        ],
        "header_title": _("Ratings to read"),
        "header_icon": "pick",
    }
    return render(request, "requests/admin/ratings.html", context, status=status)
