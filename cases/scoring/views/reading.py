"""The case as it is scored: the fixed version with its proofs, for reviewers and the office."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.models import CaseReviewer, ScoringRound
from cases.scoring.rounds import READS
from cases.scoring.ties import ties_of
from cases.scoring.views.frame import ICON
from catalog.contents import contents_of
from catalog.models import Evidence
from catalog.uploads import evidence_response

# Shown as tables and pictures, not as lines of text; addresses and search engines' texts.
SHOWN_OTHERWISE = frozenset({"indicators", "pictures", "slug", "seo_title", "search_description"})


def readable_round(request: HttpRequest, pk: int) -> ScoringRound:
    """The round, for the offices that read scorings and for whoever scores it without a tie."""
    scoring = get_object_or_404(ScoringRound.objects.select_related("case", "revision"), pk=pk)
    if request.user.has_perm(READS):
        return scoring
    scores = CaseReviewer.objects.active().filter(round=scoring, user=request.user.pk).exists()
    if not scores or ties_of(request.user, scoring.case):
        raise Http404
    return scoring


@never_cache
@require_safe
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that the version says, the proofs beside it."""
    scoring = readable_round(request, pk)
    version = scoring.revision.as_object()
    own = CaseReviewer.objects.active().filter(round=scoring, user=request.user.pk).first()
    title = _("Reading “%(title)s”") % {"title": version.title}
    back = reverse("scoring_sheet", args=[own.pk]) if own else ""
    context = {
        "round": scoring,
        "version": version,
        "fields": [
            field
            for field in contents_of(version)
            if field.name not in SHOWN_OTHERWISE and field.rows
        ],
        "indicators": version.indicators.all(),
        "pictures": [block.value for block in version.pictures],
        "proofs": Evidence.objects.filter(page_id=scoring.case_id).select_related("indicator"),
        "back": back or reverse("scoring_round", args=[pk]),
        "page_title": title,
        "header_title": title,
        "header_icon": ICON,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": title},
        ],
    }
    return render(request, "cases/scoring/reading.html", context)


@never_cache
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The scored version as the public would see it."""
    version = readable_round(request, pk).revision.as_object()
    return version.make_preview_request(request, version.default_preview_mode)


@never_cache
@require_safe
def proof(request: HttpRequest, pk: int, evidence_id: int) -> HttpResponse:
    """A file that proves what the case says."""
    scoring = readable_round(request, pk)
    found = get_object_or_404(Evidence, pk=evidence_id, page_id=scoring.case_id)
    return evidence_response(found.file, found.name)
