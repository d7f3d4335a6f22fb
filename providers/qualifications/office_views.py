"""The bureau checks certificates: what waits, what ends soon, confirmed by whom and when."""

from __future__ import annotations

from datetime import timedelta

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn

from providers.acts import REFUSED, confirm_act, office_only, posted
from providers.models import ProviderPage, Qualification
from providers.office_lists import OfficeListView
from providers.qualifications.forms import CheckForm
from providers.qualifications.keeping import confirm, take_check_back, version_of
from providers.qualifications.reminders import THRESHOLDS
from providers.qualifications.views import CHECKS
from providers.withdrawal.subtree import ActRefused

STATES = [
    ("unchecked", gettext_lazy("waits for the check")),
    ("refused", gettext_lazy("not confirmed")),
    ("valid", gettext_lazy("valid")),
    ("ending", gettext_lazy("ends within 60 days")),
    ("ended", gettext_lazy("expired")),
]


class QualificationFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"), choices=STATES, method="filter_state"
    )
    provider = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Provider"), queryset=ProviderPage.objects.order_by("title")
    )

    class Meta:
        model = Qualification
        fields = ["type"]

    def filter_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        today = timezone.localdate()
        soon = today + timedelta(days=max(THRESHOLDS))
        wanted = {
            "unchecked": Q(checked_on=None, check_note=""),
            "refused": Q(checked_on=None) & ~Q(check_note=""),
            "valid": Q(pk__in=Qualification.objects.valid(today)),
            "ending": Q(checked_on__isnull=False, valid_to__gte=today, valid_to__lte=soon),
            "ended": Q(valid_to__lt=today),
        }
        return queryset.filter(wanted[value])


def state_of(qualification: Qualification) -> str:
    """Where a certificate stands, in a word for the bureau."""
    today = timezone.localdate()
    labels = dict(STATES)
    if qualification.checked_on is None:
        return labels["refused" if qualification.check_note else "unchecked"]
    if qualification.valid_to and qualification.valid_to < today:
        return labels["ended"]
    return labels["valid"] if qualification.is_valid_on(today) else _("not valid yet")


class QualificationChecksView(OfficeListView):
    """All certificates; those that wait for the check come first, then by their end."""

    permission = CHECKS
    model = Qualification
    page_title = gettext_lazy("Qualifications")
    header_icon = "clipboard-list"
    index_url_name = "qualification_checks"
    index_results_url_name = "qualification_checks_results"
    filterset_class = QualificationFilterSet
    default_ordering = (
        F("checked_on").asc(nulls_first=True),
        F("valid_to").asc(nulls_last=True),
        "pk",
    )
    verbose_name_plural = gettext_lazy("qualifications")
    counted = ngettext_lazy("%(count)s qualification", "%(count)s qualifications", "count")
    columns = [
        TitleColumn(
            "name",
            label=gettext_lazy("Qualification"),
            accessor=str,
            url_name="qualification_check",
        ),
        Column("provider", label=gettext_lazy("Provider"), accessor="provider.title"),
        Column("valid_to", label=gettext_lazy("valid to"), accessor="valid_to"),
        StatusTagColumn(
            "state",
            label=gettext_lazy("Status"),
            accessor=state_of,
            primary=lambda row: row.checked_on is None,
        ),
        Column("checked_on", label=gettext_lazy("checked by the bureau on")),
        Column("checked_by", label=gettext_lazy("checked by"), accessor="checked_by"),
    ]

    def get_base_queryset(self) -> QuerySet:
        return Qualification.objects.select_related("type", "provider", "checked_by")


class SeenForm(forms.Form):
    """Which version of the certificate the officer looked at."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


@never_cache
def qualification_check(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate with its file; confirming it is a POST."""
    office_only(request.user, CHECKS)
    rows = Qualification.objects.select_related("type", "provider", "checked_by")
    row = get_object_or_404(rows, pk=pk)
    status = 200
    if request.method == "POST":
        form = SeenForm(request.POST)
        try:
            confirm(row, by=request.user, seen=form.data.get("seen", ""))
        except ActRefused as refused:
            messages.error(request, " ".join(refused.sentences))
            status = REFUSED
            row = get_object_or_404(rows, pk=pk)
        else:
            messages.success(request, _("Checked: it is a badge while it is valid."))
            return redirect("qualification_checks")
    context = {
        "qualification": row,
        "state": state_of(row),
        "form": SeenForm(initial={"seen": version_of(row)}),
        "page_title": str(row),
        "header_icon": "clipboard-list",
    }
    return render(request, "desk/qualification_check.html", context, status=status)


@never_cache
def qualification_uncheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a certificate does not count, or no longer."""
    office_only(request.user, CHECKS)
    row = get_object_or_404(Qualification.objects.select_related("type", "provider"), pk=pk)

    def act(data: dict) -> str:
        take_check_back(row, by=request.user, reason=data["reason"])
        return _("Noted: it is not confirmed and shows no badge.")

    return confirm_act(
        request,
        CheckForm(**posted(request)),
        act,
        back=reverse("qualification_check", args=[row.pk]),
        title=_("Do not confirm “%(name)s”") % {"name": row},
        icon="warning",
        submit=_("Do not confirm"),
        sentences=[_("Its badge goes at once. The provider reads your reason and may mend it.")],
    )
