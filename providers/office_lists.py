"""Lists of the office in the back office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
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
