"""What the pages on requests in the back office have in common."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.tables import Column


class MomentColumn(Column):
    cell_template_name = "requests/admin/moment_cell.html"


def crumbs(index_url: str, label: str, index_label: str) -> list[dict]:
    return [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": index_url, "label": index_label},
        {"url": "", "label": label},
    ]
