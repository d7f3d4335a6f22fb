"""The office's queue of objections to scores, and the answer to one."""

from __future__ import annotations

import django_filters
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn

from providers.acts import office_only, posted
from providers.matching.lifecycle import MovedOnError
from providers.matching.models import ScoreObjection
from providers.matching.office_frame import MomentColumn, crumbs
from providers.matching.officers import SEES_ALL
from providers.matching.score.fit import Criterion
from providers.matching.score.forms import ObjectionAnswerForm
from providers.matching.score.objections import (
    answer_objection,
    answerable_by,
    outcome_words,
    own_lines,
)
from providers.office_lists import OfficeListView


class ObjectionFilterSet(WagtailFilterSet):
    waits = django_filters.BooleanFilter(
        label=gettext_lazy("Waits for an answer"), field_name="answered_at", lookup_expr="isnull"
    )

    class Meta:
        model = ScoreObjection
        fields: list[str] = []


class ObjectionsView(OfficeListView):
    """Objections that the officer may answer: those that wait first, then the latest."""

    permission = SEES_ALL
    model = ScoreObjection
    page_title = gettext_lazy("Objections to scores")
    header_icon = "order"
    index_url_name = "matching_objections"
    index_results_url_name = "matching_objections_results"
    filterset_class = ObjectionFilterSet
    default_ordering = ("answered_at", "raised_at", "pk")
    verbose_name_plural = gettext_lazy("objections")
    counted = ngettext_lazy("%(count)s objection", "%(count)s objections", "count")
    columns = [
        TitleColumn(
            "reference",
            label=gettext_lazy("Reference"),
            accessor="invitation.request.reference",
            url_name="matching_objection",
        ),
        Column("provider", label=gettext_lazy("Provider"), accessor="invitation.provider.title"),
        Column(
            "criterion",
            label=gettext_lazy("Criterion"),
            accessor=lambda row: Criterion(row.criterion).label,
        ),
        MomentColumn("raised_at", label=gettext_lazy("Raised on"), sort_key="raised_at"),
        StatusTagColumn(
            "outcome",
            label=gettext_lazy("Status"),
            accessor=lambda row: outcome_words(row) or _("waits for an answer"),
            primary=lambda row: row.answered_at is None,
        ),
    ]

    def get_base_queryset(self) -> QuerySet[ScoreObjection]:
        return visible(self.request)


def visible(request: HttpRequest) -> QuerySet[ScoreObjection]:
    """What the officer may answer, waiting ones first."""
    return answerable_by(request.user).select_related("invitation__request", "invitation__provider")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection with the score that it is about, and its answer."""
    office_only(request.user, SEES_ALL)
    row = get_object_or_404(visible(request), pk=pk)
    form = ObjectionAnswerForm(posted(request)["data"])
    if request.method == "POST" and form.is_valid():
        try:
            answer_objection(row, by=request.user, **form.cleaned_data)
        except MovedOnError:
            messages.error(request, _("This objection was answered already."))
        else:
            messages.success(request, _("The provider has your answer."))
        return redirect("matching_objection", row.pk)
    title = _("Objection to the score of %(reference)s") % {
        "reference": row.invitation.request.reference
    }
    context = {
        "objection": row,
        "criterion": Criterion(row.criterion).label,
        "provider": row.invitation.provider,
        "request_url": reverse("matching_request", args=[row.invitation.request.reference]),
        "outcome": outcome_words(row),
        "lines": own_lines(row.invitation),
        "form": form,
        "submit": _("Send the answer"),
        "back": reverse("matching_objections"),
        "page_title": title,
        "header_title": title,
        "header_icon": "order",
        "breadcrumbs_items": crumbs(
            reverse("matching_objections"), title, _("Objections to scores")
        ),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "requests/admin/objection.html", context, status=status)
