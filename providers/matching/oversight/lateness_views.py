"""What is late, and how long enterprises wait, for the office."""

from __future__ import annotations

from collections import Counter

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from providers.matching.models import MatchRequest
from providers.matching.office_frame import crumbs
from providers.matching.officers import SEES_ALL, oversees
from providers.matching.oversight.overdue import Lateness, Overdue, overdue
from providers.matching.oversight.waiting import FEWEST, waiting_times
from providers.once import once_a_request


def overdue_shown(request: HttpRequest) -> list[Overdue]:
    """All that is late for this officer, found once for first page and list."""
    return once_a_request(
        request, "overdue", lambda: overdue(MatchRequest.objects.visible_to(request.user))
    )


@never_cache
@require_safe
def late(request: HttpRequest) -> HttpResponse:
    """All that is late, or one kind of it, the oldest first."""
    if not oversees(request.user):
        raise Http404
    rows = overdue_shown(request)
    kind = request.GET.get("kind", "")
    counts, address = Counter(row.kind for row in rows), reverse("matching_requests_late")
    context = {
        "rows": [row for row in rows if row.kind == kind] if kind in Lateness.values else rows,
        "kinds": [
            (one, counts[one], f"{address}?{urlencode({'kind': one.value})}")
            for one in Lateness
            if counts[one]
        ],
        "kind": kind,
        "count": len(rows),
        "breadcrumbs_items": trail(_("What is late")),
        "header_title": _("What is late"),
        "header_icon": "time",
    }
    return render(request, "requests/admin/late.html", context)


@never_cache
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The median wait for a first answer; by provider only for those who see all."""
    if not oversees(request.user):
        raise Http404
    overall, each = waiting_times(MatchRequest.objects.visible_to(request.user))
    context = {
        "overall": overall,
        "each": each if request.user.has_perm(SEES_ALL) else [],
        "fewest": FEWEST,
        "breadcrumbs_items": trail(_("Waiting times")),
        "header_title": _("Waiting times"),
        "header_icon": "history",
    }
    return render(request, "requests/admin/waiting.html", context)


def trail(label: str) -> list[dict]:
    return crumbs(reverse("matching_requests"), label, _("All requests"))
