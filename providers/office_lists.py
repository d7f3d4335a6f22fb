"""Lists of the office in the back office."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from wagtail.admin.views.generic import BaseListingView

from providers.acts import office_only


class OfficeListView(BaseListingView):
    """A list for the holders of ``permission``; for everybody else it does not exist."""

    permission: str
    paginate_by = 50

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        office_only(request.user, self.permission)
        return super().dispatch(request, *args, **kwargs)
