"""Lists of the office in the back office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django_filters import DateFromToRangeFilter
from django_filters.fields import DateRangeField
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic import BaseListingView

from providers.acts import office_only

if TYPE_CHECKING:
    from django.utils.functional import Promise


# For a list that does not say of what.
COUNTED = gettext_lazy("%(count)s in all")


def plain_count(paginator: WagtailPaginator) -> str:
    return str(COUNTED) % {"count": paginator.count}


# Wagtail sets number and name side by side; Chinese wants a measure word between them.
WagtailPaginator.items_count_label = property(plain_count)


class SensibleDayRange(DateRangeField):
    """Two days of this century; a year 1 has no moment in every time zone."""

    def compress(self, data_list: list) -> slice | None:
        for day in data_list or ():
            if day and not 2000 <= day.year <= 2100:
                raise ValidationError(gettext_lazy("Please check the year."), code="year")
        return super().compress(data_list)


class DayRangeFilter(DateFromToRangeFilter):
    """From one day to another, for lists of the office."""

    field_class = SensibleDayRange


class CountingPaginator(WagtailPaginator):
    """Says below the list how many of what there are, in the words of the list itself."""

    counted: Promise | str = COUNTED

    @property
    def items_count_label(self) -> str:
        return str(self.counted % {"count": self.count})


class OfficeListView(BaseListingView):
    """A list for the holders of ``permission``; for everybody else it does not exist.

    ``counted`` is a lazy text, or plural, with ``count`` in it.
    """

    permission: str
    counted: Promise | str = COUNTED
    paginate_by = 50
    paginator_class = CountingPaginator

    def get_paginator(self, *args, **kwargs) -> CountingPaginator:
        paginator = super().get_paginator(*args, **kwargs)
        paginator.counted = self.counted
        return paginator

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        office_only(request.user, self.permission)
        return super().dispatch(request, *args, **kwargs)
