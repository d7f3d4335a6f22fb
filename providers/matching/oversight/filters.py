"""How the office's list of requests is narrowed."""

from __future__ import annotations

import django_filters
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from catalog.models import IndustryChain
from providers.matching.models import MatchRequest, RequestKind, Turn
from providers.matching.oversight.overdue import overdue
from providers.models import ProviderPage
from providers.office_lists import DayRangeFilter


class RequestFilterSet(WagtailFilterSet):
    """``officer`` decides among which requests is searched for what is late."""

    reference = django_filters.CharFilter(label=_("Reference"), lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(label=_("Asks for"), choices=RequestKind.choices)
    turn = django_filters.ChoiceFilter(
        label=_("Waits for"), choices=Turn.choices, method="filter_turn"
    )
    industry = django_filters.ModelChoiceFilter(
        label=_("Industry chain"), queryset=lambda request: IndustryChain.objects.all()
    )
    provider = django_filters.ModelChoiceFilter(
        label=_("Provider asked"),
        field_name="invitations__provider",
        queryset=lambda request: ProviderPage.objects.order_by("title"),
    )
    sent = DayRangeFilter(label=_("Sent"), field_name="sends_at", widget=DateRangePickerWidget)
    wants_advice = django_filters.BooleanFilter(label=_("The centre advises"))
    assisted = django_filters.BooleanFilter(
        label=_("Filled in by the centre"),
        field_name="assisted_by",
        lookup_expr="isnull",
        exclude=True,
    )
    late = django_filters.BooleanFilter(label=_("Something is late"), method="filter_late")
    withdrawn = django_filters.BooleanFilter(
        label=_("Withdrawn"), field_name="withdrawn_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = MatchRequest
        fields: list[str] = []

    def __init__(self, *args, officer: AbstractBaseUser, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer

    def filter_turn(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        # As a subquery: the rule names the same columns as the list's own.
        return queryset.filter(pk__in=MatchRequest.objects.whose_turn(value).values("pk"))

    def filter_late(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        late = {row.request.pk for row in overdue(MatchRequest.objects.visible_to(self.officer))}
        return queryset.filter(pk__in=late) if value else queryset.exclude(pk__in=late)
